// The session of the admin centre: a key is exchanged for a cookie that no script can read, and whoever brings it acts as that key (T3).
// The cookie's own rules are in server/session-cookie.ts.

import { type Static, Type } from 'typebox';
import { formatInstant } from '../core/month.ts';
import { refuse } from '../core/refusal.ts';
import { type ApiKey, ROLES, type Role, SCOPES, type Session, type Store } from '../store/store.ts';
import { cellOfKey, hashKey, newSessionSecret } from './key-secret.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { fields, nullable, oneOf } from './schema.ts';
import { scopeOf } from './scope.ts';

const CONCEPT = 'Session';

const session = fields(
  {
    role: oneOf(ROLES),
    keyId: Type.String(),
    keyName: nullable(Type.String()),
    environmentIds: Type.Array(Type.String(), { description: 'what an environment administrator administers' }),
    scopes: nullable(Type.Array(oneOf(SCOPES), { description: 'what of its role it may; null: all' })),
    userId: nullable(Type.String({ description: 'who a maker is' })),
    tenant: fields({ id: Type.String(), name: Type.String() }),
    startedAt: Type.String(),
    expiresAt: Type.String({ description: 'unless it is used before: 12 hours after its last use, 7 days after its start' }),
    operations: Type.Array(Type.String(), { description: 'what its role and scopes may call' }),
  },
  { title: 'Session' },
);

/** `others`: every route but these. */
export function sessionRoutes(others: readonly Route[]): Route[] {
  function operationsOf({ role, scopes }: ApiKey): string[] {
    return others
      .filter(({ right }) => right === 'anyone' || (Array.isArray(right) && right.includes(role)))
      .filter((row) => row.right === 'anyone' || scopes === null || scopes.includes(scopeOf(row)))
      .map(({ operation }) => operation);
  }

  async function sessionAnswer({ holder, createdAt, expiresAt }: Session, store: Store): Promise<Static<typeof session>> {
    const tenant = await store.findTenant(holder);
    if (!tenant) throw new Error(`tenant ${holder.tenantId} of a session is not there`);
    const { id: keyId, name: keyName, role, environmentIds, userId, scopes } = holder.key;
    return {
      role,
      keyId,
      keyName,
      environmentIds,
      userId,
      scopes,
      tenant: { id: tenant.tenantId, name: tenant.name },
      startedAt: formatInstant(createdAt),
      expiresAt: formatInstant(expiresAt),
      operations: operationsOf(holder.key),
    };
  }

  const signIn = route({
    operation: 'signIn',
    concept: CONCEPT,
    method: 'POST',
    path: '/v1/session',
    summary: 'Signs the page in: exchanges a key for a session cookie.',
    description:
      'The cookie is HttpOnly and SameSite=Strict; requests that bring it act as the key. Those that change something need the header "x-bursar-csrf: 1" as well, and an Origin or Sec-Fetch-Site of this page. A session that the request brings ends.',
    right: 'page',
    body: fields({ key: Type.String({ minLength: 1, maxLength: 1024, description: 'a key of a tenant' }) }),
    responses: { 201: session },
    refusals: [],
    async handle({ body, store, session: before }) {
      const cell = cellOfKey(body.key);
      const holder = cell === null ? undefined : await store.findKeyHolder(cell, hashKey(body.key));
      if (!holder) {
        return refuse(
          'Unauthenticated',
          'no tenant has this key: mistyped, revoked, of another installation, or the operator key, which only makes tenants',
        );
      }
      if (!(READERS as readonly Role[]).includes(holder.key.role)) {
        return refuse(
          'Forbidden',
          `a key of role ${holder.key.role} only meters and reads nothing; it takes ${READERS.join(', or ')}`,
        );
      }
      if (holder.key.scopes !== null && !holder.key.scopes.includes('read'))
        return refuse(
          'Forbidden',
          `this key may ${holder.key.scopes.join(', ')} only and reads nothing; the page takes the scope read`,
        );
      const secret = newSessionSecret(holder.cell);
      const made = { cell: holder.cell, hash: hashKey(secret) };
      await store.createSession(holder, made.hash);
      if (before) await store.endSession(before);
      const begun = await store.findSession(made);
      if (!begun) return refuse('Unauthenticated', 'the key was revoked at this moment');
      return { ...answer(201, await sessionAnswer(begun, store)), sessionSecret: secret };
    },
  });

  const getSession = route({
    operation: 'getSession',
    concept: CONCEPT,
    method: 'GET',
    path: '/v1/session',
    summary: 'Who is signed in, and what they may do; 204 where nobody is.',
    right: 'page',
    responses: { 200: session, 204: null },
    refusals: [],
    async handle({ session: brought, store }) {
      const found = brought && (await store.findSession(brought));
      return found ? answer(200, await sessionAnswer(found, store)) : answer(204);
    },
  });

  const signOut = route({
    operation: 'signOut',
    concept: CONCEPT,
    method: 'DELETE',
    path: '/v1/session',
    summary: 'Signs the page out: the session ends, and the cookie is forgotten.',
    right: 'page',
    responses: { 204: null },
    refusals: [],
    async handle({ session: brought, store }) {
      if (brought) await store.endSession(brought);
      return { ...answer(204), sessionSecret: null };
    },
  });

  return [signIn, getSession, signOut];
}
