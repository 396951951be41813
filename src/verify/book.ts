// The book of one tenant: its entries folded in their order into every sum that the tables keep of them (I4, I9), with what was
// recorded by then at hand, so that the figures of a decision can be compared with it (I5). Its size grows with environments and
// months, never with entries.

import { type Entry, ownVersionOf, type Report } from './entry.ts';
import { asCredits, monthBefore, monthOfMicros } from './exact.ts';
import type { TextRow } from './snapshot.ts';
import { UsageSums } from './usage-sums.ts';

export interface TenantRow {
  cell: string;
  tenantId: string;
  sequence: number;
  recordedAt: number;

  beganAt: number;
  sandboxNow: number | null;
  computedAt: number | null;
  notices: number;
  settings: Record<string, unknown>;
}

export const TENANT_COLUMNS = `cell, tenant_id, sequence, (extract(epoch from recorded_at) * 1000000)::bigint,
  (extract(epoch from coalesce(sandbox_start, created_at)) * 1000000)::bigint, (extract(epoch from sandbox_now) * 1000000)::bigint,
  (extract(epoch from computed_at) * 1000000)::bigint, notices, settings`;

const numberOrNull = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text));

export function tenantOf(row: TextRow): TenantRow {
  return {
    cell: row[0]!,
    tenantId: row[1]!,
    sequence: Number(row[2]),
    recordedAt: Number(row[3]),

    beganAt: Number(row[4]),
    sandboxNow: numberOrNull(row[5]),
    computedAt: numberOrNull(row[6]),
    notices: Number(row[7]),
    settings: JSON.parse(row[8]!),
  };
}

export interface EnvironmentMonth {
  environmentId: string;
  month: string;
  currency: string;
  consumed: bigint;
  held: bigint;
  prePurchase: bigint;
  payAsYouGo: bigint;
  /** C2: prepaid consumption that was recorded before the last computation, and until it. */
  beforeComputed: bigint;
  untilComputed: bigint;
  /** What the computed view may have shown since the computation with this number. */
  computation: number;
  computable: bigint;
}

export interface TenantMonth {
  consumed: bigint;
  held: bigint;
  payAsYouGo: bigint;
  extensionConsumed: bigint;
  extensionHeld: bigint;
}

export interface Sums {
  consumed: bigint;
  held: bigint;
}

export interface Limit {
  id: string;
  environmentId: string | null;
  userId: string | null;
  resourceId: string | null;
  capability: string | null;
  currency: string;
}

export interface Trial {
  userId: string;
  startedAt: number;
  startsAt: number;
  endsAt: number;
  extended: boolean;
  /** What it has used for sure, and what may have been charged to it: imports at a moment that the clock cannot tell apart. */
  sure: bigint;
  maybe: bigint;
  /** What of it was recorded before the extension, at least and at most. */
  beforeAtLeast: bigint;
  beforeAtMost: bigint;
  held: bigint;
}

interface Scoped {
  environmentId: string;
  userId: string;
  resourceId: string | null;
  capability: string;
}

function sumsOf(map: Map<string, Sums>, key: string): Sums {
  let sums = map.get(key);
  if (!sums) {
    sums = { consumed: 0n, held: 0n };
    map.set(key, sums);
  }
  return sums;
}

export class Book {
  readonly tenant: TenantRow;
  readonly isSandbox: boolean;
  readonly environments = new Set<string>();
  readonly entitlementIds = new Set<string>();
  readonly planIds = new Set<string>();
  readonly versions = new Set<string>();
  readonly trials = new Map<string, Trial>();
  /** When consumption was computed, oldest first. */
  readonly computations: number[] = [];
  readonly environmentMonths = new Map<string, EnvironmentMonth>();
  readonly tenantMonths = new Map<string, TenantMonth>();
  readonly entitlements = new Map<string, Sums>();
  readonly planMonths = new Map<string, Sums>();
  readonly limitMonths = new Map<string, Sums>();
  readonly usage = new UsageSums();
  /** I4: limits and shares are kept of months on which something may still be decided, and then left as they were. */
  readonly keptFrom: string;
  entries = 0;
  /** The last entry's number and time. */
  #sequence = 0;
  #recordedAt = 0;
  #computed = 0;
  readonly #limits = new Map<string, Limit[]>();
  readonly #report: Report;

  constructor(tenant: TenantRow, report: Report) {
    this.tenant = tenant;
    this.isSandbox = tenant.sandboxNow !== null;
    this.keptFrom = monthBefore(monthOfMicros(tenant.recordedAt));
    this.#report = report;
  }

  addLimit(limit: Limit): void {
    const key = limit.resourceId ?? limit.userId ?? limit.environmentId ?? limit.capability ?? '';
    this.#limits.set(key, [...(this.#limits.get(key) ?? []), limit]);
  }

  /** A row that could not be read still has its number. */
  takeSequence(sequence: number): void {
    this.entries += 1;
    if (sequence !== this.#sequence + 1) {
      const what =
        sequence <= this.#sequence ? `entry ${sequence} comes twice` : `after entry ${this.#sequence} comes ${sequence}`;
      this.#report('entry-sequence', what);
    }
    this.#sequence = sequence;
  }

  get lastSequence(): number {
    return this.#sequence;
  }

  get lastRecordedAt(): number {
    return this.#recordedAt;
  }

  add(entry: Entry): void {
    const { sequence, recordedAt } = entry;
    if (recordedAt < this.#recordedAt) this.#report('entry-time', `entry ${sequence} was recorded before entry ${sequence - 1}`);
    this.#recordedAt = recordedAt;
    while (this.#computed < this.computations.length && this.computations[this.#computed]! <= recordedAt) this.#computed += 1;
    this.#checkReferences(entry);
    if (entry.holdId === null && !entry.imported && entry.tried.length > 0) this.#checkFigures(entry);
    if (entry.status === 'refused') return;
    this.usage.add(entry);
    if (entry.currency !== null) this.#charge(entry, entry.currency);
  }

  #checkReferences(entry: Entry): void {
    const { sequence, environmentId, entitlementId, planId } = entry;
    if (!this.environments.has(environmentId)) this.#report('entry-environment', `entry ${sequence} is of ${environmentId}`);
    if (entitlementId !== null && !this.entitlementIds.has(entitlementId))
      this.#report('entitlement-unknown', `entry ${sequence} is charged to entitlement ${entitlementId}`);
    if (planId !== null && !this.planIds.has(planId))
      this.#report('entitlement-unknown', `entry ${sequence} is billed to plan ${planId}`);
    const version = ownVersionOf(entry);
    if (version !== null && !this.versions.has(version))
      this.#report('entry-card', `entry ${sequence} was priced by ${entry.capability} of ${entry.rateCard}`);
  }

  /** I5: the figures that were compared are those of what was recorded by then, or (D9) of the last computation. */
  #checkFigures(entry: Entry): void {
    const { sequence, month } = entry;
    const wrong = (source: string, said: bigint, is: bigint) =>
      this.#report(
        'decision-figures',
        `entry ${sequence} was decided on ${asCredits(said)} used of ${source}, and ${asCredits(is)} were`,
      );
    for (const row of entry.tried) {
      switch (row.source) {
        case 'allocation': {
          const counters = this.#environmentMonth(entry.environmentId, month, row.currency);
          const isTie = this.#computed > 0 && this.computations[this.#computed - 1] === entry.recordedAt;
          if (!isTie) this.#seeComputation(counters);
          const { consumed, computable } = counters;
          if (row.consumed !== consumed && row.consumed > (isTie ? consumed : computable))
            wrong('the allocation', row.consumed, consumed);
          break;
        }
        case 'pool': {
          const { consumed } = this.#tenantMonth(month, row.currency);
          if (row.consumed > consumed) wrong('the pool', row.consumed, consumed);
          break;
        }
        case 'extension': {
          const { extensionConsumed } = this.#tenantMonth(month, row.currency);
          if (row.consumed !== extensionConsumed) wrong('the extension', row.consumed, extensionConsumed);
          break;
        }
        case 'trial': {
          const trial = this.trials.get(entry.userId);
          if (trial && !trial.extended && trial.maybe === 0n && row.consumed !== trial.sure)
            wrong(`the trial of ${entry.userId}`, row.consumed, trial.sure);
          break;
        }
        case 'pre-purchase': {
          if (row.reason !== 'used' || entry.entitlementId === null) break;
          const { consumed } = sumsOf(this.entitlements, entry.entitlementId);
          if (row.consumed !== consumed) wrong(`pre-purchase ${entry.entitlementId}`, row.consumed, consumed);
          break;
        }
        case 'pay-as-you-go': {
          if (row.reason !== 'used' || entry.planId === null) break;
          const { consumed } = sumsOf(this.planMonths, `${entry.planId}\n${month}`);
          if (row.consumed !== consumed) wrong(`billing plan ${entry.planId}`, row.consumed, consumed);
          break;
        }
      }
    }
  }

  #seeComputation(counters: EnvironmentMonth): void {
    if (counters.computation === this.#computed) return;
    counters.computation = this.#computed;
    counters.computable = counters.consumed;
  }

  #charge(entry: Entry, currency: string): void {
    const { source, month, credits, environmentId, recordedAt } = entry;
    switch (source) {
      case 'allocation':
      case 'pool': {
        const counters = this.#environmentMonth(environmentId, month, currency);
        const { computedAt } = this.tenant;
        // Before the first of this computation's time is added, what was computed then is known.
        if (this.#computed > 0 && this.computations[this.#computed - 1]! < recordedAt) this.#seeComputation(counters);
        counters.consumed += credits;
        if (computedAt !== null && recordedAt <= computedAt) counters.untilComputed += credits;
        if (computedAt !== null && recordedAt < computedAt) counters.beforeComputed += credits;
        this.#tenantMonth(month, currency).consumed += credits;
        break;
      }
      case 'pre-purchase':
        this.#environmentMonth(environmentId, month, currency).prePurchase += credits;
        sumsOf(this.entitlements, entry.entitlementId ?? '').consumed += credits;
        break;
      case 'pay-as-you-go':
        this.#environmentMonth(environmentId, month, currency).payAsYouGo += credits;
        this.#tenantMonth(month, currency).payAsYouGo += credits;
        if (entry.planId !== null) sumsOf(this.planMonths, `${entry.planId}\n${month}`).consumed += credits;
        break;
      case 'trial':
        this.#chargeTrial(entry);
        break;
      case 'extension':
        this.#tenantMonth(month, currency).extensionConsumed += credits;
        break;
      default:
        break;
    }
    if (this.#limits.size > 0 && month >= this.keptFrom)
      for (const limit of this.#limitsOf(entry, currency)) sumsOf(this.limitMonths, `${limit.id}\n${month}`).consumed += credits;
  }

  /** X1: history may tell of trials that were none of ours (D11); what it tells is ours where the trial ran at that moment. */
  #chargeTrial({ userId, credits, occurredAt, recordedAt, imported, sequence }: Entry): void {
    const trial = this.trials.get(userId);
    if (!trial) {
      if (!imported) this.#report('trial-consumed', `entry ${sequence} is charged to a trial of ${userId}, who has none`);
      return;
    }
    const lasts = trial.endsAt - trial.startsAt;
    const inFirst = trial.startedAt <= occurredAt && occurredAt < trial.startedAt + lasts;
    const inSecond = trial.extended && trial.startsAt <= occurredAt && occurredAt < trial.endsAt;
    if (imported) {
      const during = (from: number, until: number) => recordedAt > from && recordedAt < until;
      const firstUntil = trial.extended ? trial.startsAt : Number.POSITIVE_INFINITY;
      const sure = (inFirst && during(trial.startedAt, firstUntil)) || (inSecond && recordedAt > trial.startsAt);
      const never = (!inFirst && !inSecond) || recordedAt < trial.startedAt || (!inSecond && recordedAt > firstUntil);
      if (never) return;
      if (!sure) {
        trial.maybe += credits;
        if (trial.extended && recordedAt <= trial.startsAt) trial.beforeAtMost += credits;
        return;
      }
    }
    trial.sure += credits;
    if (!trial.extended) return;
    if (recordedAt < trial.startsAt) trial.beforeAtLeast += credits;
    if (recordedAt <= trial.startsAt) trial.beforeAtMost += credits;
  }

  /** An open hold counts as held on its source and its limits. */
  addOpenHold(hold: {
    scoped: Scoped;
    month: string;
    currency: string | null;
    credits: bigint;
    source: string | null;
    entitlementId: string | null;
    planId: string | null;
  }): void {
    const { month, currency, credits, source, scoped } = hold;
    if (currency === null) return;
    switch (source) {
      case 'allocation':
      case 'pool':
        this.#environmentMonth(scoped.environmentId, month, currency).held += credits;
        this.#tenantMonth(month, currency).held += credits;
        break;
      case 'pre-purchase':
        sumsOf(this.entitlements, hold.entitlementId ?? '').held += credits;
        break;
      case 'pay-as-you-go':
        if (hold.planId !== null) sumsOf(this.planMonths, `${hold.planId}\n${month}`).held += credits;
        break;
      case 'trial': {
        const trial = this.trials.get(scoped.userId);
        if (trial) trial.held += credits;
        break;
      }
      case 'extension':
        this.#tenantMonth(month, currency).extensionHeld += credits;
        break;
      default:
        break;
    }
    if (month >= this.keptFrom)
      for (const limit of this.#limitsOf(scoped, currency)) sumsOf(this.limitMonths, `${limit.id}\n${month}`).held += credits;
  }

  /** D13: the limits in whose scope an action is. */
  *#limitsOf(scoped: Scoped, currency: string): Generator<Limit> {
    const { environmentId, userId, resourceId, capability } = scoped;
    for (const key of new Set(['', environmentId, userId, capability, ...(resourceId === null ? [] : [resourceId])])) {
      for (const limit of this.#limits.get(key) ?? []) {
        if (
          limit.currency === currency &&
          (limit.environmentId === null || limit.environmentId === environmentId) &&
          (limit.userId === null || limit.userId === userId) &&
          (limit.resourceId === null || limit.resourceId === resourceId) &&
          (limit.capability === null || limit.capability === capability)
        )
          yield limit;
      }
    }
  }

  #environmentMonth(environmentId: string, month: string, currency: string): EnvironmentMonth {
    const key = `${environmentId}\n${month}\n${currency}`;
    let counters = this.environmentMonths.get(key);
    if (!counters) {
      counters = {
        ...{ environmentId, month, currency, consumed: 0n, held: 0n, prePurchase: 0n, payAsYouGo: 0n },
        ...{ beforeComputed: 0n, untilComputed: 0n, computation: 0, computable: 0n },
      };
      this.environmentMonths.set(key, counters);
    }
    return counters;
  }

  #tenantMonth(month: string, currency: string): TenantMonth {
    const key = `${month}\n${currency}`;
    let sums = this.tenantMonths.get(key);
    if (!sums) {
      sums = { consumed: 0n, held: 0n, payAsYouGo: 0n, extensionConsumed: 0n, extensionHeld: 0n };
      this.tenantMonths.set(key, sums);
    }
    return sums;
  }
}
