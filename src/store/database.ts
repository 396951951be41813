// The database port: connections that send several statements in one round trip (a flight), as one transaction. Faults of the
// connection become `Unavailable`; a lane heals by itself with its next flight.

import type { Duplex } from 'node:stream';
import pg, { type QueryResult, type QueryResultRow } from 'pg';
import { columnTypes, type Query } from './sql.ts';
import { Unavailable } from './store.ts';

export type Row = QueryResultRow;

/** Sends statements in one round trip and answers their rows, in order. */
export type Fly = (queries: readonly Query[]) => Promise<QueryResult[]>;

export interface DatabaseOptions {
  url: string;
  /** Connections for reads and administration beside the lanes. */
  connections: number;
  onFault: (error: Error) => void;
  /** What each connection talks through, instead of a socket of its own: where the simulation puts faults (test/simulation). */
  socket?: (() => Duplex) | undefined;
}

const CONNECT_TIMEOUT_MS = 5_000;

function connectionOptions({ url, socket }: Pick<DatabaseOptions, 'url' | 'socket'>): pg.ClientConfig & { pipeline: boolean } {
  return {
    connectionString: url,
    ...(socket && { stream: socket }),
    pipeline: true,
    types: columnTypes,
    application_name: 'bursar',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Instants are read and written in UTC; an idle transaction of a process that hangs must not block a tenant for ever.
    options:
      '-c timezone=UTC -c default_transaction_isolation=read\\ committed -c idle_in_transaction_session_timeout=60000 -c jit=off',
    keepAlive: true,
  };
}

/**
 * A flight sends `begin` together with what follows; if `begin` alone failed (cancelled, its statement forgotten by a pooler), what
 * follows would be committed statement by statement. So lanes write only where a `begin` has said that they may.
 */
const ONLY_AFTER_BEGIN = ' -c default_transaction_read_only=on';

/** Sends all queries at once and waits for every answer; throws the first error, when nothing is under way any more. */
async function fly(client: pg.ClientBase, queries: readonly Query[]): Promise<QueryResult[]> {
  const { stream } = (client as unknown as { connection: { stream: { cork(): void; uncork(): void } } }).connection;
  stream.cork();
  const underWay = queries.map((query) => client.query(query));
  stream.uncork();
  const settled = await Promise.allSettled(underWay);
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map((each) => (each as PromiseFulfilledResult<QueryResult>).value);
}

const begin: Query = { name: 'begin', text: 'begin read write', values: [] };
const beginReading: Query = { name: 'begin-reading', text: 'begin isolation level repeatable read read only', values: [] };
const commit: Query = { name: 'commit', text: 'commit', values: [] };
const rollback: Query = { name: 'rollback', text: 'rollback', values: [] };

/** A connection of its own for one cell's batches, made anew after a fault. */
export class Lane {
  #client: pg.Client | null = null;
  readonly #options: Omit<DatabaseOptions, 'connections'>;

  constructor(options: Omit<DatabaseOptions, 'connections'>) {
    this.#options = options;
  }

  /**
   * Runs one transaction of two flights or more. `work` gets the answers of `first`, may ask further, and gives the statements that are
   * sent together with the commit. Throws `Unavailable` where the connection failed, with `outcomeUnknown` once a commit was sent.
   */
  async transaction<T>(
    first: readonly Query[],
    work: (loaded: QueryResult[], further: Fly) => Promise<{ save: Query[]; result: T }>,
  ): Promise<T> {
    const client = await this.#connected();
    let committing = false;
    try {
      const [, ...loaded] = await fly(client, [begin, ...first]);
      const { save, result } = await work(loaded, (queries) => fly(client, queries));
      if (save.length === 0) {
        await fly(client, [rollback]);
        return result;
      }
      committing = true;
      const answers = await fly(client, [...save, commit]);
      // After an error PostgreSQL answers a commit with ROLLBACK, without complaint.
      if (answers.at(-1)?.command !== 'COMMIT') throw new Error(`the commit was answered with ${answers.at(-1)?.command}`);
      return result;
    } catch (error) {
      throw await this.#recover(client, error as Error, committing);
    }
  }

  /**
   * Runs a whole transaction in one flight; it may be sent while an earlier one is still on its way. Throws PostgreSQL's error where a
   * statement failed (nothing was saved), `Unavailable` with `outcomeUnknown` where the connection failed.
   */
  async flight(queries: readonly Query[]): Promise<void> {
    const client = await this.#connected();
    try {
      const answers = await fly(client, [begin, ...queries, commit]);
      if (answers.at(-1)?.command !== 'COMMIT') throw new Error(`the commit was answered with ${answers.at(-1)?.command}`);
    } catch (error) {
      if (isDatabaseError(error) && !isConnectionError(error)) throw error;
      throw await this.#recover(client, error as Error, true);
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end();
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const options = connectionOptions(this.#options);
    const client = new pg.Client({ ...options, options: options.options + ONLY_AFTER_BEGIN });
    client.on('error', (error) => {
      this.#options.onFault(error);
      if (this.#client === client) this.#client = null;
    });
    try {
      await client.connect();
    } catch (error) {
      client.end().catch(() => {});
      throw new Unavailable('the database cannot be reached', false, { cause: error });
    }
    this.#client = client;
    return client;
  }

  /** Leaves the connection clean, or lets go of it; answers what to throw. */
  async #recover(client: pg.Client, error: Error, committing: boolean): Promise<Error> {
    if (isDatabaseError(error) && !isConnectionError(error)) {
      try {
        await fly(client, [rollback]);
        return error;
      } catch {
        // falls through: the connection is no longer of use
      }
    }
    if (this.#client === client) this.#client = null;
    client.end().catch(() => {});
    return error instanceof Unavailable
      ? error
      : isDatabaseError(error) || isSocketError(error)
        ? new Unavailable('the database connection was lost', committing, { cause: error })
        : error;
  }
}

/** PostgreSQL's own complaint, with a code. */
export function isDatabaseError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError;
}

/** Whether a transaction failed only because of others at the same time. */
export function isTransient(error: unknown): boolean {
  return isDatabaseError(error) && (error.code === '40001' || error.code === '40P01');
}

/** Others were in the way, or somebody cancelled it: the same may well succeed later. Nothing of it was done. */
export function isPassing(error: unknown): boolean {
  return isTransient(error) || (isDatabaseError(error) && (error.code === '57014' || error.code === '55P03'));
}

/** Shut down, crashed, out of connections, read-only: not a fault of the statement. */
export function isConnectionError(error: unknown): boolean {
  const code = isDatabaseError(error) ? (error.code ?? '') : '';
  return /^(08|57P|53|58)/.test(code) || code === '25006';
}

async function isRolledBack(client: pg.ClientBase): Promise<boolean> {
  return fly(client, [rollback]).then(
    () => true,
    () => false,
  );
}

function isSocketError(error: Error): boolean {
  return error instanceof Unavailable || 'code' in error || /connection|terminated|timeout/i.test(error.message);
}

/** The pool for reads and administration. */
export class Database {
  readonly url: string;
  readonly #pool: pg.Pool;
  readonly #options: DatabaseOptions;

  constructor(options: DatabaseOptions) {
    this.url = options.url;
    this.#options = options;
    this.#pool = new pg.Pool({
      ...connectionOptions(options),
      max: options.connections,
      idleTimeoutMillis: 60_000,
    } as pg.PoolConfig);
    this.#pool.on('error', options.onFault);
  }

  lane(): Lane {
    return new Lane(this.#options);
  }

  async query<R extends Row>(query: Query): Promise<R[]> {
    return this.#withClient(async (client) => (await client.query<R>(query)).rows);
  }

  /** Reads of one snapshot. `read` may fly several times. */
  async snapshot<T>(read: (fly: Fly) => Promise<T>): Promise<T> {
    return this.#inTransaction(beginReading, read);
  }

  async transaction<T>(write: (fly: Fly) => Promise<T>): Promise<T> {
    return this.#inTransaction(begin, write);
  }

  connections(): { inUse: number; idle: number; waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** What opens a snapshot travels with the first flight, so that one with one flight is two round trips; `begin` goes first (see above). */
  async #inTransaction<T>(opening: Query, work: (fly: Fly) => Promise<T>): Promise<T> {
    return this.#withClient(async (client) => {
      let opened = false;
      const flight: Fly = async (queries) => {
        if (opened) return fly(client, queries);
        if (opening === begin) await fly(client, [opening]);
        opened = true;
        return opening === begin ? fly(client, queries) : (await fly(client, [opening, ...queries])).slice(1);
      };
      try {
        const result = await work(flight);
        if (opened) {
          const [ended] = await fly(client, [commit]);
          if (ended?.command !== 'COMMIT') throw new Error(`the commit was answered with ${ended?.command}`);
        }
        return result;
      } catch (error) {
        // One that cannot be rolled back must not go back to the pool: the next to use it would find itself in the middle of this.
        if (opened && !(await isRolledBack(client)))
          throw new Unavailable('the database connection was lost', true, { cause: error });
        throw error;
      }
    });
  }

  async #withClient<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw new Unavailable('the database cannot be reached', false, { cause: error });
    }
    // The pool listens to idle connections only: one that breaks in use would end the process.
    client.on('error', this.#options.onFault);
    try {
      const result = await use(client);
      client.release();
      return result;
    } catch (error) {
      const lost = !isDatabaseError(error) ? isSocketError(error as Error) : isConnectionError(error);
      client.release(lost);
      if (isPassing(error)) throw new Unavailable('the database is too busy', false, { cause: error });
      throw lost ? new Unavailable('the database connection was lost', true, { cause: error }) : error;
    } finally {
      client.off('error', this.#options.onFault);
    }
  }
}
