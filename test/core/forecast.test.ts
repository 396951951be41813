// Forecasts (K2): the plain rule, what is expected beside it, and the day on which credits run out.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Credits, type Currency, credits, formatCredits, MICRO } from '../../src/core/credits.ts';
import {
  type DailyConsumption,
  dependsOnPool,
  environmentForecast,
  historyFrom,
  monthToDateForecast,
  type RunOut,
  tenantForecast,
} from '../../src/core/forecast.ts';
import { DAY_MS, type Day, dayOf, type Instant, startOfDay } from '../../src/core/month.ts';
import {
  aLedger,
  answers,
  bought,
  consume,
  done,
  environmentOf,
  type GivenLedger,
  moment,
  moveTo,
  pages,
  readable,
} from './a-ledger.ts';

const AI_BUILDER = 'ai-builder-credits';
const COPILOT = 'copilot-credits';

describe('K2: month to date × days of the month ÷ days begun, in whole credits', () => {
  it.each([
    ['500', '2026-03-10T08:00:00Z', '1550'],
    ['500', '2026-03-31T12:00:00Z', '500'],
    ['0', '2026-03-10T08:00:00Z', '0'],
    ['7', '2026-03-01T00:00:00Z', '217'],
    ['7', '2026-03-01T23:59:59Z', '217'],
    ['10', '2026-03-02T00:00:00Z', '155'],
    ['10', '2026-02-27T00:00:00Z', '11'],
    ['29', '2028-02-01T10:00:00Z', '841'],
    ['28', '2028-02-28T10:00:00Z', '29'],
    ['28', '2028-02-29T10:00:00Z', '28'],
    ['0.000001', '2026-04-30T10:00:00Z', '1'],
    ['0.5', '2026-04-15T10:00:00Z', '1'],
    ['100000000000', '2026-12-16T00:00:00Z', '193750000000'],
  ])('%s at %s → %s', (consumed, now, forecast) => {
    expect(formatCredits(monthToDateForecast(credits(consumed), moment(now)))).toBe(forecast);
  });

  it('is never below what was consumed, and never falls when more is', () => {
    const instant = fc.integer({ min: moment('2024-01-01T00:00:00Z'), max: moment('2029-01-01T00:00:00Z') });
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 24n }),
        fc.bigInt({ min: 0n, max: 10n ** 24n }),
        instant,
        (consumed, more, now) => {
          const forecast = monthToDateForecast(consumed as Credits, now as Instant);
          expect(forecast >= consumed).toBe(true);
          expect(forecast % MICRO).toBe(0n);
          expect(monthToDateForecast((consumed + more) as Credits, now as Instant) >= forecast).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['2026-03-10T08:00:00Z', '2025-12-07'],
    ['2028-03-31T23:00:00Z', '2027-12-08'],
  ])('the history at %s begins on %s, twelve weeks before the month', (now, from) => {
    expect(historyFrom(moment(now))).toBe(from);
  });
});

/** So many credits on each of the days before today. */
function daily(
  now: string,
  days: number,
  perDay: string,
  environmentId: string | null = 'sales',
  currency: Currency = AI_BUILDER,
): DailyConsumption[] {
  return Array.from({ length: days }, (_, index) => ({
    day: dayOf((startOfDay(dayOf(moment(now))) - (index + 1) * DAY_MS) as Instant),
    currency,
    environmentId,
    credits: credits(perDay),
  }));
}

const seats = bought('power-automate-premium', 1, { purchasedOn: '2025-06-01' });
const pack = bought('copilot-credit-pack', 1, { purchasedOn: '2025-06-01' });

const DAYS_BEFORE = 60;
const AT = '2026-03-11T00:00:00Z';

/** A ledger on 11 March at midnight, with 1,000 AI Builder credits consumed since the 1st: 100 a day, as in the weeks before. */
function steady(allocated: string | null) {
  const ledger = aLedger({
    now: '2026-03-01T00:00:00Z',
    entitlements: [seats],
    environments: { sales: allocated === null ? {} : { allocations: { [AI_BUILDER]: allocated } } },
  });
  for (let day = 1; day <= 10; day += 1) {
    moveTo(ledger, `2026-03-${String(day).padStart(2, '0')}T12:00:00Z`);
    consume(ledger, pages(1, { recordOnly: true }));
  }
  moveTo(ledger, AT);
  return ledger;
}

function forecastOf(ledger: ReturnType<typeof aLedger>, own: DailyConsumption[], ofTenant: DailyConsumption[] = []) {
  const of = environmentForecast(ledger, environmentOf(ledger, 'sales'), AI_BUILDER, own, ofTenant);
  return { ...readable(of), expected: readable(of.expected) };
}

describe('an environment', () => {
  const own = daily(AT, DAYS_BEFORE, '100');

  it('is expected to go on as it did', () => {
    expect(forecastOf(steady('4000'), own)).toMatchObject({
      consumed: '1000',
      // Eleven days have begun.
      forecast: '2819',
      allocated: '4000',
      source: 'allocation',
      available: '4000',
      expected: { method: 'weekday-pattern', daysOfHistory: DAYS_BEFORE, credits: '3100' },
    });
  });

  it('has a range around what is expected', () => {
    const { low, high } = forecastOf(steady('4000'), own).expected;
    expect([Number(low) > 2500, Number(low) < 3100, Number(high) > 3100, Number(high) < 3900]).toEqual([true, true, true, true]);
  });

  it.each<[string, RunOut | null]>([
    // Spent on the 5th, as allocations are now.
    ['500', { on: '2026-03-05' as Day, earliest: '2026-03-05' as Day, latest: '2026-03-05' as Day }],
    ['1000', { on: '2026-03-10' as Day, earliest: '2026-03-10' as Day, latest: '2026-03-10' as Day }],
    ['1001', { on: '2026-03-11' as Day, earliest: '2026-03-11' as Day, latest: '2026-03-11' as Day }],
    // 1,000 are left. All days alike, the method was never off: only the supposed error of a fifth is left, e.g. of 9 days a factor of
    // exp(1.28 × 0.2 / √(37/9 + 2)) = 1.11, so that 900 may be 998 and 1,000 on the 20th may be 1,117; 1,100 may be 983.
    ['2000', { on: '2026-03-20' as Day, earliest: '2026-03-20' as Day, latest: '2026-03-22' as Day }],
    ['3000', { on: '2026-03-30' as Day, earliest: '2026-03-28' as Day, latest: null }],
    // Possible, but not expected.
    ['3300', { on: null, earliest: '2026-03-30' as Day, latest: null }],
    ['4500', null],
  ])('with an allocation of %s runs out %o', (allocated, runsOut) => {
    expect(forecastOf(steady(allocated), own).runsOut).toEqual(runsOut);
  });

  it('that draws from the pool runs out when the pool does', () => {
    const ledger = steady(null);
    const alone = daily(AT, DAYS_BEFORE, '100', null);
    expect(dependsOnPool(ledger, environmentOf(ledger, 'sales'))).toBe(true);
    expect(forecastOf(ledger, own, alone)).toMatchObject({ source: 'pool', available: '5000', runsOut: null });
    const withOthers = [...alone, ...daily(AT, DAYS_BEFORE, '300', null)];
    expect(forecastOf(ledger, own, withOthers).runsOut).toMatchObject({ on: '2026-03-20' });
  });

  it('without any source runs out of nothing', () => {
    const ledger = steady(null);
    done(ledger, { do: 'change-environment', environmentId: 'sales', change: { deny: true } });
    expect(dependsOnPool(ledger, environmentOf(ledger, 'sales'))).toBe(false);
    expect(forecastOf(ledger, own)).toMatchObject({ source: 'none', available: '0', consumed: '1000', runsOut: null });
  });

  it('counts in what is expected what others than allocation and pool have paid', () => {
    const paidByPlan: DailyConsumption = {
      day: '2026-03-10' as Day,
      currency: AI_BUILDER,
      environmentId: 'sales',
      credits: credits('500'),
    };
    const without = forecastOf(steady('4000'), own);
    const withPlan = forecastOf(steady('4000'), [...own, paidByPlan]);
    expect(withPlan.consumed).toBe(without.consumed);
    expect(Number(withPlan.expected.credits)).toBeGreaterThanOrEqual(Number(without.expected.credits) + 500);
  });

  it('is new: without history what was consumed today is all there is to go by', () => {
    const ledger = aLedger({ now: '2026-03-10T08:00:00Z', entitlements: [seats], environments: { sales: {} } });
    consume(ledger, pages(5));
    const today: DailyConsumption[] = [
      { day: '2026-03-10' as Day, currency: AI_BUILDER, environmentId: 'sales', credits: credits('500') },
    ];
    const { consumed, forecast, expected } = forecastOf(ledger, today, today);
    expect({ consumed, forecast, method: expected.method }).toEqual({ consumed: '500', forecast: '1550', method: 'daily-rate' });
    expect(forecastOf(aLedger({ now: AT, environments: { sales: {} } }), []).expected).toEqual({
      method: 'nothing-used',
      daysOfHistory: 0,
      credits: '0',
      low: '0',
      high: '0',
    });
  });

  it('on the 1st starts from 0 and still knows the weeks before', () => {
    const ledger = steady('4000');
    moveTo(ledger, '2026-04-01T00:00:00Z');
    const history = daily('2026-04-01T00:00:00Z', DAYS_BEFORE, '100');
    expect(forecastOf(ledger, history)).toMatchObject({ consumed: '0', forecast: '0', expected: { credits: '3000' } });
  });

  it('D9: shows consumed and forecast as computed, and expects from what is recorded', () => {
    const ledger = steady('2000');
    ledger.settings = { ...ledger.settings, enforcement: { ...ledger.settings.enforcement, view: 'computed' } };
    environmentOf(ledger, 'sales').months.get('2026-03' as never)![AI_BUILDER].computed = credits('600');
    expect(forecastOf(ledger, own)).toMatchObject({
      consumed: '600',
      forecast: '1691',
      expected: { credits: '3100' },
      runsOut: { on: '2026-03-20' },
    });
  });

  it('is never expected to end below what it has consumed', () => {
    const rows = fc.array(
      fc.record({ daysAgo: fc.integer({ min: 0, max: 90 }), micro: fc.bigInt({ min: 0n, max: 10n ** 15n }) }),
    );
    fc.assert(
      fc.property(
        rows,
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.integer({ min: 0, max: 31 * DAY_MS - 1 }),
        (given, consumed, at) => {
          const ledger = aLedger({ now: '2026-03-01T00:00:00Z', entitlements: [seats], environments: { sales: {} } });
          ledger.now = (ledger.now + at) as Instant;
          const today = startOfDay(dayOf(ledger.now));
          const history = given.map(({ daysAgo, micro }) => ({
            day: dayOf((today - daysAgo * DAY_MS) as Instant),
            currency: AI_BUILDER as Currency,
            environmentId: 'sales',
            credits: micro as Credits,
          }));
          const sales = environmentOf(ledger, 'sales');
          sales.months.set('2026-03' as never, aMonthOf(consumed as Credits));
          const { expected } = environmentForecast(ledger, sales, AI_BUILDER, history, []);
          expect(expected.low >= consumed).toBe(true);
          expect(expected.low <= expected.credits).toBe(true);
          expect(expected.credits <= expected.high).toBe(true);
          expect([expected.low % MICRO, expected.credits % MICRO, expected.high % MICRO]).toEqual([0n, 0n, 0n]);
        },
      ),
    );
  });
});

function aMonthOf(consumed: Credits) {
  const ledger = aLedger({ now: '2026-03-01T00:00:00Z', entitlements: [seats], environments: { sales: {} } });
  consume(ledger, pages(1));
  const month = environmentOf(ledger, 'sales').months.get('2026-03' as never)!;
  month[AI_BUILDER].consumed = consumed;
  return month;
}

describe('the pool', () => {
  const NOW = '2026-03-11T00:00:00Z';

  function pool(given: Omit<GivenLedger, 'now'>, consumption: DailyConsumption[], currency: Currency = COPILOT) {
    const ledger = aLedger({ now: NOW, ...given });
    for (const each of consumption.filter((row) => row.environmentId !== null && row.day >= '2026-03-01')) {
      const environment = environmentOf(ledger, each.environmentId!);
      const amount = Number(formatCredits(each.credits));
      consume(ledger, answers(amount, { environmentId: environment.id, occurredAt: startOfDay(each.day), recordOnly: true }));
    }
    return readableTenant(tenantForecast(ledger, currency, consumption));
  }

  function readableTenant(of: ReturnType<typeof tenantForecast>) {
    return {
      ...readable(of),
      expected: readable(of.expected),
      pool: { ...readable(of.pool), expected: readable(of.pool.expected) },
    };
  }

  it('is drawn from by what environments need above their allocations', () => {
    // 100 a day: the allocation of 1,500 lasts until the 15th, 16 days of the month are the pool's.
    const of = pool(
      { entitlements: [pack], environments: { sales: { allocations: { [COPILOT]: '1500' } } } },
      daily(NOW, DAYS_BEFORE, '100', 'sales', COPILOT),
    );
    expect(of).toMatchObject({ consumed: '1000', owned: '25000', expected: { credits: '3100' } });
    expect(of.pool).toMatchObject({ available: '23500', consumed: '0', expected: { credits: '1600' }, runsOut: null });
  });

  it('is not drawn from by environments that may not', () => {
    const rows = daily(NOW, DAYS_BEFORE, '100', 'sales', COPILOT);
    for (const switches of [{ deny: true }, { drawFromTenantPool: false }]) {
      const of = pool(
        { entitlements: [pack], environments: { sales: { ...switches, allocations: { [COPILOT]: '1500' } } } },
        rows,
      );
      expect(of.pool).toMatchObject({ consumed: '0', expected: { credits: '0' }, runsOut: null });
      expect(of.expected.credits).toBe('3100');
    }
  });

  it('adds up environments that spill and those that have no allocation', () => {
    const of = pool({ entitlements: [pack], environments: { sales: { allocations: { [COPILOT]: '22000' } }, service: {} } }, [
      ...daily(NOW, DAYS_BEFORE, '800', 'sales', COPILOT),
      ...daily(NOW, DAYS_BEFORE, '100', 'service', COPILOT),
    ]);
    // 3,100 of service, and 24,800 − 22,000 of sales.
    expect(of.pool).toMatchObject({ available: '3000', consumed: '1000', expected: { credits: '5900' } });
    // By the 27th service has taken 2,700; on the 28th sales begins to spill.
    expect(of.pool.runsOut).toMatchObject({ on: '2026-03-28' });
  });

  it('of AI Builder credits is drawn from by nobody where the setting says so (A4)', () => {
    const rows = daily(NOW, DAYS_BEFORE, '100', null);
    const off = aLedger({ now: NOW, entitlements: [seats], settings: { consumeUnallocatedAiBuilderCredits: false } });
    const on = aLedger({ now: NOW, entitlements: [seats] });
    expect(tenantForecast(off, AI_BUILDER, rows).pool.expected.credits).toBe(0n);
    expect(tenantForecast(on, AI_BUILDER, rows).pool.expected.credits).toBe(credits('2100'));
  });

  it('of nothing runs out of nothing', () => {
    expect(pool({ environments: { sales: {} } }, daily(NOW, DAYS_BEFORE, '100', null, COPILOT)).pool.runsOut).toBeNull();
  });
});
