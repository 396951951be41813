// API keys: stored as hashes, found by hash, remembered for a second so that revoking is felt at once everywhere.

import { LRUCache } from 'lru-cache';
import type { Database, Row } from './database.ts';
import { paged, startAfter } from './page.ts';
import { instantText, type Query, sql, texts } from './sql.ts';
import type { ApiKey, KeyHolder, Page, PageRequest, TenantAddress } from './store.ts';

const REMEMBERED_MS = 1_000;
const REMEMBERED_KEYS = 10_000;

export function insertKey({ cell, tenantId }: TenantAddress, key: ApiKey, hash: Buffer): Query {
  return sql`
    insert into api_key (cell, tenant_id, key_id, hash, name, role, environment_ids, user_id, created_at)
    values (${cell}, ${tenantId}, ${key.id}, ${hash}, ${key.name}, ${key.role}, ${texts(key.environmentIds)}::text[], ${key.userId}, ${instantText(key.createdAt)})`;
}

export function keyOf(row: Row): ApiKey {
  return {
    id: row.key_id,
    name: row.name,
    role: row.role,
    environmentIds: row.environment_ids,
    userId: row.user_id,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}

export class Keys {
  readonly #database: Database;
  readonly #remembered = new LRUCache<string, KeyHolder>({ max: REMEMBERED_KEYS, ttl: REMEMBERED_MS });

  constructor(database: Database) {
    this.#database = database;
  }

  async create(tenant: TenantAddress, key: ApiKey, hash: Buffer): Promise<void> {
    await this.#database.query(insertKey(tenant, key, hash));
  }

  /** Only what was found is remembered: a wrong key costs a look-up, a new one works at once. */
  async find(cell: number, hash: Buffer): Promise<KeyHolder | undefined> {
    const name = `${cell} ${hash.toString('base64')}`;
    const remembered = this.#remembered.get(name);
    if (remembered) return remembered;
    const [row] = await this.#database.query(sql`
      select tenant_id, key_id, name, role, environment_ids, user_id, created_at, revoked_at
      from api_key
      where cell = ${cell} and hash = ${hash} and revoked_at is null`);
    if (!row) return undefined;
    const holder: KeyHolder = { cell, tenantId: row.tenant_id, key: keyOf(row) };
    this.#remembered.set(name, holder);
    return holder;
  }

  async list({ cell, tenantId }: TenantAddress, page: PageRequest): Promise<Page<ApiKey>> {
    const rows = await this.#database.query(sql`
      select key_id, name, role, environment_ids, user_id, created_at, revoked_at
      from api_key
      where cell = ${cell} and tenant_id = ${tenantId} and key_id > ${startAfter(page)}
      order by key_id
      limit ${page.limit + 1}`);
    return paged(page, { rows: rows.map(keyOf), keyOf: (key) => key.id });
  }

  /** False: no such key. Revoking again changes nothing. */
  async revoke({ cell, tenantId }: TenantAddress, keyId: string): Promise<boolean> {
    const rows = await this.#database.query(sql`
      update api_key
      set revoked_at = coalesce(revoked_at, now())
      where cell = ${cell} and tenant_id = ${tenantId} and key_id = ${keyId}
      returning 1 as found`);
    for (const [name, holder] of this.#remembered.entries())
      if (holder.tenantId === tenantId && holder.key.id === keyId) this.#remembered.delete(name);
    return rows.length > 0;
  }
}
