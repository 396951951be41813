// What the address of the document brings once, beside the page to open: the secret of an invitation, and what came of a sign-in at a
// provider. It is taken out of the address before anything else reads that, so that it gets into no history, bookmark or link.

import { useSyncExternalStore } from 'react';

const INVITATION = /^#(bursar-invite_\w+)$/;
const FAILED = 'signInFailed';

let invitation = INVITATION.exec(location.hash)?.[1] ?? null;
/** What the server calls the reason; null: no sign-in at a provider has failed. */
export const failedSignIn = new URLSearchParams(location.search).get(FAILED);

if (invitation !== null || failedSignIn !== null)
  history.replaceState(null, '', new URL(invitation === null ? `.${location.hash}` : '.', location.href));

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The secret of the invitation that somebody came with; null: they came without one, or are done with it. */
export function useInvitation(): string | null {
  return useSyncExternalStore(subscribe, () => invitation);
}

export function endInvitation(): void {
  invitation = null;
  for (const listener of listeners) listener();
}
