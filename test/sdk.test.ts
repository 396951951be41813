// The SDK against a running server: refusals are values, faults are thrown, and what is lost on the way has one effect.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, Bursar, BursarError } from '../sdk/src/index.ts';
import { aFaultyProxy, type FaultyProxy } from './support/a-faulty-proxy.ts';
import { type AServer, startServer } from './support/a-server.ts';

let server: AServer;
let proxy: FaultyProxy;

beforeAll(async () => {
  server = await startServer();
  proxy = await aFaultyProxy(server.url);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

/** A sandbox with an environment `sales` that has 1,000 of the 5,000 AI Builder credits. */
async function aBursar(url = server.url, options: { retries?: number; timeoutMs?: number } = {}): Promise<Bursar> {
  const { key } = await server.tenant('Contoso', '2026-03-10T08:00:00Z');
  const bursar = new Bursar({ url: server.url, key });
  await bursar.environments.create({ id: 'sales', name: 'Sales' });
  await bursar.entitlements.create({ product: 'power-automate-premium', quantity: 1 });
  await bursar.allocations.set({ environmentId: 'sales', currency: 'ai-builder-credits', credits: '1000' });
  return new Bursar({ url, key, ...options });
}

/** 100 AI Builder credits a page. */
function anAction(change: Partial<Action> = {}): Action {
  return {
    environmentId: 'sales',
    userId: 'ada@contoso.com',
    caller: 'cloud-flow',
    capability: 'custom-document-processing',
    usage: { pages: 1 },
    ...change,
  };
}

async function consumed(bursar: Bursar): Promise<string> {
  const { currencies } = await bursar.capacity.environment('sales');
  return currencies.find((each) => each.currency === 'ai-builder-credits')!.consumed;
}

async function thrownBy(promise: Promise<unknown>): Promise<BursarError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BursarError);
  return error as BursarError;
}

describe('an action', () => {
  it('is allowed with who paid', async () => {
    const bursar = await aBursar();
    const decision = await bursar.consume(anAction());
    expect(decision).toMatchObject({ decision: 'allowed', credits: '100', source: 'allocation', replayed: false });
  });

  it('is refused as a value, with what would help', async () => {
    const bursar = await aBursar();
    await bursar.consume(anAction({ usage: { pages: 13 } }));
    const decision = await bursar.consume(anAction());
    expect(decision).toMatchObject({ decision: 'refused', code: 'QuotaExceeded', consumed: '1300', resetsOn: '2026-04-01' });
    if (decision.decision !== 'refused') throw new Error('unreachable');
    expect(decision.remedies.map((remedy) => remedy.action)).toContain('reallocate');
    expect(decision.explanation.length).toBeGreaterThan(0);
  });

  it('on a preview model that is switched off is refused as a value too', async () => {
    const bursar = await aBursar();
    await bursar.environments.change('sales', { previewModels: false });
    const prompt = { capability: 'prompt', model: 'gpt-5.2-chat', usage: { inputTokens: 10, outputTokens: 10 } };
    expect(await bursar.consume(anAction(prompt))).toMatchObject({
      decision: 'refused',
      code: 'PreviewModelsDisabled',
      remedies: [],
    });
  });

  it('that is wrong throws where and why', async () => {
    const bursar = await aBursar();
    const error = await thrownBy(bursar.consume(anAction({ usage: { rows: 1 } })));
    expect(error).toMatchObject({ code: 'InvalidRequest', status: 422, outcomeUnknown: false });
    expect(error.errors.map((each) => each.pointer)).toContain('/usage/pages');
  });

  it('is checked and priced without being recorded', async () => {
    const bursar = await aBursar();
    expect(await bursar.check(anAction())).toMatchObject({ decision: 'allowed', credits: '100' });
    expect(await bursar.check(anAction({ environmentId: 'sales', caller: 'agent' }))).toMatchObject({
      decision: 'refused',
      remedies: expect.any(Array),
    });
    expect((await bursar.price({ capability: 'receipt-processing', usage: { pages: 2 } })).prices[0]).toMatchObject({
      credits: '64',
    });
    expect(await bursar.activity().all()).toEqual([]);
  });

  it('with the same key has one effect, and other content throws', async () => {
    const bursar = await aBursar();
    const first = await bursar.consume(anAction({ idempotencyKey: 'once' }));
    const again = await bursar.consume(anAction({ idempotencyKey: 'once' }));
    expect(again).toEqual({ ...first, replayed: true });
    const error = await thrownBy(bursar.consume(anAction({ idempotencyKey: 'once', usage: { pages: 2 } })));
    expect(error.code).toBe('IdempotencyConflict');
  });
});

describe('a batch', () => {
  it('of more than 1,000 keeps its order, and one bad action spoils no other', async () => {
    const bursar = await aBursar();
    const actions = Array.from({ length: 1100 }, (_, i) => anAction({ mode: 'test', userId: `user-${i}` }));
    actions[1050] = anAction({ environmentId: 'nowhere' });
    const decisions = await bursar.consumeBatch(actions);
    expect(decisions).toHaveLength(1100);
    expect(decisions.filter((each) => each.decision === 'allowed')).toHaveLength(1099);
    expect(decisions[1050]).toMatchObject({ decision: 'failed', error: { code: 'NotFound', status: 404 } });
    const newestFirst = await bursar.activity().all();
    const users = actions.map((each) => each.userId).filter((user) => user !== 'ada@contoso.com');
    expect(newestFirst.map((each) => each.userId).reverse()).toEqual(users);
  });

  it('answers refusals as values', async () => {
    const bursar = await aBursar();
    const decisions = await bursar.consumeBatch([anAction({ usage: { pages: 13 } }), anAction()]);
    expect(decisions.map((each) => each.decision)).toEqual(['allowed', 'refused']);
  });
});

describe('a hold', () => {
  it('is captured with what the work used', async () => {
    const bursar = await aBursar();
    const answer = await bursar.withHold(anAction({ usage: { pages: 5 } }), async (hold) => {
      expect(hold).toMatchObject({ status: 'open', credits: '500' });
      return { result: 'read', usage: { pages: 2 } };
    });
    expect(answer).toMatchObject({ decision: 'allowed', result: 'read', consumption: { credits: '200' } });
    expect(await consumed(bursar)).toBe('200');
  });

  it('can be captured by the work itself', async () => {
    const bursar = await aBursar();
    const answer = await bursar.withHold(anAction(), async (_, capture) => {
      const { credits } = await capture({ pages: 3 });
      return { result: credits };
    });
    expect(answer).toMatchObject({ result: '300', consumption: { credits: '300' } });
  });

  it('is released where the work fails, whose error is thrown as it was', async () => {
    const bursar = await aBursar();
    const fault = new Error('the model is down');
    let holdId = '';
    const thrown = await bursar
      .withHold(anAction(), async (hold) => {
        holdId = hold.id;
        throw fault;
      })
      .catch((error: unknown) => error);
    expect(thrown).toBe(fault);
    expect((await bursar.request('getHold', { params: { id: holdId } })).status).toBe('released');
  });

  it('that is refused does not run the work', async () => {
    const bursar = await aBursar();
    await bursar.consume(anAction({ usage: { pages: 13 } }));
    const answer = await bursar.withHold(anAction(), () => expect.fail('the work ran'));
    expect(answer).toMatchObject({ decision: 'refused', code: 'QuotaExceeded' });
  });

  it('is released where the work tells no usage', async () => {
    const bursar = await aBursar();
    await expect(bursar.withHold(anAction(), async () => ({ result: 1 }))).rejects.toThrow(/gave back no usage/);
  });
});

describe('what is lost on the way', () => {
  it('is sent again with the same key and has one effect', async () => {
    const bursar = await aBursar(proxy.url);
    proxy.faults.push('cut');
    const before = proxy.forwarded;
    const decision = await bursar.consume(anAction());
    expect(proxy.forwarded - before).toBe(2);
    expect(decision).toMatchObject({ decision: 'allowed', replayed: true });
    expect(await consumed(bursar)).toBe('100');
  });

  it('is sent again after a time without an answer', async () => {
    const bursar = await aBursar(proxy.url, { timeoutMs: 1000 });
    proxy.faults.push('silent');
    expect(await bursar.consume(anAction())).toMatchObject({ decision: 'allowed', replayed: true });
    expect(await consumed(bursar)).toBe('100');
  });

  it('in a batch has one effect for every action', async () => {
    const bursar = await aBursar(proxy.url);
    proxy.faults.push('cut');
    const decisions = await bursar.consumeBatch([anAction(), anAction(), anAction()]);
    expect(decisions.map((each) => each.decision === 'allowed' && each.replayed)).toEqual([true, true, true]);
    expect(await consumed(bursar)).toBe('300');
  });

  it('of a hold, its capture and administration has one effect', async () => {
    const bursar = await aBursar(proxy.url);
    proxy.faults.push('cut');
    const held = await bursar.hold(anAction());
    if (held.decision === 'refused') throw new Error('unreachable');
    proxy.faults.push('cut');
    expect(await bursar.capture(held.id, { pages: 1 })).toMatchObject({ credits: '100', replayed: true });
    proxy.faults.push('cut');
    await bursar.environments.create({ name: 'Support' });
    expect((await bursar.environments.list().all()).map((each) => each.name).sort()).toEqual(['Sales', 'Support']);
    expect(await consumed(bursar)).toBe('100');
  });

  it('with 503 and 429 is waited for and sent again', async () => {
    const bursar = await aBursar(proxy.url);
    proxy.faults.push('busy', 'throttled', 'busy');
    expect(await bursar.consume(anAction())).toMatchObject({ decision: 'allowed', replayed: false });
  });

  it('without end is thrown after the retries, and says that the outcome is unknown', async () => {
    const bursar = await aBursar(proxy.url, { retries: 1 });
    proxy.faults.push('cut', 'cut');
    const error = await thrownBy(bursar.consume(anAction()));
    expect(error).toMatchObject({ code: 'Unreachable', status: 0, outcomeUnknown: true });
    expect(error.message).toMatch(/2 attempts/);
  });

  it('is not repeated where that could have two effects', async () => {
    const bursar = await aBursar(proxy.url);
    proxy.faults.push('cut');
    const error = await thrownBy(bursar.keys.create({ role: 'reader' }));
    expect(error.outcomeUnknown).toBe(true);
    expect((await bursar.keys.list().all()).filter((key) => key.role === 'reader')).toHaveLength(1);
  });

  it('deleted before is not found the second time, and that is what was wanted', async () => {
    const bursar = await aBursar(proxy.url);
    await bursar.environments.create({ id: 'old', name: 'Old' });
    proxy.faults.push('cut');
    await expect(bursar.environments.delete('old')).resolves.toBeUndefined();
    expect(await thrownBy(bursar.environments.delete('old'))).toMatchObject({ code: 'NotFound' });
  });

  it('can be given up', async () => {
    const bursar = await aBursar(proxy.url);
    proxy.faults.push('silent');
    const giveUp = new AbortController();
    const waiting = bursar.consume(anAction(), { signal: giveUp.signal });
    giveUp.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    proxy.faults.length = 0;
  });
});

describe('a report', () => {
  async function text(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
    return new Response(stream).text();
  }

  it('is asked for, waited for, and read as a stream', async () => {
    const bursar = await aBursar();
    await bursar.consume(anAction());
    const seen: string[] = [];
    const { id } = await bursar.reports.ask({ type: 'ai-builder-consumption' });
    const report = await bursar.reports.completed(id, { progress: ({ status }) => seen.push(status) });
    expect(report).toMatchObject({ id, status: 'Completed', progress: { rows: 1 } });
    expect(seen.at(-1)).toBe('Completed');
    expect(await text(await bursar.reports.download(id))).toBe(
      'Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial\n2026-03-10,ada@contoso.com,sales,Sales,100,FALSE\n',
    );
    expect(await bursar.reports.list().all()).toEqual([await bursar.reports.get(id)]);
    await bursar.reports.delete(id);
    expect((await thrownBy(bursar.reports.download(id))).code).toBe('NotFound');
    expect((await thrownBy(bursar.reports.completed(id))).code).toBe('NotFound');
  });

  it('that has expired is not waited for', async () => {
    const bursar = await aBursar();
    const { id } = await bursar.reports.ask({ type: 'copilot-credits-users' });
    await bursar.reports.completed(id);
    await bursar.moveClock('2026-04-10T00:00:00Z');
    const error = await thrownBy(bursar.reports.completed(id));
    expect(error).toMatchObject({ code: 'ReportNotAvailable', message: expect.stringContaining('is Expired') });
    expect((await thrownBy(bursar.reports.download(id))).code).toBe('ReportNotAvailable');
  });

  it('is downloaded again where the connection was lost before it began', async () => {
    const through = await aBursar(proxy.url);
    const { id } = await through.reports.ask({ type: 'copilot-credits-users' });
    await through.reports.completed(id);
    proxy.faults.push('cut', 'busy');
    expect(await text(await through.reports.download(id))).toMatch(/^User/);
  });

  it('cannot be downloaded where nothing listens', async () => {
    const bursar = new Bursar({ url: 'http://127.0.0.1:9', key: 'k', retries: 0 });
    expect((await thrownBy(bursar.reports.download('r'))).code).toBe('Unreachable');
  });
});

describe('administration', () => {
  it('reaches everything of the tenant', async () => {
    const bursar = await aBursar();
    expect((await bursar.tenant()).now).toMatch(/^2026-03-10T08:00/);
    expect((await bursar.moveClock('2026-03-11T00:00:00Z')).sandbox).toEqual({ now: '2026-03-11T00:00:00Z' });
    expect((await bursar.settings.change({ nearAtPercent: 70 })).nearAtPercent).toBe(70);
    expect((await bursar.allocations.list().all()).map((each) => each.credits)).toEqual(['1000']);
    await bursar.capabilities.define('legal-review', { unit: 'page', copilotCredits: '3' });
    expect((await bursar.price({ capability: 'legal-review', usage: { pages: 2 } })).prices).toEqual([
      { currency: 'copilot-credits', units: 2, credits: '6' },
    ]);
    await bursar.billingPlans.create({ id: 'plan', name: 'Plan' });
    await bursar.environments.change('sales', { billingPlanId: 'plan' });
    expect((await bursar.capacity.tenant()).activeBillingPlans).toBe(1);
    await bursar.consume(anAction({ resource: { type: 'flow', id: 'f-1' } }));
    expect((await bursar.resources().all()).map((each) => each.id)).toEqual(['f-1']);
    expect(await bursar.usage({ granularity: 'month', groupBy: ['environment', 'user'] })).toMatchObject([
      { period: '2026-03', environment: 'sales', user: 'ada@contoso.com', credits: '100', actions: 1 },
    ]);
    expect((await bursar.models()).map((model) => model.id)).toContain('gpt-4.1');
    expect((await bursar.products()).length).toBeGreaterThan(5);
  });

  it('limits, trials, extensions, computations: what a month may cost, and what was added up', async () => {
    const bursar = await aBursar();
    const limit = await bursar.limits.set('ada', {
      scope: { userId: 'ada' },
      currency: 'ai-builder-credits',
      monthly: '50',
      stop: true,
    });
    expect(limit).toMatchObject({ id: 'ada', monthly: '50', stop: true, status: 'within-limit' });
    expect(await bursar.limits.list().all()).toEqual([await bursar.limits.get('ada')]);
    await bursar.limits.delete('ada');
    expect((await thrownBy(bursar.limits.get('ada'))).code).toBe('NotFound');
    expect((await thrownBy(bursar.trials.start('ada'))).code).toBe('TrialNotAvailable');
    expect((await thrownBy(bursar.trials.extend('ada'))).code).toBe('NotFound');
    expect((await thrownBy(bursar.extensions.give())).code).toBe('ExtensionNotAvailable');
    expect([await bursar.trials.list().all(), await bursar.extensions.list().all()]).toEqual([[], []]);
    const { computedAt } = await bursar.computations.compute();
    expect(await bursar.computations.list().all(1)).toMatchObject([{ computedAt, onDemand: true }]);
  });

  it('webhooks, recipients, notices, banners: who is told of what', async () => {
    const bursar = await aBursar();
    const made = await bursar.webhooks.create({ id: 'ops', url: 'https://example.com/notices' });
    expect(made).toMatchObject({ id: 'ops', secret: expect.stringMatching(/^whsec_/) });
    expect(await bursar.webhooks.list().all()).toEqual([await bursar.webhooks.get('ops')]);
    expect(await bursar.webhooks.rotateSecret('ops')).not.toMatchObject({ secret: (made as { secret: string }).secret });
    const { id } = await bursar.webhooks.test('ops');
    expect(await bursar.webhooks.deliveries('ops').all()).toMatchObject([{ id, notices: [] }]);
    expect(await bursar.webhooks.replay('ops', id)).toMatchObject({ id, status: 'waiting' });
    expect(await bursar.webhooks.change('ops', { enabled: false })).toMatchObject({ enabled: false });
    await bursar.webhooks.delete('ops');
    expect(await bursar.notices.setRecipients(['ada@contoso.com'])).toEqual(await bursar.notices.recipients());
    await bursar.consume(anAction({ usage: { pages: 9 } }));
    const [notice] = await bursar.notices.list({ kind: 'near-capacity' }).all();
    expect(notice).toMatchObject({ environmentId: 'sales', consumed: '900', available: '1000' });
    expect(Array.isArray(await bursar.notices.deliveries(notice!.id).all())).toBe(true);
    expect(await bursar.banners()).toMatchObject([{ kind: 'environments-near-or-over', count: 1 }]);
  });

  it('estimates, foresees and compares', async () => {
    const bursar = await aBursar();
    await bursar.consume(anAction());
    const { totals } = await bursar.estimate([{ capability: 'receipt-processing', usage: { pages: 1000 } }]);
    expect(totals[0]).toMatchObject({ currency: 'ai-builder-credits', credits: '32000', owned: '5000', missing: '27000' });
    const [ofTenant] = (await bursar.forecast.tenant()).currencies;
    const [ofEnvironment] = (await bursar.forecast.environment('sales')).currencies;
    // 100 in 10 days begun of 31.
    expect([ofTenant, ofEnvironment]).toMatchObject([{ forecast: '310' }, { forecast: '310' }]);
    const compared = await bursar.compare({ from: '2026-03-01', to: '2026-03-31' });
    expect(compared).toMatchObject({ actions: 1, realtime: { admitted: 1 }, computed: { admitted: 1 } });
  });

  it('knows resources, one action by its id, and every page of usage', async () => {
    const bursar = await aBursar();
    await bursar.consume(anAction({ resource: { type: 'flow', id: 'f-1' } }));
    await bursar.declareResource('app', 'a-1', { environmentId: 'sales', aiAction: true });
    expect(await bursar.resources({ premium: true }).all()).toMatchObject([{ type: 'app', id: 'a-1', premium: true }]);
    const [item] = await bursar.activity().all();
    expect(await bursar.activityItem(item!.id)).toEqual(item);
    expect(await bursar.usage({ groupBy: ['resource'] })).toMatchObject([{ resource: 'f-1', credits: '100' }]);
  });

  it('iterates lists page by page', async () => {
    const bursar = await aBursar();
    for (let i = 0; i < 5; i++) await bursar.environments.create({ id: `e-${i}`, name: `E ${i}` });
    const first = await bursar.environments.list().page({ limit: 4 });
    expect(first.value).toHaveLength(4);
    const second = await bursar.environments.list().page({ limit: 4, cursor: first.nextCursor });
    expect([...first.value, ...second.value].map((each) => each.id)).toEqual(['e-0', 'e-1', 'e-2', 'e-3', 'e-4', 'sales']);
    expect(await bursar.environments.list().all(3)).toHaveLength(3);
  });

  it('makes tenants with the operator key, and says what a wrong key lacks', async () => {
    const operator = new Bursar({ url: server.url, key: server.operatorKey });
    const made = await operator.tenants.create({ id: 'fabrikam', name: 'Fabrikam' });
    expect('adminKey' in made && made.adminKey).toMatch(/^bursar_/);
    expect(await thrownBy(new Bursar({ url: server.url, key: 'wrong' }).tenant())).toMatchObject({
      code: 'Unauthenticated',
      status: 401,
    });
  });

  it('says when nothing listens there', async () => {
    const bursar = new Bursar({ url: 'http://127.0.0.1:9', key: 'x', retries: 0 });
    expect(await thrownBy(bursar.tenant())).toMatchObject({ code: 'Unreachable', status: 0 });
  });
});
