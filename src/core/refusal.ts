// A refusal is a value: the rules said no, or the input cannot be taken. The API turns each code into one problem document;
// what is thrown instead is a fault.

/** Every code that the rules or a route can answer; the API's table of problems has a row for each. */
export type RefusalCode =
  | 'MalformedRequest'
  | 'Unauthenticated'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'TooLarge'
  | 'UnsupportedMediaType'
  | 'TooManyRequests'
  | 'Unavailable'
  | 'InvalidRequest'
  | 'MinimumQuantityNotMet'
  | 'UnknownCapability'
  | 'UnknownModel'
  | 'UnknownProduct'
  | 'QuotaExceeded'
  | 'EntitlementNotAvailable'
  | 'LimitReached'
  | 'PreviewModelsDisabled'
  | 'InsufficientUnallocatedCredits'
  | 'EndOfSale'
  | 'AlreadyExists'
  | 'AccountNotLocal'
  | 'IdempotencyConflict'
  | 'PeriodClosed'
  | 'HoldClosed'
  | 'NotASandbox'
  | 'ClockMovesForwardOnly'
  | 'PayAsYouGoNotAvailable'
  | 'TrialNotAvailable'
  | 'ExtensionNotAvailable'
  | 'ReportNotAvailable'
  | 'NoLongerKept'
  | 'CountedAlready'
  | 'WebhookDisabled'
  | 'InternalError';

export interface FieldError {
  /** A JSON pointer into the body (`/usage/pages`), or the name of a parameter of the query (`/limit`). */
  pointer: string;
  detail: string;
}

export interface Refusal {
  refused: RefusalCode;
  /** For the caller: what was wrong and what to do. */
  detail: string;
  errors?: FieldError[];
  /** Further members of the problem document, already as they go over the wire. */
  members?: Record<string, unknown>;
}

export function refuse(refused: RefusalCode, detail: string, members?: Record<string, unknown>): Refusal {
  return members === undefined ? { refused, detail } : { refused, detail, members };
}

/** Refuses one field of the input. */
export function refuseField(refused: RefusalCode, pointer: string, detail: string, members?: Record<string, unknown>): Refusal {
  return { ...refuse(refused, detail, members), errors: [{ pointer, detail }] };
}

export function isRefusal(outcome: object): outcome is Refusal {
  return 'refused' in outcome;
}
