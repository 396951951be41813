// Notices (N2): that an environment crossed near, 100 % or the blocking point, or that a limit was crossed. They are found in the
// transaction that decides, written with it, and sent from there (mail, webhooks). Once per crossing and month: the month keeps how
// far was told.

import { type Credits, CURRENCIES, type Currency } from './credits.ts';
import { type Environment, environmentMonth, type Ledger, limitMonth, markChanged, type TrackedLimit } from './ledger.ts';
import type { Instant, Month } from './month.ts';
import { type Status, standingIn } from './status.ts';

export const NOTICE_KINDS = ['near-capacity', 'exhausted', 'blocked', 'nearing-limit', 'over-limit'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface Notice {
  /** 1..n in its tenant. */
  number: number;
  at: Instant;
  kind: NoticeKind;
  month: Month;
  currency: Currency;
  environmentId: string | null;
  limitId: string | null;
  /** What it is about, as it stood: the source of the environment, or the limit. */
  available: Credits;
  consumed: Credits;
}

function tell(ledger: Ledger, notice: Omit<Notice, 'number' | 'at'>): void {
  ledger.noticeNumber += 1;
  ledger.changed = true;
  ledger.notices.push({ number: ledger.noticeNumber, at: ledger.now, ...notice });
}

/** How far a status is worth telling: 1 near, 2 exhausted (whatever covers it), 3 blocked. */
const LEVEL: Record<Status, number> = {
  'no-capacity': 0,
  'within-capacity': 0,
  'near-capacity': 1,
  'covered-overage': 2,
  overage: 2,
  blocked: 3,
};
const KIND_OF_LEVEL = ['near-capacity', 'exhausted', 'blocked'] as const;

/** Tells of every crossing of an environment in a month that was not told yet; one action may cross several. */
export function noticeEnvironment(ledger: Ledger, environment: Environment, month: Month, currencies: readonly Currency[]): void {
  if (environment.deletedAt !== null) return;
  for (const currency of currencies) {
    const counters = environment.months.get(month)?.[currency];
    if (counters && counters.noticed >= KIND_OF_LEVEL.length) continue;
    const { status, available, consumed } = standingIn(ledger, environment, currency, month);
    const before = counters?.noticed ?? 0;
    if (LEVEL[status] <= before) continue;
    const told = environmentMonth(environment, month, currency);
    told.noticed = LEVEL[status];
    markChanged(ledger, environment, told);
    for (const kind of KIND_OF_LEVEL.slice(before, LEVEL[status]))
      tell(ledger, { kind, month, currency, environmentId: environment.id, limitId: null, available, consumed });
  }
}

/** The same of every environment that was loaded: after what may move them all. */
export function noticeEnvironments(ledger: Ledger, month: Month): void {
  for (const environment of ledger.environments.values()) noticeEnvironment(ledger, environment, month, CURRENCIES);
}

const LIMIT_KINDS = ['nearing-limit', 'over-limit'] as const;

/** Tells of every crossing of a limit that was not told yet. A limit of 0 is over from the start: it is told when it stops something. */
export function noticeLimit(ledger: Ledger, limit: TrackedLimit, month: Month): void {
  const counters = limitMonth(limit, month);
  if (counters.noticed >= LIMIT_KINDS.length) return;
  const { consumed } = counters;
  const nearing = consumed * 100n >= limit.monthly * BigInt(limit.notifyAtPercent);
  const level = consumed >= limit.monthly ? 2 : nearing ? 1 : 0;
  if (level <= counters.noticed) return;
  for (const kind of LIMIT_KINDS.slice(counters.noticed, level)) {
    const environmentId = limit.scope.environmentId ?? null;
    tell(ledger, { kind, month, currency: limit.currency, environmentId, limitId: limit.id, available: limit.monthly, consumed });
  }
  Object.assign(counters, { noticed: level, changed: true });
}
