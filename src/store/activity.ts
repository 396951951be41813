// Activity: the append-only records of actions. A row's `detail` holds what only the record itself needs: what else the action said,
// its price and the sources tried, in a compact form that this file alone writes and reads.

import type { Action } from '../core/action.ts';
import type { ActivityRecord } from '../core/activity.ts';
import type { SourceKind } from '../core/capacity.ts';
import { eraAt } from '../core/catalogue.ts';
import { CURRENCIES, creditsAsWritten, formatCredits } from '../core/credits.ts';
import type { Reason, Tried } from '../core/explanation.ts';
import type { Ledger } from '../core/ledger.ts';
import { type Instant, type Month, monthOf, resetOf } from '../core/month.ts';
import type { Price } from '../core/rate-card.ts';
import type { RefusalCode } from '../core/refusal.ts';
import type { Database, Row } from './database.ts';
import { instants, monthText, type Query, scalars, sql, texts } from './sql.ts';

/** The month of the server's clock in which records are stored, which names their partition. */
export function storedMonth(now: Instant): Month {
  return monthOf(now);
}

/** Of our own making: digits and underscores. */
export function partitionOf(month: Month): string {
  return `activity_${month.replace('-', '_')}`;
}

/** The month that a partition is named after. */
export function monthOfPartition(name: string): Month | null {
  const parts = /^activity_(\d{4})_(\d{2})$/.exec(name);
  return parts && (`${parts[1]}-${parts[2]}` as Month);
}

/** Makes the partition of a month, where it is missing. Attached rather than made in place, so that no reader or writer waits. */
export async function ensurePartition(database: Database, month: Month, next: Month): Promise<void> {
  const name = partitionOf(month);
  await database.everywhere.transaction(async (fly) => {
    await fly([sql`select pg_advisory_xact_lock(4600002)`]);
    const [there] = await fly([sql`select to_regclass(${name}) is not null as there`]);
    if (there?.rows[0]?.there) return;
    // Both parts are of our own making: digits and underscores, and a first of a month.
    await fly([{ text: `create table ${name} (like activity including defaults including constraints)`, values: [] }]);
    await fly([
      {
        text: `alter table activity attach partition ${name} for values from ('${monthText(month)}') to ('${monthText(next)}')`,
        values: [],
      },
    ]);
  });
}

interface Detail {
  /** The action: usage, and what is not the default. */
  u: Action['usage'];
  a?: Partial<Action>;
  /** [currency, units, credits] per price; rate card, tier, feature. */
  p: [number, number, string][];
  c: string;
  t?: Price['tier'];
  f?: string;
  /** [currency, source, available, consumed, held, usable, reason, percent] per source tried. */
  x?: [number, SourceKind, string | null, string, string, 0 | 1, Reason, number][];
  o?: 1;
  e?: string;
  b?: string;
  z?: ActivityRecord['free'];
  r?: { detail: string; members?: Record<string, unknown> };
}

const FLAGS = ['m365Copilot', 'startedByAgent', 'preview', 'recordOnly'] as const;

/** What of an action has no column of its own and is not the default. */
export function actionDetail(action: Action): Partial<Action> | undefined {
  const rest: Partial<Action> = {};
  if (action.mode !== 'run') rest.mode = action.mode;
  if (action.channel !== null) rest.channel = action.channel;
  for (const flag of FLAGS) if (action[flag]) rest[flag] = true;
  if (action.resource && (action.resource.name !== undefined || action.resource.app !== undefined))
    rest.resource = action.resource;
  if (action.labels) rest.labels = action.labels;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

export function priceDetail(price: Price): Pick<Detail, 'p' | 'c' | 't' | 'f'> {
  return {
    p: price.prices.map((each) => [CURRENCIES.indexOf(each.currency), each.units, formatCredits(each.credits)]),
    c: price.rateCard,
    ...(price.tier && { t: price.tier }),
    ...(price.feature && { f: price.feature }),
  };
}

/** The wire-ready part of a price; what only a decision asks (free, preview …) is not kept. */
export function priceFrom(detail: Pick<Detail, 'p' | 'c' | 't' | 'f'>, model: string | null): Price {
  return {
    prices: detail.p.map(([currency, units, amount]) => ({
      currency: CURRENCIES[currency]!,
      units,
      credits: creditsAsWritten(amount),
    })),
    rateCard: detail.c,
    tier: detail.t ?? null,
    feature: detail.f ?? null,
    model,
    free: false,
    previewIsFree: false,
    zeroRatable: false,
    previewModel: false,
  };
}

export function explanationDetail(explanation: readonly Tried[]): NonNullable<Detail['x']> {
  return explanation.map((row) => [
    CURRENCIES.indexOf(row.currency),
    row.source,
    row.available === null ? null : formatCredits(row.available),
    formatCredits(row.consumed),
    formatCredits(row.held),
    row.usable ? 1 : 0,
    row.reason,
    row.percent,
  ]);
}

export function explanationFrom(rows: Detail['x']): Tried[] {
  return (rows ?? []).map(([currency, source, available, consumed, held, usable, reason, percent]) => ({
    currency: CURRENCIES[currency]!,
    source,
    available: available === null ? null : creditsAsWritten(available),
    consumed: creditsAsWritten(consumed),
    held: creditsAsWritten(held),
    usable: usable === 1,
    reason,
    percent,
  }));
}

function detailOf(record: ActivityRecord): string {
  const detail: Detail = { u: record.action.usage, ...priceDetail(record.price) };
  const action = actionDetail(record.action);
  if (action) detail.a = action;
  if (record.explanation.length > 0) detail.x = explanationDetail(record.explanation);
  if (record.inOverage) detail.o = 1;
  if (record.entitlementId !== null) detail.e = record.entitlementId;
  if (record.planId !== null) detail.b = record.planId;
  if (record.free !== null) detail.z = record.free;
  if (record.refusal) {
    detail.r = { detail: record.refusal.detail };
    if (record.refusal.members) detail.r.members = record.refusal.members;
  }
  return JSON.stringify(detail);
}

export function saveActivity(cell: number, ledgers: readonly Ledger[], stored: Month): Query[] {
  const all = ledgers.flatMap(({ tenantId, records }) => records.map((record) => ({ tenantId, record })));
  if (all.length === 0) return [];
  const column = <T>(of: (record: ActivityRecord) => T) => all.map(({ record }) => of(record));
  return [
    sql`
      insert into activity (cell, stored_month, tenant_id, sequence, id, recorded_at, occurred_at, environment_id, user_id, caller,
        resource_type, resource_id, capability, model, status, code, currency, credits, source, hold_id, detail)
      select ${cell}, ${monthText(stored)}::date,
        unnest(${texts(all.map((each) => each.tenantId))}::text[]),
        unnest(${scalars(column((each) => each.sequence))}::bigint[]),
        unnest(${texts(column((each) => each.id))}::uuid[]),
        unnest(${instants(column((each) => each.recordedAt))}::timestamptz[]),
        unnest(${instants(column((each) => each.occurredAt))}::timestamptz[]),
        unnest(${texts(column((each) => each.action.environmentId))}::text[]),
        unnest(${texts(column((each) => each.action.userId))}::text[]),
        unnest(${texts(column((each) => each.action.caller))}::text[]),
        unnest(${texts(column((each) => each.action.resource?.type ?? null))}::text[]),
        unnest(${texts(column((each) => each.action.resource?.id ?? null))}::text[]),
        unnest(${texts(column((each) => each.action.capability))}::text[]),
        unnest(${texts(column((each) => each.price.model))}::text[]),
        unnest(${texts(column((each) => each.status))}::record_status[]),
        unnest(${texts(column((each) => each.refusal?.refused ?? null))}::text[]),
        unnest(${texts(column((each) => each.currency))}::currency[]),
        unnest(${scalars(column((each) => each.credits))}::bigint[]),
        unnest(${texts(column((each) => each.source))}::source[]),
        unnest(${texts(column((each) => each.holdId))}::text[]),
        unnest(${texts(column(detailOf))}::json[])`,
  ];
}

export function recordOf(row: Row): ActivityRecord {
  const detail = row.detail as Detail;
  const occurredAt: Instant = row.occurred_at;
  const resource = row.resource_id === null ? null : { type: row.resource_type, id: row.resource_id };
  return {
    id: row.id,
    sequence: Number(row.sequence),
    recordedAt: row.recorded_at,
    occurredAt,
    month: monthOf(occurredAt),
    era: eraAt(occurredAt),
    resetsOn: resetOf(monthOf(occurredAt)),
    action: {
      environmentId: row.environment_id,
      userId: row.user_id,
      caller: row.caller,
      resource,
      capability: row.capability,
      model: row.model,
      usage: detail.u,
      mode: 'run',
      occurredAt,
      m365Copilot: false,
      channel: null,
      startedByAgent: false,
      preview: false,
      recordOnly: false,
      ...detail.a,
    },
    status: row.status,
    price: priceFrom(detail, row.model),
    currency: row.currency,
    credits: row.credits,
    source: row.source,
    entitlementId: detail.e ?? null,
    planId: detail.b ?? null,
    free: detail.z ?? null,
    inOverage: detail.o === 1,
    explanation: explanationFrom(detail.x),
    refusal: detail.r ? { refused: row.code as RefusalCode, ...detail.r } : null,
    holdId: row.hold_id,
  };
}

/** Records by their number; the stored month leads to their partition. */
export function loadRecords(cell: number, wanted: readonly { tenantId: string; sequence: bigint; storedMonth: string }[]): Query {
  return sql`
    select a.*
    from unnest(
      ${texts(wanted.map((each) => each.tenantId))}::text[],
      ${scalars(wanted.map((each) => each.sequence))}::bigint[],
      ${texts(wanted.map((each) => each.storedMonth))}::date[]
    ) as wanted (tenant_id, sequence, stored_month)
    cross join lateral (
      select * from activity a
      where a.cell = ${cell} and a.tenant_id = wanted.tenant_id and a.sequence = wanted.sequence and a.stored_month = wanted.stored_month
      limit 1
    ) a`;
}
