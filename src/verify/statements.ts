// Checks that are one statement each over the whole database: what points to what, what comes once, and the captures of holds. Each
// selects what is wrong as (tenant_id, offender); `of('h')` narrows a table to one tenant where only that one is asked for.

import type { Check } from './violation.ts';

export interface Statement {
  check: Check;
  text: (of: (alias: string) => string) => string;
}

const month = (column: string) => `date_trunc('month', ${column} at time zone 'UTC')::date`;
/** Text of a value in a message. */
const said = (...parts: string[]) => `concat(${parts.join(', ')})`;

/** Retention may have dropped the entry with this number that was stored in this month. */
const dropped = (of: string, sequence: string, storedMonth: string) => `exists (
        select
        from activity_dropped d
        where d.cell = ${of}.cell and d.tenant_id = ${of}.tenant_id and d.stored_month = ${of}.${storedMonth}
          and ${of}.${sequence} between d.first_sequence and d.last_sequence
      )`;

const KEYS: Statement[] = [
  {
    check: 'key-effect',
    text: (of) => `
      select k.tenant_id, ${said("'key '", 'k.key', "' did entry '", 'k.sequence', "', which is not there'")} as offender
      from idempotency_key k
      left join activity a on a.cell = k.cell and a.tenant_id = k.tenant_id and a.sequence = k.sequence and a.stored_month = k.stored_month
      where k.sequence is not null and a.sequence is null and ${of('k')} and not ${dropped('k', 'sequence', 'stored_month')}
      union all
      select k.tenant_id, ${said("'key '", 'k.key', "' made hold '", 'k.hold_id', "', which is not there'")}
      from idempotency_key k
      left join hold h on h.cell = k.cell and h.tenant_id = k.tenant_id and h.hold_id = k.hold_id
      where k.hold_id is not null and h.hold_id is null and ${of('k')}`,
  },
  {
    check: 'key-month',
    // Keys of imported rows are kept for ever (9999-12).
    text: (of) => `
      select k.tenant_id, ${said("'key '", 'k.key', "' is of '", "to_char(k.month, 'YYYY-MM')", "', entry '", 'k.sequence', "' of '", "to_char(a.occurred_at at time zone 'UTC', 'YYYY-MM')")} as offender
      from idempotency_key k
      join activity a on a.cell = k.cell and a.tenant_id = k.tenant_id and a.sequence = k.sequence and a.stored_month = k.stored_month
      where k.month <> ${month('a.occurred_at')} and ${of('k')}
        and (k.month <> '9999-12-01' or a.detail ->> 'c' <> 'imported')
      union all
      select k.tenant_id, ${said("'key '", 'k.key', "' is of '", "to_char(k.month, 'YYYY-MM')", "', hold '", 'k.hold_id', "' of '", "to_char(h.month, 'YYYY-MM')")}
      from idempotency_key k
      join hold h on h.cell = k.cell and h.tenant_id = k.tenant_id and h.hold_id = k.hold_id
      where k.month <> h.month and ${of('k')}`,
  },
  {
    check: 'key-form',
    text: (of) => `
      select k.tenant_id, ${said("'key '", 'k.key', "' has '", "case when length(k.fingerprint) = 0 then 'no fingerprint' else 'no answer that is an object' end")} as offender
      from idempotency_key k
      where (length(k.fingerprint) = 0 or (k.answer is not null and json_typeof(k.answer) <> 'object')
        or ((k.sequence is null) <> (k.stored_month is null))) and ${of('k')}`,
  },
  {
    check: 'key-twice',
    // The same capture may be asked for under several keys, and is answered its first record (D10).
    text: (of) => `
      select k.tenant_id, ${said("'entry '", 'k.sequence', "' is the effect of '", 'count(*)', "' keys, from '", 'min(k.key)', "' to '", 'max(k.key)')} as offender
      from idempotency_key k
      where k.sequence is not null and ${of('k')}
      group by k.cell, k.tenant_id, k.sequence, k.stored_month
      having count(*) > 1 and not exists (
        select
        from activity a
        where a.cell = k.cell and a.tenant_id = k.tenant_id and a.sequence = k.sequence and a.stored_month = k.stored_month
          and a.hold_id is not null
      ) and not exists (
        select
        from hold h
        where h.cell = k.cell and h.tenant_id = k.tenant_id and h.capture_sequence = k.sequence and h.capture_stored_month = k.stored_month
          and ${dropped('h', 'capture_sequence', 'capture_stored_month')}
      )
      union all
      select k.tenant_id, ${said("'hold '", 'k.hold_id', "' is the effect of '", 'count(*)', "' keys, from '", 'min(k.key)', "' to '", 'max(k.key)')}
      from idempotency_key k
      where k.hold_id is not null and ${of('k')}
      group by k.cell, k.tenant_id, k.hold_id
      having count(*) > 1`,
  },
];

const ENTRIES: Statement[] = [
  {
    check: 'entry-id',
    // The inner part needs nothing but the index of ids.
    text: (of) => `
      select a.tenant_id, ${said("'entries '", "string_agg(a.sequence::text, ', ' order by a.sequence)", "' are all '", 'a.id')} as offender
      from activity a
      where ${of('a')} and a.id = any (array(
        select b.id
        from activity b
        where ${of('b')}
        group by b.id
        having count(*) > 1
      ))
      group by a.tenant_id, a.id
      having count(*) > 1`,
  },
  {
    check: 'entry-partition',
    text: () => `
      select null::text as tenant_id, ${said('c.relname', "' holds '", 'pg_get_expr(c.relpartbound, c.oid)')} as offender
      from pg_inherits i
      join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'activity'::regclass
        and pg_get_expr(c.relpartbound, c.oid) is distinct from format(
          'FOR VALUES FROM (%L) TO (%L)',
          to_date(right(c.relname, 7), 'YYYY_MM'),
          (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month')::date)`,
  },
  {
    check: 'hold-capture',
    text: (of) => `
      select h.tenant_id, ${said("'hold '", 'h.hold_id', "' was captured by entry '", 'h.capture_sequence', "', which '", "case when a.sequence is null then 'is not there' else 'is another one' end")} as offender
      from hold h
      left join activity a on a.cell = h.cell and a.tenant_id = h.tenant_id and a.sequence = h.capture_sequence
        and a.stored_month = h.capture_stored_month
      where h.status = 'captured' and ${of('h')} and not (a.sequence is null and ${dropped('h', 'capture_sequence', 'capture_stored_month')}) and (
        a.sequence is null
        or a.id <> h.capture_id
        or a.hold_id is distinct from h.hold_id
        or a.environment_id <> h.environment_id
        or a.user_id is distinct from h.detail -> 'action' ->> 'userId'
        or a.capability is distinct from h.detail -> 'action' ->> 'capability'
        or a.currency is distinct from h.currency
        or a.source is distinct from h.source
        or a.detail ->> 'e' is distinct from h.entitlement_id
        or a.detail ->> 'b' is distinct from h.plan_id
        or (a.detail -> 'u')::jsonb is distinct from h.captured_usage::jsonb
      )`,
  },
  {
    check: 'capture-hold',
    text: (of) => `
      select a.tenant_id, ${said("'entry '", 'a.sequence', "' captures hold '", 'a.hold_id', "', which '", "coalesce('is ' || h.status::text || ', by entry ' || h.capture_sequence, 'is not there or has no capture')")} as offender
      from activity a
      left join hold h on h.cell = a.cell and h.tenant_id = a.tenant_id and h.hold_id = a.hold_id
      where a.hold_id is not null and ${of('a')} and (h.status = 'captured' and h.capture_sequence = a.sequence) is not true`,
  },
];

const NOTICES: Statement[] = [
  {
    check: 'notice-sequence',
    text: (of) => `
      select tenant_id, ${said("'after notice '", 'coalesce(before, 0)', "' comes '", 'number', "case when number = coalesce(before, 0) + 1 then ', which is earlier' end")} as offender
      from (
        select n.tenant_id, n.number, n.at, lag(n.number) over w as before, lag(n.at) over w as at_before
        from notice n
        where ${of('n')}
        window w as (partition by n.cell, n.tenant_id order by n.number)
      ) as numbered
      where number <> coalesce(before, 0) + 1 or at < at_before`,
  },
  {
    check: 'notice-count',
    text: (of) => `
      select t.tenant_id, ${said("'it counts '", 't.notices', "' notices, the last one is '", 'coalesce(n.last, 0)')} as offender
      from tenant t
      left join (
        select cell, tenant_id, max(number) as last
        from notice
        group by cell, tenant_id
      ) n using (cell, tenant_id)
      where t.notices <> coalesce(n.last, 0) and ${of('t')}`,
  },
  {
    check: 'notice-once',
    // A limit that is deleted and made again tells again.
    text: (of) => `
      select n.tenant_id, ${said('count(*)', "' times '", 'n.kind', "' of '", 'coalesce(n.limit_id, n.environment_id)', "' in '", "to_char(n.month, 'YYYY-MM')", "' in '", 'n.currency')} as offender
      from notice n
      left join monthly_limit l on l.cell = n.cell and l.tenant_id = n.tenant_id and l.limit_id = n.limit_id
      where ${of('n')} and (n.limit_id is null or n.at > l.created_at)
      group by n.cell, n.tenant_id, n.kind, n.limit_id, case when n.limit_id is null then n.environment_id end,
        coalesce(n.limit_id, n.environment_id), n.month, n.currency
      having count(*) > 1`,
  },
  {
    check: 'notice-level',
    text: (of) => `
      select coalesce(m.tenant_id, n.tenant_id) as tenant_id,
        ${said('coalesce(m.environment_id, n.environment_id)', "' in '", "to_char(coalesce(m.month, n.month), 'YYYY-MM')", "' in '", 'coalesce(m.currency, n.currency)', "' is told of up to '", 'coalesce(m.noticed, 0)', "', and notices told '", "coalesce(n.kinds, 'nothing')")} as offender
      from (select * from environment_month m where ${of('m')}) m
      full join (
        select n.cell, n.tenant_id, n.environment_id, n.month, n.currency, string_agg(distinct n.kind, ', ') as kinds,
          sum(distinct case n.kind when 'near-capacity' then 1 when 'exhausted' then 2 else 4 end) as told
        from notice n
        where n.limit_id is null and ${of('n')}
        group by n.cell, n.tenant_id, n.environment_id, n.month, n.currency
      ) n on n.cell = m.cell and n.tenant_id = m.tenant_id and n.environment_id = m.environment_id and n.month = m.month
        and n.currency = m.currency
      where coalesce(n.told, 0) <> (array[0, 1, 3, 7])[coalesce(m.noticed, 0) + 1]
      union all
      select m.tenant_id, ${said("'limit '", 'm.limit_id', "' in '", "to_char(m.month, 'YYYY-MM')", "' is told of up to '", 'm.noticed', "', and notices told '", "coalesce(n.kinds, 'nothing')")}
      from limit_month m
      join monthly_limit l on l.cell = m.cell and l.tenant_id = m.tenant_id and l.limit_id = m.limit_id
      cross join lateral (
        select string_agg(distinct n.kind, ', ') as kinds,
          coalesce(max(case n.kind when 'nearing-limit' then 1 else 2 end) filter (where n.at > l.created_at), 0) as surely,
          count(distinct n.kind) filter (where n.at >= l.created_at) as perhaps
        from notice n
        where n.cell = m.cell and n.tenant_id = m.tenant_id and n.limit_id = m.limit_id and n.month = m.month
      ) n
      where ${of('m')} and (n.surely > m.noticed or n.perhaps < m.noticed)`,
  },
  {
    check: 'notice-subject',
    text: (of) => `
      select n.tenant_id, ${said("'notice '", 'n.number', "' of '", 'n.kind', "' is about '", "coalesce(n.environment_id, 'nothing')")} as offender
      from notice n
      left join environment e on e.cell = n.cell and e.tenant_id = n.tenant_id and e.environment_id = n.environment_id
      where ${of('n')} and (
        (n.kind in ('nearing-limit', 'over-limit')) <> (n.limit_id is not null)
        or (n.limit_id is null and e.environment_id is null)
      )`,
  },
  {
    check: 'delivery-notice',
    text: (of) => `
      select d.tenant_id, ${said("'delivery '", 'd.delivery_id', "' is of notice '", 'wanted.number', "', which '", "case when n.number is null then 'is not there' else 'was not dispatched' end")} as offender
      from delivery d
      cross join lateral unnest(d.notices) as wanted (number)
      left join notice n on n.cell = d.cell and n.tenant_id = d.tenant_id and n.number = wanted.number
      where ${of('d')} and (n.number is null or n.dispatched_at is null)`,
  },
  {
    check: 'delivery-attempts',
    text: (of) => `
      select d.tenant_id, ${said("'delivery '", 'd.delivery_id', "' counts '", 'd.attempts', "' attempts, '", 'a.done', "' are there'")} as offender
      from delivery d
      cross join lateral (
        select count(*) as done, coalesce(max(number), 0) as last
        from delivery_attempt a
        where a.cell = d.cell and a.tenant_id = d.tenant_id and a.delivery_id = d.delivery_id
      ) a
      where ${of('d')} and (a.done <> d.attempts or a.last <> d.attempts or (d.status <> 'waiting' and d.attempts = 0))`,
  },
];

const REST: Statement[] = [
  {
    check: 'resource-unknown',
    text: (of) => `
      select u.tenant_id, ${said('u.resource_type', "' '", 'u.resource_id', "' of '", 'u.environment_id')} as offender
      from (
        select distinct cell, tenant_id, environment_id, resource_type, resource_id
        from daily_usage u
        where resource_id is not null and ${of('u')}
      ) u
      left join resource r on r.cell = u.cell and r.tenant_id = u.tenant_id and r.environment_id = u.environment_id
        and r.type = u.resource_type and r.resource_id = u.resource_id and r.ai_action = 'seen'
      where r.resource_id is null`,
  },
  {
    check: 'flow-unknown',
    text: (of) => `
      select l.tenant_id, ${said("'app '", 'l.app_id', "' of '", 'l.environment_id', "' has flow '", 'l.flow_id')} as offender
      from app_flow l
      left join resource a on a.cell = l.cell and a.tenant_id = l.tenant_id and a.environment_id = l.environment_id and a.type = 'app'
        and a.resource_id = l.app_id
      left join resource f on f.cell = l.cell and f.tenant_id = l.tenant_id and f.environment_id = l.environment_id and f.type = 'flow'
        and f.resource_id = l.flow_id
      where ${of('l')} and (a.resource_id is null or f.resource_id is null)`,
  },
  {
    check: 'daily-usage-form',
    // What is free is billed to nobody, and has no credits.
    text: (of) => `
      select u.tenant_id, ${said('u.day', "' '", 'u.environment_id', "' '", 'u.user_id', "' '", 'u.capability', "': '", 'u.credits', "' micro-credits, '", 'u.actions', "' actions'")} as offender
      from daily_usage u
      where ${of('u')} and (
        u.actions <= 0
        or u.units < u.actions
        or u.credits < 0
        or u.non_billed < 0
        or u.credits <> trunc(u.credits)
        or (u.billable <> (u.currency is not null))
        or (not u.billable and (u.credits <> 0 or u.source is not null))
        or (u.billable and u.non_billed <> 0)
        or ((u.resource_type is null) <> (u.resource_id is null))
      )`,
  },
  {
    check: 'usage-day',
    text: (of) => `
      select u.tenant_id, ${said('u.day')} as offender
      from (
        select distinct cell, tenant_id, day
        from daily_usage u
        where ${of('u')}
      ) u
      left join usage_day d on d.cell = u.cell and d.tenant_id = u.tenant_id and d.day = u.day
      where d.day is null`,
  },
  {
    check: 'report-parts',
    text: (of) => `
      select r.tenant_id, ${said("'report '", 'r.report_id', "' counts '", 'r.parts', "' parts, '", 'p.there', "' are there, up to number '", 'p.last')} as offender
      from report r
      cross join lateral (
        select count(*) as there, max(part) as last, coalesce(sum(octet_length(content)), 0) as bytes
        from report_part p
        where p.cell = r.cell and p.tenant_id = r.tenant_id and p.report_id = r.report_id
      ) p
      where ${of('r')} and r.status = 'Completed' and not r.discarded and (p.there <> r.parts or p.last <> r.parts - 1 or p.bytes <> r.bytes)`,
  },
  {
    check: 'import-parts',
    text: (of) => `
      select i.tenant_id, ${said("'part '", 'p.part', "' of import '", 'i.import_id', "' of '", 'i.parts', "' parts: '", 'p.recorded', "' recorded, '", 'p.unchanged', "' unchanged, '", 'p.rows', "' rows'")} as offender
      from import i
      join import_part p on p.cell = i.cell and p.tenant_id = i.tenant_id and p.import_id = i.import_id
      where ${of('i')} and (p.part > i.parts or p.recorded + p.unchanged > p.rows)`,
  },
];

/** In the order in which they run: the longest first, beside the reading of the entries. */
export const STATEMENTS: readonly Statement[] = [...KEYS, ...ENTRIES, ...NOTICES, ...REST];
