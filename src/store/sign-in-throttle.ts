// Wrong passwords in a row (T3): from the fifth on each makes the next try wait, twice as long every time, a quarter of an hour at most. It
// goes by the name that was given, whether or not anybody has it, so that nobody learns who has; and a try is counted before its password
// is looked at, so that many at once are many.

import type { Instant } from '../core/month.ts';
import type { Database } from './database.ts';
import { instantText, sql } from './sql.ts';
import type { TenantAddress } from './store.ts';

/** So many may be wrong before anybody waits. */
const FREE = 4;
const FIRST_WAIT_SECONDS = 1;
/** 1 s doubled so often is more than the longest. */
const MOST_DOUBLED = 10;
const LONGEST_WAIT_SECONDS = 900;
/** What nobody has tried for so long is forgotten. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

/** Counts a try, or says for how many ms there is none yet; 0: try. */
export async function takeTry(
  database: Database,
  { cell, tenantId }: TenantAddress,
  nameHash: Buffer,
  now: Instant,
): Promise<number> {
  const at = instantText(now);
  const forgotten = instantText((now - FORGOTTEN_AFTER_MS) as Instant);
  const counted = await database.of({ tenantId }).query(sql`
    insert into sign_in_throttle (cell, tenant_id, name_hash, failures, next_at)
    values (${cell}, ${tenantId}, ${nameHash}, 1, ${at}::timestamptz)
    on conflict (cell, tenant_id, name_hash)
    do update set
      failures = case when sign_in_throttle.next_at <= ${forgotten}::timestamptz then 1 else sign_in_throttle.failures + 1 end,
      next_at = ${at}::timestamptz + case
        when sign_in_throttle.failures < ${FREE} or sign_in_throttle.next_at <= ${forgotten}::timestamptz then interval '0'
        else make_interval(secs => least(
          ${LONGEST_WAIT_SECONDS}::double precision,
          ${FIRST_WAIT_SECONDS}::double precision * 2 ^ least(sign_in_throttle.failures - ${FREE}, ${MOST_DOUBLED})
        ))
      end
    where sign_in_throttle.next_at <= ${at}::timestamptz
    returning 1 as counted`);
  if (counted.length > 0) return 0;
  const [row] = await database.of({ tenantId }).query(sql`
    select next_at
    from sign_in_throttle
    where cell = ${cell} and tenant_id = ${tenantId} and name_hash = ${nameHash}`);
  // Gone in between: somebody has just signed in.
  return row ? Math.max(1, row.next_at - now) : 0;
}

/** After the right password. */
export async function forgetTries(database: Database, { cell, tenantId }: TenantAddress, nameHash: Buffer): Promise<void> {
  await database.of({ tenantId }).query(sql`
    delete from sign_in_throttle
    where cell = ${cell} and tenant_id = ${tenantId} and name_hash = ${nameHash}`);
}

export async function pruneTries(database: Database, cell: number, now: Instant): Promise<void> {
  await database.everywhere.query(sql`
    delete from sign_in_throttle
    where cell = ${cell} and next_at <= ${instantText((now - FORGOTTEN_AFTER_MS) as Instant)}::timestamptz`);
}
