// The action that every contender of the benchmark is given: two pages of receipt processing by a cloud flow, so that one
// action costs the same everywhere (R1: 2 × 32 = 64 AI Builder credits). A thousand users are scattered over the
// environments; the number of (environment, user, day) rows is therefore the same on one hot environment and on 200,
// and only the contention differs.

export type BenchAction = {
  idempotencyKey: string;
  environmentId: string;
  userId: string;
  caller: 'cloud-flow';
  capability: 'receipt-processing';
  usage: { pages: number };
};

export const USERS = 1000;
export const CREDITS_OF_ONE_ACTION = 64;
/** What each environment is allocated, in credits: more than any run can spend, and within a 32-bit integer (rate-limiter-flexible). */
export const CREDITS_OF_ONE_ENVIRONMENT = 2_000_000_000;

export function environmentId(index: number): string {
  return `environment-${index}`;
}

/** The i-th action of one measurement; `keyPrefix` must be new for each measurement, so that no key is met twice. */
export function benchAction(i: number, environments: number, keyPrefix: string): BenchAction {
  const user = (Math.imul(i, 2_654_435_761) >>> 8) % USERS;
  return {
    idempotencyKey: `${keyPrefix}-${i}`,
    environmentId: environmentId(user % environments),
    userId: `user-${user}@example.com`,
    caller: 'cloud-flow',
    capability: 'receipt-processing',
    usage: { pages: 2 },
  };
}
