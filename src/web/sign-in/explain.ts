// What to say of a key, a password, an invitation or a sign-in elsewhere that opened nothing.

import { BursarError } from '../../../sdk/src/index.ts';
import { formatCount } from '../figures.ts';
import { problemSentence } from '../problem/problem-sentence.ts';
import { signInText as t } from '../strings/sign-in.ts';

function explain(error: unknown, wrong: string): string {
  if (!(error instanceof BursarError) || error.status === 0) return t.unreachable;
  if (error.status === 401) return wrong;
  const seconds = error.problem?.retryAfterSeconds;
  if (error.status === 429 && typeof seconds === 'number') return t.throttled(formatCount(seconds));
  return problemSentence(error);
}

export function explainKey(error: unknown): string {
  return error instanceof BursarError && error.status === 403 ? t.forbiddenKey : explain(error, t.wrongKey);
}

export function explainPassword(error: unknown): string {
  return explain(error, t.wrongPassword);
}

export function explainInvitation(error: unknown): string {
  return explain(error, t.wrongInvitation);
}

/** By what the server calls the reasons; nobody else's words get onto the page by a link. */
const FAILED: Readonly<Record<string, string>> = t.failedAtProvider;

export function explainFailedSignIn(reason: string): string {
  return FAILED[reason] ?? t.failedAtProvider['not-trusted'];
}
