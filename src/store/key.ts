// API keys: stored as hashes, found by hash, remembered for a second so that revoking, rotating and expiring are felt at once everywhere.

import { formatInstant, type Instant } from '../core/month.ts';
import { recordDone } from './audit.ts';
import type { Database, Row } from './database.ts';
import { paged, startAfter } from './page.ts';
import { Remembered } from './remembered.ts';
import { instants, instantText, type Query, sql, texts } from './sql.ts';
import type { ApiKey, KeyHolder, ListedKey, Page, PageRequest, Principal, TenantAddress } from './store.ts';

export function insertKey({ cell, tenantId }: TenantAddress, key: ApiKey, hash: Buffer): Query {
  return sql`
    insert into api_key (cell, tenant_id, key_id, hash, name, role, environment_ids, user_id, scopes, created_at, expires_at)
    values (${cell}, ${tenantId}, ${key.id}, ${hash}, ${key.name}, ${key.role}, ${texts(key.environmentIds)}::text[], ${key.userId},
      ${key.scopes && texts(key.scopes)}::text[], ${instantText(key.createdAt)}, ${instantText(key.expiresAt)}::timestamptz)`;
}

function keyOf(row: Row): ApiKey {
  return {
    id: row.key_id,
    name: row.name,
    role: row.role,
    environmentIds: row.environment_ids,
    userId: row.user_id,
    scopes: row.scopes,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

/** Whom a row of a key stands for. */
export function principalOf(cell: number, row: Row): Principal {
  const { id, name, role, environmentIds, userId, scopes, expiresAt } = keyOf(row);
  return { cell, tenantId: row.tenant_id, kind: 'key', id, name, role, environmentIds, userId, scopes, expiresAt };
}

function listedKeyOf(row: Row, now: Instant): ListedKey {
  const rotatedUntil = row.previous_until > now ? row.previous_until : null;
  return { ...keyOf(row), lastUsedAt: row.last_used_at, rotatedUntil };
}

/** What the audit log says of a key: all but its secrets. */
function stateOf({
  name,
  role,
  environmentIds,
  userId,
  scopes,
  expiresAt,
  revokedAt,
  rotatedUntil,
}: Omit<ListedKey, 'lastUsedAt'>): object {
  return {
    name,
    role,
    environmentIds,
    userId,
    scopes,
    expiresAt: formatInstant(expiresAt),
    revokedAt: formatInstant(revokedAt),
    rotatedUntil: formatInstant(rotatedUntil),
  };
}

/** Whether it works no more, as far as time goes. */
function isOver({ expiresAt }: Principal, now: Instant): boolean {
  return expiresAt !== null && now >= expiresAt;
}

function endSessionsAt({ cell, tenantId }: TenantAddress, keyId: string, at: Instant): Query {
  return sql`
    update session
    set ends_at = least(ends_at, ${instantText(at)}::timestamptz)
    where cell = ${cell} and tenant_id = ${tenantId} and key_id = ${keyId}`;
}

export class Keys {
  readonly #database: Database;
  readonly #clock: () => Instant;
  readonly #remembered = new Remembered<KeyHolder>();
  /** When keys were used since that was last written down. */
  #used = new Map<string, { principal: Principal; at: Instant }>();

  constructor(database: Database, clock: () => Instant) {
    this.#database = database;
    this.#clock = clock;
  }

  async create(tenant: TenantAddress, key: ApiKey, hash: Buffer): Promise<void> {
    const done = { subject: `key:${key.id}`, before: null, after: stateOf({ ...key, rotatedUntil: null }) };
    await this.#database.of(tenant).transaction((fly) => fly([insertKey(tenant, key, hash), ...recordDone(tenant, done)]));
  }

  /** A key as it is, until the transaction is over. */
  #locked({ cell, tenantId }: TenantAddress, keyId: string): Query {
    return sql`
      select *
      from api_key
      where cell = ${cell} and tenant_id = ${tenantId} and key_id = ${keyId}
      for no key update`;
  }

  /** Only what was found is remembered: a wrong key costs a look-up, a new one works at once. What works no more never works again. */
  async holderOf(cell: number, hash: Buffer): Promise<KeyHolder | undefined> {
    const now = this.#clock();
    const found = await this.#remembered.get(`${cell} ${hash.toString('base64')}`, () => this.#read(cell, hash));
    if (!found) return undefined;
    const { principal } = found;
    const works = found.works && !isOver(principal, now);
    if (works) this.#used.set(principal.id, { principal, at: now });
    return { principal, works };
  }

  async #read(cell: number, hash: Buffer): Promise<KeyHolder | undefined> {
    const [row] = await this.#database.everywhere.query(sql`
      select *, revoked_at is null and (hash = ${hash} or previous_until > ${instantText(this.#clock())}::timestamptz) as works
      from api_key
      where cell = ${cell} and (hash = ${hash} or previous_hash = ${hash})`);
    return row && { principal: principalOf(cell, row), works: row.works };
  }

  async list({ cell, tenantId }: TenantAddress, page: PageRequest): Promise<Page<ListedKey>> {
    const now = this.#clock();
    const rows = await this.#database.of({ tenantId }).query(sql`
      select *
      from api_key
      where cell = ${cell} and tenant_id = ${tenantId} and key_id > ${startAfter(page)}
      order by key_id
      limit ${page.limit + 1}`);
    return paged(page, { rows: rows.map((row) => listedKeyOf(row, now)), keyOf: (key) => key.id });
  }

  /**
   * Revoking again changes nothing. `last`: no other key without expiry and without scopes could administer the tenant; its keys are locked
   * so that two of them do not revoke each other at once.
   */
  async revoke(tenant: TenantAddress, keyId: string): Promise<'revoked' | 'gone' | 'last'> {
    const { cell, tenantId } = tenant;
    const outcome = await this.#database.of(tenant).transaction(async (fly) => {
      const [administrators] = await fly([
        sql`
          select key_id
          from api_key
          where cell = ${cell} and tenant_id = ${tenantId} and role = 'tenant-admin' and revoked_at is null
            and scopes is null and expires_at is null
          order by key_id
          for update`,
      ]);
      if (administrators!.rows.length === 1 && administrators!.rows[0]!.key_id === keyId) return 'last';
      const [before, after] = await fly([
        this.#locked(tenant, keyId),
        sql`
          update api_key
          set revoked_at = coalesce(revoked_at, now()), previous_hash = null, previous_until = null
          where cell = ${cell} and tenant_id = ${tenantId} and key_id = ${keyId}
          returning *`,
      ]);
      if (after!.rows.length === 0) return 'gone';
      await fly(recordDone(tenant, changeOf(before!.rows[0]!, after!.rows[0]!, this.#clock())));
      return 'revoked';
    });
    this.#forget(tenantId, keyId);
    return outcome;
  }

  /** At most two secrets work at once: one that was rotated before ends now. Who signed in with the old secret is out when that is. */
  async rotate(tenant: TenantAddress, keyId: string, hash: Buffer, graceMs: number): Promise<ListedKey | undefined> {
    const { cell, tenantId } = tenant;
    const now = this.#clock();
    const oldUntil = (now + graceMs) as Instant;
    const rotated = await this.#database.of(tenant).transaction(async (fly) => {
      const [before, after] = await fly([
        this.#locked(tenant, keyId),
        sql`
          update api_key
          set previous_hash = hash, previous_until = ${instantText(oldUntil)}::timestamptz, hash = ${hash}
          where cell = ${cell} and tenant_id = ${tenantId} and key_id = ${keyId} and revoked_at is null
            and (expires_at is null or expires_at > ${instantText(now)}::timestamptz)
          returning *`,
      ]);
      const row = after!.rows[0];
      if (row) await fly([endSessionsAt(tenant, keyId, oldUntil), ...recordDone(tenant, changeOf(before!.rows[0]!, row, now))]);
      return row;
    });
    this.#forget(tenantId, keyId);
    return rotated && listedKeyOf(rotated, now);
  }

  /** Writes down when keys were used; what it takes is never on the way of a request. */
  async writeUses(): Promise<void> {
    const used = [...this.#used.values()];
    this.#used = new Map();
    for (const [cell, own] of Map.groupBy(used, ({ principal }) => principal.cell)) {
      // In one order everywhere, so that two processes never wait for each other.
      own.sort((a, b) => (a.principal.id < b.principal.id ? -1 : 1));
      await this.#database.everywhere.query(sql`
        with used as (
          select
            unnest(${texts(own.map(({ principal }) => principal.tenantId))}::text[]) as tenant_id,
            unnest(${texts(own.map(({ principal }) => principal.id))}::text[]) as key_id,
            unnest(${instants(own.map(({ at }) => at))}::timestamptz[]) as at
        )
        update api_key k
        set last_used_at = greatest(k.last_used_at, used.at)
        from used
        where k.cell = ${cell} and k.tenant_id = used.tenant_id and k.key_id = used.key_id`);
    }
  }

  #forget(tenantId: string, keyId: string): void {
    this.#remembered.forgetWhere(({ principal }) => principal.tenantId === tenantId && principal.id === keyId);
  }
}

function changeOf(before: Row, after: Row, now: Instant): { subject: string; before: object; after: object } {
  return { subject: `key:${after.key_id}`, before: stateOf(listedKeyOf(before, now)), after: stateOf(listedKeyOf(after, now)) };
}
