// Sessions of the admin centre: each stands for the key that signed in (T3). It ends 12 hours after it was last used, 7 days after it
// began, when it is signed out, when its key expires, and within a second of its key being revoked.

import { LRUCache } from 'lru-cache';
import type { Instant } from '../core/month.ts';
import type { Database, Row } from './database.ts';
import { keyOf } from './key.ts';
import { instantText, sql } from './sql.ts';
import type { KeyHolder, Session, SessionSecret } from './store.ts';

const HOUR_MS = 3_600_000;
const LONGEST_IDLE_MS = 12 * HOUR_MS;
const LONGEST_MS = 7 * 24 * HOUR_MS;
/** A use is written down when the last one that was is older than this. */
const WRITE_USE_AFTER_MS = 5 * 60_000;
const REMEMBERED_MS = 1_000;
const REMEMBERED_SESSIONS = 10_000;
/** Of one key; the oldest give way. */
const MOST_OF_A_KEY = 100;

interface StoredSession {
  holder: KeyHolder;
  createdAt: Instant;
  usedAt: Instant;
}

function endOf({ createdAt, usedAt, holder }: StoredSession): Instant {
  const ends = Math.min(usedAt + LONGEST_IDLE_MS, createdAt + LONGEST_MS);
  return Math.min(ends, holder.key.expiresAt ?? ends) as Instant;
}

export class Sessions {
  readonly #database: Database;
  readonly #clock: () => Instant;
  readonly #remembered = new LRUCache<string, StoredSession>({ max: REMEMBERED_SESSIONS, ttl: REMEMBERED_MS });

  constructor(database: Database, clock: () => Instant) {
    this.#database = database;
    this.#clock = clock;
  }

  async create({ cell, tenantId, key }: KeyHolder, hash: Buffer): Promise<void> {
    const now = instantText(this.#clock());
    const gone: Row[] = await this.#database.query(sql`
      with given_way as (
        delete from session
        where cell = ${cell} and tenant_id = ${tenantId} and hash in (
          select hash
          from session
          where cell = ${cell} and tenant_id = ${tenantId} and key_id = ${key.id}
          order by used_at desc
          offset ${MOST_OF_A_KEY - 1}
        )
        returning hash
      ), made as (
        insert into session (cell, tenant_id, hash, key_id, created_at, used_at)
        values (${cell}, ${tenantId}, ${hash}, ${key.id}, ${now}::timestamptz, ${now}::timestamptz)
      )
      select hash
      from given_way`);
    for (const row of gone) this.#remembered.delete(nameOf({ cell, hash: row.hash }));
  }

  /** Whom a session stands for; undefined: unknown, over, or of a key that was revoked. Remembered for at most a second. */
  async find(secret: SessionSecret): Promise<Session | undefined> {
    const now = this.#clock();
    const found = this.#remembered.get(nameOf(secret)) ?? (await this.#read(secret));
    if (!found || now >= endOf(found)) return undefined;
    if (now - found.usedAt > WRITE_USE_AFTER_MS) {
      found.usedAt = now;
      await this.#database.query(sql`
        update session
        set used_at = greatest(used_at, ${instantText(now)}::timestamptz)
        where cell = ${secret.cell} and tenant_id = ${found.holder.tenantId} and hash = ${secret.hash}`);
    }
    return { holder: found.holder, createdAt: found.createdAt, expiresAt: endOf(found) };
  }

  async #read(secret: SessionSecret): Promise<StoredSession | undefined> {
    const [row]: Row[] = await this.#database.query(sql`
      select s.created_at as session_created_at, s.used_at,
        k.tenant_id, k.key_id, k.name, k.role, k.environment_ids, k.user_id, k.scopes, k.created_at, k.expires_at, k.revoked_at
      from session s
      join api_key k on k.cell = s.cell and k.tenant_id = s.tenant_id and k.key_id = s.key_id
      where s.cell = ${secret.cell} and s.hash = ${secret.hash} and k.revoked_at is null`);
    if (!row) return undefined;
    const found: StoredSession = {
      holder: { cell: secret.cell, tenantId: row.tenant_id, key: keyOf(row) },
      createdAt: row.session_created_at,
      usedAt: row.used_at,
    };
    this.#remembered.set(nameOf(secret), found);
    return found;
  }

  /** One that is not there is over already. */
  async end(secret: SessionSecret): Promise<void> {
    this.#remembered.delete(nameOf(secret));
    await this.#database.query(sql`
      delete from session
      where cell = ${secret.cell} and hash = ${secret.hash}`);
  }

  /** In this process at once, in another within a second. */
  forgetKey(tenantId: string, keyId: string): void {
    for (const [name, { holder }] of this.#remembered.entries())
      if (holder.tenantId === tenantId && holder.key.id === keyId) this.#remembered.delete(name);
  }

  /** Deletes what is over. */
  async prune(cell: number): Promise<void> {
    const now = this.#clock();
    await this.#database.query(sql`
      delete from session
      where cell = ${cell}
        and (used_at <= ${instantText((now - LONGEST_IDLE_MS) as Instant)}::timestamptz
          or created_at <= ${instantText((now - LONGEST_MS) as Instant)}::timestamptz)`);
  }
}

function nameOf({ cell, hash }: SessionSecret): string {
  return `${cell} ${hash.toString('base64')}`;
}
