// The session: the key that was pasted, kept for this tab until sign-out. Sign-in by people comes in a later issue.

import { useSyncExternalStore } from 'react';

const STORAGE_NAME = 'bursar-key';

export interface Session {
  key: string | null;
  /** Whether the server refused a key that had been accepted: it was deleted, or the data was. */
  ended: boolean;
}

let session: Session = { key: sessionStorage.getItem(STORAGE_NAME), ended: false };
const listeners = new Set<() => void>();

function change(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentKey(): string | null {
  return session.key;
}

export function signIn(key: string): void {
  sessionStorage.setItem(STORAGE_NAME, key);
  change({ key, ended: false });
}

export function signOut(): void {
  sessionStorage.removeItem(STORAGE_NAME);
  change({ key: null, ended: false });
}

/** The server no longer takes the key. */
export function endSession(): void {
  sessionStorage.removeItem(STORAGE_NAME);
  change({ key: null, ended: true });
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => session);
}
