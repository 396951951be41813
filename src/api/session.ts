// The session of the admin centre: what somebody signs in with (sign-in.ts) is exchanged for a cookie that no script can read, and whoever
// brings it acts as that key or person (T3). The cookie's own rules are in server/session-cookie.ts.

import { type Static, Type } from 'typebox';
import { actorOf, signInEvent } from '../core/audit.ts';
import { formatInstant } from '../core/month.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { type Principal, ROLES, SCOPES, type Session, type Store } from '../store/store.ts';
import { hashKey, newSessionSecret } from './key-secret.ts';
import { callRefusal } from './right.ts';
import { answer, type Route, route } from './route.ts';
import { email, fields, id, name, nullable, oneOf, secretText } from './schema.ts';
import { findInvitation, whoSignsIn } from './sign-in.ts';

const CONCEPT = 'Session';

const session = fields(
  {
    kind: Type.Enum(['key', 'person'], { type: 'string', description: 'what signed in' }),
    role: oneOf(ROLES),
    keyId: nullable(Type.String()),
    keyName: nullable(Type.String()),
    personId: nullable(Type.String()),
    name: nullable(Type.String({ description: 'of the person' })),
    email: nullable(Type.String({ description: 'of the person, where it is known' })),
    hasPassword: Type.Boolean({ description: 'whether it is an account with a password here, which can be changed' }),
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
  function operationsOf(principal: Principal): string[] {
    return others
      .filter(({ right, operation, method }) =>
        typeof right === 'string' ? right === 'anyone' : callRefusal(principal, { right, operation, method }) === null,
      )
      .map(({ operation }) => operation);
  }

  async function sessionAnswer(
    { principal, email, hasPassword, createdAt, expiresAt }: Session,
    store: Store,
  ): Promise<Static<typeof session>> {
    const tenant = await store.findTenant(principal);
    if (!tenant) throw new Error(`tenant ${principal.tenantId} of a session is not there`);
    const { id, role, environmentIds, userId, scopes } = principal;
    const isKey = principal.kind === 'key';
    return {
      kind: isKey ? 'key' : 'person',
      role,
      keyId: isKey ? id : null,
      keyName: isKey ? principal.name : null,
      personId: isKey ? null : id,
      name: isKey ? null : principal.name,
      email,
      hasPassword,
      environmentIds,
      userId,
      scopes,
      tenant: { id: tenant.tenantId, name: tenant.name },
      startedAt: formatInstant(createdAt),
      expiresAt: formatInstant(expiresAt),
      operations: operationsOf(principal),
    };
  }

  const signIn = route({
    operation: 'signIn',
    concept: CONCEPT,
    method: 'POST',
    path: '/v1/session',
    summary: 'Signs the page in: exchanges a key, an e-mail address with its password, or an invitation for a session cookie.',
    description:
      'Give one of `key`; `email` with `password`, and `tenant` where several live here (GET /v1/sign-in-options says so); `invitation` with a `password` of your own choice, of 12 characters or more, and `email` where it names none. The cookie is HttpOnly and SameSite=Strict; requests that bring it act as the key or the person. Those that change something need the header "x-bursar-csrf: 1" as well, and an Origin or Sec-Fetch-Site of this page. A session that the request brings ends.',
    right: 'page',
    body: fields({
      key: Type.Optional(secretText('a key of a tenant')),
      email: Type.Optional(email),
      password: Type.Optional(secretText('the password of the account, or the one that it is to have')),
      tenant: Type.Optional(id),
      invitation: Type.Optional(secretText('what stands behind the # of a link that invites')),
      name: Type.Optional(name),
    }),
    responses: { 201: session },
    refusals: ['AlreadyExists'],
    async handle({ body, store, origin, now, tell, session: before }) {
      const principal = await whoSignsIn(body, { store, origin, now, tell });
      if (isRefusal(principal)) return principal;
      const secret = newSessionSecret(principal.cell);
      const made = { cell: principal.cell, hash: hashKey(secret) };
      await store.createSession(principal, made.hash);
      if (before) await store.endSession(before);
      const begun = await store.findSession(made);
      if (!begun)
        return refuse(
          'Unauthenticated',
          `${principal.kind === 'key' ? 'the key was revoked' : 'the account was disabled'} at this moment`,
        );
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
    async handle({ session: brought, store, origin, now }) {
      const found = brought && (await store.findSession(brought));
      if (found) {
        const who = actorOf(found.principal);
        const event = signInEvent({ ...who, operation: 'signOut', subject: who.actor, refusal: null }, origin, now());
        await store.signOut(found.principal, brought.hash, event);
      }
      return { ...answer(204), sessionSecret: null };
    },
  });

  return [signIn, getSession, signOut, getSignInOptions, readInvitation];
}

const signInOptions = fields(
  {
    providers: Type.Array(fields({ id: Type.String(), name: Type.String() }), {
      description: 'where people may sign in beside here',
    }),
    people: Type.Boolean({ description: 'whether anybody has an account here, with an e-mail address and a password' }),
    tenantNeeded: Type.Boolean({
      description: 'whether several tenants live here, so that signing in with a password takes the id of one',
    }),
  },
  { title: 'SignInOptions' },
);

const getSignInOptions = route({
  operation: 'getSignInOptions',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/sign-in-options',
  summary: 'In which ways one can sign in here.',
  right: 'page',
  responses: { 200: signInOptions },
  refusals: [],
  async handle({ store, outward }) {
    const { people, onlyTenant } = await store.people.signInOptions();
    const providers = (outward.providers ?? []).map(({ id, name }) => ({ id, name }));
    return answer(200, { providers, people, tenantNeeded: onlyTenant === null });
  },
});

const invitation = fields(
  {
    tenant: fields({ id: Type.String(), name: Type.String() }),
    name: Type.String({ description: 'of the person who is invited' }),
    email: nullable(Type.String({ description: 'with which the person signs in; null: it has to be given' })),
    hasPassword: Type.Boolean({ description: 'whether there is a password already, which is to be replaced' }),
    expiresAt: Type.String(),
  },
  { title: 'Invitation' },
);

const readInvitation = route({
  operation: 'readInvitation',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/invitation',
  summary: 'Whom an invitation is for; changes nothing.',
  right: 'page',
  body: fields({ invitation: secretText('what stands behind the # of a link that invites') }),
  responses: { 200: invitation },
  refusals: [],
  async handle({ body, store }) {
    const found = await findInvitation(body.invitation, store);
    if (isRefusal(found)) return found;
    const { person } = found;
    const tenant = await store.findTenant(found);
    if (!tenant) throw new Error(`tenant ${found.tenantId} of an invitation is not there`);
    return answer(200, {
      tenant: { id: tenant.tenantId, name: tenant.name },
      name: person.name,
      email: person.email,
      hasPassword: person.hasPassword,
      expiresAt: formatInstant(person.invitedUntil!),
    });
  },
});
