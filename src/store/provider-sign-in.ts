// Sign-ins that are under way at an OpenID provider, between the browser leaving and its coming back. Each is found by a hash of what the
// provider sends back, and taken once.

import { type Instant, MINUTE_MS } from '../core/month.ts';
import type { Database } from './database.ts';
import { instantText, sql } from './sql.ts';
import type { TenantAddress } from './store.ts';

export const LONGEST_SIGN_IN_MS = 10 * MINUTE_MS;

export interface ProviderSignIn {
  provider: string;
  nonce: string;
  codeVerifier: string;
  /** The page to open then. */
  returnTo: string;
}

export type ProviderSignIns = ReturnType<typeof providerSignInsOf>;

export function providerSignInsOf(database: Database, clock: () => Instant) {
  const oldest = () => instantText((clock() - LONGEST_SIGN_IN_MS) as Instant);
  return {
    async begin({ cell, tenantId }: TenantAddress, hash: Buffer, begun: ProviderSignIn): Promise<void> {
      const { provider, nonce, codeVerifier, returnTo } = begun;
      await database.of({ tenantId }).query(sql`
        insert into provider_sign_in (cell, tenant_id, hash, provider, nonce, code_verifier, return_to, created_at)
        values (${cell}, ${tenantId}, ${hash}, ${provider}, ${nonce}, ${codeVerifier}, ${returnTo}, ${instantText(clock())}::timestamptz)`);
    },

    /** undefined: there is none, it was taken already, or it took too long. */
    async take({ cell, tenantId }: TenantAddress, hash: Buffer): Promise<ProviderSignIn | undefined> {
      const [row] = await database.of({ tenantId }).query(sql`
        delete from provider_sign_in
        where cell = ${cell} and tenant_id = ${tenantId} and hash = ${hash}
        returning provider, nonce, code_verifier, return_to, created_at > ${oldest()}::timestamptz as in_time`);
      if (!row?.in_time) return undefined;
      return { provider: row.provider, nonce: row.nonce, codeVerifier: row.code_verifier, returnTo: row.return_to };
    },

    /** Deletes what nobody came back to. */
    async prune(cell: number): Promise<void> {
      await database.everywhere.query(sql`
        delete from provider_sign_in
        where cell = ${cell} and created_at <= ${oldest()}::timestamptz`);
    },
  };
}
