// The stream of a tenant's changes: activity and notices, each numbered without gaps in the order of their commits, so that reading
// what is above a number neither loses nor repeats any, whichever process wrote it. A listener pulls: what it does not take is not read.

import { setTimeout } from 'node:timers/promises';
import type { ActivityRecord } from '../core/activity.ts';
import type { Instant } from '../core/month.ts';
import { type Refusal, refuseField } from '../core/refusal.ts';
import { seesNotice } from '../core/sight.ts';
import { recordOf } from './activity.ts';
import { searchActivity } from './activity-search.ts';
import type { Database, Row } from './database.ts';
import { loadNotices, noticeOf, type StoredNotice } from './notice.ts';
import { instantText, sql } from './sql.ts';
import type { ActivityFilter, TenantAddress } from './store.ts';
import type { TenantWatch } from './tenant-watch.ts';

/** The numbers of the last activity record and the last notice that a listener has been told of. */
export interface StreamPosition {
  activity: number;
  notice: number;
}

export type Change = { position: StreamPosition } & (
  | { kind: 'activity'; record: ActivityRecord }
  | { kind: 'notice'; notice: StoredNotice }
  /** Something of the tenant is other than before: it pays to look again. */
  | { kind: 'capacity'; now: Instant }
);

/** How far the stream has come, also where nothing on the way was wanted. */
export interface Changes {
  position: StreamPosition;
  changes: Change[];
}

export interface StreamRequest {
  /** null: from now on. */
  after: StreamPosition | null;
  /** Of the activity; its sight is that of the notices, too. */
  filter: ActivityFilter;
  /** Ends the stream. */
  ended: AbortSignal;
}

/** As much as a listener is given at once, and all that waits for a slow one. */
const MOST_AT_ONCE = 100;
/** The most records that one read looks at where few are wanted. */
const MOST_LOOKED_AT = 5_000;
const CAPACITY_EVERY_MS = 1_000;
/** Of the process's one thread; beyond it streams rest between what they send. */
const BUSY = 0.7;
const BUSY_LOOK_EVERY_MS = 50;
/** The more streams there are, the longer each of them rests. */
const REST_A_STREAM_MS = 4;
const SHORTEST_REST_MS = 50;

interface Head extends StreamPosition {
  version: bigint;
  now: Instant;
}

export class ChangeStreams {
  readonly #database: Database;
  readonly #watch: TenantWatch;
  readonly #clock: () => Instant;
  /** Reads that are under way: listeners at the same place share them. */
  readonly #reading = new Map<string, Promise<unknown>>();
  #following = 0;
  #looked = { at: 0, since: performance.eventLoopUtilization(), busy: false };

  constructor(database: Database, watch: TenantWatch, clock: () => Instant) {
    this.#database = database;
    this.#watch = watch;
    this.#clock = clock;
  }

  /** Refuses a position that the tenant has not come to: one of another tenant, or of before a restore. */
  async open(tenant: TenantAddress, request: StreamRequest): Promise<AsyncGenerator<Changes, void> | Refusal> {
    const { after } = request;
    if (after) {
      const head = await this.#readHead(tenant);
      if (after.activity > head.activity || after.notice > head.notice)
        return refuseField(
          'InvalidRequest',
          '/after',
          'is beyond the end of this stream; leave it out to begin with what happens now',
        );
    }
    return this.#follow(tenant, request);
  }

  async *#follow(tenant: TenantAddress, { after, filter, ended }: StreamRequest): AsyncGenerator<Changes, void> {
    const listener = this.#watch.join(tenant);
    const headNow = () => this.#shared(`head ${tenant.tenantId} ${listener.generation}`, () => this.#readHead(tenant));
    this.#following += 1;
    try {
      let head = await headNow();
      let position: StreamPosition = after ?? { activity: head.activity, notice: head.notice };
      // Who comes back does not know what else has changed meanwhile.
      let toldVersion = after === null ? head.version : null;
      let toldAt = Number.NEGATIVE_INFINITY;
      yield { position, changes: [] };
      while (!ended.aborted) {
        listener.seen = head.version;
        const begun = position;
        const changes: Change[] = [];
        if (position.activity < head.activity) {
          const { records, reached } = await this.#activityAfter(tenant, position.activity, head.activity, filter);
          for (const record of records) {
            changes.push({ kind: 'activity', record, position: { ...position, activity: record.sequence } });
          }
          position = { ...position, activity: reached };
        }
        if (position.notice < head.notice) {
          const upTo = Math.min(head.notice, position.notice + MOST_AT_ONCE);
          for (const notice of await this.#noticesAfter(tenant, position.notice, upTo)) {
            if (seesNotice(filter.sight, notice))
              changes.push({ kind: 'notice', notice, position: { ...position, notice: notice.number } });
          }
          position = { ...position, notice: upTo };
        }
        const hasAll = position.activity >= head.activity && position.notice >= head.notice;
        const waitMs = toldAt + CAPACITY_EVERY_MS - performance.now();
        if (hasAll && toldVersion !== head.version && waitMs <= 0) {
          changes.push({ kind: 'capacity', now: head.now, position });
          toldVersion = head.version;
          toldAt = performance.now();
        }
        if (changes.length > 0 || position !== begun) yield { position, changes };
        if (changes.length > 0 && this.#isBusy()) await this.#rest(ended);
        if (!hasAll) continue;
        await listener.changed(ended, toldVersion === head.version ? null : Math.max(waitMs, 0));
        if (!ended.aborted) head = await headNow();
      }
    } finally {
      this.#following -= 1;
      this.#watch.leave(listener);
    }
  }

  /** Decisions go first: telling fifty listeners of everything took nine tenths of them (measured), and listeners can wait. */
  #isBusy(): boolean {
    const at = performance.now();
    if (at - this.#looked.at >= BUSY_LOOK_EVERY_MS) {
      const since = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(since, this.#looked.since);
      this.#looked = { at, since, busy: utilization > BUSY };
    }
    return this.#looked.busy;
  }

  async #rest(ended: AbortSignal): Promise<void> {
    const restMs = Math.max(SHORTEST_REST_MS, REST_A_STREAM_MS * this.#following);
    await setTimeout(restMs, undefined, { signal: ended }).catch(() => {});
  }

  async #shared<T>(name: string, read: () => Promise<T>): Promise<T> {
    const underWay = this.#reading.get(name) as Promise<T> | undefined;
    if (underWay) return underWay;
    const reading = read().finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  async #readHead({ cell, tenantId }: TenantAddress): Promise<Head> {
    const [row] = await this.#database.of({ tenantId }).query(sql`
      select sequence, notices, version, coalesce(sandbox_now, greatest(recorded_at, ${instantText(this.#clock())}::timestamptz)) as now
      from tenant
      where cell = ${cell} and tenant_id = ${tenantId}`);
    if (!row) throw new Error(`tenant ${tenantId} is not there`);
    return { activity: Number(row.sequence), notice: Number(row.notices), version: row.version, now: row.now };
  }

  /** What passes the filter, in order, and how far that reaches. */
  async #activityAfter(
    tenant: TenantAddress,
    above: number,
    last: number,
    filter: ActivityFilter,
  ): Promise<{ records: ActivityRecord[]; reached: number }> {
    const upTo = Math.min(last, above + MOST_LOOKED_AT);
    const records = await this.#shared(JSON.stringify([tenant.tenantId, above, upTo, filter]), async () => {
      const rows = await this.#database
        .of(tenant)
        .query(searchActivity('asc', tenant, { above, upTo, limit: MOST_AT_ONCE }, filter));
      return rows.map(recordOf);
    });
    return { records, reached: records.length < MOST_AT_ONCE ? upTo : records.at(-1)!.sequence };
  }

  async #noticesAfter({ cell, tenantId }: TenantAddress, above: number, upTo: number): Promise<StoredNotice[]> {
    const wanted = Array.from({ length: upTo - above }, (_, index) => ({ tenantId, number: above + 1 + index }));
    const rows: Row[] = await this.#shared(`notices ${tenantId} ${above} ${upTo}`, () =>
      this.#database.of({ tenantId }).query(loadNotices(cell, wanted)),
    );
    return rows.map(noticeOf).sort((one, other) => one.number - other.number);
  }
}
