// Who signs in (T3): with a key, with an e-mail address and a password, or with an invitation and a password of one's own choice. What is
// wrong of an address and its password is never told: an address that nobody has takes the same way and the same time, and counts
// against the same throttle.

import { type AuditEvent, actorOf, NOBODY, signInEvent } from '../core/audit.ts';
import { passwordFault } from '../core/password.ts';
import { isRefusal, type Refusal, refuse, refuseField } from '../core/refusal.ts';
import { INSTALLATION } from '../store/audit.ts';
import type { Principal, Role, Store, TenantAddress } from '../store/store.ts';
import { cellOfInvitation, cellOfKey, hashKey } from './key-secret.ts';
import { hashPassword, isPassword } from './password.ts';
import { type Input, READERS } from './route.ts';
import { invalid } from './validation.ts';

/** What somebody signs in with: exactly one of a key, an e-mail address, and an invitation. */
export interface SignIn {
  key?: string;
  email?: string;
  password?: string;
  /** The id of the tenant of an account, where several live here. */
  tenant?: string;
  invitation?: string;
  name?: string;
}

/** Who it was, as far as it is known, and for whose log. */
interface Tried {
  tenant: TenantAddress;
  subject: string | null;
  outcome: Principal | Refusal;
}

const WRONG = refuse('Unauthenticated', 'no account here has this e-mail address with this password');

type Asked = Pick<Input<'page', unknown, unknown, unknown>, 'store' | 'origin' | 'now' | 'tell'>;

/** Answers who it is from now on, or why not, and writes either into the audit log. */
export async function whoSignsIn(body: SignIn, asked: Asked): Promise<Principal | Refusal> {
  const tried = await tryOf(body, asked);
  if (!('outcome' in tried)) return tried;
  await asked.tell(tried.tenant, eventOf(tried, body, asked));
  return tried.outcome;
}

/** What is not to be told is answered as it is: what was no try, and who accepted an invitation, which is told with what it changed. */
async function tryOf(body: SignIn, asked: Asked): Promise<Tried | Principal | Refusal> {
  const { store } = asked;
  const { key, email, invitation } = body;
  const isKey = key !== undefined;
  if (isKey !== (email === undefined && invitation === undefined))
    return invalid([{ pointer: '', detail: 'wanted one of key, email with password, and invitation with password' }]);
  if (isKey) return byKey(key, store);
  return invitation === undefined ? byPassword(email!.toLowerCase(), body, store) : byInvitation(invitation, body, asked);
}

function eventOf({ subject, outcome }: Omit<Tried, 'tenant'>, body: SignIn, { origin, now }: Asked): AuditEvent {
  const refusal = isRefusal(outcome) ? outcome : null;
  const who = isRefusal(outcome) ? NOBODY : actorOf(outcome);
  const by = body.invitation !== undefined ? 'invitation' : body.email !== undefined ? 'password' : 'key';
  return { ...signInEvent({ ...who, operation: 'signIn', subject, refusal }, origin, now()), after: { by } };
}

async function byKey(key: string, store: Store): Promise<Tried> {
  const cell = cellOfKey(key);
  const holder = cell === null ? undefined : await store.holderOfKey(cell, hashKey(key));
  if (!holder?.works) {
    const outcome = refuse(
      'Unauthenticated',
      'no tenant has this key: mistyped, revoked, of another installation, or the operator key, which only makes tenants',
    );
    // Whose it was is to hear of it.
    return holder
      ? { tenant: holder.principal, subject: `key:${holder.principal.id}`, outcome }
      : { tenant: INSTALLATION, subject: null, outcome };
  }
  const { principal } = holder;
  const { role, scopes } = principal;
  const subject = `key:${principal.id}`;
  if (!(READERS as readonly Role[]).includes(role)) {
    const detail = `a key of role ${role} only meters and reads nothing; it takes ${READERS.join(', or ')}`;
    return { tenant: principal, subject, outcome: refuse('Forbidden', detail) };
  }
  if (scopes !== null && !scopes.includes('read')) {
    const detail = `this key may ${scopes.join(', ')} only and reads nothing; the page takes the scope read`;
    return { tenant: principal, subject, outcome: refuse('Forbidden', detail) };
  }
  return { tenant: principal, subject, outcome: principal };
}

async function byPassword(email: string, { password, tenant: tenantId }: SignIn, store: Store): Promise<Tried | Refusal> {
  if (password === undefined)
    return invalid([{ pointer: '/password', detail: 'is missing: wanted the password of the account' }]);
  const tenant =
    tenantId === undefined ? (await store.people.signInOptions()).onlyTenant : { cell: store.cellOf(tenantId), tenantId };
  if (tenant === null)
    return invalid([{ pointer: '/tenant', detail: 'is missing: several tenants live here; give the id of yours' }]);
  const nameHash = hashOfName(email);
  const waitMs = await store.people.takeTry(tenant, nameHash);
  if (waitMs > 0) return tooManyTries(waitMs);
  const account = await store.people.toSignIn(tenant, email);
  const isRight = await isPassword(password, account?.password ?? null);
  if (typeof isRight !== 'boolean') return isRight;
  const known = (await store.findTenant(tenant)) !== undefined;
  const tried = { tenant: known ? tenant : INSTALLATION, subject: email };
  if (!account || !isRight) return { ...tried, outcome: WRONG };
  await store.people.forgetTries(tenant, nameHash);
  // Only who knows the password is told.
  if (account.disabled) return { ...tried, outcome: refuse('Forbidden', 'this account is disabled; ask a tenant administrator') };
  await store.people.signedIn(account.principal);
  return { ...tried, outcome: account.principal };
}

async function byInvitation(secret: string, body: SignIn, asked: Asked): Promise<Tried | Principal | Refusal> {
  const { password, email, name } = body;
  const { store } = asked;
  if (password === undefined)
    return invalid([{ pointer: '/password', detail: 'is missing: wanted a password of your own choice' }]);
  const invited = await findInvitation(secret, store);
  if (isRefusal(invited)) return { tenant: INSTALLATION, subject: null, outcome: invited };
  const { person, hash, ...tenant } = invited;
  const own = person.email ?? email?.toLowerCase();
  if (own === undefined) return refuseField('InvalidRequest', '/email', 'is missing: wanted the e-mail address to sign in with');
  const fault = passwordFault(password, { email: own });
  if (fault !== null) return refuseField('InvalidRequest', '/password', fault);
  const kept = await hashPassword(password);
  if (typeof kept !== 'string') return kept;
  const chosen = { password: kept, email: own, name: name ?? person.name };
  const accepted = await store.people.accept(tenant, hash, chosen, (outcome, { before, after }) => {
    const event = eventOf({ subject: own, outcome }, body, asked);
    return { ...event, before, after: { ...event.after, ...after } };
  });
  if (accepted === undefined) return { tenant, subject: own, outcome: INVITATION_OVER };
  if (isRefusal(accepted)) return accepted;
  await store.people.forgetTries(tenant, hashOfName(own));
  return accepted;
}

const INVITATION_OVER = refuse(
  'Unauthenticated',
  'this invitation is over: it was accepted, withdrawn, or is too old; ask a tenant administrator for another one',
);

/** Whom a secret invites, while it can be accepted. */
export async function findInvitation(secret: string, store: Store) {
  const cell = cellOfInvitation(secret);
  const hash = hashKey(secret);
  const invited = cell === null ? undefined : await store.people.invitedBy(cell, hash);
  return invited ? { ...invited, hash } : INVITATION_OVER;
}

/** By what tries of a name are counted. */
export function hashOfName(email: string): Buffer {
  return hashKey(email);
}

export function tooManyTries(waitMs: number): Refusal {
  return refuse('TooManyRequests', 'too many wrong passwords in a row; wait as long as Retry-After says', {
    retryAfterSeconds: Math.ceil(waitMs / 1000),
  });
}
