// The figures that are read from the database when metrics are asked for: background work, and how the pools of tenants stand. Read once
// in some seconds at most, however many ask; while the database cannot be asked, the ones before are shown.

import { CURRENCIES, type Currency, formatCredits } from '../core/credits.ts';
import type { BackgroundFigures, PoolFigures, StoreFigures } from '../store/figures.ts';

const FRESH_FOR_MS = 10_000;
const MOST_TENANTS_READ = 1_000;
/** Each has a series for every currency and figure. */
export const MOST_TENANTS_SHOWN = 20;
export const OTHER = 'other';

export interface ShownPool {
  tenant: string;
  currency: Currency;
  figure: string;
  credits: number;
}

export class StoredFigures {
  background: BackgroundFigures | null = null;
  pools: ShownPool[] = [];
  leftOut = 0;
  failed = 0;
  readonly #figures: StoreFigures;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(figures: StoreFigures) {
    this.#figures = figures;
  }

  /** Resolves when they are as of some seconds ago at most, or cannot be read. */
  refresh(): Promise<void> {
    if (this.#reading) return this.#reading;
    if (performance.now() - this.#readAt < FRESH_FOR_MS) return Promise.resolve();
    this.#reading = this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    this.#readAt = performance.now();
    try {
      this.background = await this.#figures.background();
      const { pools, leftOut } = await this.#figures.pools(MOST_TENANTS_READ);
      this.pools = shownPools(pools, MOST_TENANTS_SHOWN);
      this.leftOut = leftOut;
    } catch {
      // The server says by itself when the database cannot be asked.
      this.failed += 1;
    }
  }
}

/** The fullest pools by themselves, and the sum of all others, so that the number of series is bounded. */
export function shownPools(pools: readonly PoolFigures[], most: number): ShownPool[] {
  const byTenant = Map.groupBy(pools, (pool) => pool.tenantId);
  const fullest = [...byTenant]
    .map(([tenantId, own]) => ({ tenantId, fullness: Math.max(...own.map(fullnessOf)), own }))
    .sort((a, b) => b.fullness - a.fullness || (a.tenantId < b.tenantId ? -1 : 1));
  const shown = fullest.slice(0, most).flatMap(({ tenantId, own }) => own.flatMap((pool) => figuresOf(tenantId, pool)));
  const others = fullest.slice(most).flatMap(({ own }) => own);
  if (others.length === 0) return shown;
  return [
    ...shown,
    ...CURRENCIES.flatMap((currency) =>
      figuresOf(
        OTHER,
        sum(
          others.filter((pool) => pool.currency === currency),
          currency,
        ),
      ),
    ),
  ];
}

/** Of a pool of nothing that has consumed something, more than of any other. */
function fullnessOf({ available, consumed, held }: PoolFigures): number {
  const used = Number(consumed + held);
  return used === 0 ? 0 : used / Number(available);
}

function sum(pools: readonly PoolFigures[], currency: Currency): PoolFigures {
  const of = (figure: 'owned' | 'allocated' | 'available' | 'consumed' | 'held') =>
    pools.reduce((all, pool) => all + pool[figure], 0n) as PoolFigures['owned'];
  return {
    tenantId: OTHER,
    currency,
    owned: of('owned'),
    allocated: of('allocated'),
    available: of('available'),
    consumed: of('consumed'),
    held: of('held'),
  };
}

/** Prometheus knows floating-point numbers only: these are for looking at, not for billing. */
function figuresOf(tenant: string, pool: PoolFigures): ShownPool[] {
  const { currency, owned, allocated, available, consumed, held } = pool;
  const remaining = available - consumed - held;
  const figures = {
    owned,
    allocated,
    available,
    consumed,
    held,
    remaining: (remaining > 0n ? remaining : 0n) as typeof available,
  };
  return Object.entries(figures).map(([figure, credits]) => ({
    tenant,
    currency,
    figure,
    credits: Number(formatCredits(credits)),
  }));
}
