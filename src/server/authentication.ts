// Authentication and rights (T3): whose key it is, or whose session, and whether its role may call the route. Bodies are read only after
// that.

import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { cellOfKey, hashKey } from '../api/key-secret.ts';
import { callRefusal } from '../api/right.ts';
import type { Right, Route } from '../api/route.ts';
import { refuse } from '../core/refusal.ts';
import type { Principal, SessionSecret, Store } from '../store/store.ts';
import type { BearerTokens } from './bearer-token.ts';
import { RequestRefused } from './request-refused.ts';
import { requireOwnPage, sessionOf } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request to a tenant's route. */
    principal: Principal | null;
  }
}

/** Says who a request is from (`principal`), or throws `RequestRefused`. */
export type Authenticate = (request: FastifyRequest, row: Route) => Promise<void>;

const BEARER = /^Bearer +(\S+) *$/i;

/** The key or token that a request brings, however it is written. */
export function keyOf(authorization: string | undefined): string | undefined {
  return BEARER.exec(authorization ?? '')?.[1];
}

export function isOperatorKey(key: string, operatorKeyHash: Buffer): boolean {
  return timingSafeEqual(hashKey(key), operatorKeyHash);
}

/** `tokens`: null where no OpenID provider is set up. */
export function authenticator(store: Store, operatorKeyHash: Buffer, tokens: BearerTokens | null = null): Authenticate {
  async function ofKey(key: string, right: Right, request: FastifyRequest): Promise<Principal | 'operator'> {
    const isOperator = isOperatorKey(key, operatorKeyHash);
    if (isOperator) request.asking = 'operator';
    if (isOperator && right === 'operator') return 'operator';
    if (isOperator) {
      throw new RequestRefused(refuse('Forbidden', "the operator key makes and lists tenants only; here use a tenant's key"));
    }
    if (tokens?.isToken(key)) return ofToken(key, tokens, request);
    const cell = cellOfKey(key);
    const holder = cell === null ? undefined : await store.holderOfKey(cell, hashKey(key));
    if (holder?.works) return holder.principal;
    // Its tenant is to hear of it.
    request.asking = holder?.principal ?? null;
    throw new RequestRefused(
      refuse('Unauthenticated', 'this key is not known here: mistyped, revoked, or of another installation'),
    );
  }

  async function ofToken(token: string, tokens: BearerTokens, request: FastifyRequest): Promise<Principal> {
    const principal = await tokens.principalOf(token);
    if ('refused' in principal) throw new RequestRefused(principal);
    if (await store.people.isTokenOfDisabled(principal)) {
      // Its tenant is to hear of it.
      request.asking = principal;
      throw new RequestRefused(refuse('Forbidden', 'this token is of somebody whose account is disabled here'));
    }
    return principal;
  }

  async function ofSession(secret: SessionSecret): Promise<Principal> {
    const session = await store.findSession(secret);
    if (!session) throw new RequestRefused(refuse('Unauthenticated', 'this session is over; sign in again'));
    return session.principal;
  }

  return async function authenticate(request: FastifyRequest, row: Route): Promise<void> {
    const { right } = row;
    if (right === 'anyone') return;
    if (right === 'page') return requireOwnPage(request);
    // A key goes before a cookie that came along: a program says who it is.
    const { authorization } = request.headers;
    const key = keyOf(authorization);
    const session = authorization === undefined ? sessionOf(request) : undefined;
    if (key === undefined && session === undefined) {
      throw new RequestRefused(refuse('Unauthenticated', 'send a key: "Authorization: Bearer KEY"'));
    }
    if (session) requireOwnPage(request);
    const principal = session ? await ofSession(session) : await ofKey(key!, right, request);
    request.asking = principal;
    if (principal === 'operator') return;
    if (right === 'operator') {
      throw new RequestRefused(
        refuse('Forbidden', 'tenants are made and listed with the operator key, not with a key of a tenant'),
      );
    }
    const refusal = callRefusal(principal, { ...row, right });
    if (refusal) throw new RequestRefused(refusal);
    request.principal = principal;
  };
}
