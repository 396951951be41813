// The hand-written meter's writes as one statement instead of three: the same rows in the same transaction with two round
// trips fewer while the environment is locked. Measured about 1.3 × the speed of the plain version on 2 cores; few write it so,
// but a peer that was tuned belongs in the table.

import type { PoolClient } from 'pg';
import type { BenchAction } from './action.ts';
import type { Decided } from './hand-written.ts';

export async function saveInOneStatement(client: PoolClient, action: BenchAction, decided: Decided): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>({
    name: 'save-in-one-statement',
    text: `with entry as (
             insert into hand_written.consumption
               (idempotency_key, environment_id, user_id, caller, capability, pages, credits, source, in_overage)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (idempotency_key) do nothing
             returning id, pages, credits
           ),
           environment_counter as (
             update hand_written.environment
             set consumed = consumed + (select credits from entry)
             where environment_id = $2 and month = $10 and exists (select from entry)
           ),
           pool_counter as (
             update hand_written.pool
             set consumed = consumed + (select credits from entry)
             where month = $10 and $8 = 'pool' and exists (select from entry)
           ),
           daily as (
             insert into hand_written.daily_usage as daily
               (day, environment_id, user_id, capability, credits, units, actions)
             select $11::date, $2, $3, $5, credits, pages, 1
             from entry
             on conflict (day, environment_id, user_id, capability) do update
             set credits = daily.credits + excluded.credits,
                 units = daily.units + excluded.units,
                 actions = daily.actions + 1
           )
           select id
           from entry`,
    values: [
      action.idempotencyKey,
      action.environmentId,
      action.userId,
      action.caller,
      action.capability,
      action.usage.pages,
      decided.credits,
      decided.source,
      decided.inOverage,
      decided.month,
      decided.day,
    ],
  });
  return rows[0]?.id;
}
