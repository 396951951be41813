// The client of the API that everybody has, with the session's cookie instead of a key; and whether Bursar can be reached at the moment.

import { useSyncExternalStore } from 'react';
import { type Answer, Bursar, BursarError, type Input, type OperationName, type StreamEvent } from '../../sdk/src/index.ts';
import { endSession, setSession, tellOtherTabs } from './session.ts';

const TIMEOUT_MS = 15_000;
const LONG_TIMEOUT_MS = 300_000;

// With hash routing the address of the document is that of the page's folder, under whatever sub-path it is served.
const FOLDER = new URL('.', document.baseURI);

/** Where the API is: for a link that downloads, or a command that is shown. */
export function apiUrl(path: string): string {
  return new URL(path, FOLDER).href;
}

/** The cookie says who asks; the header, which no other site can send, that it is this page. */
async function fetchAsPage(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.delete('authorization');
  headers.set('x-bursar-csrf', '1');
  try {
    const answer = await fetch(input, { ...init, headers, credentials: 'same-origin' });
    setReachable(answer.status !== 503 && answer.status !== 502 && answer.status !== 504);
    return answer;
  } catch (error) {
    if (!init.signal?.aborted) setReachable(false);
    throw error;
  }
}

// Repeating is left to the queries, so that the page can say at once that nothing answers.
const AS_PAGE = { url: FOLDER.href, key: 'in the cookie', fetch: fetchAsPage, retries: 0 };
const bursar = new Bursar({ ...AS_PAGE, timeoutMs: TIMEOUT_MS });
/** What goes through many actions takes its time. */
const patient = new Bursar({ ...AS_PAGE, timeoutMs: LONG_TIMEOUT_MS });
const PATIENT: ReadonlySet<OperationName> = new Set<OperationName>([
  'compareViews',
  'importFile',
  'getImportDifferences',
  'moveClock',
  'compute',
]);

/** Their 401 is about a secret in their body, not about the session. */
const WITH_OWN_SECRET: ReadonlySet<OperationName> = new Set<OperationName>(['signIn', 'readInvitation']);

/** Asks the API, and throws the `BursarError` of what was answered instead, or of no answer. */
export async function ask<O extends OperationName>(operation: O, input: Input<O>): Promise<Answer<O>> {
  try {
    // The input is there: what the arguments of `request` add is that some operations may do without.
    const asked = PATIENT.has(operation) ? patient : bursar;
    return await (asked.request as (operation: O, input: Input<O>) => Promise<Answer<O>>)(operation, input);
  } catch (error) {
    if (error instanceof BursarError && error.status === 401 && !WITH_OWN_SECRET.has(operation)) endSession(true);
    throw error;
  }
}

/** Who is signed in, if anybody. */
export async function openSession(): Promise<void> {
  setSession(await ask('getSession', {}));
}

/** A key, an e-mail address with its password, or an invitation with the password that is chosen. */
export type Credentials = Input<'signIn'>['body'];

/** Throws the `BursarError` where they open no tenant. */
export async function signIn(credentials: Credentials): Promise<void> {
  setSession(await ask('signIn', { body: credentials }));
  tellOtherTabs();
}

/** Ends the session of this browser, or with it all others of who is signed in. */
export async function leave(operation: 'signOut' | 'signOutEverywhere'): Promise<void> {
  await ask(operation, {});
  endSession(false);
  tellOtherTabs();
}

/** What happens in the tenant from now on; goes on by itself after a lost connection. `connecting` is told each time it has to begin. */
export function openStream(options: {
  signal: AbortSignal;
  connecting: () => void;
  connected: () => void;
}): AsyncGenerator<StreamEvent, void> {
  const { signal, connecting, connected } = options;
  const streaming = new Bursar({
    ...AS_PAGE,
    // It was signed in a moment ago: what does not answer will.
    retries: Number.POSITIVE_INFINITY,
    async fetch(input, init) {
      connecting();
      const answer = await fetchAsPage(input, init);
      if (answer.ok) connected();
      return answer;
    },
  });
  return streaming.stream({ signal });
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
