// What is free (F1–F4). F6 comes before all of them and is judged in decision.ts.

import { type Action, INTERNAL_CHANNELS } from './action.ts';
import type { Price } from './rate-card.ts';

export type FreeReason = 'test' | 'training' | 'preview' | 'zero-rated' | 'free-capability';

/** The rule that makes an action free, or null. F5: it is recorded all the same. */
export function freeReason(action: Action, price: Price): FreeReason | null {
  // F1: a test inside an agent flow is charged.
  if (action.mode === 'test' && action.caller !== 'agent-flow') return 'test';
  if (action.mode === 'train') return 'training';
  // F2: preview scenarios of AI models; prompts on preview models are charged.
  if (action.preview && price.previewIsFree) return 'preview';
  // F3
  if (price.free) return 'free-capability';
  return isZeroRated(action, price) ? 'zero-rated' : null;
}

/** F4: a Microsoft 365 Copilot user in an internal channel, through an agent or a flow that one started, but for computer use and sessions. */
function isZeroRated(action: Action, price: Price): boolean {
  const throughAgent = action.caller === 'agent' || (action.caller === 'agent-flow' && action.startedByAgent);
  const internal = action.channel !== null && (INTERNAL_CHANNELS as readonly string[]).includes(action.channel);
  const inCopilotCredits = price.prices.some((each) => each.currency === 'copilot-credits');
  return action.m365Copilot && throughAgent && internal && price.zeroRatable && inCopilotCredits;
}
