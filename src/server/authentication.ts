// Authentication and rights (T3): whose key it is, and whether its role may call the route. Bodies are read only after that.

import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { cellOfKey, hashKey } from '../api/key-secret.ts';
import type { Right } from '../api/route.ts';
import { refuse } from '../core/refusal.ts';
import type { KeyHolder, Store } from '../store/store.ts';
import { RequestRefused } from './request-refused.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request to a tenant's route. */
    principal: KeyHolder | null;
  }
}

const BEARER = /^Bearer +(\S+) *$/i;

export function authenticator(store: Store, operatorKeyHash: Buffer) {
  return async function authenticate(request: FastifyRequest, right: Right): Promise<void> {
    if (right === 'anyone') return;
    const key = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (key === undefined) {
      throw new RequestRefused(refuse('Unauthenticated', 'send a key: "Authorization: Bearer KEY"'));
    }
    const hash = hashKey(key);
    const isOperator = timingSafeEqual(hash, operatorKeyHash);
    if (isOperator && right === 'operator') return;
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
    request.principal = holder;
  };
}
