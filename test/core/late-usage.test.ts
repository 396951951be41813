// The month and usage that comes late (C1, C3): which months are open, and what late usage is decided on.

import { describe, expect, it } from 'vitest';
import { formatCredits } from '../../src/core/credits.ts';
import { periodRefusal } from '../../src/core/decision.ts';
import { changeSettings, DEFAULT_SETTINGS } from '../../src/core/settings.ts';
import { environmentCapacity } from '../../src/core/status.ts';
import {
  aLedger,
  allocate,
  answers,
  bought,
  consume,
  done,
  environmentOf,
  moment,
  moveTo,
  outcomeOf,
  pages,
  refusedAction,
} from './a-ledger.ts';
import { counted } from './recount.ts';

describe('C3: which usage is accepted, by its moment, the time now and the days of the setting', () => {
  const OK = null;
  it.each<[string, string, number, string | null]>([
    ['2026-03-10T08:00:00Z', '2026-03-10T08:00:00Z', 7, OK],
    ['2026-03-01T00:00:00Z', '2026-03-31T23:59:59Z', 7, OK],
    ['2026-02-28T23:59:59Z', '2026-03-07T23:59:59.999Z', 7, OK],
    ['2026-02-01T00:00:00Z', '2026-03-07T23:59:59.999Z', 7, OK],
    ['2026-02-28T23:59:59Z', '2026-03-08T00:00:00Z', 7, 'PeriodClosed'],
    ['2026-01-31T23:59:59Z', '2026-03-01T00:00:00Z', 7, 'PeriodClosed'],
    ['2026-01-31T23:59:59Z', '2026-03-01T00:00:00Z', 31, 'PeriodClosed'], // only last month, however many days are set
    ['2026-02-28T23:59:59Z', '2026-03-31T23:59:59Z', 31, OK],
    ['2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z', 0, 'PeriodClosed'],
    ['2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', 1, OK],
    ['2026-03-10T08:05:00Z', '2026-03-10T08:00:00Z', 7, OK],
    ['2026-03-10T08:05:00.001Z', '2026-03-10T08:00:00Z', 7, 'InvalidRequest'],
    ['2026-04-01T00:02:00Z', '2026-03-31T23:58:00Z', 7, OK], // of the next month, within the five minutes
  ])('%s at %s with %i days', (at, now, lateUsageDays, expected) => {
    const settings = changeSettings(DEFAULT_SETTINGS, { lateUsageDays });
    expect(periodRefusal(moment(at), moment(now), settings)?.refused ?? OK).toBe(expected);
  });

  it('the future is refused at the field', () => {
    const ledger = aLedger({ now: '2026-03-10T08:00:00Z', environments: { sales: {} } });
    const refusal = refusedAction(ledger, pages(1, { occurredAt: moment('2027-01-01T00:00:00Z') }));
    expect([refusal.refused, refusal.errors?.[0]?.pointer]).toEqual(['InvalidRequest', '/occurredAt']);
  });
});

describe('C1: consumption counts in the month of the action, and every month starts at 0', () => {
  it('a blocked environment works again on the 1st', () => {
    const ledger = aLedger({
      now: '2026-03-31T23:59:59Z',
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '10' }, deny: true } },
    });
    expect([outcomeOf(ledger, answers(10)), outcomeOf(ledger, answers(1))]).toEqual([
      '10 copilot-credits from allocation',
      'QuotaExceeded',
    ]);
    moveTo(ledger, '2026-04-01T00:00:00Z');
    expect(outcomeOf(ledger, answers(10))).toBe('10 copilot-credits from allocation');
  });

  it('an action of the next month within the five minutes counts there', () => {
    const ledger = aLedger({
      now: '2026-03-31T23:58:00Z',
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: {} },
    });
    const record = consume(ledger, answers(5, { occurredAt: moment('2026-04-01T00:01:00Z') }));
    expect([record.month, record.resetsOn]).toEqual(['2026-04', '2026-05-01']);
    expect(environmentCapacity(ledger, environmentOf(ledger, 'sales'), 'copilot-credits').consumed).toBe(0n);
    moveTo(ledger, '2026-04-01T00:00:00Z');
    expect(formatCredits(environmentCapacity(ledger, environmentOf(ledger, 'sales'), 'copilot-credits').consumed)).toBe('5');
  });
});

describe('C3: late usage is decided on its own month, with the entitlements and allocations of now', () => {
  const march = { occurredAt: moment('2026-03-31T23:00:00Z') };

  function inApril() {
    const ledger = aLedger({
      now: '2026-03-31T22:00:00Z',
      entitlements: [bought('power-automate-premium')],
      environments: { sales: { allocations: { 'ai-builder-credits': '200' }, deny: true } },
    });
    consume(ledger, pages(2));
    moveTo(ledger, '2026-04-03T08:00:00Z');
    return ledger;
  }

  it('the consumption of its month decides, and the current month is untouched', () => {
    const ledger = inApril();
    expect(outcomeOf(ledger, pages(1, march))).toBe('QuotaExceeded');
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from allocation');
    expect(Object.keys(counted(ledger)).filter((name) => name.includes('sales consumed'))).toEqual([
      '2026-03 ai-builder-credits sales consumed',
      '2026-04 ai-builder-credits sales consumed',
    ]);
  });

  it('an allocation of now counts for it', () => {
    const ledger = inApril();
    allocate(ledger, 'sales', '300');
    const record = consume(ledger, pages(1, march));
    expect([record.month, record.source]).toEqual(['2026-03', 'allocation']);
  });

  it('an entitlement that has ended since does not', () => {
    const ledger = aLedger({
      now: '2026-03-31T22:00:00Z',
      entitlements: [bought('copilot-credit-pack', 1, { endsOn: '2026-04-01' })],
      environments: { sales: {} },
    });
    moveTo(ledger, '2026-04-01T00:00:00Z');
    expect(outcomeOf(ledger, answers(1, march))).toBe('EntitlementNotAvailable');
  });

  it('the era and the card of its month do', () => {
    const ledger = aLedger({
      now: '2025-10-31T22:00:00Z',
      entitlements: [bought('power-automate-premium')],
      environments: { sales: {} },
    });
    moveTo(ledger, '2025-11-05T00:00:00Z');
    const card = pages(1, { capability: 'business-card-reader' });
    const october = { occurredAt: moment('2025-10-31T23:59:59Z') };
    expect(consume(ledger, { ...card, ...october })).toMatchObject({
      era: 'capacity',
      credits: 32_000_000n,
      price: { rateCard: '2025-09-03' },
    });
    expect(outcomeOf(ledger, card)).toBe('free: free-capability');
  });

  it('a setting opens it for longer', () => {
    const ledger = inApril();
    moveTo(ledger, '2026-04-20T00:00:00Z');
    expect(outcomeOf(ledger, pages(1, march))).toBe('PeriodClosed');
    done(ledger, { do: 'change-settings', change: { lateUsageDays: 20 } });
    expect(outcomeOf(ledger, pages(1, march))).toBe('QuotaExceeded');
  });
});

describe('D6: remedies for late usage', () => {
  it('waiting is not among them: the reset of its month has passed', () => {
    const ledger = aLedger({
      now: '2026-03-31T12:00:00Z',
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '10' }, deny: true } },
    });
    consume(ledger, answers(10));
    moveTo(ledger, '2026-04-02T00:00:00Z');
    const late = refusedAction(ledger, answers(1, { occurredAt: moment('2026-03-31T13:00:00Z') }));
    expect(late.members?.resetsOn).toBe('2026-04-01');
    expect((late.members!.remedies as { action: string }[]).map((remedy) => remedy.action)).not.toContain('wait');
  });
});
