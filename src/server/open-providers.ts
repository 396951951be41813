// The OpenID providers of BURSAR_OIDC_FILE at work: those where people sign in, and the judge of tokens. Loaded only where there are some.

import type { SignInProvider } from '../api/sign-in-provider.ts';
import type { Store } from '../store/store.ts';
import { BearerTokens } from './bearer-token.ts';
import { OpenIdProvider, type ProviderOptions } from './openid-provider.ts';
import type { ProviderSettings } from './openid-settings.ts';

export interface OpenProviders {
  providers: readonly SignInProvider[];
  tokens: BearerTokens;
}

export async function openProviders(
  settings: readonly ProviderSettings[],
  { store, ...options }: ProviderOptions & { store: Store },
): Promise<OpenProviders> {
  for (const { id, tenantId } of settings)
    if (!(await store.findTenant({ cell: store.cellOf(tenantId), tenantId })))
      options.warn(
        `the OpenID provider ${id} is for the tenant ${tenantId}, which is not there: nobody comes in by it until it is`,
      );
  const all = settings.map((each) => new OpenIdProvider(each, options));
  return {
    providers: all.filter(({ signsIn }) => signsIn),
    tokens: new BearerTokens(all, store, options.clock),
  };
}
