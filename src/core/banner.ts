// Banners (N1): what an administrator, or a maker in an environment, should see now. They follow from the status of this moment,
// unlike notices, which tell of a crossing once.

import { type Credits, CURRENCIES, type Currency } from './credits.ts';
import type { Environment, Ledger } from './ledger.ts';
import { CURRENCY_NAMES, MAKER_SENTENCES, readableCredits, someEnvironmentsSentence } from './notice-text.ts';
import { environmentCapacity, makerFeatures, STATUSES, type Status, tenantCapacity } from './status.ts';

export const BANNER_KINDS = [
  'environments-near-or-over',
  'over-allocated',
  'consumed-all',
  'license-needed',
  'capacity-missing',
] as const;
export type BannerKind = (typeof BANNER_KINDS)[number];

export interface BannerEnvironment {
  environmentId: string;
  name: string;
  status: Status;
  percent: string | null;
}

export interface Banner {
  kind: BannerKind;
  currency: Currency;
  sentence: string;
  whatToDo: string;
  /** The worst first, at most ten. */
  environments: BannerEnvironment[];
  /** How many there are in all. */
  count: number;
}

const MOST_NAMED = 10;
const NEAR = STATUSES.indexOf('near-capacity');

/** What an administrator of these environments should see; needs every environment in the ledger. */
export function administratorBanners(ledger: Ledger, administers: (environmentId: string) => boolean): Banner[] {
  const banners: Banner[] = [];
  for (const currency of CURRENCIES) {
    const concerned = [...ledger.environments.values()]
      .filter((environment) => environment.deletedAt === null && administers(environment.id))
      .map((environment) => standing(ledger, environment, currency))
      .filter(({ status }) => status !== 'no-capacity' && STATUSES.indexOf(status) >= NEAR)
      .sort(worstFirst);
    if (concerned.length === 0) continue;
    banners.push({
      kind: 'environments-near-or-over',
      currency,
      sentence: someEnvironmentsSentence(currency),
      whatToDo:
        currency === 'ai-builder-credits'
          ? 'Allocate more credits to them from what is unallocated or from other environments, or provide Copilot Credits.'
          : 'Allocate more credits to them, buy more, or link pay-as-you-go to them.',
      environments: concerned.slice(0, MOST_NAMED),
      count: concerned.length,
    });
  }
  for (const { currency, overAllocated } of tenantCapacity(ledger)) {
    if (overAllocated > 0n) banners.push(overAllocatedBanner(currency, overAllocated));
  }
  return banners;
}

/** A7 */
function overAllocatedBanner(currency: Currency, missing: Credits): Banner {
  return {
    kind: 'over-allocated',
    currency,
    sentence: `More ${CURRENCY_NAMES[currency]} are allocated than are owned: ${readableCredits(missing)} are missing`,
    whatToDo: 'Until somebody reallocates, every allocation counts for less. Lower allocations, or own more.',
    environments: [],
    count: 0,
  };
}

function standing(ledger: Ledger, environment: Environment, currency: Currency): BannerEnvironment {
  const { status, percent } = environmentCapacity(ledger, environment, currency);
  return { environmentId: environment.id, name: environment.name, status, percent };
}

function worstFirst(a: BannerEnvironment, b: BannerEnvironment): number {
  const byStatus = STATUSES.indexOf(b.status) - STATUSES.indexOf(a.status);
  if (byStatus !== 0) return byStatus;
  const byPercent = Number(b.percent ?? 0) - Number(a.percent ?? 0);
  return byPercent !== 0 ? byPercent : a.environmentId < b.environmentId ? -1 : 1;
}

/** What a maker in an environment should see, after its AI Builder status and what M1b lets makers do. */
export function makerBanners(ledger: Ledger, environment: Environment): Banner[] {
  const currency = 'ai-builder-credits';
  const of = standing(ledger, environment, currency);
  const { run, create } = makerFeatures(ledger, environment);
  const banner = (kind: keyof typeof MAKER_SENTENCES, whatToDo: string): Banner[] => [
    { kind, currency, sentence: MAKER_SENTENCES[kind], whatToDo, environments: [of], count: 1 },
  ];
  // Only the capacity era blocks makers (M1b).
  const makersAreBlocked = !create.allowed;
  if (makersAreBlocked) {
    return of.status === 'no-capacity'
      ? banner('license-needed', 'Ask an administrator for AI Builder credits for this environment.')
      : banner('consumed-all', 'Ask an administrator to allocate more to this environment, or wait for the 1st of the month.');
  }
  if (!run.allowed) {
    return banner('capacity-missing', 'Ask an administrator for Copilot Credits or AI Builder credits for this environment.');
  }
  const isSpent = of.status === 'covered-overage' || of.status === 'overage' || of.status === 'blocked';
  return isSpent
    ? banner('consumed-all', 'What runs still runs, on another source or in overage. Ask an administrator for more.')
    : [];
}
