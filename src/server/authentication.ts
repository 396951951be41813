// Authentication and rights (T3): whose key it is, or whose session, and whether its role may call the route. Bodies are read only after
// that.

import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { cellOfKey, hashKey } from '../api/key-secret.ts';
import type { Right, Route } from '../api/route.ts';
import { scopeOf } from '../api/scope.ts';
import { refuse } from '../core/refusal.ts';
import type { KeyHolder, SessionSecret, Store } from '../store/store.ts';
import { RequestRefused } from './request-refused.ts';
import { requireOwnPage, sessionOf } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request to a tenant's route. */
    principal: KeyHolder | null;
  }
}

const BEARER = /^Bearer +(\S+) *$/i;

export function authenticator(store: Store, operatorKeyHash: Buffer) {
  async function holderOfKey(key: string, right: Right): Promise<KeyHolder | 'operator'> {
    const hash = hashKey(key);
    const isOperator = timingSafeEqual(hash, operatorKeyHash);
    if (isOperator && right === 'operator') return 'operator';
    if (isOperator) {
      throw new RequestRefused(refuse('Forbidden', "the operator key makes and lists tenants only; here use a tenant's key"));
    }
    const cell = cellOfKey(key);
    const holder = cell === null ? undefined : await store.findKeyHolder(cell, hash);
    if (!holder) {
      throw new RequestRefused(
        refuse('Unauthenticated', 'this key is not known here: mistyped, revoked, or of another installation'),
      );
    }
    return holder;
  }

  async function holderOfSession(secret: SessionSecret): Promise<KeyHolder> {
    const session = await store.findSession(secret);
    if (!session) throw new RequestRefused(refuse('Unauthenticated', 'this session is over; sign in again'));
    return session.holder;
  }

  return async function authenticate(request: FastifyRequest, row: Route): Promise<void> {
    const { right } = row;
    if (right === 'anyone') return;
    if (right === 'page') return requireOwnPage(request);
    // A key goes before a cookie that came along: a program says who it is.
    const { authorization } = request.headers;
    const key = BEARER.exec(authorization ?? '')?.[1];
    const session = authorization === undefined ? sessionOf(request) : undefined;
    if (key === undefined && session === undefined) {
      throw new RequestRefused(refuse('Unauthenticated', 'send a key: "Authorization: Bearer KEY"'));
    }
    if (session) requireOwnPage(request);
    const holder = session ? await holderOfSession(session) : await holderOfKey(key!, right);
    if (holder === 'operator') return;
    if (right === 'operator') {
      throw new RequestRefused(
        refuse('Forbidden', 'tenants are made and listed with the operator key, not with a key of a tenant'),
      );
    }
    if (!right.includes(holder.key.role)) {
      throw new RequestRefused(
        refuse('Forbidden', `a key of role ${holder.key.role} may not do this; it takes ${right.join(', or ')}`),
      );
    }
    const { scopes } = holder.key;
    const scope = scopeOf(row);
    if (scopes !== null && !scopes.includes(scope)) {
      throw new RequestRefused(refuse('Forbidden', `this key may ${scopes.join(', ')} only; this takes the scope ${scope}`));
    }
    request.principal = holder;
  };
}
