// `bursar verify`: reads the whole database in one snapshot, writes nothing, and compares what is kept with what it must be (the
// invariants of the design). It is a second implementation: statements and a small fold that share no code with the product. The entries
// are read once, tenant by tenant, while the statements run beside them.

import { createHash } from 'node:crypto';
import type pg from 'pg';
import { checkAudit, type ExportedHead } from './audit-checks.ts';
import { Book } from './book.ts';
import {
  COUNTER_ROWS,
  type CounterRows,
  type CounterTable,
  checkCounters,
  checkSettings,
  checkTenant,
  prepareBook,
} from './counter-checks.ts';
import { AllDropped, Dropped, type DroppedTold } from './dropped.ts';
import { ENTRY_COLUMNS, entryOf, type Report } from './entry.ts';
import { checkEntry } from './entry-checks.ts';
import { checkHold, HOLD_COLUMNS } from './hold-checks.ts';
import { forgetInputs } from './inputs.ts';
import { checkCharged, forgetRates } from './price-checks.ts';
import { OrderedRows, openSnapshot, type Snapshot, type TextRow, textRows } from './snapshot.ts';
import { STATEMENTS } from './statements.ts';
import { TENANT_COLUMNS, type TenantRow, tenantOf } from './tenant-row.ts';
import { checkDailyUsage, checkRollups, readDailyUsage, USAGE_COLUMNS } from './usage-checks.ts';
import { Findings, type Violation } from './violation.ts';

export interface Verdict {
  tenants: number;
  entries: number;
  violations: Violation[];
  /** What retention dropped, and how much could not be compared because of it; null: nothing. */
  dropped: DroppedTold | null;
  seconds: number;
}

/** Why nothing can be said about the database: its message is for people. */
export class CannotVerify extends Error {
  override name = 'CannotVerify';
}

export interface VerifyOptions {
  url: string;
  /** Only this tenant. */
  tenantId?: string;
  /** Ends of the audit logs as they were exported once. */
  auditHeads?: readonly ExportedHead[];
  /** Told now and then how many entries of how many have been read. */
  progress?: (entries: number, of: number) => void;
}

export async function verify({ url, ...options }: VerifyOptions): Promise<Verdict> {
  const snapshot = await openSnapshot(url).catch((error: Error) => {
    throw new CannotVerify(`the database cannot be reached: ${error.message}`);
  });
  try {
    return await verifySnapshot(snapshot, options);
  } finally {
    await snapshot.close();
  }
}

/** The same in a snapshot that somebody else opens and gives up. */
export async function verifySnapshot(
  snapshot: Omit<Snapshot, 'close'>,
  { tenantId, auditHeads = [], progress = () => {} }: Omit<VerifyOptions, 'url'> = {},
): Promise<Verdict> {
  const began = performance.now();
  forgetRates();
  forgetInputs();
  const findings = new Findings();
  try {
    await expectBursar(snapshot.beside);
    const scope = await scopeOf(snapshot.beside, tenantId);
    // Both are awaited whatever happens, so that no query is under way when the snapshot is given up.
    const [read, ran] = await Promise.allSettled([
      readTenants(snapshot, scope, findings, progress),
      runStatements(snapshot.apart, scope, auditHeads, findings),
    ]);
    if (read.status === 'rejected') throw read.reason;
    if (ran.status === 'rejected') throw ran.reason;
    return { ...read.value, violations: findings.violations(), seconds: (performance.now() - began) / 1000 };
  } catch (error) {
    if (error instanceof CannotVerify) throw error;
    throw new CannotVerify(`the database could not be read to its end: ${(error as Error).message}`, { cause: error });
  }
}

interface Scope {
  /** A condition on the columns of a table that narrows it to the wanted tenant. */
  of: (alias: string) => string;
  values: (string | number)[];
  cells: number;
}

const NEWEST_MIGRATION = '0011_audit';

async function expectBursar(client: pg.Client): Promise<void> {
  const [row] = await textRows(client, `select to_regclass('migration') is not null and to_regclass('installation') is not null`);
  if (row?.[0] !== 't') throw new CannotVerify('this database holds no Bursar: it was never served from');
  const migrations = await textRows(client, 'select name from migration order by name');
  const newest = migrations.at(-1)?.[0] ?? 'none';
  if (newest.slice(0, 4) < NEWEST_MIGRATION.slice(0, 4))
    throw new CannotVerify(
      `the database is at migration ${newest}, and this Bursar needs ${NEWEST_MIGRATION}: start this Bursar on it once`,
    );
}

async function scopeOf(client: pg.Client, tenantId: string | undefined): Promise<Scope> {
  const [installation] = await textRows(client, 'select cells from installation');
  const cells = Number(installation?.[0] ?? 0);
  if (tenantId === undefined) return { of: () => 'true', values: [], cells };
  const found = await textRows(client, 'select cell from tenant where tenant_id = $1', [tenantId]);
  if (found.length === 0) throw new CannotVerify(`there is no tenant ${JSON.stringify(tenantId)} in this database`);
  return {
    of: (alias) => `${alias}.cell = $1::smallint and ${alias}.tenant_id = $2`,
    values: [Number(found[0]![0]), tenantId],
    cells,
  };
}

async function runStatements(
  client: pg.Client,
  { of, values }: Scope,
  auditHeads: readonly ExportedHead[],
  findings: Findings,
): Promise<void> {
  for (const { check, text } of STATEMENTS) {
    const whole = `select tenant_id, offender, count(*) over () from (${text(of)}) as found order by 1, 2 limit 10`;
    const rows = await textRows(client, whole, whole.includes('$1') ? values : []).catch((error: Error) => {
      throw new CannotVerify(`${check} could not be checked: ${error.message}`, { cause: error });
    });
    for (const [index, [tenantId, offender, total]] of rows.entries())
      findings.add(check, tenantId!, offender!, index === 0 ? Number(total) - rows.length + 1 : 1);
  }
  await checkRollups(client, of, values, findings);
  await checkAudit(client, { of, values }, auditHeads, findings);
}

/** Rows of one table, tenant by tenant. */
type Cursors = Record<CounterTable | 'hold' | 'daily_usage' | 'activity', OrderedRows>;

async function openCursors({ entries, beside }: Omit<Snapshot, 'close'>, { of, values }: Scope): Promise<Cursors> {
  const open = (client: pg.Client, table: string, columns: string, order = '') =>
    OrderedRows.open(
      client,
      `rows_of_${table}`,
      `select cell, tenant_id, ${columns} from ${table} x where ${of('x')} order by cell, tenant_id${order}`,
      values,
    );
  const counters: Partial<Cursors> = {};
  for (const [table, columns] of Object.entries(COUNTER_ROWS))
    counters[table as CounterTable] = await open(beside, table, columns);
  return {
    ...(counters as Cursors),
    hold: await open(beside, 'hold', HOLD_COLUMNS),
    daily_usage: await open(beside, 'daily_usage', USAGE_COLUMNS),
    activity: await open(entries, 'activity', ENTRY_COLUMNS, ', sequence'),
  };
}

const PROGRESS_EVERY = 20_000;

async function readTenants(
  snapshot: Omit<Snapshot, 'close'>,
  scope: Scope,
  findings: Findings,
  progress: NonNullable<VerifyOptions['progress']>,
): Promise<{ tenants: number; entries: number; dropped: DroppedTold | null }> {
  const [total] = await textRows(
    snapshot.beside,
    `select coalesce(sum(sequence), 0) - (select coalesce(sum(records), 0) from activity_dropped x where ${scope.of('x')})
     from tenant x
     where ${scope.of('x')}`,
    scope.values,
  );
  const expected = Number(total?.[0] ?? 0);
  const tenantRows = await OrderedRows.open(
    snapshot.beside,
    'rows_of_tenants',
    `select ${TENANT_COLUMNS} from tenant x where ${scope.of('x')} order by cell, tenant_id`,
    scope.values,
  );
  const cursors = await openCursors(snapshot, scope);
  const stray = (table: string) => (row: TextRow) => findings.add('tenant-unknown', row[1]!, `a row of ${table}`);
  let [tenants, entries] = [0, 0];
  const dropped = new AllDropped();
  const read = () => {
    entries += 1;
    if (entries % PROGRESS_EVERY === 0) progress(entries, expected);
  };
  for (let row = await tenantRows.next(); row !== undefined; row = await tenantRows.next()) {
    tenants += 1;
    dropped.add(await readTenant(tenantOf(row), { cursors, findings, stray, read, cells: scope.cells, snapshot }));
  }
  // What is left belongs to no tenant.
  for (const [table, cursor] of Object.entries(cursors)) await cursor.take(null, () => {}, stray(table));
  progress(entries, expected);
  return { tenants, entries, dropped: dropped.told() };
}

interface Reading {
  cursors: Cursors;
  findings: Findings;
  stray: (table: string) => (row: TextRow) => void;
  read: () => void;
  cells: number;
  snapshot: Omit<Snapshot, 'close'>;
}

async function readTenant(tenant: TenantRow, { cursors, findings, stray, read, cells, snapshot }: Reading): Promise<Dropped> {
  const report: Report = (check, offender) => findings.add(check, tenant.tenantId, offender);
  if (cellOf(tenant.tenantId, cells) !== Number(tenant.cell)) report('tenant-cell', `it is in cell ${tenant.cell} of ${cells}`);
  const rows = {} as CounterRows;
  for (const table of Object.keys(COUNTER_ROWS) as CounterTable[]) {
    const taken: TextRow[] = [];
    await cursors[table].take(tenant, (row) => taken.push(row.slice(2)), stray(table));
    rows[table] = taken;
  }
  const book = new Book(tenant, new Dropped(rows.activity_dropped), report);
  checkSettings(tenant.settings, book.isSandbox, report);
  prepareBook(book, rows);
  const takeRow = (row: TextRow) => {
    read();
    takeEntry(book, row, report);
  };
  // Side by side, so that there is something to do while one of them is waited for.
  const [stored] = await Promise.all([
    readDailyUsage(tenant, cursors.daily_usage, stray('daily_usage')),
    cursors.activity.take(tenant, takeRow, stray('activity')),
  ]);
  await cursors.hold.take(tenant, (row) => checkHold(book, row, report), stray('hold'));
  checkTenant(book, report);
  checkCounters(book, rows, report);
  await checkDailyUsage(book, stored, snapshot.entries, report);
  return book.dropped;
}

function takeEntry(book: Book, row: TextRow, report: Report): void {
  book.takeSequence(Number(row[2]));
  const entry = entryOf(row);
  if (typeof entry === 'string') {
    report('entry-form', `entry ${row[2]} cannot be read: ${entry}`);
    return;
  }
  checkEntry(entry, { isSandbox: book.isSandbox, beganAt: book.tenant.beganAt }, report);
  checkCharged(entry, report);
  book.add(entry);
}

/** A tenant's cell is a hash of its id, fixed. */
function cellOf(tenantId: string, cells: number): number {
  return createHash('sha256').update(tenantId).digest().readUInt32BE(0) % cells;
}
