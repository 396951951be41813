// Requests to the API that everybody has, with the key of the session, and whether Bursar can be reached at the moment.

import { useSyncExternalStore } from 'react';
import type { RefusalCode } from '../core/refusal.ts';
import { currentKey, endSession } from './session.ts';

/** A problem document that the server answered (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly code: RefusalCode | null;

  constructor(status: number, code: RefusalCode | null, detail: string) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
  }
}

// With hash routing the address of the document is that of the page's folder, under whatever sub-path it is served.
function address(path: string): URL {
  return new URL(path, document.baseURI);
}

/** Where the API is, for the commands that an empty list shows. */
export function apiUrl(path: string): string {
  return address(path).href;
}

async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as { detail?: string; code?: RefusalCode };
  return new Problem(response.status, body.code ?? null, body.detail ?? `${response.status} ${response.statusText}`);
}

/** Whether a key opens a tenant: throws the Problem where it does not. */
export async function tryKey(key: string): Promise<void> {
  const response = await fetch(address('v1/tenant'), { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw await problemOf(response);
}

/** Reads from the API. Throws a Problem that it answered, or the TypeError of `fetch` where nothing answered. */
export async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  const key = currentKey();
  let response: Response;
  try {
    response = await fetch(address(path), { headers: { authorization: `Bearer ${key}` }, signal });
  } catch (error) {
    if (!signal.aborted) setReachable(false);
    throw error;
  }
  setReachable(response.status !== 503);
  if (response.ok) return (await response.json()) as T;
  const problem = await problemOf(response);
  // Only if the session is still that of the request.
  if (problem.status === 401 && key === currentKey()) endSession();
  throw problem;
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
