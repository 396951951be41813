// Sessions of the admin centre: each stands for the key or the person who signed in (T3). It ends 12 hours after it was last used, 7 days
// after it began, when it is signed out, when its key expires, and within a second of its key being revoked or its person being disabled.

import type { AuditEvent } from '../core/audit.ts';
import type { Instant } from '../core/month.ts';
import { appendAudit, recordDone } from './audit.ts';
import type { Database, Row } from './database.ts';
import { principalOf } from './key.ts';
import { principalOfPerson } from './person.ts';
import { Remembered } from './remembered.ts';
import { instantText, sql } from './sql.ts';
import type { Principal, Session, SessionSecret, TenantAddress } from './store.ts';

const HOUR_MS = 3_600_000;
const LONGEST_IDLE_MS = 12 * HOUR_MS;
const LONGEST_MS = 7 * 24 * HOUR_MS;
/** A use is written down when the last one that was is older than this. */
const WRITE_USE_AFTER_MS = 5 * 60_000;
/** Of one key or person; the oldest give way. */
const MOST_OF_ONE = 100;

interface StoredSession {
  principal: Principal;
  email: string | null;
  hasPassword: boolean;
  createdAt: Instant;
  usedAt: Instant;
  /** null: when it is as old as any may be. */
  endsAt: Instant | null;
}

function endOf({ createdAt, usedAt, endsAt, principal }: StoredSession): Instant {
  const ends = Math.min(usedAt + LONGEST_IDLE_MS, createdAt + LONGEST_MS, endsAt ?? Number.POSITIVE_INFINITY);
  return Math.min(ends, principal.expiresAt ?? ends) as Instant;
}

export class Sessions {
  readonly #database: Database;
  readonly #clock: () => Instant;
  readonly #remembered = new Remembered<StoredSession>();

  constructor(database: Database, clock: () => Instant) {
    this.#database = database;
    this.#clock = clock;
  }

  async create({ cell, tenantId, kind, id }: Principal, hash: Buffer, endsAt: Instant | null = null): Promise<void> {
    const now = instantText(this.#clock());
    const { keyId, personId } = columnsOf({ kind, id });
    const gone: Row[] = await this.#database.of({ tenantId }).query(sql`
      with given_way as (
        delete from session
        where cell = ${cell} and tenant_id = ${tenantId} and hash in (
          select hash
          from session
          where cell = ${cell} and tenant_id = ${tenantId} and (key_id = ${keyId} or person_id = ${personId})
          order by used_at desc
          offset ${MOST_OF_ONE - 1}
        )
        returning hash
      ), made as (
        insert into session (cell, tenant_id, hash, key_id, person_id, created_at, used_at, ends_at)
        values (${cell}, ${tenantId}, ${hash}, ${keyId}, ${personId}, ${now}::timestamptz, ${now}::timestamptz,
          ${instantText(endsAt)}::timestamptz)
      )
      select hash
      from given_way`);
    for (const row of gone) this.#remembered.forget(nameOf({ cell, hash: row.hash }));
  }

  /** Whom a session stands for; undefined: unknown, over, or of who may no longer. Remembered for at most a second. */
  async find(secret: SessionSecret): Promise<Session | undefined> {
    const now = this.#clock();
    const found = await this.#remembered.get(nameOf(secret), () => this.#read(secret));
    if (!found || now >= endOf(found)) return undefined;
    if (now - found.usedAt > WRITE_USE_AFTER_MS) {
      found.usedAt = now;
      await this.#database.of(found.principal).query(sql`
        update session
        set used_at = greatest(used_at, ${instantText(now)}::timestamptz)
        where cell = ${secret.cell} and tenant_id = ${found.principal.tenantId} and hash = ${secret.hash}`);
    }
    const { principal, email, hasPassword, createdAt } = found;
    return { principal, email, hasPassword, createdAt, expiresAt: endOf(found) };
  }

  async #read(secret: SessionSecret): Promise<StoredSession | undefined> {
    const [row]: Row[] = await this.#database.everywhere.query(sql`
      select s.created_at as session_created_at, s.used_at, s.ends_at, s.tenant_id, k.key_id, p.person_id, p.email,
        p.password is not null as has_password, coalesce(k.name, p.name) as name, coalesce(k.role, p.role) as role,
        coalesce(k.environment_ids, p.environment_ids) as environment_ids, coalesce(k.user_id, p.user_id) as user_id,
        k.scopes, k.created_at, k.expires_at, k.revoked_at
      from session s
      left join api_key k on k.cell = s.cell and k.tenant_id = s.tenant_id and k.key_id = s.key_id and k.revoked_at is null
      left join person p on p.cell = s.cell and p.tenant_id = s.tenant_id and p.person_id = s.person_id and p.disabled_at is null
      where s.cell = ${secret.cell} and s.hash = ${secret.hash} and (k.key_id is not null or p.person_id is not null)`);
    if (!row) return undefined;
    return {
      principal: row.person_id === null ? principalOf(secret.cell, row) : principalOfPerson(secret.cell, row),
      email: row.email,
      hasPassword: row.has_password,
      createdAt: row.session_created_at,
      usedAt: row.used_at,
      endsAt: row.ends_at,
    };
  }

  /** As somebody ends one of their own, with the event of it; of one that is over already there is nothing to tell. */
  async signOut(tenant: TenantAddress, hash: Buffer, event: AuditEvent): Promise<void> {
    const { cell, tenantId } = tenant;
    await this.#database.of({ tenantId }).transaction(async (fly) => {
      const [ended] = await fly([
        sql`
          delete from session
          where cell = ${cell} and tenant_id = ${tenantId} and hash = ${hash}
          returning 1 as ended`,
      ]);
      if (ended!.rows.length > 0) await fly([appendAudit(tenant, [event])]);
    });
    this.#remembered.forget(nameOf({ cell, hash }));
  }

  /** One that is not there is over already. */
  async end(secret: SessionSecret): Promise<void> {
    await this.#database.everywhere.query(sql`
      delete from session
      where cell = ${secret.cell} and hash = ${secret.hash}`);
    this.#remembered.forget(nameOf(secret));
  }

  /** Of a key or a person, all: in this process at once, in another within a second. */
  async endAllOf(tenant: TenantAddress, of: Pick<Principal, 'kind' | 'id'>): Promise<void> {
    const { cell, tenantId } = tenant;
    const { keyId, personId } = columnsOf(of);
    await this.#database.of({ tenantId }).transaction((fly) =>
      fly([
        sql`
          delete from session
          where cell = ${cell} and tenant_id = ${tenantId} and (key_id = ${keyId} or person_id = ${personId})`,
        ...recordDone(tenant, { subject: `${of.kind}:${of.id}`, before: null, after: { signedOut: true } }),
      ]),
    );
    this.forget(tenantId, of.id);
  }

  /** What this process remembers of the sessions of a key or a person; another has forgotten it within a second. */
  forget(tenantId: string, id: string): void {
    this.#remembered.forgetWhere(({ principal }) => principal.tenantId === tenantId && principal.id === id);
  }

  /** Deletes what is over. */
  async prune(cell: number): Promise<void> {
    const now = this.#clock();
    await this.#database.everywhere.query(sql`
      delete from session
      where cell = ${cell}
        and (used_at <= ${instantText((now - LONGEST_IDLE_MS) as Instant)}::timestamptz
          or created_at <= ${instantText((now - LONGEST_MS) as Instant)}::timestamptz
          or ends_at <= ${instantText(now)}::timestamptz)`);
  }
}

/** A token has no sessions. */
function columnsOf({ kind, id }: Pick<Principal, 'kind' | 'id'>): { keyId: string | null; personId: string | null } {
  return { keyId: kind === 'key' ? id : null, personId: kind === 'person' ? id : null };
}

function nameOf({ cell, hash }: SessionSecret): string {
  return `${cell} ${hash.toString('base64')}`;
}
