// Corruptions of the book of a-rich-book.ts, one kind each: what a lost write, a doubled write, a race, a wrong hand or a fault of ours
// could leave behind. Each is a statement on a clone, where constraints and triggers are off, and what must be found.

import type { Check } from '../../src/verify/violation.ts';

export interface Corruption {
  what: string;
  finds: Check;
  text: string;
}

const OF_FIRST = `tenant_id = (select tenant_id from tenant where name = 'First')`;
const OF_SECOND = `tenant_id = (select tenant_id from tenant where name = 'Second')`;
const OF_LIVE = `tenant_id = (select tenant_id from tenant where name = 'Live')`;

/** The first entry of a tenant that satisfies a condition, as a condition. */
function entry(condition: string, of = OF_FIRST): string {
  return `(tenant_id, sequence) = (select tenant_id, sequence from activity where ${of} and ${condition} order by sequence limit 1)`;
}
const charged = `status = 'charged' and source = 'pool' and hold_id is null and detail ->> 'c' <> 'imported'`;

/** Replaces a member of an entry's detail. */
function detail(path: string, value: string, condition: string, of = OF_FIRST): string {
  return `update activity set detail = jsonb_set(detail::jsonb, '{${path}}', '${value}')::json where ${entry(condition, of)}`;
}
function first(table: string, key: string, condition: string): string {
  return `(tenant_id, ${key}) = (select tenant_id, ${key} from ${table} where ${condition} order by ${key} limit 1)`;
}
const hold = (condition: string, of = OF_FIRST) => first('hold', 'hold_id', `${of} and ${condition}`);
const key = (condition: string, of = OF_FIRST) => first('idempotency_key', 'key', `${of} and ${condition}`);

export const CORRUPTIONS: readonly Corruption[] = [
  // I3
  {
    what: 'the entry of a key is of another month',
    finds: 'key-effect',
    text: `update idempotency_key set stored_month = stored_month - interval '1 year' where ${key('sequence is not null')}`,
  },
  {
    what: 'the entry of a key was never written',
    finds: 'key-effect',
    text: `update idempotency_key set sequence = 999999 where ${key('sequence is not null')}`,
  },
  {
    what: 'the hold of a key is gone',
    finds: 'key-effect',
    text: `update idempotency_key set hold_id = 'gone' where ${key('hold_id is not null')}`,
  },
  {
    what: 'a key without a fingerprint',
    finds: 'key-form',
    text: `update idempotency_key set fingerprint = '' where ${key('true')}`,
  },
  {
    what: 'a key whose answer is no object',
    finds: 'key-form',
    text: `update idempotency_key set answer = '7' where ${key('answer is not null')}`,
  },
  {
    what: 'a key that is kept for another month than its entry',
    finds: 'key-month',
    text: `update idempotency_key set month = month - interval '3 months' where ${key("sequence is not null and month < '9999-01-01'")}`,
  },
  {
    what: 'a key of an ordinary entry that is never forgotten',
    finds: 'key-month',
    text: `update idempotency_key set month = '9999-12-01' where ${key("sequence is not null and month < '9999-01-01'", OF_LIVE)}`,
  },
  {
    what: 'a second key with the same effect',
    finds: 'key-twice',
    text: `insert into idempotency_key select cell, tenant_id, key || ' again', fingerprint, month, sequence, stored_month, hold_id, answer from idempotency_key where ${key('sequence is not null', OF_LIVE)}`,
  },
  {
    what: 'a second key of one hold',
    finds: 'key-twice',
    text: `insert into idempotency_key select cell, tenant_id, key || ' again', fingerprint, month, sequence, stored_month, hold_id, answer from idempotency_key where ${key('hold_id is not null')}`,
  },

  // I4
  {
    what: 'an increment of an environment’s month was lost',
    finds: 'environment-month',
    text: `update environment_month set consumed = consumed - 1 where ${OF_FIRST} and environment_id = 'finance' and month = '2026-03-01' and currency = 'ai-builder-credits'`,
  },
  {
    what: 'a month of an environment is missing',
    finds: 'environment-month',
    text: `delete from environment_month where ${OF_FIRST} and environment_id = 'finance' and month = '2026-03-01'`,
  },
  {
    what: 'an environment’s month is NaN',
    finds: 'environment-month',
    text: `update environment_month set consumed = 'NaN' where ${OF_FIRST} and environment_id = 'finance' and month = '2026-03-01' and currency = 'ai-builder-credits'`,
  },
  {
    what: 'a fraction of a micro-credit',
    finds: 'environment-month',
    text: `update environment_month set consumed = consumed + 0.5 where ${OF_FIRST} and environment_id = 'finance' and month = '2026-03-01' and currency = 'ai-builder-credits'`,
  },
  {
    what: 'a month nobody consumed in',
    finds: 'environment-month',
    text: `insert into environment_month select cell, tenant_id, environment_id, '2026-01-01', currency, 5, 0, 0, 0, 0, 0 from environment_month where ${OF_FIRST} and environment_id = 'finance' and month = '2026-03-01' and currency = 'ai-builder-credits'`,
  },
  {
    what: 'the month of an imported day',
    finds: 'environment-month',
    text: `update environment_month set consumed = consumed + 1 where ${OF_FIRST} and environment_id = 'sales' and month = '2025-03-01'`,
  },
  {
    what: 'what an environment drew from a pre-purchase',
    finds: 'environment-month',
    text: `update environment_month set pre_purchase = pre_purchase + 1 where ${OF_FIRST} and pre_purchase > 0`,
  },
  {
    what: 'what an environment was billed',
    finds: 'environment-month',
    text: `update environment_month set pay_as_you_go = 0 where ${OF_FIRST} and pay_as_you_go > 0`,
  },
  {
    what: 'an expired hold that is still counted',
    finds: 'environment-held',
    text: `update environment_month set held = held + 100000000 where ${OF_FIRST} and environment_id = 'finance' and month = '2026-04-01' and currency = 'ai-builder-credits'`,
  },
  {
    what: 'an open hold that is not counted',
    finds: 'environment-held',
    text: `update environment_month set held = 0 where ${OF_LIVE} and held > 0`,
  },
  {
    what: 'more computed than recorded',
    finds: 'environment-computed',
    text: `update environment_month set computed = consumed + 1 where ${OF_FIRST} and environment_id = 'finance' and month = '2026-04-01' and currency = 'ai-builder-credits'`,
  },
  {
    what: 'a live tenant’s computation that saw less than there was',
    finds: 'environment-computed',
    text: `update environment_month set computed = computed - 1 where ${OF_LIVE} and computed > 0`,
  },
  {
    what: 'the sum over environments',
    finds: 'tenant-month',
    text: `update tenant_month set consumed = consumed + 1 where ${OF_FIRST} and month = '2026-03-01' and currency = 'copilot-credits'`,
  },
  {
    what: 'the computed sum over environments',
    finds: 'tenant-month',
    text: `update tenant_month set computed = computed + 1 where ${OF_FIRST} and month = '2026-03-01' and currency = 'ai-builder-credits'`,
  },
  {
    what: 'the pay-as-you-go of the tenant',
    finds: 'tenant-month',
    text: `update tenant_month set pay_as_you_go = pay_as_you_go - 1 where ${OF_FIRST} and pay_as_you_go > 0`,
  },
  { what: 'a month of the tenant is missing', finds: 'tenant-month', text: `delete from tenant_month where ${OF_LIVE}` },
  {
    what: 'the held of the tenant',
    finds: 'tenant-held',
    text: `update tenant_month set held = held + 1 where ${OF_FIRST} and month = '2026-04-01' and currency = 'ai-builder-credits'`,
  },
  {
    what: 'the unallocated share',
    finds: 'tenant-shares',
    text: `update tenant_month set unallocated_consumed = unallocated_consumed - 1 where ${OF_FIRST} and month = '2026-03-01' and unallocated_consumed > 0`,
  },
  {
    what: 'the spilled share',
    finds: 'tenant-shares',
    text: `update tenant_month set spilled_consumed = 0 where ${OF_FIRST} and month = '2026-03-01' and spilled_consumed > 0`,
  },
  {
    what: 'the spilled share with holds',
    finds: 'tenant-shares',
    text: `update tenant_month set spilled_total = spilled_total + 1 where ${OF_LIVE}`,
  },
  {
    what: 'an allocation that was changed behind the shares',
    finds: 'tenant-shares',
    text: `update allocation set credits = credits + 1000000 where ${OF_FIRST} and environment_id = 'sales' and currency = 'copilot-credits'`,
  },
  {
    what: 'a switch that was changed behind the shares',
    finds: 'tenant-shares',
    text: `update environment set draw_from_tenant_pool = false where ${OF_FIRST} and environment_id = 'sales'`,
  },
  {
    what: 'what a plan was billed',
    finds: 'plan-month',
    text: `update billing_plan_month set consumed = consumed + 1 where ${OF_FIRST}`,
  },
  {
    what: 'what is held on a plan',
    finds: 'plan-month',
    text: `update billing_plan_month set held = held + 1 where ${OF_FIRST}`,
  },
  { what: 'a plan’s month is missing', finds: 'plan-month', text: `delete from billing_plan_month where ${OF_FIRST}` },
  {
    what: 'what is drawn from a pre-purchase',
    finds: 'entitlement-drawn',
    text: `update entitlement set drawn = drawn - 1 where ${OF_FIRST} and entitlement_id = 'year'`,
  },
  {
    what: 'what is held on a pre-purchase',
    finds: 'entitlement-drawn',
    text: `update entitlement set held = held + 1 where ${OF_FIRST} and entitlement_id = 'year'`,
  },
  {
    what: 'what counts against a limit',
    finds: 'limit-month',
    text: `update limit_month set consumed = consumed + 1 where ${OF_FIRST} and limit_id = 'of-bot' and month = '2026-03-01'`,
  },
  {
    what: 'a limit’s month is missing',
    finds: 'limit-month',
    text: `delete from limit_month where ${OF_FIRST} and limit_id = 'of-bot' and month = '2026-04-01'`,
  },
  {
    what: 'what is held against a limit',
    finds: 'limit-month',
    text: `update limit_month set held = held + 1 where ${OF_FIRST} and limit_id = 'of-ada' and month = '2026-04-01'`,
  },
  {
    what: 'a limit whose scope is another',
    finds: 'limit-month',
    text: `update monthly_limit set user_id = 'bob' where ${OF_FIRST} and limit_id = 'of-ada'`,
  },
  { what: 'what a trial has used', finds: 'trial-consumed', text: `update trial set consumed = consumed + 1 where ${OF_FIRST}` },
  {
    what: 'what a trial used before it was extended',
    finds: 'trial-consumed',
    text: `update trial set consumed_before = 0 where ${OF_FIRST}`,
  },
  { what: 'what is held on a trial', finds: 'trial-consumed', text: `update trial set held = 1 where ${OF_FIRST}` },
  {
    what: 'an extension that nobody gave',
    finds: 'extension-month',
    text: `update tenant_month set extension_size = extension_size + 200000000000 where ${OF_FIRST} and month = '2025-09-01' and currency = 'ai-builder-credits'`,
  },
  { what: 'an extension that is lost', finds: 'extension-month', text: `delete from extension where ${OF_FIRST}` },
  {
    what: 'what an extension has used',
    finds: 'extension-month',
    text: `update tenant_month set extension_consumed = 0 where ${OF_FIRST} and extension_consumed > 0`,
  },
  {
    what: 'the credits of a row of daily usage',
    finds: 'daily-usage',
    text: `update daily_usage set credits = credits + 1 where ${first('daily_usage', 'day', `${OF_FIRST} and credits > 0`)}`,
  },
  {
    what: 'the units of a row of daily usage',
    finds: 'daily-usage',
    text: `update daily_usage set units = units + 1 where ${first('daily_usage', 'day', `${OF_FIRST} and credits > 0`)}`,
  },
  {
    what: 'the actions of a row of daily usage',
    finds: 'daily-usage',
    text: `update daily_usage set actions = actions + 1 where ${first('daily_usage', 'day', `${OF_LIVE} and credits > 0`)}`,
  },
  {
    what: 'the non-billed of a row of daily usage',
    finds: 'daily-usage',
    text: `update daily_usage set non_billed = non_billed + 1 where ${OF_FIRST} and not billable`,
  },
  {
    what: 'usage that moved to another user, the sum being the same',
    finds: 'daily-usage',
    text: `update daily_usage set user_id = 'mallory' where ${first('daily_usage', 'day', `${OF_FIRST} and user_id = 'bob'`)}`,
  },
  {
    what: 'usage that moved to another day',
    finds: 'daily-usage',
    text: `update daily_usage set day = day - 1 where ${first('daily_usage', 'day', OF_FIRST)}`,
  },
  {
    what: 'usage whose labels are others',
    finds: 'daily-usage',
    text: `update daily_usage set labels = '{"a": "2"}' where ${OF_FIRST} and labels is not null`,
  },
  {
    what: 'usage of another channel',
    finds: 'daily-usage',
    text: `update daily_usage set channel = 'web' where ${OF_FIRST} and channel = 'teams'`,
  },
  {
    what: 'two rows of a day whose credits were exchanged',
    finds: 'daily-usage',
    text: `with two as (select day, dimensions, lead(credits) over w as next, lag(credits) over w as last from daily_usage where ${OF_FIRST} and day = '2026-03-20' and credits > 0 window w as (order by credits desc, dimensions) limit 2) update daily_usage d set credits = coalesce(two.next, 0) + case when two.last is null then 0 else two.last - coalesce(two.next, 0) end from two where ${OF_FIRST.replace('tenant_id', 'd.tenant_id')} and d.day = two.day and d.dimensions = two.dimensions`,
  },
  { what: 'a lost row of daily usage', finds: 'daily-usage', text: `delete from daily_usage where ${OF_SECOND}` },
  { what: 'a day that is not marked as changed', finds: 'usage-day', text: `delete from usage_day where ${OF_SECOND}` },
  {
    what: 'a sum of a month',
    finds: 'usage-rollup',
    text: `update usage_rollup set credits = credits + 1 where ${OF_FIRST} and monthly and slice = 24`,
  },
  {
    what: 'a sum of a day, moved to another user',
    finds: 'usage-rollup',
    text: `update usage_rollup set user_id = 'mallory' where ${OF_FIRST} and not monthly and user_id = 'bob'`,
  },
  {
    what: 'a lost row of a sum',
    finds: 'usage-rollup',
    text: `delete from usage_rollup where ${OF_FIRST} and slice = 31 and number = 1`,
  },
  {
    what: 'a sum that counts a size of its own',
    finds: 'usage-rollup',
    text: `update usage_rolled set sizes = jsonb_set(sizes, '{24}', '99') where ${OF_FIRST} and monthly`,
  },

  // I5
  {
    what: 'an action that was let through on a spent source',
    finds: 'decision-room',
    text: detail('x,0,3', '"99999999"', charged),
  },
  {
    what: 'an action in overage beyond the blocking point',
    finds: 'decision-room',
    text: detail('x,0,7', '100', `status = 'in-overage' and detail -> 'x' is not null and detail -> 'a' -> 'recordOnly' is null`),
  },
  {
    what: 'two decisions on the same figure of an allocation',
    finds: 'decision-figures',
    text: detail(
      'x,0,3',
      '"700"',
      `source = 'allocation' and currency = 'ai-builder-credits' and detail -> 'x' -> 0 ->> 3 = '800' and occurred_at > '2026-01-01'`,
    ),
  },
  {
    what: 'a decision on more of the pool than all had used',
    finds: 'decision-figures',
    text: detail('x,0,3', '"1234"', `source = 'pool' and currency = 'ai-builder-credits' and occurred_at > '2026-04-01'`),
  },
  {
    what: 'a decision on another figure of a pre-purchase',
    finds: 'decision-figures',
    text: detail('x,0,3', '"7"', `source = 'pre-purchase'`),
  },
  {
    what: 'a decision on another figure of a plan',
    finds: 'decision-figures',
    text: detail('x,0,3', '"7"', `source = 'pay-as-you-go'`),
  },
  {
    what: 'a decision on another figure of a trial',
    finds: 'decision-figures',
    text: `update trial set extended = false, consumed_before = 0 where ${OF_FIRST}; ${detail('x,0,3', '"7"', `source = 'trial' and occurred_at > '2025-07-01' and hold_id is null and detail ->> 'c' <> 'imported'`)}`,
  },
  {
    what: 'a decision on another figure of an extension',
    finds: 'decision-figures',
    text: detail('x,1,3', '"7"', `source = 'extension'`),
  },

  // I6
  {
    what: 'an entry that cannot be read',
    finds: 'entry-form',
    text: `update activity set detail = '{"u": 7}' where ${entry(charged)}`,
  },
  { what: 'an entry with a negative unit', finds: 'entry-form', text: detail('p,0,1', '-1', charged) },
  {
    what: 'a charged entry without a source',
    finds: 'entry-status',
    text: `update activity set source = null where ${entry(charged)}`,
  },
  { what: 'a charged entry that says it is in overage', finds: 'entry-status', text: detail('o', '1', charged) },
  {
    what: 'a refused entry with credits',
    finds: 'entry-status',
    text: `update activity set credits = 1 where ${entry(`status = 'refused'`)}`,
  },
  {
    what: 'a refused entry without its reason',
    finds: 'entry-status',
    text: `update activity set code = null where ${entry(`status = 'refused'`)}`,
  },
  {
    what: 'a free entry that costs',
    finds: 'entry-status',
    text: `update activity set credits = 5000000, currency = 'ai-builder-credits', source = 'pool' where ${entry(`status = 'free'`)}`,
  },
  {
    what: 'overage on pay-as-you-go',
    finds: 'entry-status',
    text: `update activity set status = 'in-overage', detail = jsonb_set(detail::jsonb, '{o}', '1')::json where ${entry(`source = 'pay-as-you-go'`)}`,
  },
  {
    what: 'pay-as-you-go in AI Builder credits',
    finds: 'entry-source',
    text: `update activity set currency = 'ai-builder-credits' where ${entry(`source = 'pay-as-you-go'`)}`,
  },
  {
    what: 'a pre-purchase that is not named',
    finds: 'entry-source',
    text: `update activity set detail = (detail::jsonb - 'e')::json where ${entry(`source = 'pre-purchase'`)}`,
  },
  {
    what: 'pay-as-you-go that is on no plan',
    finds: 'entry-source',
    text: `update activity set detail = (detail::jsonb - 'b')::json where ${entry(`source = 'pay-as-you-go'`)}`,
  },
  {
    what: 'a run that is free as a test',
    finds: 'entry-free',
    text: `update activity set detail = jsonb_set(detail::jsonb, '{a}', '{}')::json where ${entry(`status = 'free' and detail ->> 'z' = 'test'`)}`,
  },
  { what: 'a charged test', finds: 'entry-free', text: detail('a', '{"mode": "test"}', charged) },
  {
    what: 'an entry of an unknown environment',
    finds: 'entry-environment',
    text: `update activity set environment_id = 'nowhere' where ${entry(charged)}`,
  },
  {
    what: 'an environment that was removed',
    finds: 'entry-environment',
    text: `delete from environment where ${OF_FIRST} and environment_id = 'lab'`,
  },
  {
    what: 'an entry of an unknown pre-purchase',
    finds: 'entitlement-unknown',
    text: detail('e', '"gone"', `source = 'pre-purchase'`),
  },
  { what: 'a plan that was removed', finds: 'entitlement-unknown', text: `delete from billing_plan where ${OF_FIRST}` },
  { what: 'a link to a deleted plan', finds: 'plan-link', text: `update billing_plan set deleted_at = now() where ${OF_FIRST}` },
  {
    what: 'a link of a developer environment',
    finds: 'plan-link',
    text: `update environment set billing_plan_id = 'plan' where ${OF_FIRST} and environment_id = 'lab'`,
  },
  {
    what: 'free usage that is counted as billable',
    finds: 'daily-usage-form',
    text: `update daily_usage set billable = true where ${OF_FIRST} and not billable`,
  },
  { what: 'usage of no action', finds: 'daily-usage-form', text: `update daily_usage set actions = 0 where ${OF_SECOND}` },

  // I7
  {
    what: 'a captured hold that is open again',
    finds: 'hold-status',
    text: `update hold set status = 'open' where ${hold(`status = 'captured'`)}`,
  },
  {
    what: 'a captured hold whose capture is lost',
    finds: 'hold-status',
    text: `update hold set capture_id = null, capture_sequence = null where ${hold(`status = 'captured'`)}`,
  },
  {
    what: 'a released hold with a capture',
    finds: 'hold-status',
    text: `update hold set captured_usage = '{"pages": 1}' where ${hold(`status = 'released'`)}`,
  },
  {
    what: 'an open hold whose time is over',
    finds: 'hold-overdue',
    text: `update hold set expires_at = created_at + interval '1 second' where ${hold(`status = 'open' and created_at < '2026-04-01'`)}`,
  },
  {
    what: 'an open hold of a live tenant whose time is over',
    finds: 'hold-overdue',
    text: `update hold set created_at = created_at - interval '1 hour', expires_at = created_at - interval '1 minute' where ${hold(`status = 'open'`, OF_LIVE)}`,
  },
  {
    what: 'a hold that expired before its time',
    finds: 'hold-early',
    text: `update hold set status = 'expired' where ${hold(`status = 'open'`)}`,
  },
  {
    what: 'a capture whose entry is another',
    finds: 'hold-capture',
    text: `update hold set capture_sequence = capture_sequence - 1 where ${hold(`status = 'captured'`)}`,
  },
  {
    what: 'a capture with another id',
    finds: 'hold-capture',
    text: `update hold set capture_id = gen_random_uuid() where ${hold(`status = 'captured'`)}`,
  },
  {
    what: 'a capture of another usage',
    finds: 'hold-capture',
    text: `update hold set captured_usage = '{"pages": 77}' where ${hold(`status = 'captured'`)}`,
  },
  {
    what: 'a capture on another source than its hold',
    finds: 'hold-capture',
    text: `update hold set source = 'extension' where ${hold(`status = 'captured'`)}`,
  },
  {
    what: 'an entry that captures no hold',
    finds: 'capture-hold',
    text: `update activity set hold_id = 'gone' where ${entry(charged)}`,
  },
  {
    what: 'a hold that was captured twice',
    finds: 'capture-hold',
    text: `update activity set hold_id = (select hold_id from hold where ${OF_FIRST} and status = 'captured' limit 1) where ${entry(charged)}`,
  },
  {
    what: 'a hold of more than its price',
    finds: 'hold-form',
    text: `update hold set credits = credits + 1 where ${hold(`status = 'open'`)}`,
  },
  {
    what: 'a hold on another month than its action',
    finds: 'hold-form',
    text: `update hold set month = month - interval '1 month' where ${hold(`status = 'released'`)}`,
  },
  {
    what: 'a hold that cannot be read',
    finds: 'hold-form',
    text: `update hold set detail = '{}' where ${hold(`status = 'expired'`)}`,
  },

  // I8
  {
    what: 'an allocation that the pool does not know',
    finds: 'allocated-sum',
    text: `update pool set allocated = allocated + 1 where ${OF_FIRST} and currency = 'ai-builder-credits'`,
  },
  {
    what: 'a lost allocation',
    finds: 'allocated-sum',
    text: `delete from allocation where ${OF_SECOND} and environment_id = 'support'`,
  },
  {
    what: 'an allocation of a deleted environment',
    finds: 'allocation-deleted',
    text: `insert into allocation select cell, tenant_id, 'closed', currency, credits from allocation where ${OF_FIRST} and environment_id = 'sales' and currency = 'ai-builder-credits'`,
  },

  // I2, I9
  { what: 'a lost entry', finds: 'entry-sequence', text: `delete from activity where ${entry('sequence > 20')}` },
  {
    what: 'an entry that came twice',
    finds: 'entry-sequence',
    text: `insert into activity select cell, tenant_id, sequence, '2026-01-01', gen_random_uuid(), recorded_at, occurred_at, environment_id, user_id, caller, resource_type, resource_id, capability, model, status, code, currency, credits, source, hold_id, detail from activity where ${entry('sequence > 20')}`,
  },
  {
    what: 'the last entry is lost',
    finds: 'entry-count',
    text: `delete from activity where ${OF_LIVE} and sequence = (select max(sequence) from activity where ${OF_LIVE})`,
  },
  {
    what: 'a tenant that counts more',
    finds: 'entry-count',
    text: `update tenant set sequence = sequence + 1 where name = 'Live'`,
  },
  {
    what: 'a month that retention says to have dropped, and whose entries are there',
    finds: 'dropped-count',
    text: `insert into activity_dropped select cell, tenant_id, '2025-06-01', 3, 1, 3, now(), now() from tenant where name = 'Live'`,
  },
  {
    what: 'an entry that is earlier than the one before',
    finds: 'entry-time',
    text: `update activity set recorded_at = recorded_at - interval '1 minute', occurred_at = occurred_at - interval '1 minute' where ${entry('sequence = 40', OF_LIVE)}`,
  },
  {
    what: 'a tenant’s clock that went back',
    finds: 'tenant-clock',
    text: `update tenant set recorded_at = recorded_at - interval '1 day' where name = 'Live'`,
  },
  {
    what: 'a sandbox with two clocks',
    finds: 'tenant-clock',
    text: `update tenant set sandbox_now = sandbox_now + interval '1 day' where name = 'First'`,
  },
  {
    what: 'two entries with one id',
    finds: 'entry-id',
    text: `update activity set id = (select id from activity where ${OF_LIVE} and sequence = 1) where ${entry('sequence = 2', OF_LIVE)}`,
  },

  // I10
  {
    what: 'an entry under another month than it was recorded in',
    finds: 'entry-stored-month',
    text: `update activity set stored_month = '2026-01-01' where ${entry('sequence = 3', OF_LIVE)}`,
  },
  {
    what: 'an entry of a sandbox under another month of the server',
    finds: 'entry-stored-month',
    text: `update activity set stored_month = '2026-01-01' where ${entry('sequence = 3')}`,
  },
  {
    what: 'usage of a month that was closed',
    finds: 'entry-month',
    text: `update activity set occurred_at = occurred_at - interval '3 months' where ${entry(charged)}`,
  },
  {
    what: 'usage of the future',
    finds: 'entry-month',
    text: `update activity set occurred_at = occurred_at + interval '1 day' where ${entry('sequence = 3', OF_LIVE)}`,
  },
  {
    what: 'an import into a closed month of ours',
    finds: 'entry-month',
    text: `update activity set occurred_at = '2025-08-01T12:00:00Z', recorded_at = '2026-04-02T08:00:00Z' where ${entry(`detail ->> 'c' = 'imported'`)}`,
  },
  {
    what: 'a partition whose name says another month',
    finds: 'entry-partition',
    text: `alter table activity_2026_01 rename to activity_2025_12`,
  },

  // I11
  {
    what: 'a charge that is not the price',
    finds: 'entry-price',
    text: `update activity set credits = credits + 1 where ${entry(charged)}`,
  },
  {
    what: 'a prompt at another price',
    finds: 'entry-price',
    text: detail('p,0,2', '"151"', `capability = 'prompt' and currency = 'ai-builder-credits'`),
  },
  { what: 'units that the usage is not', finds: 'entry-units', text: detail('u', '{"pages": 9}', charged) },
  { what: 'usage in two units', finds: 'entry-units', text: detail('u', '{"pages": 1, "rows": 1}', charged) },
  {
    what: 'a rate of its own',
    finds: 'entry-rate',
    text: detail('p,0,2', '"101"', `${charged} and capability = 'custom-document-processing' and occurred_at > '2026-01-01'`),
  },
  { what: 'a version of a capability that is gone', finds: 'entry-card', text: `delete from capability where ${OF_FIRST}` },
  { what: 'a usable source that was passed over', finds: 'entry-explanation', text: detail('x,0,6', '"spent"', charged) },
  {
    what: 'a refusal though a source was usable',
    finds: 'entry-explanation',
    text: `update activity set detail = jsonb_set(jsonb_set(detail::jsonb, '{x,0,5}', '1'), '{x,0,6}', '"used"')::json where ${entry(`code = 'QuotaExceeded'`)}`,
  },
  {
    what: 'a refusal as without capacity though there was some',
    finds: 'entry-explanation',
    text: `update activity set code = 'EntitlementNotAvailable' where ${entry(`code = 'QuotaExceeded'`)}`,
  },
  {
    what: 'a charge to another source than the explanation says',
    finds: 'entry-explanation',
    text: `update activity set source = 'extension' where ${entry(charged)}`,
  },

  // Rules of the domain
  { what: 'a lost notice', finds: 'notice-sequence', text: `delete from notice where ${OF_FIRST} and number = 1` },
  {
    what: 'the last notice is lost',
    finds: 'notice-count',
    text: `update tenant set notices = notices + 1 where name = 'First'`,
  },
  {
    what: 'a threshold that was told of twice',
    finds: 'notice-once',
    text: `insert into notice select cell, tenant_id, number + 1000, at, kind, month, environment_id, currency, limit_id, available, consumed, dispatched_at from notice where ${first('notice', 'number', `${OF_FIRST} and limit_id is null`)}`,
  },
  {
    what: 'a level that no notice told of',
    finds: 'notice-level',
    text: `update environment_month set noticed = 3 where ${OF_LIVE} and environment_id = 'finance'`,
  },
  {
    what: 'a level of an environment that is forgotten',
    finds: 'notice-level',
    text: `update environment_month set noticed = 0 where ${OF_FIRST} and noticed > 0`,
  },
  {
    what: 'a level of a limit that is forgotten',
    finds: 'notice-level',
    text: `update limit_month set noticed = 0 where ${OF_FIRST} and noticed > 0`,
  },
  {
    what: 'a notice of an unknown environment',
    finds: 'notice-subject',
    text: `update notice set environment_id = 'nowhere' where ${first('notice', 'number', `${OF_FIRST} and limit_id is null`)}`,
  },
  {
    what: 'a delivery of an unknown notice',
    finds: 'delivery-notice',
    text: `update delivery set notices = '{9999}' where ${first('delivery', 'delivery_id', OF_FIRST)}`,
  },
  {
    what: 'a notice that was delivered and is still waiting',
    finds: 'delivery-notice',
    text: `update notice set dispatched_at = null where ${OF_FIRST}`,
  },
  { what: 'a lost attempt', finds: 'delivery-attempts', text: `delete from delivery_attempt where ${OF_FIRST}` },
  { what: 'a computation that is not listed', finds: 'computation-stamp', text: `delete from computation where ${OF_LIVE}` },
  {
    what: 'an unknown resource',
    finds: 'resource-unknown',
    text: `delete from resource where ${OF_FIRST} and resource_id = 'bot'`,
  },
  {
    what: 'an app with an unknown flow',
    finds: 'flow-unknown',
    text: `delete from resource where ${OF_FIRST} and resource_id = 'approvals'`,
  },
  { what: 'a lost part of a report', finds: 'report-parts', text: `delete from report_part where ${OF_FIRST}` },
  {
    what: 'a report whose content was cut',
    finds: 'report-parts',
    text: `update report_part set content = left(content, 10) where ${OF_FIRST}`,
  },
  {
    what: 'an import that recorded more than it has',
    finds: 'import-parts',
    text: `update import_part set recorded = recorded + 1000 where ${OF_FIRST}`,
  },
  {
    what: 'a setting that cannot be set',
    finds: 'tenant-settings',
    text: `update tenant set settings = jsonb_set(settings, '{enforcement,view}', '"sometimes"') where name = 'First'`,
  },
  {
    what: 'a tenant in a cell where nobody looks',
    finds: 'tenant-cell',
    text: `update tenant set cell = (cell + 1) % 4 where name = 'Second'`,
  },
  { what: 'a tenant that was removed', finds: 'tenant-unknown', text: `delete from tenant where name = 'Second'` },
  // T3
  {
    what: 'an event of the audit log that was edited',
    finds: 'audit-chain',
    text: `update audit_event set event = replace(event::text, '"operator"', '"nobody"')::json, actor = 'nobody' where ${OF_FIRST} and sequence = 1`,
  },
  {
    what: 'an event that was taken out',
    finds: 'audit-chain',
    text: `delete from audit_event where ${OF_FIRST} and sequence = 2`,
  },
  {
    what: 'two events that changed places',
    finds: 'audit-chain',
    text: `update audit_event a
      set at = b.at, actor = b.actor, operation = b.operation, outcome = b.outcome, subject = b.subject, event = b.event
      from audit_event b
      where a.${OF_FIRST} and b.tenant_id = a.tenant_id and a.sequence in (1, 2) and b.sequence = 3 - a.sequence`,
  },
  {
    what: 'an event that was edited together with its own hash',
    finds: 'audit-chain',
    text: `update audit_event e
      set event = '{}', hash = sha256(b.hash || convert_to(e.sequence || E'\\n' || '{}', 'UTF8'))
      from audit_event b
      where e.${OF_FIRST} and e.sequence = 2 and b.tenant_id = e.tenant_id and b.sequence = 1`,
  },
  {
    what: 'an event that was put in after the last one',
    finds: 'audit-head',
    text: `insert into audit_event
      select e.cell, e.tenant_id, e.sequence + 1, e.at, e.actor, e.operation, e.outcome, e.subject, e.event,
        sha256(e.hash || convert_to(e.sequence + 1 || E'\\n' || e.event::text, 'UTF8'))
      from audit_event e
      join audit_head h using (cell, tenant_id, sequence)
      where e.${OF_FIRST}`,
  },
  {
    what: 'the last events that were cut off',
    finds: 'audit-head',
    text: `delete from audit_event where ${OF_FIRST} and sequence > 1`,
  },
  { what: 'a log without its head', finds: 'audit-head', text: `delete from audit_head where ${OF_FIRST}` },
  { what: 'a head whose log is gone', finds: 'audit-head', text: `delete from audit_event where ${OF_FIRST}` },
  {
    what: 'a search that misses an event',
    finds: 'audit-columns',
    text: `update audit_event set actor = 'nobody' where ${OF_FIRST} and sequence = 1`,
  },
  {
    what: 'the last events that were cut off, and the head put back',
    finds: 'audit-exported',
    text: `delete from audit_event where ${OF_FIRST} and sequence > 1;
      update audit_head h
      set sequence = e.sequence, hash = e.hash
      from audit_event e
      where e.${OF_FIRST} and h.tenant_id = e.tenant_id`,
  },
  {
    what: 'a log that was written anew from its beginning',
    finds: 'audit-exported',
    text: `update audit_event e
      set event = replace(event::text, '"operator"', '"nobody"')::json, actor = 'nobody',
        hash = sha256(sha256(convert_to('bursar audit ' || tenant_id, 'UTF8'))
          || convert_to(E'1\\n' || replace(event::text, '"operator"', '"nobody"'), 'UTF8'))
      where ${OF_FIRST} and sequence = 1;
      delete from audit_event where ${OF_FIRST} and sequence > 1;
      update audit_head h
      set sequence = e.sequence, hash = e.hash
      from audit_event e
      where e.${OF_FIRST} and h.tenant_id = e.tenant_id`,
  },
  {
    what: 'a log of a tenant that is not there',
    finds: 'tenant-unknown',
    text: `insert into audit_head select cell, 'nobody', 0, sha256(convert_to('bursar audit nobody', 'UTF8')) from audit_head where ${OF_FIRST}`,
  },
];
