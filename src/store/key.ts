// API keys: stored as hashes, found by hash, remembered for a second so that revoking, rotating and expiring are felt at once everywhere.

import { LRUCache } from 'lru-cache';
import type { Instant } from '../core/month.ts';
import type { Database, Row } from './database.ts';
import { paged, startAfter } from './page.ts';
import { instants, instantText, type Query, sql, texts } from './sql.ts';
import type { ApiKey, KeyHolder, ListedKey, Page, PageRequest, TenantAddress } from './store.ts';

const REMEMBERED_MS = 1_000;
const REMEMBERED_KEYS = 10_000;

export function insertKey({ cell, tenantId }: TenantAddress, key: ApiKey, hash: Buffer): Query {
  return sql`
    insert into api_key (cell, tenant_id, key_id, hash, name, role, environment_ids, user_id, scopes, created_at, expires_at)
    values (${cell}, ${tenantId}, ${key.id}, ${hash}, ${key.name}, ${key.role}, ${texts(key.environmentIds)}::text[], ${key.userId},
      ${key.scopes && texts(key.scopes)}::text[], ${instantText(key.createdAt)}, ${key.expiresAt && instantText(key.expiresAt)}::timestamptz)`;
}

export function keyOf(row: Row): ApiKey {
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

function listedKeyOf(row: Row): ListedKey {
  return { ...keyOf(row), lastUsedAt: row.last_used_at, rotatedUntil: row.rotated_until };
}

/** Whether it works still, as far as time goes. */
export function isOver({ expiresAt }: ApiKey, now: Instant): boolean {
  return expiresAt !== null && now >= expiresAt;
}

export class Keys {
  readonly #database: Database;
  readonly #clock: () => Instant;
  readonly #remembered = new LRUCache<string, KeyHolder>({ max: REMEMBERED_KEYS, ttl: REMEMBERED_MS });
  /** When keys were used since that was last written down. */
  #used = new Map<string, { holder: KeyHolder; at: Instant }>();

  constructor(database: Database, clock: () => Instant) {
    this.#database = database;
    this.#clock = clock;
  }

  async create(tenant: TenantAddress, key: ApiKey, hash: Buffer): Promise<void> {
    await this.#database.query(insertKey(tenant, key, hash));
  }

  /** Only what was found is remembered: a wrong key costs a look-up, a new one works at once. */
  async find(cell: number, hash: Buffer): Promise<KeyHolder | undefined> {
    const now = this.#clock();
    const name = `${cell} ${hash.toString('base64')}`;
    const holder = this.#remembered.get(name) ?? (await this.#read(cell, hash, name));
    if (!holder || isOver(holder.key, now)) return undefined;
    this.#used.set(holder.key.id, { holder, at: now });
    return holder;
  }

  async #read(cell: number, hash: Buffer, name: string): Promise<KeyHolder | undefined> {
    const [row] = await this.#database.query(sql`
      select tenant_id, key_id, name, role, environment_ids, user_id, scopes, created_at, expires_at, revoked_at
      from api_key
      where cell = ${cell} and revoked_at is null
        and (hash = ${hash} or (previous_hash = ${hash} and previous_until > ${instantText(this.#clock())}::timestamptz))`);
    if (!row) return undefined;
    const holder: KeyHolder = { cell, tenantId: row.tenant_id, key: keyOf(row) };
    this.#remembered.set(name, holder);
    return holder;
  }

  async list({ cell, tenantId }: TenantAddress, page: PageRequest): Promise<Page<ListedKey>> {
    const rows = await this.#database.query(sql`
      select key_id, name, role, environment_ids, user_id, scopes, created_at, expires_at, revoked_at, last_used_at,
        case when previous_until > ${instantText(this.#clock())}::timestamptz then previous_until end as rotated_until
      from api_key
      where cell = ${cell} and tenant_id = ${tenantId} and key_id > ${startAfter(page)}
      order by key_id
      limit ${page.limit + 1}`);
    return paged(page, { rows: rows.map(listedKeyOf), keyOf: (key) => key.id });
  }

  /**
   * Revoking again changes nothing. `last`: no other key without expiry and without scopes could administer the tenant; its keys are locked
   * so that two of them do not revoke each other at once.
   */
  async revoke({ cell, tenantId }: TenantAddress, keyId: string): Promise<'revoked' | 'gone' | 'last'> {
    const outcome = await this.#database.transaction(async (fly) => {
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
      const [found] = await fly([
        sql`
          update api_key
          set revoked_at = coalesce(revoked_at, now()), previous_hash = null, previous_until = null
          where cell = ${cell} and tenant_id = ${tenantId} and key_id = ${keyId}
          returning 1 as found`,
      ]);
      return found!.rows.length > 0 ? 'revoked' : 'gone';
    });
    this.#forget(tenantId, keyId);
    return outcome;
  }

  /** At most two secrets work at once: one that was rotated before ends now. */
  async rotate({ cell, tenantId }: TenantAddress, keyId: string, hash: Buffer, graceMs: number): Promise<ListedKey | undefined> {
    const now = instantText(this.#clock());
    const oldUntil = (this.#clock() + graceMs) as Instant;
    const [row] = await this.#database.query(sql`
      update api_key
      set previous_hash = hash, previous_until = ${instantText(oldUntil)}::timestamptz, hash = ${hash}
      where cell = ${cell} and tenant_id = ${tenantId} and key_id = ${keyId} and revoked_at is null
        and (expires_at is null or expires_at > ${now}::timestamptz)
      returning key_id, name, role, environment_ids, user_id, scopes, created_at, expires_at, revoked_at, last_used_at,
        case when previous_until > ${now}::timestamptz then previous_until end as rotated_until`);
    this.#forget(tenantId, keyId);
    return row && listedKeyOf(row);
  }

  /** Writes down when keys were used; what it takes is never on the way of a request. */
  async writeUses(): Promise<void> {
    const used = [...this.#used.values()];
    this.#used = new Map();
    for (const [cell, own] of Map.groupBy(used, ({ holder }) => holder.cell)) {
      // In one order everywhere, so that two processes never wait for each other.
      own.sort((a, b) => (a.holder.key.id < b.holder.key.id ? -1 : 1));
      await this.#database.query(sql`
        with used as (
          select
            unnest(${texts(own.map(({ holder }) => holder.tenantId))}::text[]) as tenant_id,
            unnest(${texts(own.map(({ holder }) => holder.key.id))}::text[]) as key_id,
            unnest(${instants(own.map(({ at }) => at))}::timestamptz[]) as at
        )
        update api_key k
        set last_used_at = greatest(k.last_used_at, used.at)
        from used
        where k.cell = ${cell} and k.tenant_id = used.tenant_id and k.key_id = used.key_id`);
    }
  }

  #forget(tenantId: string, keyId: string): void {
    for (const [name, holder] of this.#remembered.entries())
      if (holder.tenantId === tenantId && holder.key.id === keyId) this.#remembered.delete(name);
  }
}
