// Reads the books of a tenant by plain SQL and holds them against what its client knows: which invariants of
// shared/design/reliability.md are violated. Shares no code with the engine.

import type pg from 'pg';
import type { Attempt } from './client.ts';

type Row = Record<string, string | null>;

interface Books {
  tenant: Row;
  activity: Row[];
  holds: Row[];
  keys: Row[];
  environments: Row[];
  environmentMonths: Row[];
  tenantMonths: Row[];
  days: Row[];
  allocations: Row[];
  pools: Row[];
  entitlements: Row[];
  limits: Row[];
  limitMonths: Row[];
}

const QUERIES: Record<keyof Books, string> = {
  tenant: 'select sequence, version, settings from tenant where cell = $1 and tenant_id = $2',
  activity: `select sequence, id::text, recorded_at, occurred_at, to_char(occurred_at at time zone 'UTC', 'YYYY-MM') as month,
    (occurred_at at time zone 'UTC')::date::text as day, environment_id, user_id, status::text, currency::text, credits, source::text, hold_id, code,
    detail from activity where cell = $1 and tenant_id = $2 order by sequence`,
  holds: `select hold_id, status::text, environment_id, user_id, to_char(month, 'YYYY-MM') as month, currency::text, credits, source::text,
    expires_at, created_at, capture_id::text, capture_sequence, detail from (select *, detail -> 'action' ->> 'userId' as user_id from hold) hold
    where cell = $1 and tenant_id = $2`,
  keys: 'select key, sequence, hold_id from idempotency_key where cell = $1 and tenant_id = $2',
  environments:
    'select environment_id, draw_from_tenant_pool::text as draws, deny::text as deny, deleted_at from environment where cell = $1 and tenant_id = $2',
  environmentMonths: `select environment_id, to_char(month, 'YYYY-MM') as month, currency::text, consumed, held from environment_month
    where cell = $1 and tenant_id = $2`,
  tenantMonths: `select to_char(month, 'YYYY-MM') as month, currency::text, consumed, held, unallocated_consumed, unallocated_held,
    spilled_consumed, spilled_total from tenant_month where cell = $1 and tenant_id = $2`,
  days: `select day::text, environment_id, user_id, currency::text, source::text, sum(credits) as credits, sum(actions) as actions
    from daily_usage where cell = $1 and tenant_id = $2 group by 1, 2, 3, 4, 5`,
  allocations: 'select environment_id, currency::text, credits from allocation where cell = $1 and tenant_id = $2',
  pools: 'select currency::text, allocated from pool where cell = $1 and tenant_id = $2',
  entitlements: 'select entitlement_id from entitlement where cell = $1 and tenant_id = $2',
  limits: 'select limit_id, user_id, currency::text from monthly_limit where cell = $1 and tenant_id = $2',
  limitMonths: `select limit_id, to_char(month, 'YYYY-MM') as month, consumed, held from limit_month where cell = $1 and tenant_id = $2`,
};

export async function readBooks(client: pg.Client, { cell, tenantId }: { cell: number; tenantId: string }): Promise<Books> {
  const names = Object.keys(QUERIES) as (keyof Books)[];
  await client.query('begin isolation level repeatable read read only');
  const read = await Promise.all(names.map((name) => client.query(QUERIES[name], [cell, tenantId])));
  await client.query('commit');
  const books = Object.fromEntries(names.map((name, index) => [name, read[index]!.rows])) as never as Books;
  return { ...books, tenant: (books.tenant as never as Row[])[0]! };
}

/** Every invariant that does not hold, in a sentence each. */
export function violationsOf(books: Books, attempts: readonly Attempt[]): string[] {
  const found: string[] = [];
  const claim = (holds: boolean, sentence: () => string) => {
    if (!holds) found.push(sentence());
  };
  checkAcknowledged(books, attempts, claim);
  checkSubmitted(books, attempts, claim);
  checkKeys(books, attempts, claim);
  checkSums(books, claim);
  checkNeverExceeded(books, claim);
  checkHolds(books, claim);
  checkSequence(books, claim);
  return found;
}

type Claim = (holds: boolean, sentence: () => string) => void;

/** I1: what was acknowledged is there, once, with the same content. */
function checkAcknowledged({ activity, holds, entitlements, limits }: Books, attempts: readonly Attempt[], claim: Claim): void {
  const byId = Map.groupBy(activity, (row) => row.id);
  const holdById = new Map(holds.map((row) => [row.hold_id, row]));
  for (const { request, id, ended, answer } of attempts) {
    if (!answer) continue;
    const command = request.command(id);
    const outcome = answer.outcome as Record<string, never> as Record<string, { id: string } & Record<string, unknown>>;
    if (ended === 'refused') {
      const recorded = 'decision' in outcome;
      const rows = byId.get(id) ?? [];
      claim(
        recorded
          ? rows.length === 1 && rows[0]!.status === 'refused' && rows[0]!.code === (outcome.refused as never)
          : rows.length === 0,
        () => `I1 the refusal ${outcome.refused} of ${command.do} ${id} is stored ${rows.length} times`,
      );
      continue;
    }
    if (outcome.record) {
      const { record } = outcome;
      const rows = byId.get(record.id) ?? [];
      const [row] = rows;
      claim(rows.length === 1, () => `I1 the acknowledged record ${record.id} of ${command.do} is stored ${rows.length} times`);
      if (row)
        claim(
          BigInt(row.sequence!) === BigInt(record.sequence as number) &&
            BigInt(row.credits!) === record.credits &&
            row.status === record.status &&
            row.currency === record.currency &&
            row.source === record.source,
          () =>
            `I1 the record ${record.id} is stored as ${JSON.stringify({ ...row, detail: undefined })}, and was acknowledged otherwise`,
        );
    }
    if (command.do === 'hold') {
      const row = holdById.get(outcome.hold!.id);
      claim(
        row !== undefined && BigInt(row.credits!) === outcome.hold!.credits,
        () => `I1 the acknowledged hold ${outcome.hold!.id} is not stored`,
      );
    }
    if (command.do === 'capture')
      claim(
        holdById.get(command.holdId)?.capture_id === outcome.record!.id,
        () => `I1 the acknowledged capture of ${command.holdId} is not stored`,
      );
    if (command.do === 'release')
      claim(
        holdById.get(command.holdId)?.status === 'released',
        () => `I1 the acknowledged release of ${command.holdId} is not stored`,
      );
    if (command.do === 'entitle')
      claim(
        entitlements.some((row) => row.entitlement_id === command.purchase.id),
        () => `I1 the acknowledged entitlement ${command.purchase.id} is not stored`,
      );
    if (command.do === 'set-limit')
      claim(
        limits.some((row) => row.limit_id === command.limit.id),
        () => `I1 the acknowledged limit ${command.limit.id} is not stored`,
      );
  }
}

/** I2: nothing is stored that was not asked, nor what the store said it did not do. */
function checkSubmitted({ activity, holds, keys, entitlements }: Books, attempts: readonly Attempt[], claim: Claim): void {
  const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  for (const row of activity) {
    const attempt = byId.get(row.id!);
    claim(attempt !== undefined, () => `I2 the record ${row.sequence} was never asked for`);
    claim(
      attempt?.ended !== 'not done',
      () => `I2 the record ${row.sequence} is of an attempt that was answered "nothing was done"`,
    );
  }
  for (const row of holds) {
    const attempt = byId.get(row.hold_id!);
    claim(attempt !== undefined, () => `I2 the hold ${row.hold_id} was never asked for`);
    claim(
      attempt?.ended !== 'not done',
      () => `I2 the hold ${row.hold_id} is of an attempt that was answered "nothing was done"`,
    );
  }
  const asked = new Set(attempts.map(({ request }) => request.idempotency?.key));
  for (const row of keys) claim(asked.has(row.key!), () => `I2 the key ${row.key} was never sent`);
  const bought = new Set(
    attempts.flatMap(({ request, id }) => {
      const command = request.command(id);
      return command.do === 'entitle' ? [command.purchase.id] : [];
    }),
  );
  for (const row of entitlements)
    claim(bought.has(row.entitlement_id!), () => `I2 the entitlement ${row.entitlement_id} was never bought`);
}

/** I3: one key has one effect, and the key and its effect are one commit. */
function checkKeys({ activity, holds, keys }: Books, attempts: readonly Attempt[], claim: Claim): void {
  const stored = new Map(keys.map((row) => [row.key, row]));
  const effective = new Map<string, Row>([
    ...activity.filter((row) => row.status !== 'refused').map((row): [string, Row] => [row.id!, row]),
    ...holds.map((row): [string, Row] => [row.hold_id!, row]),
  ]);
  const byKey = Map.groupBy(
    attempts.filter(({ request }) => request.idempotency !== null),
    ({ request }) => request.idempotency!.key,
  );
  for (const [key, tried] of byKey) {
    const effects = tried.map(({ id }) => effective.get(id)).filter((row) => row !== undefined);
    claim(effects.length <= 1, () => `I3 the key ${key} has ${effects.length} effects`);
    const [effect] = effects;
    const row = stored.get(key);
    claim(
      (effect === undefined) === (row === undefined),
      () => `I3 the key ${key} ${row ? 'is stored without its effect' : 'is not stored, but its effect is'}`,
    );
    if (effect && row)
      claim(
        (row.sequence !== null && row.sequence === effect.sequence) || (row.hold_id !== null && row.hold_id === effect.hold_id),
        () => `I3 the key ${key} names something else than its effect`,
      );
  }
}

const sum = (rows: readonly Row[], column: string): bigint => rows.reduce((total, row) => total + BigInt(row[column] ?? 0), 0n);
const isPrepaid = (row: Row) => row.source === 'allocation' || row.source === 'pool';

/** I4: every counter is the sum of its entries; A6: attribution follows from them. */
function checkSums(books: Books, claim: Claim): void {
  const { activity, holds, environments, environmentMonths, tenantMonths, days, allocations, pools, limits, limitMonths } = books;
  const open = holds.filter((row) => row.status === 'open');
  const places = new Set(
    [...activity, ...holds, ...environmentMonths]
      .filter((row) => row.currency)
      .map((row) => `${row.environment_id} ${row.month} ${row.currency}`),
  );
  const figures = [...places].map((place) => {
    const [environmentId, month, currency] = place.split(' ');
    const here = (row: Row) => row.environment_id === environmentId && row.month === month && row.currency === currency;
    const consumed = sum(
      activity.filter((row) => here(row) && isPrepaid(row)),
      'credits',
    );
    const held = sum(
      open.filter((row) => here(row) && isPrepaid(row)),
      'credits',
    );
    const counted = environmentMonths.filter(here);
    claim(
      sum(counted, 'consumed') === consumed,
      () => `I4 ${place}: consumed is ${sum(counted, 'consumed')}, its records come to ${consumed}`,
    );
    claim(sum(counted, 'held') === held, () => `I4 ${place}: held is ${sum(counted, 'held')}, its open holds come to ${held}`);
    const allocation = allocations.find((row) => row.environment_id === environmentId && row.currency === currency);
    const environment = environments.find((row) => row.environment_id === environmentId)!;
    const draws = environment.draws === 'true' && environment.deny === 'false';
    return { month, currency, consumed, held, allocation: allocation ? BigInt(allocation.credits!) : null, draws };
  });
  for (const [place, here] of Map.groupBy(figures, ({ month, currency }) => `${month} ${currency}`)) {
    const row = tenantMonths.find((each) => `${each.month} ${each.currency}` === place);
    const add = (of: (figure: (typeof here)[number]) => bigint) => here.reduce((total, each) => total + of(each), 0n);
    const above = (amount: bigint, limit: bigint) => (amount > limit ? amount - limit : 0n);
    const expected: Record<string, bigint> = {
      consumed: add(({ consumed }) => consumed),
      held: add(({ held }) => held),
      unallocated_consumed: add(({ consumed, allocation }) => (allocation === null ? consumed : 0n)),
      unallocated_held: add(({ held, allocation }) => (allocation === null ? held : 0n)),
    };
    // AI Builder credits of an environment with an allocation never spill (A4).
    if (place.endsWith('copilot-credits')) {
      expected.spilled_consumed = add(({ consumed, allocation, draws }) =>
        allocation !== null && draws ? above(consumed, allocation) : 0n,
      );
      expected.spilled_total = add(({ consumed, held, allocation, draws }) =>
        allocation !== null && draws ? above(consumed + held, allocation) : 0n,
      );
    }
    for (const [column, figure] of Object.entries(expected))
      claim(
        BigInt(row?.[column] ?? 0) === figure,
        () => `I4 ${place}: the tenant's ${column} is ${row?.[column]}, its environments come to ${figure}`,
      );
  }
  const counted = activity.filter((row) => row.status !== 'refused');
  const dayOf = (row: Row) => `${row.day} ${row.environment_id} ${row.user_id} ${row.currency} ${row.source}`;
  const daily = new Map(days.map((row) => [dayOf(row), row]));
  for (const [day, rows] of Map.groupBy(counted, dayOf)) {
    const row = daily.get(day);
    claim(
      row !== undefined && BigInt(row.credits!) === sum(rows, 'credits') && Number(row.actions) === rows.length,
      () =>
        `I4 daily usage of ${day} is ${row?.credits} in ${row?.actions} actions; its records come to ${sum(rows, 'credits')} in ${rows.length}`,
    );
    daily.delete(day);
  }
  claim(daily.size === 0, () => `I4 daily usage without records: ${[...daily.keys()]}`);
  for (const pool of pools) {
    const allocated = sum(
      allocations.filter((row) => row.currency === pool.currency),
      'credits',
    );
    claim(
      BigInt(pool.allocated!) === allocated,
      () => `I4 the pool's allocated ${pool.currency} are ${pool.allocated}, the allocations come to ${allocated}`,
    );
  }
  for (const limit of limits) {
    for (const row of limitMonths.filter((each) => each.limit_id === limit.limit_id)) {
      const scope = (each: Row) =>
        each.month === row.month &&
        each.currency === limit.currency &&
        (limit.user_id === null || each.user_id === limit.user_id);
      const consumed = sum(counted.filter(scope), 'credits');
      const held = sum(open.filter(scope), 'credits');
      claim(
        BigInt(row.consumed!) === consumed && BigInt(row.held!) === held,
        () =>
          `I4 the limit ${limit.limit_id} of ${row.month} counts ${row.consumed} + ${row.held} held; its records come to ${consumed} + ${held}`,
      );
    }
  }
}

function micro(text: string): bigint {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
}

/** I5: with never-exceed every decision fitted what its source had left, and so does the sum of them. */
function checkNeverExceeded({ tenant, activity, holds, allocations }: Books, claim: Claim): void {
  const { enforcement } = tenant.settings as never as { enforcement?: { admission?: string; blockAtPercent?: number } };
  if (enforcement?.admission !== 'never-exceed') return;
  for (const row of [...activity.filter((each) => each.source !== null && each.hold_id === null), ...holds]) {
    const tried =
      (row.detail as never as { x?: [number, string, string | null, string, string, 0 | 1, string, number][] }).x ?? [];
    const source = tried.find(([, , , , , usable, reason]) => usable === 1 || reason === 'overage');
    if (!source?.[2]) continue;
    const [, , available, consumed, held, , , percent] = source;
    claim(
      (micro(consumed) + micro(held) + BigInt(row.credits!)) * 100n <= micro(available) * BigInt(percent),
      () =>
        `I5 ${row.id ?? row.hold_id} took ${row.credits} where ${consumed} and ${held} held of ${percent} % of ${available} were gone`,
    );
  }
  const blockAt = BigInt(enforcement.blockAtPercent ?? 125);
  // A capture after its hold has expired is counted wherever it leads (I6); everything else stays within.
  const expired = new Set(
    activity.filter((row) => {
      const hold = row.hold_id !== null && holds.find((each) => each.hold_id === row.hold_id);
      return hold && new Date(row.recorded_at!) >= new Date(hold.expires_at!);
    }),
  );
  for (const allocation of allocations) {
    const here = (row: Row) =>
      row.environment_id === allocation.environment_id && row.currency === allocation.currency && row.source === 'allocation';
    for (const [month, rows] of Map.groupBy(
      activity.filter((row) => here(row) && !expired.has(row)),
      (row) => row.month,
    )) {
      const open = holds.filter((row) => here(row) && row.month === month && row.status === 'open');
      const used = sum(rows, 'credits') + sum(open, 'credits');
      claim(
        used * 100n <= BigInt(allocation.credits!) * blockAt,
        () => `I5 ${allocation.environment_id} used ${used} of ${allocation.credits} in ${month}`,
      );
    }
  }
}

/** I7: a hold is captured, released or expired, once. */
function checkHolds({ activity, holds }: Books, claim: Claim): void {
  const captures = Map.groupBy(
    activity.filter((row) => row.hold_id !== null),
    (row) => row.hold_id!,
  );
  for (const hold of holds) {
    const records = captures.get(hold.hold_id!) ?? [];
    const expected = hold.status === 'captured' ? 1 : 0;
    claim(records.length === expected, () => `I7 the hold ${hold.hold_id} is ${hold.status} and has ${records.length} records`);
    const [record] = records;
    if (record)
      claim(
        hold.capture_id === record.id && hold.capture_sequence === record.sequence,
        () => `I7 the hold ${hold.hold_id} names another record than its own`,
      );
  }
  claim(
    [...captures.keys()].every((id) => holds.some((hold) => hold.hold_id === id)),
    () => 'I7 a record is of a hold that is not there',
  );
}

/** I9: 1..n without gaps, and record time never decreases. */
function checkSequence({ tenant, activity }: Books, claim: Claim): void {
  claim(
    BigInt(tenant.sequence!) === BigInt(activity.length),
    () => `I9 the sequence is at ${tenant.sequence}, ${activity.length} records are stored`,
  );
  for (const [index, row] of activity.entries()) {
    claim(row.sequence === String(index + 1), () => `I9 record ${index + 1} has the number ${row.sequence}`);
    const before = activity[index - 1];
    if (before)
      claim(
        new Date(row.recorded_at!) >= new Date(before.recorded_at!),
        () => `I9 record ${row.sequence} is of ${row.recorded_at}, the one before of ${before.recorded_at}`,
      );
  }
}
