// Who is signed in. The session is a cookie that no script can read: this page knows only what the server says of it.

import { useSyncExternalStore } from 'react';
import type { OperationName } from '../../sdk/src/index.ts';
import type { Session as SessionAnswer } from '../../sdk/src/openapi.ts';

export type Session = Omit<SessionAnswer, 'operations'> & { operations: ReadonlySet<OperationName> };
export type Role = SessionAnswer['role'];

export type SessionState =
  /** Not asked yet. */
  | { is: 'unknown' }
  /** `ended`: it was over without a sign-out. */
  | { is: 'signed-out'; ended: boolean }
  | { is: 'signed-in'; session: Session };

let state: SessionState = { is: 'unknown' };
let lastSession: Session | null = null;
const listeners = new Set<() => void>();
/** The other tabs of this browser have the same cookie. */
const otherTabs = new BroadcastChannel('bursar-session');

function change(next: SessionState): void {
  state = next;
  if (next.is === 'signed-in') lastSession = next.session;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What the server said: who it is, or nobody. */
export function setSession(answer: SessionAnswer | undefined): void {
  if (answer === undefined) change({ is: 'signed-out', ended: state.is === 'signed-in' });
  else change({ is: 'signed-in', session: { ...answer, operations: new Set(answer.operations as OperationName[]) } });
}

/** Where the server no longer takes the session, or somebody signed out. */
export function endSession(ended: boolean): void {
  if (state.is !== 'signed-out') change({ is: 'signed-out', ended });
}

/** The same for as long as it is the same key or person. */
export function holderOf({ keyId, personId }: Session): string {
  return keyId ?? personId ?? '';
}

/** Tells the other tabs that the cookie is another. */
export function tellOtherTabs(): void {
  otherTabs.postMessage('changed');
}

export function onChangeInAnotherTab(listener: () => void): () => void {
  otherTabs.addEventListener('message', listener);
  return () => otherTabs.removeEventListener('message', listener);
}

export function useSession(): SessionState {
  return useSyncExternalStore(subscribe, () => state);
}

/** On pages, which only those see who are signed in; one that goes away may ask once more. */
export function useSignedIn(): Session {
  useSession();
  if (!lastSession) throw new Error('nobody is signed in, yet a page is shown');
  return lastSession;
}
