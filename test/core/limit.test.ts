// Monthly limits (D13): what they count, when they stop, how they stand, and what they tell.

import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import type { Currency } from '../../src/core/credits.ts';
import { decide } from '../../src/core/decision.ts';
import { type Ledger, limitMonth } from '../../src/core/ledger.ts';
import { type LimitScope, limitStatus, MOST_LIMITS } from '../../src/core/limit.ts';
import type { Month } from '../../src/core/month.ts';
import {
  aLedger,
  answers,
  bought,
  consume,
  done,
  type GivenLedger,
  type GivenLimit,
  moment,
  moveTo,
  nextId,
  outcomeOf,
  pages,
  readable,
  refused,
  refusedAction,
  setLimit,
} from './a-ledger.ts';
import { counted, recounted } from './recount.ts';

/** 5,000 AI Builder credits and 25,000 Copilot Credits, in one pool of each. */
const given: GivenLedger = {
  now: '2026-03-10T08:00:00Z',
  entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
  environments: { sales: {}, finance: {} },
};

function limited(limit: GivenLimit, more: Partial<GivenLedger> = {}): Ledger {
  return aLedger({ ...given, ...more, limits: { l: limit } });
}

/** `consumed + held` of the limit `l`, this month unless said otherwise. */
function against(ledger: Ledger, month = '2026-03'): string {
  const { consumed, held } = readable(limitMonth(ledger.limits.get('l')!, month as Month));
  return `${consumed} + ${held}`;
}

describe('D13: an action counts where all keys of the scope are its own', () => {
  const bot = { type: 'agent' as const, id: 'bot' };
  const action = pages(1, { resource: bot });
  it.each<[LimitScope, boolean]>([
    [{}, true], // the whole tenant
    [{ environmentId: 'sales' }, true],
    [{ environmentId: 'finance' }, false],
    [{ userId: 'ada' }, true],
    [{ userId: 'bob' }, false],
    [{ resourceId: 'bot' }, true],
    [{ resourceId: 'bet' }, false],
    [{ capability: 'custom-document-processing' }, true],
    [{ capability: 'receipt-processing' }, false],
    [{ environmentId: 'sales', userId: 'ada' }, true],
    [{ environmentId: 'sales', userId: 'bob' }, false],
    [{ environmentId: 'finance', userId: 'ada' }, false],
    [{ resourceId: 'bot', capability: 'receipt-processing' }, false],
    [{ environmentId: 'sales', userId: 'ada', resourceId: 'bot', capability: 'custom-document-processing' }, true],
    [{ environmentId: 'sales', userId: 'ada', resourceId: 'bot', capability: 'receipt-processing' }, false],
  ])('%j: %s', (scope, counts) => {
    const ledger = limited({ scope });
    consume(ledger, action);
    expect(against(ledger)).toBe(counts ? '100 + 0' : '0 + 0');
  });

  it('an action without a resource is in no scope that names one', () => {
    const ledger = limited({ scope: { resourceId: 'bot' } });
    consume(ledger, pages(1));
    expect(against(ledger)).toBe('0 + 0');
  });

  it('a user whose id reads like an environment is told apart', () => {
    const ledger = limited({ scope: { environmentId: 'ada' } });
    consume(ledger, pages(1, { userId: 'ada' }));
    expect(against(ledger)).toBe('0 + 0');
  });
});

describe('D13: what counts', () => {
  const agent = { currency: 'copilot-credits' as const };
  it.each<[string, GivenLimit, Partial<GivenLedger>, Action, string]>([
    [
      'what the allocation pays',
      {},
      { environments: { sales: { allocations: { 'ai-builder-credits': '500' } } } },
      pages(1),
      '100 + 0',
    ],
    ['what the pool pays', {}, {}, pages(1), '100 + 0'],
    ['what a pre-purchase pays', agent, { entitlements: [bought('copilot-credit-pre-purchase', 300_000)] }, answers(7), '7 + 0'],
    [
      'what pay-as-you-go bills',
      agent,
      { entitlements: [], plans: { azure: {} }, environments: { sales: { billingPlanId: 'azure' } } },
      answers(7),
      '7 + 0',
    ],
    ['what a trial pays', {}, { now: '2025-06-10T08:00:00Z', entitlements: [], trials: ['ada'] }, pages(1), '100 + 0'],
    ['what runs in overage', {}, { entitlements: [bought('power-automate-premium')] }, pages(60), '6000 + 0'],
    ['what is recorded without a decision', {}, {}, pages(1, { recordOnly: true }), '100 + 0'],
    ['what is recorded on no source at all', agent, { entitlements: [] }, answers(7, { recordOnly: true }), '7 + 0'],
    ['nothing of another currency', {}, {}, answers(7), '0 + 0'],
    ['nothing that is free', {}, {}, pages(1, { mode: 'test' }), '0 + 0'],
  ])('%s', (_, limit, more, action, expected) => {
    const ledger = limited(limit, more);
    consume(ledger, action);
    expect(against(ledger, ledger.now < moment('2026-01-01T00:00:00Z') ? '2025-06' : '2026-03')).toBe(expected);
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('a refused action does not', () => {
    const ledger = limited({ monthly: '0', stop: true });
    refusedAction(ledger, pages(1));
    expect(against(ledger)).toBe('0 + 0');
  });

  it('what is held counts as held until it is captured, released or expired', () => {
    const ledger = limited({});
    const hold = (seconds: number) =>
      done(ledger, { do: 'hold', id: nextId(), action: pages(1), expiresInSeconds: seconds }).hold;
    const [captured, released] = [hold(300), hold(300)];
    hold(60);
    expect(against(ledger)).toBe('0 + 300');
    done(ledger, { do: 'capture', id: nextId(), holdId: captured.id, usage: { pages: 3 } });
    expect(against(ledger)).toBe('300 + 200');
    done(ledger, { do: 'release', holdId: released.id });
    expect(against(ledger)).toBe('300 + 100');
    moveTo(ledger, '2026-03-10T08:01:00Z');
    expect(against(ledger)).toBe('300 + 0');
  });
});

describe('D13: a stop refuses with LimitReached', () => {
  it.each<[string, string, number, 'until-exhausted' | 'never-exceed', string[]]>([
    // name, limit, actions of 100 that come, admission, outcomes
    ['the action that crosses the line still runs', '150', 3, 'until-exhausted', ['100', '100', 'LimitReached']],
    ['at exactly the limit it is reached', '200', 3, 'until-exhausted', ['100', '100', 'LimitReached']],
    ['with never-exceed it must cover the whole action', '150', 2, 'never-exceed', ['100', 'LimitReached']],
    ['with never-exceed it may be filled to the last credit', '200', 3, 'never-exceed', ['100', '100', 'LimitReached']],
    ['a limit of 0 stops now', '0', 1, 'until-exhausted', ['LimitReached']],
    ['a limit of 0 stops now, with never-exceed too', '0', 1, 'never-exceed', ['LimitReached']],
    ['a millionth that is left is room', '100.000001', 2, 'until-exhausted', ['100', '100']],
  ])('%s', (_, monthly, count, admission, expected) => {
    const ledger = limited({ monthly, stop: true }, { settings: { enforcement: { admission } } });
    const outcomes = Array.from({ length: count }, () => outcomeOf(ledger, pages(1)).split(' ')[0]);
    expect(outcomes).toEqual(expected);
  });

  it('what is held fills it', () => {
    const ledger = limited({ monthly: '200', stop: true });
    const { hold } = done(ledger, { do: 'hold', id: 'h', action: pages(2), expiresInSeconds: 300 });
    expect(outcomeOf(ledger, pages(1))).toBe('LimitReached');
    expect(refused(ledger, { do: 'hold', id: 'h2', action: pages(1), expiresInSeconds: 300 }).refused).toBe('LimitReached');
    done(ledger, { do: 'release', holdId: hold.id });
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from pool');
  });

  it('a capture is never refused, however far over', () => {
    const ledger = limited({ monthly: '200', stop: true });
    done(ledger, { do: 'hold', id: 'h', action: pages(1), expiresInSeconds: 300 });
    consume(ledger, pages(3));
    done(ledger, { do: 'capture', id: nextId(), holdId: 'h', usage: { pages: 9 } });
    expect(against(ledger)).toBe('1200 + 0');
  });

  it('without stop it only alerts, however far over', () => {
    const ledger = limited({ monthly: '0' });
    expect(outcomeOf(ledger, pages(50))).toBe('5000 ai-builder-credits from pool');
  });

  it('no other currency steps in', () => {
    const ledger = limited({ monthly: '0', stop: true });
    expect(outcomeOf(ledger, pages(1))).toBe('LimitReached');
  });

  it('a limit of the currency that is not charged does not count', () => {
    const ledger = limited({ currency: 'copilot-credits', monthly: '0', stop: true });
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from pool');
    consume(ledger, pages(49));
    expect(outcomeOf(ledger, pages(1))).toBe('LimitReached'); // it would fall to Copilot Credits now
  });

  it.each<[Currency, string]>([
    ['ai-builder-credits', 'LimitReached'],
    ['copilot-credits', 'EntitlementNotAvailable'],
  ])('where nothing would pay it is the first currency that the action may use: %s', (currency, expected) => {
    const ledger = limited({ currency, monthly: '0', stop: true }, { entitlements: [] });
    expect(outcomeOf(ledger, pages(1))).toBe(expected);
  });

  it('D1, D13: an action without a rate in any currency of its caller meets no limit', () => {
    const ledger = limited({ currency: 'copilot-credits', monthly: '0', stop: true }, { now: '2025-06-10T08:00:00Z' });
    expect(outcomeOf(ledger, answers(1))).toBe('LimitReached');
    expect(outcomeOf(ledger, answers(1, { caller: 'cloud-flow' }))).toBe('EntitlementNotAvailable');
    const other = limited({ monthly: '0', stop: true }, { now: '2025-06-10T08:00:00Z' });
    expect(outcomeOf(other, answers(1, { caller: 'cloud-flow' }))).toBe('EntitlementNotAvailable');
  });

  it('where several apply, one that stops is enough, and the first by id is named', () => {
    const ledger = aLedger({
      ...given,
      limits: {
        wide: { monthly: '100000', stop: true },
        user: { scope: { userId: 'ada' }, monthly: '100', stop: true },
        flow: { scope: { environmentId: 'sales' }, monthly: '50', stop: true },
        alert: { monthly: '10' },
      },
    });
    consume(ledger, pages(1));
    expect(refusedAction(ledger, pages(1)).members).toMatchObject({ limitId: 'flow' });
    expect(refusedAction(ledger, pages(1, { environmentId: 'finance' })).members).toMatchObject({ limitId: 'user' });
    expect(outcomeOf(ledger, pages(1, { environmentId: 'finance', userId: 'bob' }))).toMatch('100');
  });

  it('it names the limit, its figures and its reset, and only waiting helps', () => {
    const ledger = limited({ scope: { userId: 'ada' }, monthly: '150', stop: true });
    consume(ledger, pages(2));
    const { members, detail, decision } = refusedAction(ledger, pages(1));
    expect(members).toEqual({
      available: '150',
      consumed: '200',
      resetsOn: '2026-04-01',
      remedies: [{ action: 'wait', date: '2026-04-01' }],
      limitId: 'l',
    });
    expect(detail).toMatch(/"l" of 150 ai-builder-credits is reached: 200 are used in 2026-03.*2026-04-01/);
    expect(decision.explanation).toMatchObject([{ source: 'pool', usable: true, reason: 'limit-reached' }]);
  });

  it('an agent is told what people know', () => {
    const ledger = limited({ scope: { environmentId: 'sales' }, currency: 'copilot-credits', monthly: '0', stop: true });
    expect(refusedAction(ledger, answers(1)).detail).toMatch(
      'This agent is currently unavailable. It has reached its usage limit.',
    );
  });
});

describe('D13, section 5: precedence', () => {
  const stopped: GivenLimit = { monthly: '0', stop: true };

  it('F6 comes before limits', () => {
    const ledger = limited(stopped, { environments: { sales: { previewModels: false } } });
    const prompt = { capability: 'prompt', usage: { inputTokens: 1, outputTokens: 1 } };
    const models = ['gpt-5.2-chat', 'gpt-4.1'].map((model) => outcomeOf(ledger, pages(1, { ...prompt, model })));
    expect(models).toEqual(['PreviewModelsDisabled', 'LimitReached']);
  });

  it('what is free comes before limits', () => {
    expect(outcomeOf(limited(stopped), pages(1, { mode: 'test' }))).toBe('free: test');
  });

  it('limits come before the sources', () => {
    const ledger = limited(stopped, { entitlements: [] });
    expect(outcomeOf(ledger, pages(1))).toBe('LimitReached');
  });

  it('D11: what has already happened is recorded, in overage, on the source of D5', () => {
    const ledger = limited(stopped);
    expect(consume(ledger, pages(1, { recordOnly: true }))).toMatchObject({
      status: 'in-overage',
      source: 'pool',
      inOverage: true,
    });
    expect(against(ledger)).toBe('100 + 0');
  });
});

describe('D13: a limit counts in the month of the action', () => {
  it('from 0 again on the 1st', () => {
    const ledger = limited({ monthly: '100', stop: true }, { now: '2026-03-31T23:59:59.999Z' });
    expect([outcomeOf(ledger, pages(1)), outcomeOf(ledger, pages(1))].at(-1)).toBe('LimitReached');
    moveTo(ledger, '2026-04-01T00:00:00Z');
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from pool');
    expect([against(ledger, '2026-03'), against(ledger, '2026-04')]).toEqual(['100 + 0', '100 + 0']);
  });

  it('C3: late usage is judged on the limit of its own month, and no waiting helps it', () => {
    const ledger = limited({ monthly: '100', stop: true }, { now: '2026-03-31T23:59:59Z' });
    consume(ledger, pages(1));
    moveTo(ledger, '2026-04-03T08:00:00Z');
    const late = refusedAction(ledger, pages(1, { occurredAt: moment('2026-03-31T12:00:00Z') }));
    expect(late.members).toMatchObject({ limitId: 'l', consumed: '100', resetsOn: '2026-04-01', remedies: [] });
    expect(against(ledger, '2026-04')).toBe('0 + 0');
  });

  it('a hold of last month that is captured in this one counts in last month', () => {
    const ledger = limited({}, { now: '2026-03-31T23:59:00Z' });
    done(ledger, { do: 'hold', id: 'h', action: pages(1), expiresInSeconds: 3600 });
    moveTo(ledger, '2026-04-01T00:10:00Z');
    done(ledger, { do: 'capture', id: nextId(), holdId: 'h', usage: { pages: 2 } });
    expect([against(ledger, '2026-03'), against(ledger, '2026-04')]).toEqual(['200 + 0', '0 + 0']);
  });

  it('a limit that nothing met for months has counted nothing', () => {
    const ledger = limited({ monthly: '100', stop: true });
    consume(ledger, pages(1));
    moveTo(ledger, '2027-01-15T00:00:00Z');
    expect(limitStatus(ledger.limits.get('l')!, '2027-01' as Month)).toBe('within-limit');
    expect(decide(ledger, answers(1, { userId: 'x' }))).not.toHaveProperty('refusal');
  });
});

describe('D13: how it stands', () => {
  it.each<[string, string, number, string]>([
    ['0', '100', 80, 'within-limit'],
    ['79.999999', '100', 80, 'within-limit'],
    ['80', '100', 80, 'nearing-limit'],
    ['99.999999', '100', 80, 'nearing-limit'],
    ['100', '100', 80, 'over-limit'],
    ['101', '100', 80, 'over-limit'],
    ['1', '100', 1, 'nearing-limit'],
    ['99.999999', '100', 100, 'within-limit'],
    ['0', '0', 80, 'over-limit'], // stopped now
  ])('%s of %s, notify at %i: %s', (consumed, monthly, notifyAtPercent, expected) => {
    const ledger = limited({ monthly, notifyAtPercent });
    const [whole, millionths = ''] = consumed.split('.');
    const counters = limitMonth(ledger.limits.get('l')!, '2026-03' as Month);
    counters.consumed = BigInt(whole + millionths.padEnd(6, '0')) as typeof counters.consumed;
    expect(limitStatus(ledger.limits.get('l')!, '2026-03' as Month)).toBe(expected);
  });

  it('holds do not count', () => {
    const ledger = limited({ monthly: '100' });
    done(ledger, { do: 'hold', id: 'h', action: pages(1), expiresInSeconds: 300 });
    expect(limitStatus(ledger.limits.get('l')!, '2026-03' as Month)).toBe('within-limit');
  });
});

describe('D13: setting and deleting', () => {
  it('what was consumed and is held in its scope before counts', () => {
    const ledger = aLedger(given);
    consume(ledger, pages(2));
    consume(ledger, pages(4, { environmentId: 'finance' }));
    consume(ledger, answers(5));
    done(ledger, { do: 'hold', id: 'h', action: pages(1), expiresInSeconds: 300 });
    setLimit(ledger, 'l', { scope: { environmentId: 'sales' }, monthly: '300', stop: true });
    expect(against(ledger)).toBe('200 + 100');
    expect(outcomeOf(ledger, pages(1))).toBe('LimitReached');
    done(ledger, { do: 'release', holdId: 'h' });
    expect(against(ledger)).toBe('200 + 0');
  });

  it('last month is counted too: late usage is judged on it', () => {
    const ledger = aLedger({ ...given, now: '2026-03-31T23:00:00Z' });
    consume(ledger, pages(2));
    moveTo(ledger, '2026-04-02T00:00:00Z');
    setLimit(ledger, 'l', { monthly: '200', stop: true });
    expect(outcomeOf(ledger, pages(1, { occurredAt: moment('2026-03-31T23:30:00Z') }))).toBe('LimitReached');
    expect(outcomeOf(ledger, pages(1))).toMatch('100');
  });

  it('the same id again replaces it, keeps when it was made, and counts anew in its new scope', () => {
    const ledger = limited({ monthly: '50', stop: true });
    consume(ledger, pages(1));
    consume(ledger, pages(3, { environmentId: 'finance', recordOnly: true }));
    moveTo(ledger, '2026-03-11T08:00:00Z');
    const wanted = { id: 'l', scope: { environmentId: 'finance' }, currency: 'ai-builder-credits' as const };
    setLimit(ledger, 'l', { ...wanted, monthly: '1000' });
    expect(ledger.limits.get('l')).toMatchObject({ stop: false, createdAt: moment('2026-03-10T08:00:00Z') });
    expect(against(ledger)).toBe('300 + 0');
    expect(ledger.limits.size).toBe(1);
  });

  it('a new one says that it was made, a replaced one that it was not', () => {
    const ledger = aLedger(given);
    const limit = {
      id: 'l',
      scope: {},
      currency: 'ai-builder-credits' as const,
      monthly: 0n as never,
      notifyAtPercent: 80,
      stop: false,
    };
    expect([done(ledger, { do: 'set-limit', limit }).made, done(ledger, { do: 'set-limit', limit }).made]).toEqual([true, false]);
  });

  it('deleting it lets actions go on', () => {
    const ledger = limited({ monthly: '0', stop: true });
    expect(outcomeOf(ledger, pages(1))).toBe('LimitReached');
    done(ledger, { do: 'delete-limit', limitId: 'l' });
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from pool');
  });

  it('one that is not there is not found', () => {
    expect(refused(aLedger(given), { do: 'delete-limit', limitId: 'l' }).refused).toBe('NotFound');
  });

  it(`beyond ${MOST_LIMITS} none is made, and those that are there can be changed`, () => {
    const limits = Object.fromEntries(
      Array.from({ length: MOST_LIMITS }, (_, index) => [`l${index}`, { scope: { userId: `u${index}` } }]),
    );
    const ledger = aLedger({ ...given, limits });
    const { scope, currency, monthly, notifyAtPercent } = ledger.limits.get('l7')!;
    const limit = { id: 'one-more', scope, currency, monthly, notifyAtPercent, stop: true };
    expect(refused(ledger, { do: 'set-limit', limit })).toMatchObject({
      refused: 'InvalidRequest',
      detail: expect.stringMatching(/delete one/),
    });
    expect(ledger.limits.size).toBe(MOST_LIMITS);
    expect(done(ledger, { do: 'set-limit', limit: { ...limit, id: 'l7' } }).limit.stop).toBe(true);
  });

  it('a deleted environment’s usage counts still', () => {
    const ledger = limited({ monthly: '100', stop: true });
    consume(ledger, pages(1));
    done(ledger, { do: 'delete-environment', environmentId: 'sales' });
    expect(outcomeOf(ledger, pages(1, { environmentId: 'finance' }))).toBe('LimitReached');
  });
});

describe('D9: limits are always up to date', () => {
  it('whatever the view', () => {
    const ledger = limited({ monthly: '200', stop: true }, { settings: { enforcement: { view: 'computed' } } });
    consume(ledger, pages(2));
    expect(outcomeOf(ledger, pages(1))).toBe('LimitReached');
  });
});
