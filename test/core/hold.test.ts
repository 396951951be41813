// Holds: a reservation before a long call, captured with the real usage, released, or expired (D10).

import { describe, expect, it } from 'vitest';
import type { Action, Usage } from '../../src/core/action.ts';
import { formatCredits } from '../../src/core/credits.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { formatInstant } from '../../src/core/month.ts';
import { environmentCapacity } from '../../src/core/status.ts';
import {
  aLedger,
  allocate,
  answers,
  bought,
  consume,
  done,
  environmentOf,
  type GivenLedger,
  moment,
  moveTo,
  nextId,
  outcomeOf,
  pages,
  refused,
} from './a-ledger.ts';
import { counted, recounted } from './recount.ts';

const NOW = '2026-03-10T08:00:00Z';
const given: GivenLedger = {
  now: NOW,
  entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
  environments: { sales: { allocations: { 'ai-builder-credits': '300' } } },
};

function hold(ledger: Ledger, action: Action, expiresInSeconds = 300) {
  return done(ledger, { do: 'hold', id: nextId(), action, expiresInSeconds }).hold;
}

function capture(ledger: Ledger, holdId: string, usage: Usage) {
  return done(ledger, { do: 'capture', id: nextId(), holdId, usage }).record;
}

/** `consumed + held` of the AI Builder credits of sales this month. */
function month(ledger: Ledger): string {
  const { consumed, held } = environmentCapacity(ledger, environmentOf(ledger, 'sales'), 'ai-builder-credits');
  return `${formatCredits(consumed)} + ${formatCredits(held)}`;
}

describe('D10: while a hold is open it counts as held', () => {
  it('it is decided as a consumption would be, and reserves the expected cost', () => {
    const ledger = aLedger(given);
    const made = hold(ledger, pages(2));
    expect(made).toMatchObject({ status: 'open', currency: 'ai-builder-credits', source: 'allocation', inOverage: false });
    expect([formatCredits(made.credits), formatInstant(made.expiresAt)]).toEqual(['200', '2026-03-10T08:05:00Z']);
    expect(month(ledger)).toBe('0 + 200');
    expect(ledger.records).toEqual([]); // a hold is no record; its capture is
  });

  it('what is held counts in every later decision', () => {
    const ledger = aLedger(given);
    hold(ledger, pages(2));
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from allocation');
    expect(outcomeOf(ledger, pages(1))).toBe('8 copilot-credits from pool');
  });

  it.each<[string, GivenLedger]>([
    ['pre-purchase', { now: NOW, entitlements: [bought('copilot-credit-pre-purchase', 300_000)], environments: { sales: {} } }],
    [
      'pay-as-you-go',
      { now: NOW, plans: { azure: { monthlyLimit: '300000' } }, environments: { sales: { billingPlanId: 'azure' } } },
    ],
  ])('on %s too', (source, said) => {
    const ledger = aLedger(said);
    const made = hold(ledger, answers(300_000));
    expect(made.source).toBe(source);
    expect(outcomeOf(ledger, answers(1))).toBe('QuotaExceeded');
    expect(capture(ledger, made.id, { responses: 299_999 })).toMatchObject({ source, holdId: made.id });
    expect(counted(ledger)).toEqual(recounted(ledger));
    expect(outcomeOf(ledger, answers(1))).toBe(`1 copilot-credits from ${source}`);
  });

  it('a refused hold holds nothing, and is recorded as the refused action it is', () => {
    const ledger = aLedger({ now: NOW, environments: { sales: {} } });
    const refusal = refused(ledger, { do: 'hold', id: 'h', action: pages(1), expiresInSeconds: 300 });
    expect(refusal.refused).toBe('EntitlementNotAvailable');
    expect([ledger.holds.size, ledger.records.map((record) => record.status), counted(ledger)]).toEqual([0, ['refused'], {}]);
  });

  it('a free action holds nothing and is captured as free', () => {
    const ledger = aLedger(given);
    const made = hold(ledger, pages(2, { mode: 'test' }));
    expect(month(ledger)).toBe('0 + 0');
    expect(capture(ledger, made.id, { pages: 9 })).toMatchObject({ status: 'free', free: 'test', credits: 0n, currency: null });
    expect(month(ledger)).toBe('0 + 0');
  });
});

describe('D10: a capture is never refused for credits: the work was done', () => {
  it.each<[string, number, string]>([
    ['less than was held', 1, '100 + 0'],
    ['what was held', 2, '200 + 0'],
    ['what exceeds the hold is recorded as it is', 50, '5000 + 0'],
  ])('%s', (_, count, after) => {
    const ledger = aLedger(given);
    const made = hold(ledger, pages(2));
    const record = capture(ledger, made.id, { pages: count });
    expect(record).toMatchObject({
      status: 'charged',
      source: 'allocation',
      holdId: made.id,
      action: { usage: { pages: count } },
    });
    expect(month(ledger)).toBe(after);
    expect(ledger.holds.get(made.id)?.status).toBe('captured');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('it goes to the source of the hold, whatever has happened to that', () => {
    const ledger = aLedger(given);
    const made = hold(ledger, pages(2));
    consume(ledger, pages(40));
    done(ledger, { do: 'change-environment', environmentId: 'sales', change: { deny: true } });
    allocate(ledger, 'sales', '0');
    expect(capture(ledger, made.id, { pages: 2 })?.source).toBe('allocation');
    done(ledger, { do: 'delete-environment', environmentId: 'sales' });
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('a hold in overage is captured in overage', () => {
    const ledger = aLedger({
      now: '2025-06-10T08:00:00Z',
      entitlements: [bought('power-automate-premium')],
      environments: { sales: {} },
    });
    consume(ledger, pages(50));
    const made = hold(ledger, pages(1));
    expect(made.inOverage).toBe(true);
    expect(capture(ledger, made.id, { pages: 1 })).toMatchObject({ status: 'in-overage', inOverage: true });
  });

  it('with the environment deleted meanwhile', () => {
    const ledger = aLedger(given);
    const made = hold(ledger, pages(2));
    done(ledger, { do: 'delete-environment', environmentId: 'sales' });
    expect(capture(ledger, made.id, { pages: 3 })?.credits).toBe(300_000_000n);
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('usage of another unit is bad input and closes nothing', () => {
    const ledger = aLedger(given);
    const made = hold(ledger, pages(2));
    expect(refused(ledger, { do: 'capture', id: 'c', holdId: made.id, usage: { images: 2 } }).refused).toBe('InvalidRequest');
    expect(ledger.holds.get(made.id)?.status).toBe('open');
    expect(month(ledger)).toBe('0 + 200');
  });
});

describe('D10: release and expiry give back what was reserved', () => {
  it('release', () => {
    const ledger = aLedger(given);
    const made = hold(ledger, pages(2));
    expect(done(ledger, { do: 'release', holdId: made.id }).hold.status).toBe('released');
    expect(month(ledger)).toBe('0 + 0');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('it expires at its moment, and not a moment before', () => {
    const ledger = aLedger(given);
    const [first, second] = [hold(ledger, pages(1), 600), hold(ledger, pages(1), 300)];
    moveTo(ledger, '2026-03-10T08:04:59.999Z');
    expect(month(ledger)).toBe('0 + 200');
    moveTo(ledger, '2026-03-10T08:05:00Z');
    expect(month(ledger)).toBe('0 + 100');
    expect([ledger.holds.get(first.id)?.status, ledger.holds.get(second.id)?.status]).toEqual(['open', 'expired']);
  });

  it('a live tenant’s due holds expire by command', () => {
    const ledger = aLedger({ ...given, isSandbox: false });
    const made = hold(ledger, pages(1), 60);
    ledger.now = moment('2026-03-10T08:01:00Z');
    done(ledger, { do: 'expire-holds' });
    expect([ledger.holds.get(made.id)?.status, month(ledger)]).toEqual(['expired', '0 + 0']);
    done(ledger, { do: 'expire-holds' });
    expect(month(ledger)).toBe('0 + 0');
  });

  it('expiry ends the reservation, not the right to capture', () => {
    const ledger = aLedger(given);
    const made = hold(ledger, pages(1));
    moveTo(ledger, '2026-03-11T08:00:00Z');
    expect(capture(ledger, made.id, { pages: 2 })).toMatchObject({ source: 'allocation', credits: 200_000_000n });
    expect(month(ledger)).toBe('200 + 0');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });
});

describe('D10: a closed hold', () => {
  const closed = (how: 'captured' | 'released' | 'expired') => {
    const ledger = aLedger(given);
    const { id } = hold(ledger, pages(2));
    if (how === 'captured') capture(ledger, id, { pages: 3 });
    else if (how === 'released') done(ledger, { do: 'release', holdId: id });
    else moveTo(ledger, '2026-03-10T09:00:00Z');
    const before = counted(ledger);
    return { ledger, id, before };
  };

  it('the same capture again has no second effect', () => {
    const { ledger, id, before } = closed('captured');
    expect(capture(ledger, id, { pages: 3 })).toBeNull();
    expect([counted(ledger), ledger.records.length]).toEqual([before, 1]);
  });

  it('the same release again has no second effect', () => {
    const { ledger, id, before } = closed('released');
    done(ledger, { do: 'release', holdId: id });
    expect(counted(ledger)).toEqual(before);
  });

  it.each<['captured' | 'released' | 'expired', string, Usage | null]>([
    ['captured', 'captured with other usage', { pages: 4 }],
    ['captured', 'released', null],
    ['released', 'captured', { pages: 2 }],
    ['expired', 'released', null],
  ])('a %s hold cannot be %s', (how, _, usage) => {
    const { ledger, id, before } = closed(how);
    const refusal = usage
      ? refused(ledger, { do: 'capture', id: 'c', holdId: id, usage })
      : refused(ledger, { do: 'release', holdId: id });
    expect(refusal.refused).toBe('HoldClosed');
    expect(counted(ledger)).toEqual(before);
  });

  it('an expired one that was captured stays captured', () => {
    const { ledger, id } = closed('expired');
    capture(ledger, id, { pages: 1 });
    expect(refused(ledger, { do: 'capture', id: 'c', holdId: id, usage: { pages: 2 } }).refused).toBe('HoldClosed');
  });

  it('a hold that is not there', () => {
    const ledger = aLedger(given);
    expect(refused(ledger, { do: 'release', holdId: 'h' }).refused).toBe('NotFound');
    expect(refused(ledger, { do: 'capture', id: 'c', holdId: 'h', usage: {} }).refused).toBe('NotFound');
  });
});

describe('D10: a hold and its capture belong to the month of the hold’s action', () => {
  function heldInMarch() {
    const ledger = aLedger({ ...given, now: '2026-03-31T23:59:00Z' });
    return { ledger, made: hold(ledger, pages(1), 3600) };
  }

  it('over the end of the month', () => {
    const { ledger, made } = heldInMarch();
    moveTo(ledger, '2026-04-01T00:01:00Z');
    expect(month(ledger)).toBe('0 + 0');
    const record = capture(ledger, made.id, { pages: 2 })!;
    expect([record.month, formatInstant(record.occurredAt)]).toEqual(['2026-03', '2026-03-31T23:59:00Z']);
    expect(month(ledger)).toBe('0 + 0');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('priced and judged by the card and the era of that moment', () => {
    const ledger = aLedger({
      now: '2025-10-31T23:59:00Z',
      entitlements: [bought('power-automate-premium')],
      environments: { sales: {} },
    });
    const made = hold(ledger, pages(1, { capability: 'business-card-reader' }), 3600);
    moveTo(ledger, '2025-11-01T00:01:00Z');
    expect(capture(ledger, made.id, { pages: 2 })).toMatchObject({ era: 'capacity', credits: 64_000_000n, month: '2025-10' });
  });

  it('to the current month where that one is closed', () => {
    const { ledger, made } = heldInMarch();
    moveTo(ledger, '2026-04-08T00:00:00Z');
    const record = capture(ledger, made.id, { pages: 2 })!;
    expect([record.month, record.credits]).toEqual(['2026-04', 200_000_000n]);
    expect(month(ledger)).toBe('200 + 0');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });
});
