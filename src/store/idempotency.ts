// Idempotency (D12): a key and its effect are one commit. The key remembers what it did: an activity record, a hold, or an act of
// administration with its answer; a replay answers that again.

import type { Month } from '../core/month.ts';
import type { Database, Row } from './database.ts';
import { instantText, monthText, type Query, scalars, sql, texts } from './sql.ts';
import type { Idempotency } from './store.ts';
import type { Scope } from './tenant.ts';

/** What a key did. */
export type Effect =
  | { kind: 'record'; sequence: bigint; storedMonth: string }
  | { kind: 'hold'; holdId: string }
  | { kind: 'answer'; answer: object };

export interface UsedKey extends Idempotency {
  tenantId: string;
  month: Month;
  effect: Effect;
}

/** Must be a statement of its own after the lock: it then sees what the previous holder of the lock committed. One look-up a key, never a scan. */
export function loadKeys(cell: number, wanted: readonly { tenantId: string; key: string }[]): Query {
  return sql`
    select k.*
    from unnest(
      ${texts(wanted.map((each) => each.tenantId))}::text[],
      ${texts(wanted.map((each) => each.key))}::text[]
    ) as wanted (tenant_id, key)
    cross join lateral (
      select * from idempotency_key k
      where k.cell = ${cell} and k.tenant_id = wanted.tenant_id and k.key = wanted.key
      limit 1
    ) k`;
}

/** Fails where one of the keys was used. */
export function expectUnusedKeys(cell: number, wanted: readonly { tenantId: string; key: string }[]): Query {
  return sql`
    select expect_rows(count(*), 0)
    from unnest(
      ${texts(wanted.map((each) => each.tenantId))}::text[],
      ${texts(wanted.map((each) => each.key))}::text[]
    ) as wanted (tenant_id, key)
    cross join lateral (
      select from idempotency_key k
      where k.cell = ${cell} and k.tenant_id = wanted.tenant_id and k.key = wanted.key
      limit 1
    ) k`;
}

export function usedKeyOf(row: Row): Omit<UsedKey, 'month'> {
  const effect: Effect =
    row.sequence !== null
      ? { kind: 'record', sequence: row.sequence, storedMonth: row.stored_month }
      : row.hold_id !== null
        ? { kind: 'hold', holdId: row.hold_id }
        : { kind: 'answer', answer: reviveAnswer(row.answer) };
  return { tenantId: row.tenant_id, key: row.key, fingerprint: (row.fingerprint as Buffer).toString('hex'), effect };
}

export function saveKeys(cell: number, keys: readonly UsedKey[]): Query[] {
  if (keys.length === 0) return [];
  const of = <T>(read: (effect: Effect) => T) => keys.map(({ effect }) => read(effect));
  return [
    sql`
      insert into idempotency_key (cell, tenant_id, key, fingerprint, month, sequence, stored_month, hold_id, answer)
      select ${cell},
        unnest(${texts(keys.map((each) => each.tenantId))}::text[]),
        unnest(${texts(keys.map((each) => each.key))}::text[]),
        decode(unnest(${texts(keys.map((each) => each.fingerprint))}::text[]), 'hex'),
        unnest(${texts(keys.map((each) => monthText(each.month)))}::date[]),
        unnest(${scalars(of((effect) => (effect.kind === 'record' ? effect.sequence : null)))}::bigint[]),
        unnest(${texts(of((effect) => (effect.kind === 'record' ? effect.storedMonth : null)))}::date[]),
        unnest(${texts(of((effect) => (effect.kind === 'hold' ? effect.holdId : null)))}::text[]),
        unnest(${texts(of((effect) => (effect.kind === 'answer' ? JSON.stringify(effect.answer, replaceBigints) : null)))}::json[])`,
  ];
}

function replaceBigints(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $bigint: value.toString() } : value;
}

function reviveAnswer(answer: unknown): object {
  return JSON.parse(JSON.stringify(answer), (_name, value) =>
    value !== null && typeof value === 'object' && '$bigint' in value ? BigInt(value.$bigint) : value,
  );
}

const MOST_PRUNED = 10_000;

/** Forgets keys of months whose usage is no longer accepted; answers how many. */
export async function pruneKeys(database: Database, { cell, now }: Pick<Scope, 'cell' | 'now'>): Promise<number> {
  const rows = await database.everywhere.query(sql`
    with old as (
      select k.tenant_id, k.key
      from idempotency_key k
      join tenant t on t.cell = ${cell} and t.tenant_id = k.tenant_id
      where k.cell = ${cell}
        and k.month < (date_trunc('month', coalesce(t.sandbox_now, ${instantText(now)}::timestamptz) at time zone 'UTC') - interval '1 month')::date
      limit ${MOST_PRUNED}
    )
    delete from idempotency_key k
    using old
    where k.cell = ${cell} and k.tenant_id = old.tenant_id and k.key = old.key
    returning 1 as gone`);
  return rows.length;
}
