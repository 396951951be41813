// Reports as they are asked for, kept and forgotten (M4). What is in them is written by report-preparation.ts, in a job that is added
// in the same transaction. Whether one has expired is judged by its tenant's clock whenever it is looked at.

import { dayOf, type Instant, monthOf } from '../core/month.ts';
import { type Refusal, refuse, refuseField } from '../core/refusal.ts';
import { firstOfDays, type Report } from '../core/report.ts';
import { nothingDone, recordDone } from './audit.ts';
import type { Database, Row } from './database.ts';
import { loadKeys, saveKeys, usedKeyOf } from './idempotency.ts';
import { addReportJob } from './job.ts';
import { decodeCursor, paged } from './page.ts';
import { isByDay } from './report-rows.ts';
import { instantText, type Query, sql } from './sql.ts';
import type { Idempotency, Page, PageRequest, TenantAddress, WantedReport } from './store.ts';
import { ledgerOf, lockTenants } from './tenant.ts';

/** So that one tenant's reports do not keep the others waiting for ever. */
const MOST_UNFINISHED = 20;
/** Half an hour in all. */
const MOST_ATTEMPTS = 8;

/** `now` is the tenant's, from a column of that name. */
export function reportOf(row: Row): Report {
  const expired = row.status === 'Completed' && row.now >= row.expires_at;
  return {
    id: row.report_id,
    type: row.type,
    firstDay: row.first_day,
    lastDay: row.last_day,
    status: expired ? 'Expired' : row.status,
    createdAt: row.created_at,
    completedAt: row.completed_at,
    expiresAt: row.expires_at,
    failure: row.failure,
    rows: Number(row.row_count),
    bytes: Number(row.bytes),
    reachedDay: row.reached !== null && isByDay(row.type) ? row.reached[0] : null,
  };
}

function jobKey({ cell, tenantId }: TenantAddress, reportId: string): string {
  return `prepare-report/${cell}/${tenantId}/${reportId}`;
}

/** Refuses `InvalidRequest` (a day in the future), `TooManyRequests`, `IdempotencyConflict`. */
export async function createReport(
  database: Database,
  clockNow: Instant,
  tenant: TenantAddress,
  wanted: WantedReport,
  idempotency: Idempotency | undefined,
): Promise<{ report: Report; replayed: boolean } | Refusal> {
  const { cell, tenantId } = tenant;
  return database.of(tenant).transaction(async (fly) => {
    const [locked, unfinished, keys] = await fly([
      lockTenants({ cell, tenantIds: [tenantId], now: clockNow }),
      sql`
        select count(*) as count
        from report
        where cell = ${cell} and tenant_id = ${tenantId} and status in ('Submitted', 'InProgress')`,
      loadKeys(cell, idempotency ? [{ tenantId, key: idempotency.key }] : []),
    ]);
    if (keys!.rows[0]) {
      const { fingerprint, effect } = usedKeyOf(keys!.rows[0]);
      if (fingerprint !== idempotency!.fingerprint || effect.kind !== 'answer')
        return refuse('IdempotencyConflict', 'this idempotency key was used for other content');
      nothingDone(tenant);
      return { report: effect.answer as Report, replayed: true };
    }
    if (unfinished!.rows[0]!.count >= MOST_UNFINISHED)
      return refuse('TooManyRequests', `${MOST_UNFINISHED} reports are being prepared for this tenant; wait for one of them`);
    const { now } = ledgerOf(locked!.rows[0]!, clockNow);
    const today = dayOf(now);
    const lastDay = wanted.targetDate ?? today;
    if (lastDay > today) return refuseField('InvalidRequest', '/targetDate', `${lastDay} is in the future: it is ${today}`);
    const report: Report = {
      id: wanted.id,
      type: wanted.type,
      firstDay: firstOfDays(lastDay, wanted.days),
      lastDay,
      status: 'Submitted',
      createdAt: now,
      completedAt: null,
      expiresAt: null,
      failure: null,
      rows: 0,
      bytes: 0,
      reachedDay: null,
    };
    const key = idempotency && {
      ...idempotency,
      tenantId,
      month: monthOf(now),
      effect: { kind: 'answer' as const, answer: report },
    };
    await fly([
      sql`
        insert into report (cell, tenant_id, report_id, type, first_day, last_day, status, created_at)
        values (${cell}, ${tenantId}, ${report.id}, ${report.type}, ${report.firstDay}, ${lastDay}, 'Submitted', ${instantText(now)})`,
      addReportJob({ cell, tenantId, reportId: report.id }, { key: jobKey(tenant, report.id), maxAttempts: MOST_ATTEMPTS }),
      ...saveKeys(cell, key ? [key] : []),
      ...recordDone(tenant, { subject: `report:${report.id}`, before: null, after: stateOf(report) }),
    ]);
    return { report, replayed: false };
  });
}

export async function findReport(
  database: Database,
  clockNow: Instant,
  { cell, tenantId }: TenantAddress,
  reportId: string,
): Promise<Report | undefined> {
  const [row] = await database.of({ tenantId }).query(sql`
    select r.*, coalesce(t.sandbox_now, greatest(t.recorded_at, ${instantText(clockNow)}::timestamptz)) as now
    from report r
    join tenant t using (cell, tenant_id)
    where r.cell = ${cell} and r.tenant_id = ${tenantId} and r.report_id = ${reportId}`);
  return row && reportOf(row);
}

/** Newest first. */
export async function listReports(
  database: Database,
  clockNow: Instant,
  { cell, tenantId }: TenantAddress,
  page: PageRequest,
): Promise<Page<Report>> {
  const before = page.cursor === undefined ? null : decodeCursor(page.cursor);
  const rows = await database.of({ tenantId }).query(sql`
    select r.*, coalesce(t.sandbox_now, greatest(t.recorded_at, ${instantText(clockNow)}::timestamptz)) as now
    from report r
    join tenant t using (cell, tenant_id)
    where r.cell = ${cell} and r.tenant_id = ${tenantId} and (${before}::text is null or r.report_id < ${before})
    order by r.report_id desc
    limit ${page.limit + 1}`);
  return paged(page, { rows: rows.map(reportOf), keyOf: (report) => report.id });
}

/** The parts of a completed report's file, each when it is asked for; throws where the report goes away meanwhile. */
export async function* reportContent(
  database: Database,
  { cell, tenantId }: TenantAddress,
  reportId: string,
): AsyncGenerator<string, void> {
  const [report] = await database.of({ tenantId }).query(sql`
    select parts
    from report
    where cell = ${cell} and tenant_id = ${tenantId} and report_id = ${reportId}`);
  for (let part = 0; part < (report?.parts ?? 1); part += 1) {
    const [row] = await database.of({ tenantId }).query(sql`
      select content
      from report_part
      where cell = ${cell} and tenant_id = ${tenantId} and report_id = ${reportId} and part = ${part}`);
    if (!row) throw new Error(`part ${part} of report ${reportId} is no longer there`);
    yield row.content;
  }
}

/** False: no such report. One that is being prepared is given up. */
export async function deleteReport(database: Database, tenant: TenantAddress, reportId: string): Promise<boolean> {
  return database.of(tenant).transaction(async (fly) => {
    const [deleted] = await fly([
      sql`
        delete from report
        where cell = ${tenant.cell} and tenant_id = ${tenant.tenantId} and report_id = ${reportId}
        returning type, first_day, last_day`,
    ]);
    const row = deleted!.rows[0];
    if (!row) return false;
    const before = stateOf({ type: row.type, firstDay: row.first_day, lastDay: row.last_day });
    await fly(recordDone(tenant, { subject: `report:${reportId}`, before, after: null }));
    return true;
  });
}

/** What the audit log says of a report. */
function stateOf({ type, firstDay, lastDay }: Pick<Report, 'type' | 'firstDay' | 'lastDay'>): object {
  return { type, firstDay, lastDay };
}

/** Jobs for the reports that are being prepared, where a restore has brought back the reports alone. */
export function prepareUnfinishedReports(): Query {
  return sql`
    select graphile_worker.add_job(
      'prepare-report',
      json_build_object('cell', cell, 'tenantId', tenant_id, 'reportId', report_id),
      max_attempts => ${MOST_ATTEMPTS}::int,
      job_key => 'prepare-report/' || cell || '/' || tenant_id || '/' || report_id
    ) is not null as added
    from report
    where status in ('Submitted', 'InProgress')`;
}

const DISCARDED_AT_ONCE = 10;

/** Deletes the contents of expired reports; they stay listed. */
export async function discardExpiredReports(database: Database, cell: number, clockNow: Instant): Promise<void> {
  const discard: Query = sql`
    with expired as (
      select r.tenant_id, r.report_id
      from report r
      join tenant t on t.cell = ${cell} and t.tenant_id = r.tenant_id
      where r.cell = ${cell} and r.status = 'Completed' and not r.discarded
        and r.expires_at <= coalesce(t.sandbox_now, ${instantText(clockNow)}::timestamptz)
      limit ${DISCARDED_AT_ONCE}
    ), contents as (
      delete from report_part p
      using expired
      where p.cell = ${cell} and p.tenant_id = expired.tenant_id and p.report_id = expired.report_id
    )
    update report r
    set discarded = true
    from expired
    where r.cell = ${cell} and r.tenant_id = expired.tenant_id and r.report_id = expired.report_id
    returning 1 as discarded`;
  while ((await database.everywhere.query(discard)).length === DISCARDED_AT_ONCE);
}

/** Says of reports that no job will go on with, because each attempt ended its process, that they failed. */
export async function failAbandonedReports(database: Database, cell: number): Promise<void> {
  await database.everywhere.query(sql`
    update report r
    set status = 'Failed', failure = 'It could not be prepared in several attempts; ask for a new one.'
    where r.cell = ${cell} and r.status in ('Submitted', 'InProgress')
      and not exists (
        select
        from graphile_worker.jobs j
        where j.key = 'prepare-report/' || r.cell || '/' || r.tenant_id || '/' || r.report_id
          and (j.locked_at is not null or j.attempts < j.max_attempts)
      )`);
}
