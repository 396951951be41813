// One snapshot of the database, seen from several connections: nothing is written, and nothing that is written meanwhile is seen.
// Rows come as arrays of texts through cursors, some thousand at a time, so that no table is ever in memory.

import pg from 'pg';

/** The values of a row as PostgreSQL writes them; the first two are always cell and tenant. */
export type TextRow = (string | null)[];

/** Every value as PostgreSQL writes it. */
export const asText = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;
/** More make the collector of garbage work harder: what is read must be gone before it counts as old. */
const ROWS_AT_ONCE = 1_000;

export interface Snapshot {
  /** The connection for the entries, which are the most. */
  entries: pg.Client;
  /** For what is read beside them. */
  beside: pg.Client;
  /** For statements that run by themselves. */
  apart: pg.Client;
  /** Ends what is under way and gives the snapshot up. */
  close(): Promise<void>;
}

export async function openSnapshot(url: string): Promise<Snapshot> {
  const clients: pg.Client[] = [];
  const open = async () => {
    const client = new pg.Client({
      connectionString: url,
      types: asText,
      application_name: 'bursar verify',
      connectionTimeoutMillis: 10_000,
      // A sort or a hash that needs more goes to disk. A login from which rows are hidden is refused: all of nothing adds up.
      options:
        '-c timezone=UTC -c datestyle=ISO -c jit=off -c work_mem=64MB -c max_parallel_workers_per_gather=1 -c row_security=off',
    });
    // A connection that breaks while nothing is asked of it: the next question fails and says so.
    client.on('error', () => {});
    clients.push(client);
    await client.connect();
    return client;
  };
  const close = async () => {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  };
  try {
    const entries = await open();
    const [there] = await textRows(entries, `select to_regclass('activity') is not null`);
    await entries.query('begin isolation level repeatable read read only');
    // Before the snapshot is taken: retention waits with its next month until this is done, and no month is gone that the snapshot has.
    if (there?.[0] === 't') await entries.query('lock table activity in access share mode');
    const { rows } = await entries.query('select pg_export_snapshot() as name');
    const name = String(rows[0].name).replaceAll("'", '');
    const [beside, apart] = [await open(), await open()];
    for (const client of [beside, apart]) {
      await client.query('begin isolation level repeatable read read only');
      await client.query(`set transaction snapshot '${name}'`);
    }
    return { entries, beside, apart, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function textRows(client: pg.Client, text: string, values: (string | number)[] = []): Promise<TextRow[]> {
  const result = await client.query({ text, values, rowMode: 'array' });
  return result.rows as TextRow[];
}

/** The rows of a statement that are in order of cell and tenant, tenant by tenant. The next ones are on their way while these are used. */
export class OrderedRows {
  readonly #client: pg.Client;
  readonly #name: string;
  #rows: TextRow[] = [];
  #at = 0;
  #coming: Promise<TextRow[]> | null = null;

  private constructor(client: pg.Client, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** `name` is ours, never input. */
  static async open(client: pg.Client, name: string, text: string, values: (string | number)[]): Promise<OrderedRows> {
    await client.query({ text: `declare ${name} no scroll cursor for ${text}`, values });
    const rows = new OrderedRows(client, name);
    rows.#ask();
    return rows;
  }

  #ask(): void {
    this.#coming = this.#client
      .query({ text: `fetch forward ${ROWS_AT_ONCE} from ${this.#name}`, rowMode: 'array' })
      .then((result) => result.rows as TextRow[]);
    this.#coming.catch(() => {});
  }

  async #more(): Promise<boolean> {
    if (this.#coming === null) return false;
    this.#rows = await this.#coming;
    this.#at = 0;
    if (this.#rows.length === ROWS_AT_ONCE) this.#ask();
    else this.#coming = null;
    return this.#rows.length > 0;
  }

  async next(): Promise<TextRow | undefined> {
    if (this.#at === this.#rows.length && !(await this.#more())) return undefined;
    this.#at += 1;
    return this.#rows[this.#at - 1];
  }

  /** Takes the rows of a tenant; those before it belong to no tenant and go to `stray`. Null: all that are left are strays. */
  async take(
    tenant: { cell: string; tenantId: string } | null,
    take: (row: TextRow) => void,
    stray: (row: TextRow) => void,
  ): Promise<void> {
    for (;;) {
      if (this.#at === this.#rows.length && !(await this.#more())) return;
      const row = this.#rows[this.#at]!;
      if (tenant !== null && row[1] === tenant.tenantId && row[0] === tenant.cell) take(row);
      else if (tenant === null || isBefore(row, tenant)) stray(row);
      else return;
      this.#at += 1;
    }
  }
}

/** As PostgreSQL orders them: by number, then by bytes. */
function isBefore(row: TextRow, { cell, tenantId }: { cell: string; tenantId: string }): boolean {
  const byCell = Number(row[0]) - Number(cell);
  return byCell !== 0 ? byCell < 0 : Buffer.compare(Buffer.from(row[1]!), Buffer.from(tenantId)) < 0;
}
