// Daily usage (C4): what was consumed per day and every dimension, added up in the transaction of the records. Queries read it
// (usage-query.ts) or what was added up of it (usage-rollup.ts), never the activity.

import { createHash } from 'node:crypto';
import type { ActivityRecord } from '../core/activity.ts';
import type { Ledger } from '../core/ledger.ts';
import { dayOf } from '../core/month.ts';
import { type Query, scalars, sql, texts } from './sql.ts';

interface DailyRow {
  tenantId: string;
  record: ActivityRecord;
  hash: string;
  credits: bigint;
  units: bigint;
  actions: number;
  nonBilled: bigint;
}

function dimensionsOf({ action, price, currency, source, status }: ActivityRecord): string {
  return JSON.stringify([
    action.environmentId,
    action.userId,
    action.caller,
    action.resource?.type,
    action.resource?.id,
    price.feature,
    action.capability,
    price.model,
    currency,
    source,
    status !== 'free',
    action.channel,
    action.m365Copilot,
    action.labels,
  ]);
}

// The same dimensions come again and again: their hash is remembered.
const hashes = new Map<string, string>();
const MOST_HASHES = 20_000;

function hashOf(dimensions: string): string {
  let hash = hashes.get(dimensions);
  if (hash === undefined) {
    hash = createHash('sha256').update(dimensions).digest('hex').slice(0, 32);
    if (hashes.size >= MOST_HASHES) hashes.clear();
    hashes.set(dimensions, hash);
  }
  return hash;
}

function unitsOf({ price, currency }: ActivityRecord): bigint {
  const charged = price.prices.find((each) => each.currency === currency) ?? price.prices[0];
  return BigInt(charged?.units ?? 0);
}

/** Adds the batch's records to their days; refused actions are in no usage. */
export function saveUsage(cell: number, ledgers: readonly Ledger[]): Query[] {
  const rows = new Map<string, DailyRow>();
  for (const { tenantId, records } of ledgers) {
    for (const record of records) {
      if (record.status === 'refused') continue;
      const hash = hashOf(dimensionsOf(record));
      const key = `${tenantId} ${dayOf(record.occurredAt)} ${hash}`;
      let row = rows.get(key);
      if (!row) {
        row = { tenantId, record, hash, credits: 0n, units: 0n, actions: 0, nonBilled: 0n };
        rows.set(key, row);
      }
      row.credits += record.credits;
      row.units += unitsOf(record);
      row.actions += 1;
      if (record.status === 'free')
        row.nonBilled += record.price.prices.find((each) => each.currency === 'copilot-credits')?.credits ?? 0n;
    }
  }
  if (rows.size === 0) return [];
  // In one order everywhere, so that two processes never wait for each other.
  const all = [...rows.values()].sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const column = <T>(of: (row: DailyRow) => T) => all.map(of);
  const days = changedDays(all);
  return [
    sql`
      insert into daily_usage (cell, tenant_id, day, dimensions, environment_id, user_id, caller, resource_type, resource_id, feature,
        capability, model, currency, source, billable, channel, m365_copilot, labels, credits, units, actions, non_billed)
      select ${cell},
        unnest(${texts(column((row) => row.tenantId))}::text[]),
        unnest(${texts(column(({ record }) => dayOf(record.occurredAt)))}::date[]),
        unnest(${texts(column((row) => row.hash))}::uuid[]),
        unnest(${texts(column(({ record }) => record.action.environmentId))}::text[]),
        unnest(${texts(column(({ record }) => record.action.userId))}::text[]),
        unnest(${texts(column(({ record }) => record.action.caller))}::text[]),
        unnest(${texts(column(({ record }) => record.action.resource?.type ?? null))}::text[]),
        unnest(${texts(column(({ record }) => record.action.resource?.id ?? null))}::text[]),
        unnest(${texts(column(({ record }) => record.price.feature))}::text[]),
        unnest(${texts(column(({ record }) => record.action.capability))}::text[]),
        unnest(${texts(column(({ record }) => record.price.model))}::text[]),
        unnest(${texts(column(({ record }) => record.currency))}::currency[]),
        unnest(${texts(column(({ record }) => record.source))}::source[]),
        unnest(${scalars(column(({ record }) => record.status !== 'free'))}::boolean[]),
        unnest(${texts(column(({ record }) => record.action.channel))}::text[]),
        unnest(${scalars(column(({ record }) => record.action.m365Copilot))}::boolean[]),
        unnest(${texts(column(({ record }) => (record.action.labels ? JSON.stringify(record.action.labels) : null)))}::jsonb[]),
        unnest(${scalars(column((row) => row.credits))}::numeric[]),
        unnest(${scalars(column((row) => row.units))}::numeric[]),
        unnest(${scalars(column((row) => row.actions))}::bigint[]),
        unnest(${scalars(column((row) => row.nonBilled))}::numeric[])
      on conflict (cell, tenant_id, day, dimensions)
      do update set credits = daily_usage.credits + excluded.credits, units = daily_usage.units + excluded.units,
        actions = daily_usage.actions + excluded.actions, non_billed = daily_usage.non_billed + excluded.non_billed`,
    // What was added up of these days before is no longer the whole.
    sql`
      insert into usage_day (cell, tenant_id, day, changes)
      select ${cell},
        unnest(${texts(days.map((each) => each.tenantId))}::text[]),
        unnest(${texts(days.map((each) => each.day))}::date[]),
        1
      on conflict (cell, tenant_id, day)
      do update set changes = usage_day.changes + 1`,
  ];
}

/** Each tenant's days, once and in order. */
function changedDays(rows: readonly DailyRow[]): { tenantId: string; day: string }[] {
  const days = new Map(
    rows.map(({ tenantId, record }) => {
      const day = dayOf(record.occurredAt);
      return [`${tenantId} ${day}`, { tenantId, day }];
    }),
  );
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}
