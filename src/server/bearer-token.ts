// Tokens of OpenID providers instead of keys (T3): a program that gets one by client credentials, with the audience that the operator named,
// acts as the role that its provider gives it. A token is taken for what its signature proves and for nothing else: keys come from where
// the provider says, never from the token, and its algorithm is that of the settings.

import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { hashKey } from '../api/key-secret.ts';
import type { Instant } from '../core/month.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Principal, Store } from '../store/store.ts';
import { grantOf, LONGEST_NAME, LONGEST_SUBJECT, textOf } from './openid-grant.ts';
import { type OpenIdProvider, ProviderUnreachable } from './openid-provider.ts';

/** Clocks differ. */
const TOLERANCE_SECONDS = 60;
const REMEMBERED_MS = 60_000;
const REMEMBERED_TOKENS = 10_000;
/** The last second that can be written down: a token may say that it never ends. */
const END_OF_TIME = Date.parse('9999-12-31T00:00:00Z') / 1000;

/** The parts of a signed token: base64url of JSON objects, which begin alike. */
const FORM = /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*$/;
/** Of an access token, or one that does not say. */
const KINDS: ReadonlySet<unknown> = new Set([undefined, 'jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']);
/** What only tokens of other kinds have: who signed in (ID tokens), what has happened (logout tokens). */
const OF_OTHER_KINDS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];

interface Remembered {
  principal: Principal;
  until: number;
}

export class BearerTokens {
  readonly #providers: readonly OpenIdProvider[];
  readonly #store: Pick<Store, 'cellOf' | 'findTenant'>;
  readonly #clock: () => number;
  readonly #remembered = new LRUCache<string, Remembered>({ max: REMEMBERED_TOKENS });

  constructor(providers: readonly OpenIdProvider[], store: Pick<Store, 'cellOf' | 'findTenant'>, clock: () => number = Date.now) {
    this.#providers = providers.filter(({ settings }) => settings.audience !== null);
    this.#store = store;
    this.#clock = clock;
  }

  /** Whether a text is meant to be a token, as opposed to a key. */
  isToken(text: string): boolean {
    return FORM.test(text);
  }

  /** Whom a token stands for. Remembered for at most a minute, so that a key that its provider withdraws is felt. */
  async principalOf(token: string): Promise<Principal | Refusal> {
    const name = hashKey(token).toString('base64');
    const known = this.#remembered.get(name);
    if (known && this.#clock() < known.until) return known.principal;
    try {
      const found = await this.#verified(token);
      if ('refused' in found) return found;
      const until = Math.min(this.#clock() + REMEMBERED_MS, found.expiresAt!);
      this.#remembered.set(name, { principal: found, until });
      return found;
    } catch (error) {
      if (error instanceof ProviderUnreachable || error instanceof errors.JWKSInvalid)
        return refuse('Unavailable', `this token cannot be judged: ${error.message}; send the same again`);
      if (error instanceof errors.JOSEError) return refuse('Unauthenticated', `this token is not good: ${reasonOf(error)}`);
      throw error;
    }
  }

  async #verified(token: string): Promise<Principal | Refusal> {
    const provider = this.#providerOf(decodeJwt(token));
    if ('refused' in provider) return provider;
    const { settings } = provider;
    const { payload, protectedHeader } = await jwtVerify(token, await provider.keys(), {
      issuer: settings.issuer,
      audience: settings.audience!,
      algorithms: [settings.algorithm],
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: new Date(this.#clock()),
      requiredClaims: ['exp', 'sub'],
    });
    const wrongKind = kindFault(payload, protectedHeader.typ);
    if (wrongKind !== null) return refuse('Unauthenticated', `this token is not good: ${wrongKind}`);
    return this.#principal(provider, payload);
  }

  /** By what the token says of itself, which only chooses whose keys it is held against. */
  #providerOf({ iss, aud }: JWTPayload): OpenIdProvider | Refusal {
    const ofIssuer = this.#providers.filter(({ settings }) => settings.issuer === iss);
    if (ofIssuer.length === 0)
      return refuse('Unauthenticated', 'this token is of an issuer from whom none are taken here; its claim iss says of whom');
    const audiences = [aud ?? []].flat();
    const fitting = ofIssuer.filter(({ settings }) => audiences.includes(settings.audience!));
    const [provider] = fitting;
    if (provider && fitting.length === 1) return provider;
    return refuse(
      'Unauthenticated',
      fitting.length > 1
        ? 'this token is for several audiences here, and so of several tenants; ask for one with one audience'
        : 'this token is for another audience than this installation; its claim aud says for whom',
    );
  }

  async #principal({ settings, id, name }: OpenIdProvider, payload: JWTPayload): Promise<Principal | Refusal> {
    const subject = textOf(payload.sub, LONGEST_SUBJECT);
    if (subject === undefined) return refuse('Unauthenticated', 'this token is not good: its subject cannot be kept');
    const grant = grantOf(settings, payload, 'programs');
    // Known who, but not here: as with a key of another installation.
    if ('refused' in grant) return refuse('Unauthenticated', `this token opens nothing: ${grant.detail}`);
    const tenant = { cell: this.#store.cellOf(settings.tenantId), tenantId: settings.tenantId };
    if (!(await this.#store.findTenant(tenant)))
      return refuse('Unauthenticated', `this token opens nothing: the tenant of ${name} is not there`);
    return {
      ...tenant,
      ...grant,
      kind: 'token',
      // What a provider calls somebody is somebody else's name at another.
      id: `${id}:${subject}`,
      name: nameOf(payload),
      scopes: null,
      expiresAt: ((Math.min(payload.exp!, END_OF_TIME) + TOLERANCE_SECONDS) * 1000) as Instant,
    };
  }
}

function kindFault(payload: JWTPayload, typ: string | undefined): string | null {
  if (!KINDS.has(typ?.toLowerCase())) return 'it is no access token, as its header says';
  const other = OF_OTHER_KINDS.find((claim) => payload[claim] !== undefined);
  if (other !== undefined) return `it is no access token, for it has the claim ${other}`;
  // Keycloak and Cognito say it here.
  if (payload.typ !== undefined && payload.typ !== 'Bearer') return 'it is no access token, as its claim typ says';
  if (payload.token_use !== undefined && payload.token_use !== 'access')
    return 'it is no access token, as its claim token_use says';
  if (payload.cnf !== undefined) return 'it is bound to a key of its holder (claim cnf), and that is not asked for here';
  return null;
}

function nameOf({ name, client_id, azp, appid }: JWTPayload): string | null {
  const said = [name, client_id, azp, appid].map((each) => textOf(each, LONGEST_NAME));
  return said.find((each) => each !== undefined) ?? null;
}

/** For who sent it; what it says of itself is told only where its signature was good. */
function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'it has expired; get a new one';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `its claim ${error.claim} is ${error.reason === 'missing' ? 'missing' : 'not as it must be'}`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it is signed with another algorithm than its provider is known for';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed)
    return 'its provider has not signed it';
  return 'it cannot be read';
}
