// The wire between one simulated process and PostgreSQL. It stands where `pg` has its socket, so that everything that the write path
// awaits passes here: each connection that is made and each flight that is sent is a point, numbered from 1, at which a fault may happen.
// What a process does between two points touches nothing but its own memory: to crash in between is, for the database and for everybody
// who was answered, to crash at the next point.
//
// Errors are PostgreSQL's own: a statement of the flight is replaced by one that fails (`preparedForFaults`), so that the transaction
// is really aborted, the rest of the flight is really refused, and the commit is really answered with ROLLBACK.

import net from 'node:net';
import { Duplex } from 'node:stream';
import pg from 'pg';

export type Fault =
  /** The connection breaks: nothing is sent; half of the statements are; all are, and the answer is lost, wholly or in its second half. */
  | { do: 'cut'; at: 'before' | 'half-sent' | 'after' | 'half-answered' }
  /** PostgreSQL answers a statement with an error: the first, the last (the commit, where it is one), or one in between. */
  | { do: 'error'; code: string; at: 'first' | 'middle' | 'last' }
  /** An administrator ends the session (57P01) in the middle of the flight. */
  | { do: 'terminate' }
  /** It arrives, late. */
  | { do: 'delay'; milliseconds: number }
  /** The process dies: before it sends, as soon as it has sent, or when the answer is there and nobody was told. */
  | { do: 'crash'; at: 'before' | 'sent' | 'after' };

export interface Point {
  number: number;
  kind: 'connect' | 'flight';
}

/** What the statements of the faults need in a database. */
export async function preparedForFaults(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create or replace function simulated_fault(code text) returns void language plpgsql as $$
    begin
      raise exception 'simulated' using errcode = code;
    end $$;
    -- as whoever may: an administrator ends the session, not the role that is held
    create or replace function simulated_end() returns void language sql security definer as $$
      select pg_terminate_backend(pg_backend_pid());
    $$;
    create or replace function simulated_fault_at_commit() returns trigger language plpgsql as $$
    begin
      perform simulated_fault(new.code);
      return null;
    end $$;
    create table if not exists simulated_fault (code text);
    grant insert on simulated_fault to public;
    drop trigger if exists at_commit on simulated_fault;
    create constraint trigger at_commit after insert on simulated_fault
    deferrable initially deferred for each row execute function simulated_fault_at_commit()`);
  await client.end();
}

export class FaultyWire {
  /** Which fault happens at a point; it may change at any time. */
  faultAt: (point: Point) => Fault | null = () => null;
  /** How many points were passed. */
  points = 0;
  isDead = false;
  /** Resolves when the process has died. */
  readonly died: Promise<void>;
  readonly #tellDeath: () => void;
  readonly #open = new Set<Connection>();

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.died = promise;
    this.#tellDeath = resolve;
  }

  socket(): Duplex {
    const connection = new Connection(this);
    this.#open.add(connection);
    connection.once('close', () => this.#open.delete(connection));
    return connection;
  }

  pass(kind: Point['kind']): Fault | null {
    this.points += 1;
    return this.faultAt({ number: this.points, kind });
  }

  /** From now on nothing of this process reaches the database, and nobody hears of it. */
  crash(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.#tellDeath();
    for (const connection of this.#open) connection.destroy(broken());
  }
}

function broken(): Error {
  return Object.assign(new Error('the connection was cut by the simulation'), { code: 'ECONNRESET' });
}

/** What becomes of the answer to a flight: so many statements are answered, the first `heard` of them are passed on, but for a `hidden` one. */
interface Expected {
  answers: number;
  heard: number;
  hidden: number | null;
  /** What happens when all is answered. */
  then: (() => void) | null;
}

const SYNC = 0x53;
const SIMPLE_QUERY = 0x51;
const READY = 0x5a;

class Connection extends Duplex {
  readonly #wire: FaultyWire;
  readonly #database = new net.Socket();
  readonly #expected: Expected[] = [];
  #answered = 0;
  #unread: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #started = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(wire: FaultyWire) {
    super({ emitClose: true, autoDestroy: true });
    this.#wire = wire;
    this.#database.on('data', (data) => this.#receive(data));
    this.#database.on('error', (error) => this.destroy(error));
    this.#database.on('close', () => {
      if (!this.destroyed) this.push(null);
      this.destroy();
    });
  }

  // What `pg` asks of a socket.
  connect(port: number, host: string): this {
    const fault = this.#wire.isDead ? null : this.#wire.pass('connect');
    if (fault?.do === 'crash') this.#wire.crash();
    if (this.#wire.isDead || (fault && fault.do !== 'delay')) {
      process.nextTick(() => this.destroy(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })));
      return this;
    }
    setTimeout(() => {
      if (this.destroyed) return;
      this.#database.setNoDelay(true);
      this.#database.connect(port, host, () => this.emit('connect'));
    }, fault?.milliseconds ?? 0);
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.#database.ref();
    return this;
  }

  unref(): this {
    this.#database.unref();
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#flight(chunk);
    done();
  }

  /** What was corked together is one flight. */
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#flight(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    void this.#sending.then(() => {
      this.#database.end();
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#database.destroy();
    done(error);
  }

  #flight(data: Buffer): void {
    const statements = this.#started ? statementsOf(data) : [];
    if (statements.length === 0) {
      // Who we are, and farewells.
      this.#sending = this.#sending.then(() => this.#send(data));
      return;
    }
    const fault = this.#wire.pass('flight');
    this.#sending = this.#sending.then(async () => {
      if (fault?.do === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
      this.#sendFlight(statements, fault);
    });
  }

  #sendFlight(statements: Buffer[], fault: Fault | null): void {
    const half = Math.floor(statements.length / 2);
    const { sent, hidden } = fault ? withError(statements, fault) : { sent: statements, hidden: null };
    const cut = () => {
      this.destroy(broken());
    };
    const crash = () => this.#wire.crash();
    const expect = (heard: number, then: (() => void) | null) =>
      this.#expected.push({ answers: sent.length, heard, hidden, then });
    switch (fault?.do === 'cut' || fault?.do === 'crash' ? `${fault.do} ${fault.at}` : 'no') {
      case 'cut before':
        cut();
        return;
      case 'cut half-sent':
        this.#send(Buffer.concat(sent.slice(0, half)));
        cut();
        return;
      case 'crash before':
        crash();
        return;
      case 'crash sent':
        this.#send(Buffer.concat(sent));
        crash();
        return;
      case 'cut half-answered':
        expect(half, cut);
        break;
      case 'cut after':
        expect(0, cut);
        break;
      case 'crash after':
        expect(0, crash);
        break;
      default:
        expect(sent.length, null);
    }
    this.#send(Buffer.concat(sent));
  }

  #send(data: Buffer): void {
    if (!this.destroyed && !this.#wire.isDead) this.#database.write(data);
  }

  #receive(data: Buffer): void {
    let unread: Buffer<ArrayBufferLike> = this.#unread.length === 0 ? data : Buffer.concat([this.#unread, data]);
    while (unread.length >= 5) {
      const length = 1 + unread.readUInt32BE(1);
      if (unread.length < length) break;
      const message = Buffer.from(unread.subarray(0, length));
      unread = unread.subarray(length);
      this.#hear(message);
      if (this.destroyed) return;
    }
    this.#unread = unread;
  }

  #hear(message: Buffer): void {
    const expected = this.#started ? this.#expected[0] : undefined;
    if (!expected) {
      this.push(message);
      if (message[0] === READY) this.#started = true;
      return;
    }
    if (this.#answered < expected.heard && this.#answered !== expected.hidden) this.push(message);
    if (message[0] !== READY) return;
    this.#answered += 1;
    if (this.#answered < expected.answers) return;
    this.#answered = 0;
    this.#expected.shift();
    expected.then?.();
  }
}

/** A flight's statements: each ends with a Sync or is a simple query, and is answered with a ReadyForQuery of its own. */
function statementsOf(data: Buffer): Buffer[] {
  const statements: Buffer[] = [];
  let start = 0;
  let at = 0;
  while (at + 5 <= data.length) {
    const type = data[at];
    at += 1 + data.readUInt32BE(at + 1);
    if (type === SYNC || type === SIMPLE_QUERY) {
      statements.push(data.subarray(start, at));
      start = at;
    }
  }
  return statements;
}

/** The flight with one statement that fails in place of another; `hidden` is one that is there in addition. */
function withError(statements: Buffer[], fault: Fault): { sent: Buffer[]; hidden: number | null } {
  if (fault.do !== 'error' && fault.do !== 'terminate') return { sent: statements, hidden: null };
  const where = fault.do === 'terminate' ? 'middle' : fault.at;
  const index = where === 'first' ? 0 : where === 'last' ? statements.length - 1 : Math.floor(statements.length / 2);
  const statement = statements[index]!;
  if (fault.do === 'error' && statement.includes('\0commit\0')) {
    // A commit that fails has ended its transaction, unlike any other statement: what was put off until then fails.
    const putOff = Buffer.concat([executed(`insert into simulated_fault values ('${fault.code}')`), message('S')]);
    return { sent: statements.toSpliced(index, 0, putOff), hidden: index };
  }
  const failing = fault.do === 'terminate' ? 'simulated_end()' : `simulated_fault('${fault.code}')`;
  // What `pg` believes to have prepared stays prepared.
  const failed = Buffer.concat([preparation(statement), executed(`select ${failing}`), message('S')]);
  return { sent: statements.with(index, failed), hidden: null };
}

function preparation(statement: Buffer): Buffer {
  return statement[0] === 0x50 ? statement.subarray(0, 1 + statement.readUInt32BE(1)) : Buffer.alloc(0);
}

function message(type: string, ...parts: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

/** Parse, bind, describe and execute, without names and parameters. */
function executed(text: string): Buffer {
  return Buffer.concat([
    message('P', '', text, Buffer.alloc(2)),
    message('B', '', '', Buffer.alloc(6)),
    message('D', Buffer.from('P\0')),
    message('E', '', Buffer.alloc(4)),
  ]);
}
