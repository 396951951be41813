// People (T3): invited by a link that is shown once and mailed where mail is sent, listed, changed, disabled, signed out. Who signs in
// through an OpenID provider is listed too, and can be disabled; the rest of them is the provider's.

import { type Static, Type } from 'typebox';
import { formatInstant, type Instant } from '../core/month.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { ofProvider } from '../store/person.ts';
import { type Person, type Principal, ROLES_OF_PEOPLE } from '../store/store.ts';
import { misfits, unknownEnvironment } from './key.ts';
import { hashKey, newInvitation } from './key-secret.ts';
import { type AnyInput, answer, type Route, route, TENANT_ADMINS } from './route.ts';
import {
  email,
  environmentIds,
  fields,
  flag,
  id,
  name,
  nullable,
  oneOf,
  pageOf,
  pageQuery,
  pageRequest,
  userId,
} from './schema.ts';
import { invalid } from './validation.ts';

const CONCEPT = 'People';
/** Of an invitation, and of a link to another password. */
const INVITATION_MS = 7 * 24 * 3_600_000;

const STATUSES = ['active', 'invited', 'disabled'] as const;

const person = fields(
  {
    id: Type.String(),
    email: nullable(Type.String({ description: 'with which a local account signs in' })),
    name: Type.String(),
    role: oneOf(ROLES_OF_PEOPLE),
    environmentIds: Type.Array(Type.String(), { description: 'what an environment administrator administers' }),
    userId: nullable(Type.String({ description: 'who a maker is' })),
    provider: nullable(Type.String({ description: 'the OpenID provider that signs them in; null: a local account' })),
    status: oneOf(STATUSES),
    invitedUntil: nullable(Type.String({ description: 'until when the open invitation, or link to another password, works' })),
    createdAt: Type.String(),
    signedInAt: nullable(Type.String({ description: 'the last time' })),
    disabledAt: nullable(Type.String()),
  },
  { title: 'Person' },
);

const invited = fields(
  {
    person,
    invitation: fields(
      {
        secret: Type.String({ description: 'shown this once; the link is the page "invitation" of Bursar with # and this' }),
        link: nullable(Type.String({ description: 'where BURSAR_PUBLIC_URL is set' })),
        expiresAt: Type.String(),
        mailed: Type.Boolean({ description: 'whether it is mailed as well' }),
      },
      { title: 'NewInvitation' },
    ),
  },
  { title: 'InvitedPerson' },
);

const roleOfPerson = oneOf(ROLES_OF_PEOPLE);

function statusOf({ disabledAt, provider, hasPassword }: Person): (typeof STATUSES)[number] {
  if (disabledAt !== null) return 'disabled';
  return provider === null && !hasPassword ? 'invited' : 'active';
}

function personAnswer(of: Person): Static<typeof person> {
  return {
    id: of.id,
    email: of.email,
    name: of.name,
    role: of.role,
    environmentIds: of.environmentIds,
    userId: of.userId,
    provider: of.provider,
    status: statusOf(of),
    invitedUntil: formatInstant(of.invitedUntil),
    createdAt: formatInstant(of.createdAt),
    signedInAt: formatInstant(of.signedInAt),
    disabledAt: formatInstant(of.disabledAt),
  };
}

const listPeople = route({
  operation: 'listPeople',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/people',
  summary: 'Lists who may sign in, in the order in which they came.',
  right: TENANT_ADMINS,
  query: fields(pageQuery),
  responses: { 200: pageOf(person) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { value, nextCursor } = await store.people.list(tenant, pageRequest(query));
    return answer(200, { value: value.map(personAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

/** What of a request an invitation needs. */
type Inviting = Pick<AnyInput, 'store' | 'outward'> & { tenant: NonNullable<AnyInput['tenant']> };

/** The secret of an invitation, and what is answered of it once `invite` has stored its hash. */
async function inviting(
  { tenant, store, outward }: Inviting,
  invite: (invitation: { hash: Buffer; until: Instant }) => Promise<Person | Refusal>,
): Promise<Static<typeof invited> | Refusal> {
  const secret = newInvitation(tenant.cell);
  const until = (store.people.clock() + INVITATION_MS) as Instant;
  const made = await invite({ hash: hashKey(secret), until });
  if (isRefusal(made)) return made;
  const link = outward.publicUrl === undefined ? null : invitationLink(outward.publicUrl, secret);
  const mail = link !== null && made.email !== null ? outward.mailInvitation : undefined;
  const tenantName = mail && (await store.findTenant(tenant))!.name;
  mail?.({ email: made.email!, tenantName: tenantName!, again: made.hasPassword, link: link!, expiresAt: until });
  return {
    person: personAnswer(made),
    invitation: { secret, link, expiresAt: formatInstant(until), mailed: mail !== undefined },
  };
}

/** Behind the #, so that no server and no log on the way sees it. */
export function invitationLink(url: string, secret: string): string {
  return `${url}/invitation#${secret}`;
}

const invitePerson = route({
  operation: 'invitePerson',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/people',
  summary: 'Invites somebody: the link lets them choose a password within 7 days, once; it is shown this once.',
  description:
    'It is mailed as well where this installation sends mail (SMTP_URL) and knows its own address (BURSAR_PUBLIC_URL).',
  right: TENANT_ADMINS,
  body: fields({
    email,
    name,
    role: roleOfPerson,
    environmentIds: Type.Optional(environmentIds),
    userId: Type.Optional(userId),
  }),
  responses: { 201: invited },
  refusals: ['NotFound', 'AlreadyExists'],
  async handle({ tenant, body, store, outward }) {
    const { name, role } = body;
    const wanted = {
      email: body.email.toLowerCase(),
      name,
      role,
      environmentIds: [...new Set(body.environmentIds ?? [])],
      userId: body.userId ?? null,
    };
    const errors = misfits(role, wanted.environmentIds, wanted.userId);
    if (errors.length > 0) return invalid(errors);
    const unknown = await unknownEnvironment(store, tenant, wanted.environmentIds);
    if (unknown) return unknown;
    const made = await inviting({ tenant, store, outward }, (invitation) => store.people.invite(tenant, wanted, invitation));
    return isRefusal(made) ? made : answer(201, made);
  },
});

const invitePersonAgain = route({
  operation: 'invitePersonAgain',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/people/{id}/invitations',
  summary: 'Gives somebody another link, shown this once: for who was invited, or has lost the password.',
  description:
    'The link before works no more. A password works until the new link was used; then every session of the person ends.',
  right: TENANT_ADMINS,
  params: fields({ id }),
  responses: { 201: invited },
  refusals: ['NotFound', 'AccountNotLocal'],
  async handle({ tenant, params, store, outward }) {
    const made = await inviting({ tenant, store, outward }, (invitation) =>
      store.people.inviteAgain(tenant, params.id, invitation),
    );
    return isRefusal(made) ? made : answer(201, made);
  },
});

const OWN_MATTERS = 'nobody disables themselves, or changes their own role: ask another tenant administrator, or use a key';

const changePerson = route({
  operation: 'changePerson',
  concept: CONCEPT,
  method: 'PATCH',
  path: '/v1/people/{id}',
  summary: 'Changes what somebody may, or disables the account: within a second every session of it is over.',
  description:
    'With a role go its environments or its user: another role without them has none. What an OpenID provider says of somebody is changed there; disabling works for them too.',
  right: TENANT_ADMINS,
  params: fields({ id }),
  body: fields(
    {
      name: Type.Optional(name),
      role: Type.Optional(roleOfPerson),
      environmentIds: Type.Optional(environmentIds),
      userId: Type.Optional(nullable(userId)),
      disabled: Type.Optional(flag),
    },
    { minProperties: 1 },
  ),
  responses: { 200: person },
  refusals: ['NotFound', 'AccountNotLocal'],
  async handle({ tenant, principal, params, body, store }) {
    const unknown = await unknownEnvironment(store, tenant, body.environmentIds ?? []);
    if (unknown) return unknown;
    const changed = await store.people.change(tenant, params.id, (found) => changeOf(found, body, principal));
    return isRefusal(changed) ? changed : answer(200, personAnswer(changed));
  },
});

/** What a request makes of somebody, or why it may not. */
function changeOf(
  found: Person,
  { name, role, environmentIds: ids, userId: user, disabled }: Parameters<typeof changedFields>[1] & { disabled?: boolean },
  principal: Principal,
) {
  const isOwn = principal.kind === 'person' && principal.id === found.id;
  if (isOwn && (disabled === true || (role !== undefined && role !== found.role))) return refuse('Forbidden', OWN_MATTERS);
  const changesMore = [name, role, ids, user].some((each) => each !== undefined);
  if (changesMore && found.provider !== null) return ofProvider(found);
  const wanted = changedFields(found, { name, role, environmentIds: ids, userId: user });
  const errors = misfits(wanted.role, wanted.environmentIds, wanted.userId);
  if (errors.length > 0 && changesMore) return invalid(errors);
  return { ...wanted, ...(disabled === undefined ? {} : { disabled }) };
}

function changedFields(
  found: Person,
  change: {
    name?: string | undefined;
    role?: Person['role'] | undefined;
    environmentIds?: string[] | undefined;
    userId?: string | null | undefined;
  },
): Pick<Person, 'name' | 'role' | 'environmentIds' | 'userId'> {
  const { name = found.name, role = found.role } = change;
  const keeps = role === found.role;
  return {
    name,
    role,
    environmentIds:
      change.environmentIds === undefined ? (keeps ? found.environmentIds : []) : [...new Set(change.environmentIds)],
    userId: change.userId === undefined ? (keeps ? found.userId : null) : change.userId,
  };
}

const signOutPerson = route({
  operation: 'signOutPerson',
  concept: CONCEPT,
  method: 'DELETE',
  path: '/v1/people/{id}/sessions',
  summary: 'Ends every session of somebody; within a second they work nowhere.',
  right: TENANT_ADMINS,
  params: fields({ id }),
  responses: { 204: null },
  refusals: ['NotFound'],
  async handle({ tenant, params, store }) {
    return (await store.people.signOut(tenant, params.id)) ?? answer(204);
  },
});

export const personRoutes: Route[] = [listPeople, invitePerson, invitePersonAgain, changePerson, signOutPerson];
