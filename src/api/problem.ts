// Problems (RFC 9457): each code that the rules or a route can answer, with its status and what it means. The table is exhaustive:
// a code without a row does not compile. `meaning` is what /problems/{code} and the reference show.

import { type Static, Type } from 'typebox';
import type { FieldError, Refusal, RefusalCode } from '../core/refusal.ts';

export interface ProblemKind {
  status: number;
  title: string;
  /** What it means and what to do, with the rule where there is one. */
  meaning: string;
}

export const PROBLEMS: Record<RefusalCode, ProblemKind> = {
  MalformedRequest: {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'The body is not JSON in UTF-8, says a key twice or is nested too deep, or a header is bad. Nothing was done.',
  },
  Unauthenticated: {
    status: 401,
    title: 'A key is needed',
    meaning:
      'Send "Authorization: Bearer KEY" with a key of the tenant (or the operator key, where tenants are made). Revoked keys no longer work.',
  },
  Forbidden: {
    status: 403,
    title: 'This key may not do that',
    meaning: 'The key is good, but its role does not give this right, or not for this environment or user (T3).',
  },
  PreviewModelsDisabled: {
    status: 403,
    title: 'Preview models are switched off here',
    meaning:
      'The environment does not let prompts run on models in preview (F6), also not in tests. Use another model, or switch previewModels on.',
  },
  QuotaExceeded: {
    status: 402,
    title: 'The credits are spent',
    meaning:
      'The environment has capacity and it is spent (D3 to D6). The problem carries available, consumed, resetsOn and the remedies that apply.',
  },
  EntitlementNotAvailable: {
    status: 402,
    title: 'There is no capacity',
    meaning:
      'The environment has no capacity in any currency that the caller may use for this capability (D1, D6). The remedies say what would help.',
  },
  LimitReached: {
    status: 402,
    title: 'A monthly limit is reached',
    meaning:
      'A monthly limit with "stop" (D13) has no room left; the problem names it. It counts again from 0 on the 1st; whoever administers the tenant can raise it with PUT /v1/limits/{id}.',
  },
  NotFound: {
    status: 404,
    title: 'Not found',
    meaning: 'There is no such thing in this tenant; what belongs to another tenant is not found either (T1).',
  },
  MethodNotAllowed: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path exists, but not with this method; the Allow header lists those that it has.',
  },
  InsufficientUnallocatedCredits: {
    status: 409,
    title: 'Not enough unallocated credits',
    meaning: 'Raising these allocations would exceed what is owned (A2); available says what could be allocated at most.',
  },
  EndOfSale: {
    status: 409,
    title: 'No longer sold',
    meaning: 'From 2025-11-01 an add-on can be bought only with an active one, from 2026-11-01 not at all (E7).',
  },
  AlreadyExists: {
    status: 409,
    title: 'It exists already, with other content',
    meaning: 'The id is taken by something with other content. The same content would have answered what is there.',
  },
  AccountNotLocal: {
    status: 409,
    title: 'This account has no password here',
    meaning:
      'Only local accounts have a password, an invitation and a role that are kept here. Who signs in through an OpenID provider changes them there; a key has none.',
  },
  IdempotencyConflict: {
    status: 409,
    title: 'The key was used for other content',
    meaning: 'An idempotency key stands for one content on one route (D12). Use a new key for new content.',
  },
  PeriodClosed: {
    status: 409,
    title: 'That month is closed',
    meaning: 'Usage of last month is accepted for some days only (setting lateUsageDays), older usage never (C3).',
  },
  HoldClosed: {
    status: 409,
    title: 'The hold is closed',
    meaning:
      'A captured or expired hold cannot be released, a released one not captured, and a captured one not captured with other usage (D10).',
  },
  NotASandbox: {
    status: 409,
    title: 'This tenant is live',
    meaning: 'Only a sandbox tenant has a clock of its own that can be moved (T4).',
  },
  ClockMovesForwardOnly: {
    status: 409,
    title: 'The clock moves forward only',
    meaning: "A sandbox's clock cannot go back (T4).",
  },
  TrialNotAvailable: {
    status: 409,
    title: 'No trial',
    meaning:
      'Trials (X1) are for tenants without AI Builder credits of their own, one a user, extended one time after they ended, and none from 2025-11-01.',
  },
  ExtensionNotAvailable: {
    status: 409,
    title: 'No extension',
    meaning: 'Extensions (X3) were given until 2025-10-31, at most three a month.',
  },
  ReportNotAvailable: {
    status: 409,
    title: 'The report cannot be downloaded',
    meaning:
      'It is not completed yet, it failed, or it has expired (M4). Its status says which; ask for a new one where it is over.',
  },
  WebhookDisabled: {
    status: 409,
    title: 'The webhook is disabled',
    meaning:
      'Nothing is sent to a webhook that is disabled, by an administrator, by its answer 410, or after five days of failures. Enable it, then replay.',
  },
  CountedAlready: {
    status: 409,
    title: 'That consumption was imported in another view',
    meaning:
      'The exports of environments, agents and users show the same Copilot Credits in three ways: importing a second one of the same days would count them twice. The problem names the imports that are there; countAgain=true imports all the same.',
  },
  PayAsYouGoNotAvailable: {
    status: 409,
    title: 'No pay-as-you-go for this environment',
    meaning: 'Pay-as-you-go can be linked to production and sandbox environments only (T2).',
  },
  NoLongerKept: {
    status: 410,
    title: 'Single actions of that time are no longer kept',
    meaning:
      'The operator keeps single actions for some months only (BURSAR_RETENTION_MONTHS); then they are dropped, and what they add up to stays: usage, counters, reports. A request that was sent again with its key had its effect then, and has none now.',
  },
  TooLarge: {
    status: 413,
    title: 'The body is too large',
    meaning: 'A body has at most 1 MiB, that of a batch 8 MiB, a file of an import 20 MiB. Send it in parts.',
  },
  UnsupportedMediaType: {
    status: 415,
    title: 'Not JSON',
    meaning: 'Bodies are JSON in UTF-8: send "Content-Type: application/json".',
  },
  InvalidRequest: {
    status: 422,
    title: 'The request is not what the route takes',
    meaning: 'A field is missing, unknown, or has a wrong shape or value; errors points at each one.',
  },
  MinimumQuantityNotMet: {
    status: 422,
    title: 'Too few in one purchase',
    meaning: 'Some products are sold from a minimum quantity in one purchase (E6).',
  },
  UnknownCapability: {
    status: 422,
    title: 'Unknown capability',
    meaning: 'The rate card of that day has no such capability, and the tenant added none (R1). GET /v1/capabilities lists them.',
  },
  UnknownModel: {
    status: 422,
    title: 'Unknown model',
    meaning: 'No such model was known on that day (R4); knownModels lists those that were.',
  },
  UnknownProduct: {
    status: 422,
    title: 'Unknown product',
    meaning: 'The catalogue has no such product (E2). GET /v1/products lists them.',
  },
  TooManyRequests: {
    status: 429,
    title: 'Too many requests',
    meaning: 'Wait as long as Retry-After says, then send the same again with the same key.',
  },
  InternalError: {
    status: 500,
    title: 'A fault of the server',
    meaning:
      'Something went wrong that is not the fault of the request. Tell the operator the instance; the log has the cause under it.',
  },
  Unavailable: {
    status: 503,
    title: 'Not now',
    meaning:
      'The database cannot be asked, or the server has more to do than it can and sheds reports before imports before management before consumption before checks. Send the same again after Retry-After. Where the outcome is unknown, the same idempotency key tells: one key has one effect.',
  },
};

export const fieldError = Type.Object({
  pointer: Type.String({
    description: 'a JSON pointer into the body, or the name of a parameter with a slash before it',
    examples: ['/usage/pages'],
  }),
  detail: Type.String(),
});

/** The members that every problem has; some codes add others. */
export const problemFields = {
  type: Type.String({ examples: ['/problems/InvalidRequest'] }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  instance: Type.String({ description: 'names this answer in the log' }),
  errors: Type.Optional(Type.Array(fieldError)),
};
export const problem = Type.Object({ ...problemFields, code: Type.String() }, { title: 'Problem', additionalProperties: true });

export type Problem = Static<typeof problem> & { code: RefusalCode; errors?: FieldError[] };

/** A refusal as it goes over the wire. `instance` is that of the request. */
export function problemOf(refusal: Refusal, instance: string): Problem {
  const { refused, detail, errors, members } = refusal;
  const { status, title } = PROBLEMS[refused];
  return {
    type: `/problems/${refused}`,
    title,
    status,
    detail,
    instance,
    code: refused,
    ...members,
    ...(errors ? { errors } : {}),
  };
}
