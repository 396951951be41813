// How much Contoso allocates to its environments: planned on the first working day of each month, growing with the traffic, and never
// more in all than a share of what is owned (so that after 2026-11-01, when seeded credits are gone, everybody gets less).

import { growth } from './calendar.ts';

export type PlannedCurrency = 'ai-builder-credits' | 'copilot-credits';

interface AllocationPlan {
  environmentId: string;
  currency: PlannedCurrency;
  /** Half-open; from `until` on it is released. */
  from: string;
  until?: string;
  /** Credits of a month once the year has passed. */
  credits: number;
}

export const ALLOCATION_PLANS: readonly AllocationPlan[] = [
  { environmentId: 'finance', currency: 'ai-builder-credits', from: '2025-10-14', credits: 135_000 },
  { environmentId: 'sales', currency: 'ai-builder-credits', from: '2025-10-14', credits: 34_000 },
  { environmentId: 'legal', currency: 'ai-builder-credits', from: '2025-11-03', credits: 33_000 },
  { environmentId: 'procurement', currency: 'ai-builder-credits', from: '2025-12-01', credits: 36_000 },
  { environmentId: 'logistics', currency: 'ai-builder-credits', from: '2026-01-05', credits: 45_000 },
  { environmentId: 'manufacturing', currency: 'ai-builder-credits', from: '2026-02-02', credits: 38_000 },
  { environmentId: 'compliance', currency: 'ai-builder-credits', from: '2025-11-03', until: '2026-08-03', credits: 4_000 },
  { environmentId: 'customer-service', currency: 'copilot-credits', from: '2025-11-03', credits: 11_000 },
  { environmentId: 'it-help-desk', currency: 'copilot-credits', from: '2026-01-05', credits: 7_000 },
  { environmentId: 'marketing', currency: 'copilot-credits', from: '2026-02-02', credits: 2_000 },
  { environmentId: 'human-resources', currency: 'copilot-credits', from: '2026-06-15', credits: 760 },
  { environmentId: 'partner-portal', currency: 'copilot-credits', from: '2026-06-15', credits: 1_250 },
];

const MOST_SHARE = 0.9;

/** The allocations of a month that is planned on this day; 0 releases. */
export function plannedChanges(
  day: string,
  scale: number,
  owned: ReadonlyMap<string, number>,
): { environmentId: string; currency: PlannedCurrency; credits: string }[] {
  const plans = ALLOCATION_PLANS.filter(({ from }) => from <= day).map((plan) => ({
    ...plan,
    planned: plan.until !== undefined && plan.until <= day ? 0 : plan.credits * growth(day) * scale,
  }));
  return plans.map(({ environmentId, currency, planned }) => {
    const sum = plans.reduce((total, plan) => total + (plan.currency === currency ? plan.planned : 0), 0);
    const share = Math.min(1, ((owned.get(currency) ?? 0) * MOST_SHARE) / sum);
    return { environmentId, currency, credits: String(roundDown(planned * share)) };
  });
}

/** To two digits, as people plan: 43,712 → 43,000. */
function roundDown(credits: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, credits))) - 1);
  return Math.floor(credits / step) * step;
}
