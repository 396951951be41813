// What a failure means to whoever looks: the server's own words, which say what to do; ours only where nothing answered.

import { BursarError } from '../../../sdk/src/index.ts';
import { problemText } from '../strings/problem.ts';

export function problemSentence(error: unknown): string {
  if (!(error instanceof BursarError)) return error instanceof Error ? error.message : String(error);
  if (error.status === 0) return error.outcomeUnknown ? problemText.outcomeUnknown : problemText.unreachable;
  return sentenceOf(error.message);
}

/** `'is missing'` → `'Is missing.'` */
export function sentenceOf(detail: string): string {
  return detail.charAt(0).toLocaleUpperCase() + detail.slice(1) + (/[.!?…]$/.test(detail) ? '' : '.');
}
