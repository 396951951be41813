// Which models prompts run on, which changes over the year as models come and go (R4).

import type { CapabilityShare } from '../traffic/mix.ts';

/** How often prompts are on models of the three tiers. */
type Taste = readonly [basic: number, standard: number, premium: number];

/** From a day on, the models of each tier and how much each is used. */
const MODELS: readonly { from: string; tiers: readonly Readonly<Record<string, number>>[] }[] = [
  {
    from: '2025-10-01',
    tiers: [
      { 'gpt-4o-mini': 3, 'gpt-4.1-mini': 2 },
      { 'gpt-4o': 3, 'gpt-4.1': 2, 'gpt-5-chat': 0.5 },
      { o3: 3, 'gpt-5-reasoning': 1 },
    ],
  },
  {
    // Nobody has changed the flows that ask for o3: its successor answers them.
    from: '2025-12-01',
    tiers: [{ 'gpt-4.1-mini': 1 }, { 'gpt-4.1': 3, 'gpt-5-chat': 1.5 }, { 'gpt-5-reasoning': 4, o3: 1 }],
  },
  {
    from: '2026-02-16',
    tiers: [
      { 'gpt-4.1-mini': 1 },
      { 'gpt-4.1': 3, 'gpt-5-chat': 2, 'gpt-5.2-chat': 0.6, 'claude-sonnet-4.5': 0.8 },
      { 'gpt-5-reasoning': 3, o3: 0.2, 'gpt-5.2-reasoning': 0.6, 'claude-opus-4.5': 0.7 },
    ],
  },
];

/** Prompts in a mix, on the models of the day. */
export function prompts(day: string, weight: number, taste: Taste): CapabilityShare[] {
  const { tiers } = MODELS.findLast(({ from }) => from <= day) ?? MODELS[0]!;
  const all = taste.reduce((sum, each) => sum + each, 0);
  return tiers.flatMap((models, tier) => {
    const total = Object.values(models).reduce((sum, each) => sum + each, 0);
    return Object.entries(models).map(([model, share]) => ({
      weight: (weight * taste[tier]! * share) / (all * total),
      capability: 'prompt',
      model,
    }));
  });
}
