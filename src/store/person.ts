// People who may sign in to the admin centre (T3), with an account here (an e-mail address and a password) or at an OpenID provider. Of
// invitations only hashes are kept; of passwords what api/password.ts makes of them. Whoever is disabled loses every session with it.

import { isDeepStrictEqual } from 'node:util';
import type { AuditEvent } from '../core/audit.ts';
import { formatInstant, type Instant } from '../core/month.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { appendAudit, type Done, recordDone } from './audit.ts';
import type { Database, Row } from './database.ts';
import { newId } from './new-id.ts';
import { paged, startAfter } from './page.ts';
import { Remembered } from './remembered.ts';
import { forgetTries, pruneTries, takeTry } from './sign-in-throttle.ts';
import { instantText, type Query, sql, texts } from './sql.ts';
import type { Page, PageRequest, Person, PersonChange, Principal, ProvidedPerson, RoleOfPerson, TenantAddress } from './store.ts';

/** Whom to invite. */
export interface InvitedPerson {
  /** In lower case; null: whoever accepts says it. */
  email: string | null;
  name: string;
  role: RoleOfPerson;
  environmentIds: string[];
  userId: string | null;
}

/** Of an invitation: its secret's hash, and until when it can be accepted. */
export interface Invitation {
  hash: Buffer;
  until: Instant;
}

const UNIQUE_VIOLATION = '23505';

function personOf(row: Row): Person {
  return {
    id: row.person_id,
    email: row.email,
    name: row.name,
    role: row.role,
    environmentIds: row.environment_ids,
    userId: row.user_id,
    provider: row.provider,
    hasPassword: row.has_password,
    invitedUntil: row.invitation_until,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    signedInAt: row.signed_in_at,
  };
}

/** Whom a row of a person stands for. */
export function principalOfPerson(cell: number, row: Row): Principal {
  return {
    cell,
    tenantId: row.tenant_id,
    kind: 'person',
    id: row.person_id,
    name: row.name,
    role: row.role,
    environmentIds: row.environment_ids,
    userId: row.user_id,
    scopes: null,
    expiresAt: null,
  };
}

function selectPerson({ cell, tenantId }: TenantAddress, personId: string): Query {
  return sql`
    select person_id, email, name, role, environment_ids, user_id, provider, password is not null as has_password,
      invitation_until, created_at, disabled_at, signed_in_at
    from person
    where cell = ${cell} and tenant_id = ${tenantId} and person_id = ${personId}
    for no key update`;
}

function endSessions({ cell, tenantId }: TenantAddress, personId: string): Query {
  return sql`
    delete from session
    where cell = ${cell} and tenant_id = ${tenantId} and person_id = ${personId}`;
}

/** Of whom a token is; null: of nobody with an account here. */
interface Standing {
  personId: string | null;
  disabled: boolean;
}

/** The event of a sign-in that changes who somebody is, written with the change; both states are null where nothing changed. */
type SignInTold = (principal: Principal, changed: Pick<Done, 'before' | 'after'>) => AuditEvent;

const subjectOf = (personId: string) => `person:${personId}`;

/** What the audit log says of somebody. */
function stateOf({ email, name, role, environmentIds, userId, provider, invitedUntil, disabledAt }: Person): object {
  const invited = invitedUntil === null ? {} : { invitedUntil: formatInstant(invitedUntil) };
  return { email, name, role, environmentIds, userId, provider, disabled: disabledAt !== null, ...invited };
}

export type People = ReturnType<typeof peopleOf>;

/** `forget` lets go of what this process remembers of the sessions of somebody. */
export function peopleOf(database: Database, clock: () => Instant, forget: (tenantId: string, personId: string) => void) {
  const standings = new Remembered<Standing>();
  return {
    clock,
    /** By id, which is the order in which they came. */
    async list({ cell, tenantId }: TenantAddress, page: PageRequest): Promise<Page<Person>> {
      const rows = await database.of({ tenantId }).query(sql`
        select person_id, email, name, role, environment_ids, user_id, provider, password is not null as has_password,
          invitation_until, created_at, disabled_at, signed_in_at
        from person
        where cell = ${cell} and tenant_id = ${tenantId} and person_id > ${startAfter(page)}
        order by person_id
        limit ${page.limit + 1}`);
      return paged(page, { rows: rows.map(personOf), keyOf: (person) => person.id });
    },

    /** Refuses `AlreadyExists` for an e-mail address that has an account here. */
    async invite(tenant: TenantAddress, invited: InvitedPerson, { hash, until }: Invitation): Promise<Person | Refusal> {
      const { cell, tenantId } = tenant;
      const { email, name, role, environmentIds, userId } = invited;
      const person: Person = {
        ...invited,
        id: newId(),
        provider: null,
        hasPassword: false,
        invitedUntil: until,
        createdAt: clock(),
        disabledAt: null,
        signedInAt: null,
      };
      return database.of({ tenantId }).transaction(async (fly) => {
        const [inserted] = await fly([
          sql`
            insert into person (cell, tenant_id, person_id, email, name, role, environment_ids, user_id, invitation_hash, invitation_until, created_at)
            values (${cell}, ${tenantId}, ${person.id}, ${email}, ${name}, ${role}, ${texts(environmentIds)}::text[], ${userId}, ${hash},
              ${instantText(until)}::timestamptz, ${instantText(person.createdAt)}::timestamptz)
            on conflict (cell, tenant_id, email) where provider is null do nothing
            returning 1 as made`,
        ]);
        if (inserted!.rows.length === 0) return emailTaken(email!);
        await fly(recordDone(tenant, { subject: subjectOf(person.id), before: null, after: stateOf(person) }));
        return person;
      });
    },

    /** A new link, also for who has a password: that works until the link was used. Refuses `NotFound`, `AccountNotLocal`, `Forbidden`. */
    async inviteAgain(tenant: TenantAddress, personId: string, { hash, until }: Invitation): Promise<Person | Refusal> {
      const { cell, tenantId } = tenant;
      return database.of({ tenantId }).transaction(async (fly) => {
        const [found] = await fly([selectPerson(tenant, personId)]);
        const person = found!.rows[0] && personOf(found!.rows[0]);
        if (!person) return notFound(personId);
        if (person.provider !== null) return ofProvider(person);
        if (person.disabledAt !== null) return refuse('Forbidden', 'this account is disabled; enable it, then invite again');
        await fly([
          sql`
            update person
            set invitation_hash = ${hash}, invitation_until = ${instantText(until)}::timestamptz
            where cell = ${cell} and tenant_id = ${tenantId} and person_id = ${personId}`,
          ...recordDone(tenant, {
            subject: subjectOf(personId),
            before: stateOf(person),
            after: stateOf({ ...person, invitedUntil: until }),
          }),
        ]);
        return { ...person, invitedUntil: until };
      });
    },

    /** `decide` sees who it is under a lock, and says what is to change, or why not. */
    async change(
      tenant: TenantAddress,
      personId: string,
      decide: (person: Person) => PersonChange | Refusal,
    ): Promise<Person | Refusal> {
      const { cell, tenantId } = tenant;
      const outcome = await database.of({ tenantId }).transaction(async (fly) => {
        const [found] = await fly([selectPerson(tenant, personId)]);
        const person = found!.rows[0] && personOf(found!.rows[0]);
        if (!person) return notFound(personId);
        const decided = decide(person);
        if (isRefusal(decided)) return decided;
        const { disabled = person.disabledAt !== null, ...rest } = decided;
        const changed = { ...person, ...rest, disabledAt: disabled ? (person.disabledAt ?? clock()) : null };
        // Nobody comes in by a link that was open when the account was disabled.
        if (disabled) changed.invitedUntil = null;
        const { name, role, environmentIds, userId, disabledAt } = changed;
        await fly([
          sql`
            update person
            set name = ${name}, role = ${role}, environment_ids = ${texts(environmentIds)}::text[], user_id = ${userId},
              disabled_at = ${instantText(disabledAt)}::timestamptz,
              invitation_hash = case when ${disabled} then null else invitation_hash end,
              invitation_until = case when ${disabled} then null else invitation_until end
            where cell = ${cell} and tenant_id = ${tenantId} and person_id = ${personId}`,
          // Also where it is enabled again: one that began at the moment of disabling must not come back.
          ...(disabled || person.disabledAt !== null ? [endSessions(tenant, personId)] : []),
          ...recordDone(tenant, { subject: subjectOf(personId), before: stateOf(person), after: stateOf(changed) }),
        ]);
        return changed;
      });
      if (!isRefusal(outcome)) {
        forget(tenantId, personId);
        standings.forgetWhere((standing) => standing.personId === personId);
      }
      return outcome;
    },

    /** Whether a token is of somebody who has an account of the same provider and subject that is disabled. Remembered for at most a second. */
    async isTokenOfDisabled({ cell, tenantId, id }: Principal): Promise<boolean> {
      const standing = await standings.get(`${tenantId} ${id}`, async () => {
        const colon = id.indexOf(':');
        const [row] = await database.of({ tenantId }).query(sql`
          select person_id, disabled_at is not null as disabled
          from person
          where cell = ${cell} and tenant_id = ${tenantId} and provider = ${id.slice(0, colon)} and subject = ${id.slice(colon + 1)}`);
        return { personId: row?.person_id ?? null, disabled: row?.disabled ?? false };
      });
      return standing!.disabled;
    },

    /** Whom an invitation is for, as long as it can be accepted. */
    async invitedBy(cell: number, hash: Buffer): Promise<(TenantAddress & { person: Person }) | undefined> {
      const [row] = await database.everywhere.query(sql`
        select tenant_id, person_id, email, name, role, environment_ids, user_id, provider, password is not null as has_password,
          invitation_until, created_at, disabled_at, signed_in_at
        from person
        where cell = ${cell} and invitation_hash = ${hash} and invitation_until > ${instantText(clock())}::timestamptz
          and disabled_at is null`);
      return row && { cell, tenantId: row.tenant_id, person: personOf(row) };
    },

    /**
     * Takes an invitation, once: from then on its password is the one, and every session from before is over. undefined: it was taken or
     * withdrawn in between. Refuses `AlreadyExists` for an e-mail address that has an account here.
     */
    async accept(
      tenant: TenantAddress,
      hash: Buffer,
      { password, email, name }: { password: string; email: string; name: string },
      told: SignInTold,
    ): Promise<Principal | Refusal | undefined> {
      const { cell, tenantId } = tenant;
      try {
        const accepted = await database.of({ tenantId }).transaction(async (fly) => {
          const [found] = await fly([
            sql`
              select tenant_id, person_id, email, name, role, environment_ids, user_id, provider, password is not null as has_password,
                invitation_until, created_at, disabled_at, signed_in_at
              from person
              where cell = ${cell} and tenant_id = ${tenantId} and invitation_hash = ${hash} and disabled_at is null
                and invitation_until > ${instantText(clock())}::timestamptz
              for no key update`,
          ]);
          const row = found!.rows[0];
          if (!row) return undefined;
          const person = personOf(row);
          const principal = principalOfPerson(cell, { ...row, name });
          const changed = { before: stateOf(person), after: stateOf({ ...person, email, name, invitedUntil: null }) };
          await fly([
            sql`
              update person
              set password = ${password}, email = ${email}, name = ${name}, invitation_hash = null, invitation_until = null,
                signed_in_at = ${instantText(clock())}::timestamptz
              where cell = ${cell} and tenant_id = ${tenantId} and person_id = ${person.id}`,
            endSessions(tenant, person.id),
            appendAudit(tenant, [told(principal, changed)]),
          ]);
          return principal;
        });
        if (accepted) forget(tenantId, accepted.id);
        return accepted;
      } catch (error) {
        if ((error as { code?: string }).code === UNIQUE_VIOLATION) return emailTaken(email);
        throw error;
      }
    },

    /** The account of an e-mail address, and what its password is held against; null: it has none, and nobody can sign in with one. */
    async toSignIn(
      { cell, tenantId }: TenantAddress,
      email: string,
    ): Promise<{ principal: Principal; password: string | null; disabled: boolean } | undefined> {
      const [row] = await database.of({ tenantId }).query(sql`
        select tenant_id, person_id, name, role, environment_ids, user_id, password, disabled_at is not null as disabled
        from person
        where cell = ${cell} and tenant_id = ${tenantId} and email = ${email} and provider is null`);
      return row && { principal: principalOfPerson(cell, row), password: row.password, disabled: row.disabled };
    },

    /** What the password of a principal is held against, with the e-mail address; undefined: no person, or one without a password. */
    async passwordOf({ cell, tenantId, kind, id }: Principal): Promise<{ email: string; password: string } | undefined> {
      if (kind !== 'person') return undefined;
      const [row] = await database.of({ tenantId }).query(sql`
        select email, password
        from person
        where cell = ${cell} and tenant_id = ${tenantId} and person_id = ${id} and password is not null`);
      return row && { email: row.email, password: row.password };
    },

    /** Where it still is `before`. Every session of the person ends, and so does an open link. */
    async changePassword(tenant: TenantAddress, id: string, before: string, password: string): Promise<boolean> {
      const { cell, tenantId } = tenant;
      const changed = await database.of({ tenantId }).transaction(async (fly) => {
        const [written] = await fly([
          sql`
            update person
            set password = ${password}, invitation_hash = null, invitation_until = null
            where cell = ${cell} and tenant_id = ${tenantId} and person_id = ${id} and password = ${before} and disabled_at is null
            returning 1 as written`,
        ]);
        if (written!.rows.length === 0) return false;
        await fly([
          endSessions(tenant, id),
          ...recordDone(tenant, { subject: subjectOf(id), before: null, after: { passwordChanged: true } }),
        ]);
        return true;
      });
      forget(tenantId, id);
      return changed;
    },

    /** Every session of somebody is over; within a second everywhere. Refuses `NotFound`. */
    async signOut(tenant: TenantAddress, personId: string): Promise<Refusal | null> {
      const { cell, tenantId } = tenant;
      const refusal = await database.of({ tenantId }).transaction(async (fly) => {
        const [found] = await fly([
          sql`
            select 1 as found
            from person
            where cell = ${cell} and tenant_id = ${tenantId} and person_id = ${personId}`,
        ]);
        if (found!.rows.length === 0) return notFound(personId);
        await fly([
          endSessions(tenant, personId),
          ...recordDone(tenant, { subject: subjectOf(personId), before: null, after: { signedOut: true } }),
        ]);
        return null;
      });
      forget(tenantId, personId);
      return refusal;
    },

    async signedIn({ cell, tenantId, id }: Principal): Promise<void> {
      await database.of({ tenantId }).query(sql`
        update person
        set signed_in_at = ${instantText(clock())}::timestamptz
        where cell = ${cell} and tenant_id = ${tenantId} and person_id = ${id}`);
    },

    /**
     * Whom a provider has signed in: made the first time, and each time what the provider says now. Never by e-mail address: that of a
     * local account, or of another provider's, is another person. Refuses `Forbidden` who is disabled here, and leaves them as they are.
     */
    async signInOfProvider(tenant: TenantAddress, provided: ProvidedPerson, told: SignInTold): Promise<Principal | Refusal> {
      const { cell, tenantId } = tenant;
      const { provider, subject, email, name, role, environmentIds, userId } = provided;
      const now = instantText(clock());
      const outcome = await database.of({ tenantId }).transaction(async (fly) => {
        const [made, found] = await fly([
          sql`
            insert into person (cell, tenant_id, person_id, email, name, role, environment_ids, user_id, provider, subject, created_at, signed_in_at)
            values (${cell}, ${tenantId}, ${newId()}, ${email}, ${name}, ${role}, ${texts(environmentIds)}::text[], ${userId}, ${provider},
              ${subject}, ${now}::timestamptz, ${now}::timestamptz)
            on conflict (cell, tenant_id, provider, subject) do nothing
            returning 1 as made`,
          sql`
            select tenant_id, person_id, email, name, role, environment_ids, user_id, provider, password is not null as has_password,
              invitation_until, created_at, disabled_at, signed_in_at
            from person
            where cell = ${cell} and tenant_id = ${tenantId} and provider = ${provider} and subject = ${subject}
            for no key update`,
        ]);
        const row = found!.rows[0]!;
        const person = personOf(row);
        const { id } = person;
        if (person.disabledAt !== null)
          return refuse(
            'Forbidden',
            `the account of ${person.name} (${subjectOf(id)}) is disabled here; a tenant administrator can enable it`,
            { about: subjectOf(id) },
          );
        const before = made!.rows.length > 0 ? null : stateOf(person);
        const after = stateOf({ ...person, email, name, role, environmentIds, userId });
        const principal = principalOfPerson(cell, { ...row, name, role, environment_ids: environmentIds, user_id: userId });
        await fly([
          sql`
            update person
            set email = ${email}, name = ${name}, role = ${role}, environment_ids = ${texts(environmentIds)}::text[], user_id = ${userId},
              signed_in_at = ${now}::timestamptz
            where cell = ${cell} and tenant_id = ${tenantId} and person_id = ${id}`,
          appendAudit(tenant, [
            told(principal, isDeepStrictEqual(before, after) ? { before: null, after: null } : { before, after }),
          ]),
        ]);
        return principal;
      });
      if (!isRefusal(outcome)) forget(tenantId, outcome.id);
      return outcome;
    },

    /** Whether anybody has a local account here, and the tenant where there is one only. */
    async signInOptions(): Promise<{ people: boolean; onlyTenant: TenantAddress | null }> {
      const [row] = await database.everywhere.query(sql`
        select exists (select from person where provider is null) as people,
          (select array_agg(tenant_id) from (select tenant_id from tenant limit 2) as few) as tenants,
          (select min(cell) from (select cell from tenant limit 2) as few) as cell`);
      const [only, another] = (row!.tenants ?? []) as string[];
      return {
        people: row!.people,
        onlyTenant: only !== undefined && another === undefined ? { cell: row!.cell, tenantId: only } : null,
      };
    },

    /** Counts a try to give the right password, or says for how many ms there is none yet; 0: try. */
    takeTry: (tenant: TenantAddress, nameHash: Buffer) => takeTry(database, tenant, nameHash, clock()),
    forgetTries: (tenant: TenantAddress, nameHash: Buffer) => forgetTries(database, tenant, nameHash),
    prune: (cell: number) => pruneTries(database, cell, clock()),
  };
}

function notFound(personId: string): Refusal {
  return refuse('NotFound', `no person ${JSON.stringify(personId)} in this tenant`);
}

function emailTaken(email: string): Refusal {
  return refuse(
    'AlreadyExists',
    `${email} has an account in this tenant already; give it another link where its password is lost`,
  );
}

/** Why something of a local account cannot be changed. */
export function ofProvider({ name, provider }: Person): Refusal {
  return refuse('AccountNotLocal', `${name} signs in through ${provider}, which says their name, role and password`);
}
