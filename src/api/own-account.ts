// One's own account (T3): another password, and an end to every session.

import { actorOf, signInEvent } from '../core/audit.ts';
import { normalPassword, passwordFault } from '../core/password.ts';
import { refuse, refuseField } from '../core/refusal.ts';
import { hashKey, newSessionSecret } from './key-secret.ts';
import { hashPassword, isPassword } from './password.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { fields, secretText } from './schema.ts';
import { hashOfName, tooManyTries } from './sign-in.ts';

const CONCEPT = 'Own account';

const changePassword = route({
  operation: 'changePassword',
  concept: CONCEPT,
  method: 'PUT',
  path: '/v1/own-password',
  summary: 'Changes the password of the account that asks; every other session of it ends.',
  description:
    'A password has 12 to 128 characters; which ones is not asked, but what everybody tries first is refused. The session goes on under another secret. Wrong present passwords count as wrong sign-ins do.',
  right: READERS,
  body: fields({
    password: secretText('the present password'),
    newPassword: secretText('a password of 12 to 128 characters'),
  }),
  responses: { 204: null },
  refusals: ['AccountNotLocal'],
  async handle({ principal, tenant, body, store, origin, now, tell }) {
    const own = await store.people.passwordOf(principal);
    if (!own)
      return refuse('AccountNotLocal', 'only an account with a password here can change it; you signed in in another way');
    // First what costs nothing to find out: who knows the password must not have it worked out again and again.
    const isSame = normalPassword(body.newPassword) === normalPassword(body.password);
    const fault = isSame ? 'must differ from the present password' : passwordFault(body.newPassword, own);
    if (fault !== null) return refuseField('InvalidRequest', '/newPassword', fault);
    const nameHash = hashOfName(own.email);
    const waitMs = await store.people.takeTry(tenant, nameHash);
    if (waitMs > 0) return tooManyTries(waitMs);
    const isRight = await isPassword(body.password, own.password);
    if (typeof isRight !== 'boolean') return isRight;
    if (!isRight) {
      const refusal = refuseField('InvalidRequest', '/password', 'is not the present password');
      const who = actorOf(principal);
      await tell(tenant, signInEvent({ ...who, operation: 'changePassword', subject: who.actor, refusal }, origin, now()));
      return refusal;
    }
    await store.people.forgetTries(tenant, nameHash);
    const kept = await hashPassword(body.newPassword);
    if (typeof kept !== 'string') return kept;
    if (!(await store.people.changePassword(tenant, principal.id, own.password, kept)))
      return refuseField('InvalidRequest', '/password', 'was changed elsewhere at this moment');
    const secret = newSessionSecret(principal.cell);
    await store.createSession(principal, hashKey(secret));
    return { ...answer(204), sessionSecret: secret };
  },
});

const signOutEverywhere = route({
  operation: 'signOutEverywhere',
  concept: CONCEPT,
  method: 'DELETE',
  path: '/v1/own-sessions',
  summary: 'Ends every session of the account or key that asks, this one too; within a second they work nowhere.',
  right: READERS,
  responses: { 204: null },
  refusals: [],
  async handle({ principal, tenant, store }) {
    await store.endSessionsOf(tenant, principal);
    return { ...answer(204), sessionSecret: null };
  },
});

export const ownAccountRoutes: Route[] = [changePassword, signOutEverywhere];
