// Imports: the files that were recorded as history, part by part, and what is there of their rows already. The rows themselves are
// recorded by the engine, each under a key of its own, so that this is a list of what was asked for and never decides anything.

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Credits, Currency } from '../core/credits.ts';
import { type ImportView, isOfPeriod, showsCopilotCredits } from '../core/import-view.ts';
import type { Day, Instant } from '../core/month.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { cellsOf } from '../core/report.ts';
import { recordDone } from './audit.ts';
import type { Database, Row } from './database.ts';
import { paged, startAfter } from './page.ts';
import { readReportRows } from './report-rows.ts';
import { instantText, sql, texts } from './sql.ts';
import type { Page, PageRequest, TenantAddress } from './store.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

export interface NewImport {
  id: string;
  view: ImportView;
  fileName: string | null;
  from: Day;
  to: Day;
  belowThousandAs: Credits;
  environment: { id: string; name: string };
  parts: number;
  createdAt: Instant;
}

export interface ImportCounts {
  rows: number;
  recorded: number;
  /** Were there already, with the same figures. */
  unchanged: number;
  problems: number;
}

export interface Import extends NewImport, ImportCounts {
  /** Whether every part came to its end. */
  completed: boolean;
}

export interface RecordedRow {
  figures: string;
  recordedAt: Instant | null;
}

export interface Imports {
  /**
   * Notes that a part is about to be recorded, with its content; the same part again takes its place. Refuses `AlreadyExists` where
   * the import is there with other terms.
   */
  beginPart(tenant: TenantAddress, wanted: NewImport, part: { number: number; content: Buffer }): Promise<Refusal | null>;
  /** What became of a part. Of a part that is sent again, what it recorded before stays counted as recorded. */
  finishPart(tenant: TenantAddress, part: { importId: string; number: number } & ImportCounts): Promise<void>;
  /** Newest first. */
  list(tenant: TenantAddress, page: PageRequest): Promise<Page<Import>>;
  find(tenant: TenantAddress, importId: string): Promise<Import | undefined>;
  /** The parts of an imported file as they came, in UTF-8, one at a time. */
  contents(tenant: TenantAddress, importId: string): AsyncGenerator<Buffer, void>;
  /** What was recorded under the keys of rows, by key. */
  recorded(tenant: TenantAddress, keys: readonly string[]): Promise<ReadonlyMap<string, RecordedRow>>;
  /** Earlier imports that show Copilot Credits of the same days in another view, or of another period: recording both would count twice. */
  ofSameDays(tenant: TenantAddress, wanted: Pick<NewImport, 'id' | 'view' | 'from' | 'to'>): Promise<SameDays[]>;
  /** On how many of these days consumption was recorded here that no file brought. */
  meteredDays(tenant: TenantAddress, wanted: { from: Day; to: Day; currencies: readonly Currency[] }): Promise<number>;
  /** The rows that a report of the same view and days has now, as cells, some at a time. */
  exportRows(
    tenant: TenantAddress,
    wanted: { view: ImportView; from: Day; to: Day },
    take: (rows: string[][]) => void,
  ): Promise<void>;
}

export interface SameDays {
  id: string;
  view: ImportView;
  from: Day;
  to: Day;
}

export function importsOf(database: Database, clock: () => Instant): Imports {
  return {
    beginPart: (tenant, wanted, part) => beginPart(database, tenant, wanted, part),
    finishPart: (tenant, part) => finishPart(database, tenant, part, clock()),
    list: (tenant, page) => list(database, tenant, page),
    find: (tenant, importId) => find(database, tenant, importId),
    contents: (tenant, importId) => contents(database, tenant, importId),
    recorded: (tenant, keys) => recorded(database, tenant, keys),
    ofSameDays: (tenant, wanted) => ofSameDays(database, tenant, wanted),
    meteredDays: (tenant, wanted) => meteredDays(database, tenant, wanted),
    async exportRows(tenant, { view, from, to }, take) {
      const days = { type: view, firstDay: from, lastDay: to, reached: null };
      await readReportRows(database, tenant, days, new AbortController().signal, async (rows) =>
        take(rows.map((row) => cellsOf(view, row))),
      );
    },
  };
}

async function beginPart(
  database: Database,
  tenant: TenantAddress,
  wanted: NewImport,
  part: { number: number; content: Buffer },
): Promise<Refusal | null> {
  const { cell, tenantId } = tenant;
  const content = await compress(part.content);
  const isGrowing = !isOfPeriod(wanted.view);
  return database.of({ tenantId }).transaction(async (fly) => {
    const [, found] = await fly([
      sql`
        insert into import (cell, tenant_id, import_id, view, file_name, from_day, to_day, below_thousand_as, environment_id,
          environment_name, parts, created_at)
        values (${cell}, ${tenantId}, ${wanted.id}, ${wanted.view}, ${wanted.fileName}, ${wanted.from}, ${wanted.to},
          ${wanted.belowThousandAs}, ${wanted.environment.id}, ${wanted.environment.name}, ${wanted.parts}, ${instantText(wanted.createdAt)})
        on conflict (cell, tenant_id, import_id) do nothing`,
      sql`
        update import
        set from_day = least(from_day, ${wanted.from}::date), to_day = greatest(to_day, ${wanted.to}::date)
        where cell = ${cell} and tenant_id = ${tenantId} and import_id = ${wanted.id}
          and view = ${wanted.view} and parts = ${wanted.parts} and file_name is not distinct from ${wanted.fileName}
          and below_thousand_as = ${wanted.belowThousandAs} and environment_id = ${wanted.environment.id}
          and (${isGrowing}::boolean or (from_day = ${wanted.from}::date and to_day = ${wanted.to}::date))
        returning 1 as fits`,
    ]);
    if (found!.rows.length === 0)
      return refuse(
        'AlreadyExists',
        `import ${wanted.id} is there already, of another view, file, period or number of parts; use another id`,
      );
    await fly([
      sql`
        insert into import_part (cell, tenant_id, import_id, part, content)
        values (${cell}, ${tenantId}, ${wanted.id}, ${part.number}, ${content})
        on conflict (cell, tenant_id, import_id, part)
        do update set content = excluded.content, finished_at = null`,
      // Of a part that has begun; what became of it is in the import.
      ...recordDone(tenant, { subject: `import:${wanted.id}`, before: null, after: stateOf(wanted, part) }),
    ]);
    return null;
  });
}

/** What the audit log says of a part: not its content, but what that was. */
function stateOf(
  { view, fileName, from, to, parts }: NewImport,
  { number, content }: { number: number; content: Buffer },
): object {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { view, fileName, from, to, part: number, parts, bytes: content.length, sha256 };
}

async function finishPart(
  database: Database,
  { cell, tenantId }: TenantAddress,
  part: { importId: string; number: number } & ImportCounts,
  now: Instant,
): Promise<void> {
  await database.of({ tenantId }).query(sql`
    update import_part
    set finished_at = ${instantText(now)}, rows = ${part.rows}, problems = ${part.problems},
      recorded = least(recorded + ${part.recorded}, ${part.recorded + part.unchanged}),
      unchanged = ${part.recorded + part.unchanged} - least(recorded + ${part.recorded}, ${part.recorded + part.unchanged})
    where cell = ${cell} and tenant_id = ${tenantId} and import_id = ${part.importId} and part = ${part.number}`);
}

const importOf = (row: Row): Import => ({
  id: row.import_id,
  view: row.view,
  fileName: row.file_name,
  from: row.from_day,
  to: row.to_day,
  belowThousandAs: row.below_thousand_as,
  environment: { id: row.environment_id, name: row.environment_name },
  parts: row.parts,
  createdAt: row.created_at,
  rows: Number(row.rows),
  recorded: Number(row.recorded),
  unchanged: Number(row.unchanged),
  problems: Number(row.problems),
  completed: Number(row.finished) === row.parts,
});

async function list(database: Database, { cell, tenantId }: TenantAddress, page: PageRequest): Promise<Page<Import>> {
  const rows = await database.of({ tenantId }).query(sql`
    select i.*, p.*, to_char(i.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US') || ' ' || i.import_id as key
    from import i
    cross join lateral (
      select coalesce(sum(rows), 0) as rows, coalesce(sum(recorded), 0) as recorded, coalesce(sum(unchanged), 0) as unchanged,
        coalesce(sum(problems), 0) as problems, count(finished_at) as finished
      from import_part p
      where p.cell = ${cell} and p.tenant_id = ${tenantId} and p.import_id = i.import_id
    ) p
    where i.cell = ${cell} and i.tenant_id = ${tenantId}
      and to_char(i.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US') || ' ' || i.import_id < ${startAfter(page) || AFTER_ALL}
    order by key desc
    limit ${page.limit + 1}`);
  const { value, ...rest } = paged(page, { rows, keyOf: (row) => row.key as string });
  return { value: value.map(importOf), ...rest };
}

/** Sorts after every instant. */
const AFTER_ALL = '~';

async function find(database: Database, { cell, tenantId }: TenantAddress, importId: string): Promise<Import | undefined> {
  const [row] = await database.of({ tenantId }).query(sql`
    select i.*, p.*
    from import i
    cross join lateral (
      select coalesce(sum(rows), 0) as rows, coalesce(sum(recorded), 0) as recorded, coalesce(sum(unchanged), 0) as unchanged,
        coalesce(sum(problems), 0) as problems, count(finished_at) as finished
      from import_part p
      where p.cell = ${cell} and p.tenant_id = ${tenantId} and p.import_id = ${importId}
    ) p
    where i.cell = ${cell} and i.tenant_id = ${tenantId} and i.import_id = ${importId}`);
  return row && importOf(row);
}

async function* contents(database: Database, { cell, tenantId }: TenantAddress, importId: string): AsyncGenerator<Buffer, void> {
  for (let after = 0; ; ) {
    const [row] = await database.of({ tenantId }).query(sql`
      select part, content
      from import_part
      where cell = ${cell} and tenant_id = ${tenantId} and import_id = ${importId} and part > ${after}
      order by part
      limit 1`);
    if (!row) return;
    yield await decompress(row.content as Buffer);
    after = row.part;
  }
}

/** The fingerprint of a row's key is the text of its figures. */
async function recorded(
  database: Database,
  { cell, tenantId }: TenantAddress,
  keys: readonly string[],
): Promise<Map<string, RecordedRow>> {
  const rows = await database.of({ tenantId }).query(sql`
    select k.key, k.fingerprint, a.recorded_at
    from unnest(${texts(keys)}::text[]) as wanted (key)
    cross join lateral (
      select key, fingerprint, sequence, stored_month
      from idempotency_key k
      where k.cell = ${cell} and k.tenant_id = ${tenantId} and k.key = wanted.key
      limit 1
    ) k
    left join lateral (
      select recorded_at
      from activity a
      where a.cell = ${cell} and a.tenant_id = ${tenantId} and a.sequence = k.sequence and a.stored_month = k.stored_month
      limit 1
    ) a on true`);
  return new Map(
    rows.map((row) => [row.key, { figures: (row.fingerprint as Buffer).toString('utf8'), recordedAt: row.recorded_at }]),
  );
}

async function ofSameDays(
  database: Database,
  { cell, tenantId }: TenantAddress,
  wanted: Pick<NewImport, 'id' | 'view' | 'from' | 'to'>,
): Promise<SameDays[]> {
  if (!showsCopilotCredits(wanted.view)) return [];
  const rows = await database.of({ tenantId }).query(sql`
    select import_id, view, from_day, to_day
    from import i
    where cell = ${cell} and tenant_id = ${tenantId} and import_id <> ${wanted.id} and view <> 'ai-builder-consumption'
      and from_day <= ${wanted.to}::date and to_day >= ${wanted.from}::date
      and (view <> ${wanted.view} or (${isOfPeriod(wanted.view)}::boolean and (from_day, to_day) <> (${wanted.from}::date, ${wanted.to}::date)))
      and exists (
        select from import_part p
        where p.cell = ${cell} and p.tenant_id = ${tenantId} and p.import_id = i.import_id and (p.recorded > 0 or p.finished_at is null)
      )
    order by created_at, import_id
    limit 10`);
  return rows.map((row) => ({ id: row.import_id, view: row.view, from: row.from_day, to: row.to_day }));
}

async function meteredDays(
  database: Database,
  { cell, tenantId }: TenantAddress,
  { from, to, currencies }: { from: Day; to: Day; currencies: readonly Currency[] },
): Promise<number> {
  const [row] = await database.of({ tenantId }).query(sql`
    select count(distinct day) as days
    from daily_usage
    where cell = ${cell} and tenant_id = ${tenantId} and day between ${from}::date and ${to}::date
      and currency = any(${texts(currencies)}::currency[]) and labels is null`);
  return Number(row!.days);
}
