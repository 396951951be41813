// An OpenID provider: what it says of itself (read when it is first needed, so that Bursar starts without it), its keys, and the code flow
// with PKCE. Everything goes to addresses that the operator's file leads to, over TLS or on this machine.

import { createRemoteJWKSet, customFetch, type RemoteJWKSet } from 'jose';
import * as client from 'openid-client';
import type { SignedInPerson, SignInProvider, SignInSecrets } from '../api/sign-in-provider.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { type Claims, grantOf, LONGEST_NAME, LONGEST_SUBJECT, textOf } from './openid-grant.ts';
import { isSafeAddress, type ProviderSettings } from './openid-settings.ts';

const TIMEOUT_SECONDS = 10;
/** For as long it is not asked again after it did not answer. */
const REST_MS = 5_000;
/** How old its keys may be; a key that is not among them is asked for, at most once in so long. */
const KEYS_MS = 600_000;
const KEYS_COOLDOWN_MS = 30_000;
const LONGEST_EMAIL = 254;

/** It could not be asked, or cannot be trusted as it is set up: not the fault of who asks. */
export class ProviderUnreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProviderUnreachable';
  }
}

export interface ProviderOptions {
  /** Where people open Bursar, without a slash at its end; null: nobody can sign in. */
  publicUrl: string | null;
  warn: (line: string) => void;
  clock?: () => number;
  keysCooldownMs?: number;
}

export class OpenIdProvider implements SignInProvider {
  readonly settings: ProviderSettings;
  readonly #publicUrl: string | null;
  readonly #warn: (line: string) => void;
  readonly #clock: () => number;
  readonly #keysCooldownMs: number;
  #configuration: Promise<client.Configuration> | null = null;
  #keys: RemoteJWKSet | null = null;
  #restsUntil = 0;

  constructor(settings: ProviderSettings, { publicUrl, warn, clock, keysCooldownMs }: ProviderOptions) {
    this.settings = settings;
    this.#publicUrl = publicUrl;
    this.#warn = warn;
    this.#clock = clock ?? Date.now;
    this.#keysCooldownMs = keysCooldownMs ?? KEYS_COOLDOWN_MS;
  }

  get id(): string {
    return this.settings.id;
  }

  get name(): string {
    return this.settings.name;
  }

  get tenantId(): string {
    return this.settings.tenantId;
  }

  /** Whether people can sign in with it. */
  get signsIn(): boolean {
    return this.settings.client !== null && this.#publicUrl !== null;
  }

  /** The keys it signs with now. Throws `ProviderUnreachable`, also when they are used. */
  async keys(): Promise<RemoteJWKSet> {
    if (this.#keys) return this.#keys;
    const { jwks_uri: address } = (await this.#configured()).serverMetadata();
    this.#keys ??= createRemoteJWKSet(new URL(address!), {
      cacheMaxAge: KEYS_MS,
      cooldownDuration: this.#keysCooldownMs,
      timeoutDuration: TIMEOUT_SECONDS * 1000,
      [customFetch]: (url, options) => this.#asked(() => fetchDone(url, options)),
    });
    return this.#keys;
  }

  /** Where a browser is sent to sign in. */
  async addressToSignIn({ state, nonce, codeVerifier }: SignInSecrets): Promise<string | Refusal> {
    const configuration = await this.#configured().catch(refusalOf);
    if (isRefusal(configuration)) return configuration;
    const address = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#redirectUri,
      response_type: 'code',
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    });
    return address.href;
  }

  async answered(
    answer: Readonly<Record<string, string>>,
    { state, nonce, codeVerifier }: SignInSecrets,
  ): Promise<SignedInPerson | Refusal> {
    const configuration = await this.#configured().catch(refusalOf);
    if (isRefusal(configuration)) return configuration;
    const address = new URL(`${this.#redirectUri}?${new URLSearchParams(answer)}`);
    try {
      const tokens = await client.authorizationCodeGrant(configuration, address, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      return this.#somebody(tokens.claims()!);
    } catch (error) {
      return this.#notTrusted(error as Error & { code?: string; error?: string });
    }
  }

  #somebody(claims: Claims): SignedInPerson | Refusal {
    const subject = textOf(claims.sub, LONGEST_SUBJECT);
    if (subject === undefined) return refuse('Unauthenticated', `${this.name} names nobody that can be kept`);
    const grant = grantOf(this.settings, claims, 'people');
    if (isRefusal(grant)) return { ...grant, members: { about: `provider:${this.id}/${subject}` } };
    // Only shown: never taken for whoever has this address here or at another provider.
    const email = textOf(claims.email, LONGEST_EMAIL) ?? textOf(claims.preferred_username, LONGEST_EMAIL) ?? subject;
    const { role, environmentIds, userId } = grant;
    if (role === 'service') throw new Error('nobody signs in as a service: the settings do not let it through');
    return {
      role,
      environmentIds,
      userId,
      subject,
      email: email.toLowerCase(),
      name: textOf(claims.name, LONGEST_NAME) ?? email,
    };
  }

  /** What the provider refuses, and what must not be believed, is the end of this sign-in; what did not come is not. */
  #notTrusted(error: Error & { code?: string; error?: string }): Refusal {
    if (error instanceof client.AuthorizationResponseError)
      return refuse('Forbidden', `${this.name} did not sign in: ${shown(error.error)}`);
    if (isOfTheWay(error)) return refusalOf(this.#unreachable(error));
    const cause = error.error ?? error.code ?? error.name;
    this.#warn(`a sign-in with ${this.id} was not believed: ${error.message} (${cause})`);
    return refuse('Unauthenticated', `the answer of ${this.name} was not good: ${shown(error.message)}`);
  }

  get #redirectUri(): string {
    return `${this.#publicUrl}/v1/sign-in-callback-${this.id}`;
  }

  #configured(): Promise<client.Configuration> {
    this.#configuration ??= this.#asked(() => this.#discover()).catch((error) => {
      this.#configuration = null;
      throw error;
    });
    return this.#configuration;
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, client: own, algorithm } = this.settings;
    const configuration = await client.discovery(
      new URL(issuer),
      own?.id ?? 'none',
      { id_token_signed_response_alg: algorithm },
      withSecret(own?.secret ?? ''),
      { timeout: TIMEOUT_SECONDS, execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [] },
    );
    // The connection to the provider is not the only proof of what it says.
    client.enableNonRepudiationChecks(configuration);
    const metadata = configuration.serverMetadata();
    if (metadata.issuer !== issuer)
      throw new Error(`it calls itself ${shown(metadata.issuer)}: write that as its issuer, if it is the one that you mean`);
    const needed = own === null ? ['jwks_uri'] : ['jwks_uri', 'authorization_endpoint', 'token_endpoint'];
    for (const name of needed) {
      const address = metadata[name];
      if (typeof address !== 'string' || !isSafeAddress(address))
        throw new Error(`its ${name} is ${shown(String(address))}; it must be an https URL`);
    }
    return configuration;
  }

  /** Asks the provider, but not again at once after it did not answer: whoever sends nonsense must not make this server call and call. */
  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#clock() < this.#restsUntil) throw new ProviderUnreachable(`${this.name} did not answer a moment ago`);
    try {
      return await ask();
    } catch (error) {
      this.#restsUntil = this.#clock() + REST_MS;
      throw this.#unreachable(error as Error);
    }
  }

  #unreachable(error: Error): ProviderUnreachable {
    const { cause } = error as { cause?: { message?: string; code?: string } };
    const why = cause?.code ?? cause?.message;
    this.#warn(`the OpenID provider ${this.id} cannot be asked: ${error.message}${typeof why === 'string' ? ` (${why})` : ''}`);
    return new ProviderUnreachable(`${this.name} cannot be asked now`, { cause: error });
  }
}

/** How a provider wants to be told the client's secret; where it does not say, the standard does. */
function withSecret(secret: string): client.ClientAuth {
  return (server, own, body, headers) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const tell = taken.includes('client_secret_post') ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret);
    tell(server, own, body, headers);
  };
}

function refusalOf(error: Error): Refusal {
  if (error instanceof ProviderUnreachable) return refuse('Unavailable', `${error.message}; try again in a moment`);
  throw error;
}

async function fetchDone(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  // What is no JSON is not what was asked for, and no fault of the token.
  return Response.json(await response.json());
}

/** Nothing came, or not in time, or that the provider is not well: as opposed to what it said. */
function isOfTheWay(error: Error & { code?: string; cause?: unknown }): boolean {
  if (error instanceof TypeError && error.message === 'fetch failed') return true;
  if (error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_ABORT') return true;
  const { cause } = error;
  return cause instanceof Response ? cause.status >= 500 : cause instanceof Error && isOfTheWay(cause);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 200).toWellFormed());
}
