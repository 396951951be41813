// The preparation of a report (M4, M5): its rows become parts of a CSV file, each committed together with how far it came, so that
// whoever does the job next goes on after the last part that is there: no row is missing, none is there twice. Of two that prepare
// the same report one finds that the other has written the next part, and gives up.
//
// Texts that a spreadsheet would run as a formula (=, +, -, @, tab or return at their beginning) get an apostrophe before them; the
// importer takes it away. Figures are never negative, so none begins that way.

import { stringify } from 'csv-stringify/sync';
import type { Instant } from '../core/month.ts';
import { cellsOf, expiryOf, headerOf, type ReportRows, type ReportType } from '../core/report.ts';
import type { Database } from './database.ts';
import { keyOf, readReportRows } from './report-rows.ts';
import { instantText, sql, texts } from './sql.ts';
import type { TenantAddress } from './store.ts';

interface Preparation extends TenantAddress {
  reportId: string;
  /** How many parts are there. */
  parts: number;
}

/** Prepares a report, or what of it is missing. Answers false where it was told to stop before it was done. */
export async function prepareReport(
  database: Database,
  clock: () => Instant,
  address: TenantAddress & { reportId: string },
  run: { signal: AbortSignal; last: boolean },
): Promise<boolean> {
  const { cell, tenantId, reportId } = address;
  const [row] = await database.of(address).query(sql`
    update report
    set status = 'InProgress'
    where cell = ${cell} and tenant_id = ${tenantId} and report_id = ${reportId} and status in ('Submitted', 'InProgress')
    returning type, first_day, last_day, parts, reached`);
  // Deleted, or completed by somebody else.
  if (!row) return true;
  const preparation: Preparation = { cell, tenantId, reportId, parts: row.parts };
  const type: ReportType = row.type;
  const report = { type, firstDay: row.first_day, lastDay: row.last_day, reached: row.reached };
  try {
    const atEnd = await readReportRows(database, address, report, run.signal, (rows) =>
      addPart(database, preparation, type, rows),
    );
    if (!atEnd) return false;
    if (preparation.parts === 0) await addPart(database, preparation, type, []);
    await complete(database, preparation, clock());
    return true;
  } catch (error) {
    if (error instanceof ReportGone) return true;
    if (run.signal.aborted) return false;
    if (run.last) await fail(database, address);
    throw error;
  }
}

/** Deleted while it was prepared. */
class ReportGone extends Error {}

async function addPart<T extends ReportType>(
  database: Database,
  preparation: Preparation,
  type: T,
  rows: readonly ReportRows[T][],
): Promise<void> {
  const { cell, tenantId, reportId, parts } = preparation;
  const lines = rows.map((row) => cellsOf(type, row));
  const content = csv(parts === 0 ? [headerOf(type), ...lines] : lines);
  const last = rows.at(-1);
  const added = await database.of(preparation).query(sql`
    with report as (
      update report
      set parts = parts + 1, row_count = row_count + ${rows.length}, bytes = bytes + ${Buffer.byteLength(content)},
        reached = ${last === undefined ? null : texts(keyOf(type, last))}::text[]
      where cell = ${cell} and tenant_id = ${tenantId} and report_id = ${reportId} and status = 'InProgress' and parts = ${parts}
      returning cell, tenant_id, report_id
    )
    insert into report_part (cell, tenant_id, report_id, part, content)
    select cell, tenant_id, report_id, ${parts}, ${content}
    from report
    returning 1 as added`);
  if (added.length === 0) await giveUp(database, preparation);
  preparation.parts += 1;
}

function csv(lines: readonly string[][]): string {
  return stringify(lines as string[][], { record_delimiter: '\n', escape_formulas: true });
}

async function complete(database: Database, preparation: Preparation, clockNow: Instant): Promise<void> {
  const { cell, tenantId, reportId, parts } = preparation;
  const [tenant] = await database.of(preparation).query(sql`
    select coalesce(sandbox_now, greatest(recorded_at, ${instantText(clockNow)}::timestamptz)) as now
    from tenant
    where cell = ${cell} and tenant_id = ${tenantId}`);
  const now: Instant = tenant!.now;
  const completed = await database.of(preparation).query(sql`
    update report
    set status = 'Completed', completed_at = ${instantText(now)}, expires_at = ${instantText(expiryOf(now))}
    where cell = ${cell} and tenant_id = ${tenantId} and report_id = ${reportId} and status = 'InProgress' and parts = ${parts}
    returning 1 as completed`);
  if (completed.length === 0) await giveUp(database, preparation);
}

/** Throws what says why the report is not as this preparation left it. */
async function giveUp(database: Database, { cell, tenantId, reportId }: Preparation): Promise<never> {
  const rows = await database.of({ tenantId }).query(sql`
    select status
    from report
    where cell = ${cell} and tenant_id = ${tenantId} and report_id = ${reportId} and status in ('Submitted', 'InProgress')`);
  if (rows.length === 0) throw new ReportGone();
  throw new Error(`another process goes on with report ${reportId}`);
}

async function fail(database: Database, { cell, tenantId, reportId }: TenantAddress & { reportId: string }): Promise<void> {
  await database.of({ tenantId }).query(sql`
    update report
    set status = 'Failed', failure = 'It could not be prepared because of a fault of the server; ask for a new one.'
    where cell = ${cell} and tenant_id = ${tenantId} and report_id = ${reportId} and status = 'InProgress'`);
}
