// The client of the API that everybody has, with the key of the session; and whether Bursar can be reached at the moment.

import { useSyncExternalStore } from 'react';
import { type Answer, Bursar, BursarError, type Input, type OperationName } from '../../sdk/src/index.ts';
import { currentKey, endSession } from './session.ts';

const TIMEOUT_MS = 15_000;

// With hash routing the address of the document is that of the page's folder, under whatever sub-path it is served.
const FOLDER = new URL('.', document.baseURI);

/** Where the API is, for the commands that an empty list shows. */
export function apiUrl(path: string): string {
  return new URL(path, FOLDER).href;
}

function clientOf(key: string): Bursar {
  // Repeating is left to the queries, so that the page can say at once that nothing answers.
  return new Bursar({ url: FOLDER.href, key, retries: 0, timeoutMs: TIMEOUT_MS });
}

let client: { key: string; bursar: Bursar } | null = null;

/** Reads from the API with the key of the session. Throws the `BursarError` of what was answered, or of no answer. */
export async function ask<O extends OperationName>(operation: O, input: Input<O>): Promise<Answer<O>> {
  const key = currentKey();
  if (key === null) throw new Error(`nobody is signed in, yet ${operation} was asked`);
  if (client?.key !== key) client = { key, bursar: clientOf(key) };
  try {
    // The input is there: what the arguments of `request` add is that some operations may do without.
    const answer = await (client.bursar.request as (operation: O, input: Input<O>) => Promise<Answer<O>>)(operation, input);
    setReachable(true);
    return answer;
  } catch (error) {
    if (error instanceof BursarError) {
      setReachable(error.status !== 0 && error.status !== 503);
      // Only if the session is still that of the request.
      if (error.status === 401 && key === currentKey()) endSession();
    }
    throw error;
  }
}

/** Whether a key opens a tenant: throws the `BursarError` where it does not. */
export async function tryKey(key: string): Promise<void> {
  await clientOf(key).tenant();
}

let reachable = true;
const listeners = new Set<() => void>();

function setReachable(now: boolean): void {
  if (now === reachable) return;
  reachable = now;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the last request was answered. */
export function useReachable(): boolean {
  return useSyncExternalStore(subscribe, () => reachable);
}
