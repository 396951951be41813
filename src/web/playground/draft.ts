// The action that is being tried, as it stands in the address: so it can be shared, and gone back to. What makes no sense there counts as
// not chosen.

import type { Action, Capability, PricedAction } from '../../../sdk/src/index.ts';
import { CALLERS, CHANNELS, MODES, MOST_USAGE, type UsageField, usageFieldsOf } from '../../core/action.ts';
import type { PageState } from '../page-state.ts';

export const DRAFT_NAMES = [
  'environment',
  'user',
  'caller',
  'capability',
  'model',
  'mode',
  'channel',
  'm365',
  'byAgent',
  'preview',
  'count',
  'output',
] as const;
export type DraftName = (typeof DRAFT_NAMES)[number];
export type Draft = Readonly<Partial<Record<DraftName, string>>>;

/** For who wants to see how it works; it needs an environment besides. */
export const EXAMPLE: Draft = { capability: 'receipt-processing', count: '3', caller: 'cloud-flow', user: 'ada@contoso.com' };

export function draftOf(state: PageState): Draft {
  return Object.fromEntries(DRAFT_NAMES.flatMap((name) => (state[name] ? [[name, state[name]]] : [])));
}

const WHOLE = /^\d{1,10}$/;

/** A count as it was typed; null: none. */
export function countOf(typed: string | undefined): number | null {
  const plain = typed?.replace(/[\s,]/g, '') ?? '';
  return WHOLE.test(plain) && Number(plain) <= MOST_USAGE ? Number(plain) : null;
}

/** What of a draft is typed for which count: prompts have two. */
export function countsOf(capability: Capability): readonly { field: UsageField; name: 'count' | 'output' }[] {
  return usageFieldsOf(capability.unit).map((field, index) => ({ field, name: index === 0 ? 'count' : 'output' }));
}

function known<T extends string>(values: readonly T[], text: string | undefined): T | undefined {
  return values.find((each) => each === text);
}

/** What can be priced; null: not enough is known. */
export function pricedActionOf(draft: Draft, capability: Capability | undefined): PricedAction | null {
  if (!capability) return null;
  const counts = countsOf(capability).map(({ field, name }) => [field, countOf(draft[name])] as const);
  if (counts.some(([, count]) => count === null)) return null;
  return {
    capability: capability.id,
    usage: Object.fromEntries(counts),
    ...(draft.model !== undefined && { model: draft.model }),
  };
}

/** What can be decided. */
export function actionOf(draft: Draft, capability: Capability | undefined): Action | null {
  const priced = pricedActionOf(draft, capability);
  if (!priced || draft.environment === undefined || !draft.user?.trim()) return null;
  return {
    ...priced,
    environmentId: draft.environment,
    userId: draft.user.trim(),
    caller: known(CALLERS, draft.caller) ?? 'cloud-flow',
    mode: known(MODES, draft.mode) ?? 'run',
    channel: known(CHANNELS, draft.channel) ?? null,
    m365Copilot: draft.m365 === 'yes',
    startedByAgent: draft.byAgent === 'yes',
    preview: draft.preview === 'yes',
  };
}
