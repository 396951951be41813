// An OpenID provider as the routes of sign-in see it; server/openid-provider.ts is one.

import type { Refusal } from '../core/refusal.ts';
import type { ProvidedPerson } from '../store/store.ts';

/** What ties an answer of a provider to the browser and to the question that was asked. */
export interface SignInSecrets {
  /** Comes back with the answer. */
  state: string;
  /** Stands in what the provider signs. */
  nonce: string;
  /** PKCE: who asked can prove it. */
  codeVerifier: string;
}

export type SignedInPerson = Omit<ProvidedPerson, 'provider'>;

export interface SignInProvider {
  id: string;
  /** What people read on the page. */
  name: string;
  /** Whom its people belong to. */
  tenantId: string;
  /** Where a browser is sent. Refuses `Unavailable`. */
  addressToSignIn(secrets: SignInSecrets): Promise<string | Refusal>;
  /**
   * Whom an answer names, after everything about it was found good. Refuses `Unavailable`, `Unauthenticated` (an answer that must not be
   * believed), `Forbidden` (somebody without a role here).
   */
  answered(answer: Readonly<Record<string, string>>, secrets: SignInSecrets): Promise<SignedInPerson | Refusal>;
}
