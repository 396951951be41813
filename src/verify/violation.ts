// What `bursar verify` can find: every kind of violation with its invariant (I1–I15, or the rule of the domain) and what it means.

export const CHECKS = {
  'tenant-unknown': ['T1', 'rows belong to a tenant that is not there: nobody can see or correct them'],
  'tenant-cell': ['T1', 'a tenant lies in another cell than its id leads to: no request finds it'],
  'tenant-clock': ['I9', 'the tenant’s clock is behind what it has recorded already: the next record would go back in time'],
  'tenant-settings': ['D3', 'settings are outside of what can be set: decisions follow rules that nobody chose'],
  'entry-sequence': ['I9', 'the numbers of the entries have a gap or a repetition: something recorded was lost, or came twice'],
  'entry-count': ['I9', 'the tenant counts another number of entries than it has: the next one would collide, or leave a gap'],
  'dropped-count': [
    'I9',
    'retention says to have dropped another number of entries than are missing: some were lost, or came twice',
  ],
  'entry-time': ['I9', 'an entry was recorded before the one that precedes it'],
  'entry-id': ['I2', 'two entries have the same id: one of them was not asked for'],
  'entry-partition': [
    'I10',
    'a partition of the activity holds another month than its name says: entries are looked for in the wrong place',
  ],
  'entry-stored-month': ['I10', 'an entry is stored under another month than the one in which it was recorded'],
  'entry-month': ['I10', 'an entry counts in a month that was closed, or had not begun, when it was recorded'],
  'entry-form': ['I6', 'what an entry keeps of its inputs cannot be read: it can be neither explained nor counted'],
  'entry-status': [
    'I6',
    'the status of an entry contradicts its source, currency, credits or reason: it is counted as what it was not',
  ],
  'entry-source': [
    'I6',
    'an entry is charged to a source that its currency does not have, or does not say to which purchase or plan',
  ],
  'entry-free': ['I6', 'an entry is free without the rule for it, or charged though a rule makes it free'],
  'entry-environment': ['I6', 'an entry is of an environment that is not there: its usage is in nobody’s figures'],
  'entry-units': ['I11', 'the units of an entry do not follow from the usage that was counted'],
  'entry-price': ['I11', 'what an entry was charged is not its price'],
  'entry-rate': ['I11', 'entries of one capability and rate card were priced at different rates'],
  'entry-card': ['I11', 'an entry was priced by a version of a capability that the tenant does not have'],
  'entry-explanation': ['I11', 'the sources that an entry says were tried do not lead to its outcome'],
  'decision-room': ['I5', 'an action was let through on a source that had no room for it'],
  'decision-figures': [
    'I5',
    'a decision was made on other figures than what had been recorded by then: two may have spent the same credits',
  ],
  'environment-month': ['I4', 'what is counted against an environment in a month is not the sum of its entries'],
  'environment-held': ['I4', 'what is held of an environment’s month is not the sum of its open holds'],
  'environment-computed': ['C2', 'the computed consumption of an environment is not what was recorded by the last computation'],
  'tenant-month': ['I4', 'what is counted of a tenant’s month is not the sum over its entries'],
  'tenant-held': ['I4', 'what is held of a tenant’s month is not the sum of its open holds'],
  'tenant-shares': ['I4', 'what counts against the pool (A6) does not follow from consumption and the allocations in force'],
  'plan-month': ['I4', 'what a billing plan was billed in a month is not the sum of its entries, or its holds'],
  'plan-link': [
    'I6',
    'an environment is linked to a billing plan that is deleted or that its type cannot have: usage would be billed to nobody',
  ],
  'entitlement-drawn': ['I4', 'what is drawn from a pre-purchase, or held on it, is not the sum of its entries and open holds'],
  'entitlement-unknown': ['I6', 'an entry or hold is charged to a purchase or plan that is not there'],
  'limit-month': ['I4', 'what counts against a limit is not the sum of the entries and holds in its scope'],
  'trial-consumed': ['I4', 'what a trial has used, or holds, is not the sum of its entries and open holds'],
  'extension-month': ['I4', 'the extensions of a month, or what is used of them, are not the sum of their entries'],
  'allocated-sum': ['I8', 'the sum of the allocations is not what is kept as allocated: the pool has another size than it seems'],
  'allocation-deleted': ['I8', 'a deleted environment still has an allocation: its credits are lost to the pool'],
  'daily-usage': ['I4', 'the usage of a day is not the sum of its entries: reports and pages show what was not consumed'],
  'daily-usage-form': ['I6', 'a row of daily usage contradicts itself'],
  'usage-day': ['I4', 'a day with usage is not marked as changed: sums over it would never be made anew'],
  'usage-rollup': ['I4', 'what was added up of a day or month is not the sum of its daily usage'],
  'hold-form': ['I6', 'a hold contradicts itself: its price, source, month or times do not fit together'],
  'hold-status': ['I7', 'the status of a hold and its capture contradict each other'],
  'hold-overdue': ['I7', 'an open hold has outlived its expiry: it keeps credits that are free'],
  'hold-early': ['I7', 'a hold is expired before its time'],
  'hold-capture': ['I7', 'the entry of a captured hold is missing or is another one'],
  'capture-hold': ['I7', 'an entry captures a hold that is not there, is not captured, or was captured by another entry'],
  'key-effect': ['I3', 'the effect of an idempotency key is missing: a retry would fail, or count once more'],
  'key-form': ['I3', 'an idempotency key has no fingerprint or an unreadable answer: a retry cannot be told from other content'],
  'key-month': [
    'I3',
    'an idempotency key is kept under another month than its effect: it would be forgotten too soon, or too late',
  ],
  'key-twice': ['I3', 'two idempotency keys have one effect: the second request was answered and counted nowhere'],
  'notice-sequence': ['N2', 'the numbers of the notices have a gap or a repetition, or go back in time'],
  'notice-count': ['N2', 'the tenant counts another number of notices than it has'],
  'notice-once': ['N2', 'a threshold was told of more than once in a month'],
  'notice-level': ['N2', 'what is kept as told of an environment’s or limit’s month is not what notices told'],
  'notice-subject': ['N2', 'a notice is about an environment that is not there, or about nothing'],
  'delivery-notice': ['N2', 'a delivery is of a notice that is not there or was not dispatched'],
  'delivery-attempts': ['N2', 'a delivery counts another number of attempts than its log has'],
  'computation-stamp': ['C2', 'the time of the last computation is not that of the list of computations'],
  'resource-unknown': ['F7', 'an app, flow or agent that was used is not known: the list of premium apps is not complete'],
  'flow-unknown': ['F7', 'an app is said to have a flow, and one of the two is not known'],
  'report-parts': ['M4', 'the parts of a report are not those that it counts: its file would be cut short'],
  'import-parts': ['D11', 'the parts of an import contradict its list or their own counts'],
  'audit-chain': ['T3', 'the audit log was changed: events were edited, taken out, put in or put in another order'],
  'audit-head': ['T3', 'the end of the audit log is not where its head says: events were cut off, or added past the chain'],
  'audit-columns': ['T3', 'an event of the audit log is found under another name than it says: a search would miss it'],
  'audit-exported': ['T3', 'the audit log is not the one whose head was exported: it was written anew, or cut off'],
} as const satisfies Record<string, readonly [invariant: string, meaning: string]>;

export type Check = keyof typeof CHECKS;

const MOST_OFFENDERS = 10;

export interface Violation {
  invariant: string;
  check: Check;
  meaning: string;
  count: number;
  /** The first of them. */
  offenders: string[];
}

/** Collects what was found; of each kind the number and the first offenders. */
export class Findings {
  readonly #found = new Map<Check, { count: number; offenders: string[] }>();

  add(check: Check, tenantId: string | null, offender: string, count = 1): void {
    let found = this.#found.get(check);
    if (!found) {
      found = { count: 0, offenders: [] };
      this.#found.set(check, found);
    }
    found.count += count;
    if (found.offenders.length < MOST_OFFENDERS && offender !== '')
      found.offenders.push(tenantId === null ? offender : `tenant ${tenantId}: ${offender}`);
  }

  /** By invariant: I2, I3 … I11, then the rules of the domain. */
  violations(): Violation[] {
    const rank = (invariant: string) => (invariant.startsWith('I') ? Number(invariant.slice(1)) : 100);
    return [...this.#found]
      .map(([check, { count, offenders }]) => ({
        invariant: CHECKS[check][0],
        check,
        meaning: CHECKS[check][1],
        count,
        offenders,
      }))
      .sort((a, b) => rank(a.invariant) - rank(b.invariant) || (a.invariant + a.check < b.invariant + b.check ? -1 : 1));
  }
}
