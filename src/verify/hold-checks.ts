// Holds by themselves (D10, I6, I7), and what the open ones hold (I4). Their captures are compared in statements.ts.

import type { Book } from './book.ts';
import type { Report } from './entry.ts';
import { asCredits, asInstant, MINUTE_MICROS, monthOfMicros, wholeNumber } from './exact.ts';
import { holdInputs } from './inputs.ts';
import { checkUnits } from './price-checks.ts';
import type { TextRow } from './snapshot.ts';

/** After cell and tenant. */
export const HOLD_COLUMNS = `hold_id, status, environment_id, month, (extract(epoch from occurred_at) * 1000000)::bigint,
  (extract(epoch from created_at) * 1000000)::bigint, (extract(epoch from expires_at) * 1000000)::bigint, currency, credits, source,
  entitlement_id, plan_id, detail, captured_usage is not null, capture_id is not null, capture_sequence is not null,
  capture_stored_month is not null`;

export function checkHold(book: Book, [, , ...row]: TextRow, report: Report): void {
  const [
    id,
    status,
    environmentId,
    date,
    occurred,
    created,
    expires,
    currency,
    amount,
    source,
    entitlementId,
    planId,
    detail,
    ...captured
  ] = row;
  const wrong = (what: string) => report('hold-form', `hold ${id} ${what}`);
  const read = holdInputs(detail!);
  if (typeof read === 'string') {
    wrong(`cannot be read: ${read}`);
    return;
  }
  const { inputs, action, free } = read;
  const [occurredAt, createdAt, expiresAt] = [Number(occurred), Number(created), Number(expires)];
  const [month, credits] = [date!.slice(0, 7), wholeNumber(amount)];

  if (month !== monthOfMicros(occurredAt)) wrong(`is of ${monthOfMicros(occurredAt)} and holds on ${month}`);
  if (occurredAt > createdAt + 5 * MINUTE_MICROS) wrong('happened after it was made');
  if (expiresAt <= createdAt) wrong('expired before it was made');
  if (action.environmentId !== environmentId) wrong(`is of ${environmentId}, and its action of ${action.environmentId}`);
  if ((free !== null) !== (currency === null)) wrong(free === null ? 'has no currency' : `is free as ${free} and in ${currency}`);
  if (currency === null && (credits !== 0 || source !== null)) wrong(`is free and holds ${asCredits(credits)} on ${source}`);
  if (currency !== null && source === null && !inputs.recordOnly) wrong('has no source');
  if ((source === 'pre-purchase') !== (entitlementId !== null)) wrong(`holds on ${source} of entitlement ${entitlementId}`);
  if ((source === 'pay-as-you-go') !== (planId !== null)) wrong(`holds on ${source} of plan ${planId}`);
  if (entitlementId && !book.entitlementIds.has(entitlementId))
    report('entitlement-unknown', `hold ${id} is on entitlement ${entitlementId}`);
  if (planId && !book.planIds.has(planId)) report('entitlement-unknown', `hold ${id} is on plan ${planId}`);
  const price = inputs.prices.find((each) => each.currency === currency)?.credits;
  if (currency !== null && price !== credits)
    wrong(
      `holds ${asCredits(credits)} ${currency}, and its price is ${price === undefined ? 'in none of it' : asCredits(price)}`,
    );
  checkUnits(inputs, String(action.capability), action.model === null ? null : String(action.model), (check, offender) =>
    report(check, `hold ${id}: ${offender}`),
  );

  const isCaptured = status === 'captured';
  if (captured.some((there) => (there === 't') !== isCaptured))
    report('hold-status', `hold ${id} is ${status}, and ${isCaptured ? 'its capture is not complete' : 'has a capture'}`);
  // Every transaction of a tenant first expires what is due at its time, which the tenant keeps; of a stopped server nothing else is known.
  if (status === 'open' && expiresAt <= book.tenant.recordedAt)
    report('hold-overdue', `hold ${id} expired at ${asInstant(expiresAt)} and is open at ${asInstant(book.tenant.recordedAt)}`);
  if (status === 'expired' && expiresAt > book.tenant.recordedAt)
    report('hold-early', `hold ${id} expires at ${asInstant(expiresAt)}; it is ${asInstant(book.tenant.recordedAt)}`);

  if (status !== 'open') return;
  const resource = action.resource as { id?: unknown } | null | undefined;
  const scoped = {
    environmentId: environmentId!,
    userId: String(action.userId),
    resourceId: resource?.id === undefined ? null : String(resource.id),
    capability: String(action.capability),
  };
  book.addOpenHold({
    scoped,
    month,
    currency: currency!,
    credits,
    source: source!,
    entitlementId: entitlementId!,
    planId: planId!,
  });
}
