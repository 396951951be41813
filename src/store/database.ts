// The database port: connections that send several statements in one round trip (a flight), as one transaction. Faults of the
// connection become `Unavailable`; a lane heals by itself with its next flight.
//
// What is done for tenants is done in their part of the database: as the runtime role (runtime-role.ts), in a transaction that names them,
// so that PostgreSQL itself shows no others (migrations/0010_wall.sql).

import type { Duplex } from 'node:stream';
import pg, { type QueryResult, type QueryResultRow } from 'pg';
import { isConnectionError, isDatabaseError, isPassing, isSocketError } from './database-error.ts';
import {
  atHand,
  begin,
  beginReading,
  beginWriting,
  commit,
  connectionOptions,
  expectCommit,
  fly,
  isRolledBack,
  type Runtime,
  rollback,
} from './flight.ts';
import type { Query } from './sql.ts';
import { Unavailable } from './store.ts';

export type Row = QueryResultRow;

/** Sends statements in one round trip and answers their rows, in order. */
export type Fly = (queries: readonly Query[]) => Promise<QueryResult[]>;

export interface DatabaseOptions {
  /** The owner's. */
  url: string;
  runtime: Runtime;
  /** Connections for reads and administration of tenants, beside the lanes. */
  connections: number;
  onFault: (error: Error) => void;
  /** What each connection talks through, instead of a socket of its own: where the simulation puts faults (test/simulation). */
  socket?: (() => Duplex) | undefined;
}

/** For background work, and for look-ups by a secret. */
const CONNECTIONS_EVERYWHERE = 6;

/**
 * A flight sends `begin` together with what follows; if `begin` alone failed (cancelled, its statement forgotten by a pooler), what
 * follows would be committed statement by statement. So lanes write only where a `begin` has said that they may.
 */
const ONLY_AFTER_BEGIN = ' -c default_transaction_read_only=on';

/** A connection of its own for one cell's batches, made anew after a fault. */
export class Lane {
  #client: pg.Client | null = null;
  readonly #options: Pick<DatabaseOptions, 'runtime' | 'onFault' | 'socket'>;

  constructor(options: Pick<DatabaseOptions, 'runtime' | 'onFault' | 'socket'>) {
    this.#options = options;
  }

  /**
   * Runs one transaction of two flights or more, on what belongs to these tenants. `work` gets the answers of `first`, may ask further,
   * and gives the statements that are sent together with the commit. Throws `Unavailable` where the connection failed, with
   * `outcomeUnknown` once a commit was sent.
   */
  async transaction<T>(
    tenantIds: readonly string[],
    first: readonly Query[],
    work: (loaded: QueryResult[], further: Fly) => Promise<{ save: Query[]; result: T }>,
  ): Promise<T> {
    const client = await this.#connected();
    let committing = false;
    try {
      const [, , ...loaded] = await fly(client, [beginWriting, atHand(tenantIds), ...first]);
      const { save, result } = await work(loaded, (queries) => fly(client, queries));
      if (save.length === 0) {
        await fly(client, [rollback]);
        return result;
      }
      committing = true;
      const answers = await fly(client, [...save, commit]);
      expectCommit(answers.at(-1));
      return result;
    } catch (error) {
      throw await this.#recover(client, error as Error, committing);
    }
  }

  /**
   * Runs a whole transaction in one flight; it may be sent while an earlier one is still on its way. Throws PostgreSQL's error where a
   * statement failed (nothing was saved), `Unavailable` with `outcomeUnknown` where the connection failed.
   */
  async flight(tenantIds: readonly string[], queries: readonly Query[]): Promise<void> {
    const client = await this.#connected();
    try {
      const answers = await fly(client, [beginWriting, atHand(tenantIds), ...queries, commit]);
      expectCommit(answers.at(-1));
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
    const options = connectionOptions(this.#options.runtime, this.#options.socket);
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

/** What part of the database statements see and change. */
export interface PartOfDatabase {
  /** One statement, which is a transaction. */
  query<R extends Row>(query: Query): Promise<R[]>;
  /** Reads of one snapshot. `read` may fly several times. */
  snapshot<T>(read: (fly: Fly) => Promise<T>): Promise<T>;
  transaction<T>(write: (fly: Fly) => Promise<T>): Promise<T>;
}

/** Connections that are taken for one transaction each, and the part of the database that they see. */
class Pool {
  readonly #pool: pg.Pool;
  readonly #onFault: (error: Error) => void;

  constructor(login: Runtime, connections: number, { onFault, socket }: Pick<DatabaseOptions, 'onFault' | 'socket'>) {
    this.#onFault = onFault;
    const options = { ...connectionOptions(login, socket), max: connections, idleTimeoutMillis: 60_000 };
    this.#pool = new pg.Pool(options as pg.PoolConfig);
    this.#pool.on('error', onFault);
  }

  /** `first`: what is sent after each `begin`. */
  part(first: readonly Query[]): PartOfDatabase {
    return {
      query: (query) => (first.length === 0 ? this.#query(query) : this.#queryAfter(first, query)),
      snapshot: (read) => this.#inTransaction(beginReading, first, read),
      transaction: (write) => this.#inTransaction(begin, first, write),
    };
  }

  connections(): { inUse: number; idle: number; waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }

  async #query<R extends Row>(query: Query): Promise<R[]> {
    return this.#withClient(async (client) => (await client.query<R>(query)).rows);
  }

  async #queryAfter<R extends Row>(first: readonly Query[], query: Query): Promise<R[]> {
    return this.#withClient((client) =>
      leftClean(client, async () => {
        const answers = await fly(client, [begin, ...first, query, commit]);
        expectCommit(answers.at(-1));
        return answers.at(-2)!.rows as R[];
      }),
    );
  }

  /** What opens a snapshot travels with the first flight, so that one with one flight is two round trips; `begin` goes first (see above). */
  async #inTransaction<T>(opening: Query, first: readonly Query[], work: (fly: Fly) => Promise<T>): Promise<T> {
    return this.#withClient(async (client) => {
      let opened = false;
      const flight: Fly = async (queries) => {
        if (opened) return fly(client, queries);
        const before = [opening, ...first];
        if (opening === begin) await fly(client, before);
        opened = true;
        return opening === begin ? fly(client, queries) : (await fly(client, [...before, ...queries])).slice(before.length);
      };
      return leftClean(client, async () => {
        const result = await work(flight);
        if (opened) expectCommit((await fly(client, [commit]))[0]);
        return result;
      });
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
    client.on('error', this.#onFault);
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
      client.off('error', this.#onFault);
    }
  }
}

/** A transaction that cannot be rolled back must not go back to the pool: the next to use it would find itself in the middle of it. */
async function leftClean<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (await isRolledBack(client)) throw error;
    throw new Unavailable('the database connection was lost', true, { cause: error });
  }
}

/** All connections of a store but those of the jobs. */
export class Database {
  /** The owner's. */
  readonly url: string;
  /** All tenants: for background work, for the installation, and for look-ups by a secret, before it is known whose it is. */
  readonly everywhere: PartOfDatabase;
  readonly #owner: Pool;
  readonly #runtime: Pool;
  readonly #options: DatabaseOptions;

  constructor(options: DatabaseOptions) {
    this.url = options.url;
    this.#options = options;
    this.#owner = new Pool({ url: options.url, role: null }, CONNECTIONS_EVERYWHERE, options);
    this.#runtime = new Pool(options.runtime, options.connections, options);
    this.everywhere = this.#owner.part([]);
  }

  /** What belongs to this tenant. */
  of({ tenantId }: { tenantId: string }): PartOfDatabase {
    return this.#runtime.part([atHand([tenantId])]);
  }

  lane(): Lane {
    return new Lane(this.#options);
  }

  connections(): { inUse: number; idle: number; waiting: number } {
    const [one, other] = [this.#owner.connections(), this.#runtime.connections()];
    return { inUse: one.inUse + other.inUse, idle: one.idle + other.idle, waiting: one.waiting + other.waiting };
  }

  async close(): Promise<void> {
    await Promise.all([this.#owner.end(), this.#runtime.end()]);
  }
}
