// The sample (`npm start -- --sample`), on a small scale: a tenant that has something of everything, whose figures agree wherever they are
// read, made once.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bursar } from '../sdk/src/index.ts';
import { actionsOf } from '../src/sample/daily-actions.ts';
import { CONTOSO } from '../src/sample/fill-sample.ts';
import { DEPARTMENTS } from '../src/sample/people.ts';
import { openSampleTenant, serveSample } from '../src/server/sample-tenant.ts';
import { type AServer, startServer } from './support/a-server.ts';

const SCALE = 0.02;
/** Whatever the day of the month: the traffic of a few hours is not enough for anything by itself. */
const ENDS = ['2026-11-21T15:30:00Z', '2027-02-01T01:20:00Z'] as const;

interface ASample {
  server: AServer;
  said: string;
  /** As `bursar serve --sample` does once it listens. */
  serve(say?: (line: string) => void): Promise<void>;
  /** With the key that was shown. */
  as(who: string): Bursar;
}

async function aSample(until: string): Promise<ASample> {
  const server = await startServer();
  const sample: ASample = {
    server,
    said: '',
    async serve(say = () => {}) {
      const hear = (line: string) => {
        sample.said += `${line}\n`;
        say(line);
      };
      await serveSample(server.store, { url: server.url, scale: SCALE, until, say: hear, isStopping: () => false });
    },
    as(who) {
      const key = new RegExp(`^  ${who}[^:]*: +(bursar_\\w+)$`, 'm').exec(sample.said)?.[1];
      expect(key, sample.said).toBeDefined();
      return new Bursar({ url: server.url, key: key! });
    },
  };
  return sample;
}

let samples: ASample[] = [];

/** The second one is cut off in its first month, and finished by the next start. */
beforeAll(async () => {
  samples = await Promise.all(ENDS.map(aSample));
  const [inOneGo, cutOff] = samples as [ASample, ASample];
  const cutting = (line: string) => {
    if (line.startsWith('  2025-10')) throw new Error('the terminal was closed');
  };
  await Promise.all([inOneGo.serve(), cutOff.serve(cutting).then(() => cutOff.serve())]);
}, 300_000);

afterAll(async () => {
  for (const { server } of samples) await server.stop();
});

describe.each(ENDS)('a sample that ends at %s', (until) => {
  let sample: ASample;
  let bursar: Bursar;

  beforeAll(() => {
    sample = samples[ENDS.indexOf(until)]!;
    bursar = sample.as('administrator');
  });

  it('has an environment in every status of either currency, and limits in every state', async () => {
    const environments = await bursar.environments.list().all();
    const statuses = {
      'ai-builder-credits': new Set<string>(),
      'copilot-credits': new Set<string>(),
      'copilot-sessions': new Set<string>(),
    };
    for (const { id } of environments) {
      for (const { currency, status } of (await bursar.capacity.environment(id)).currencies) statuses[currency].add(status);
    }
    const every = ['blocked', 'covered-overage', 'near-capacity', 'no-capacity', 'overage', 'within-capacity'];
    expect([...statuses['ai-builder-credits']].sort()).toEqual(every);
    expect([...statuses['copilot-credits']].sort()).toEqual(every);
    const limits = new Set((await bursar.limits.list().all()).map(({ status }) => status));
    expect([...limits].sort()).toEqual(['nearing-limit', 'over-limit', 'within-limit']);
  });

  it('stands at the moment of its end, with months, notices and refusals behind it', async () => {
    expect((await bursar.tenant()).sandbox).toEqual({ now: until });
    expect((await bursar.capacity.tenant()).now).toBe(until);
    expect((await bursar.capacity.tenant()).currencies.some(({ held }) => held !== '0')).toBe(true);
    const notices = new Set((await bursar.notices.list().all()).map(({ kind }) => kind));
    expect([...notices].sort()).toEqual(['blocked', 'exhausted', 'near-capacity', 'nearing-limit', 'over-limit']);
    const refused = await bursar.activity({ status: 'refused' }).all();
    const codes = new Set(refused.map(({ code }) => code));
    expect([...codes].sort()).toEqual(['EntitlementNotAvailable', 'LimitReached', 'PreviewModelsDisabled', 'QuotaExceeded']);
    const [newest] = await bursar.activity().all(1);
    expect(Date.parse(until) - Date.parse(newest!.occurredAt)).toBeLessThan(3 * 3_600_000 + 60_000);
  });

  it('has drawn every source, and had a trial, an extension and an import', async () => {
    const from = '2025-10-01';
    const rows = await bursar.usage({ from, to: '2026-09-30', granularity: 'month', groupBy: ['source'] });
    const sources = new Set(rows.map(({ source }) => source ?? null));
    expect([...sources].sort()).toEqual(
      ['allocation', 'extension', null, 'pay-as-you-go', 'pool', 'pre-purchase', 'trial'].sort(),
    );
    expect(await bursar.trials.list().all()).toHaveLength(3);
    expect(await bursar.extensions.list().all()).toHaveLength(1);
    expect((await bursar.imports.list().all()).map(({ completed, problemCount }) => ({ completed, problemCount }))).toEqual([
      { completed: true, problemCount: 0 },
    ]);
    const [plan] = (await bursar.billingPlans.list().all()).filter(({ status }) => status === 'Enabled');
    expect(plan).toBeDefined();
    const reports = await bursar.reports.list().all();
    expect(new Set(reports.map(({ status }) => status))).toEqual(new Set(['Completed', 'Expired']));
  });

  it('says the same sums in usage, in capacity and in the reports', async () => {
    const month = until.slice(0, 7);
    const rows = await bursar.usage({ from: `${month}-01`, to: until.slice(0, 10), granularity: 'month', groupBy: ['source'] });
    for (const { currency, consumed, payAsYouGo } of (await bursar.capacity.tenant()).currencies) {
      const of = (sources: string[]) =>
        sum(rows.filter((row) => row.currency === currency && sources.includes(row.source ?? '')).map(({ credits }) => credits));
      expect(of(['allocation', 'pool'])).toBe(micro(consumed));
      expect(of(['pay-as-you-go'])).toBe(micro(payAsYouGo));
    }
    const days = { from: addDays(until, -29), to: until.slice(0, 10) };
    const consumed = async (currency: 'ai-builder-credits' | 'copilot-credits') =>
      sum((await bursar.usage({ ...days, currency })).map(({ credits }) => credits));
    const prepaid = async () =>
      sum(
        (await bursar.usage({ ...days, currency: 'copilot-credits', groupBy: ['source'] })).flatMap((row) =>
          row.source === 'pay-as-you-go' ? [] : [row.credits],
        ),
      );
    expect(await reported('ai-builder-consumption', 'AIConsumption')).toBe(await consumed('ai-builder-credits'));
    expect(await reported('copilot-credits-agents', 'Billed credit')).toBe(await consumed('copilot-credits'));
    expect(await reported('copilot-credits-environments', 'Prepaid Consumed Quantity')).toBe(await prepaid());
  });

  /** The sum of a column of a report that was prepared. */
  async function reported(type: string, column: string): Promise<bigint> {
    const report = (await bursar.reports.list().all()).find((each) => each.type === type && each.status === 'Completed')!;
    const text = await new Response(await bursar.reports.download(report.id)).text();
    const [header, ...lines] = text
      .replace(/^\uFEFF/, '')
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    const place = header!.indexOf(column);
    expect(place, `${column} in ${header}`).toBeGreaterThanOrEqual(0);
    return sum(lines.map((cells) => cells[place]!));
  }

  it('is there once: a second start changes nothing of it, and shows no key', async () => {
    const before = await snapshot();
    const saidBefore = sample.said.length;
    await sample.serve();
    expect(sample.said.slice(saidBefore)).toBe(
      'The sample tenant Contoso is there already; its keys were shown when it was made.\n',
    );
    expect(await snapshot()).toEqual(before);
  });

  async function snapshot() {
    const { value } = await bursar.activity().page({ limit: 1 });
    return { newest: value, capacity: await bursar.capacity.tenant(), keys: await bursar.keys.list().all() };
  }

  it('has a key for every role, and no other that still works', async () => {
    expect(
      new Set((await bursar.keys.list().all()).flatMap(({ role, revokedAt }) => (revokedAt === null ? [role] : []))),
    ).toEqual(new Set(['tenant-admin', 'billing-admin', 'environment-admin', 'maker', 'reader', 'service']));
    expect((await bursar.keys.list().all()).filter(({ revokedAt }) => revokedAt === null)).toHaveLength(6);
    expect((await sample.as('maker').activity().all(1)).map(({ userId }) => userId)).toEqual([DEPARTMENTS.makers[0]]);
    expect((await sample.as('reader').tenant()).name).toBe('Contoso');
  });
});

describe('making the sample', () => {
  it('finishes what was cut off, with the same history as in one go', async () => {
    const [inOneGo, cutOff] = samples as [ASample, ASample];
    expect(cutOff.said).toContain('The sample is not complete: the terminal was closed');
    const history = { from: '2025-11-01', to: '2026-10-31', granularity: 'month' } as const;
    const groupBy = ['environment', 'user', 'source'] as const;
    const usageOf = (sample: ASample) => sample.as('administrator').usage({ ...history, groupBy: [...groupBy] });
    expect(await usageOf(cutOff)).toEqual(await usageOf(inOneGo));
    const october = (sample: ASample) =>
      sample.as('administrator').usage({ from: '2025-10-01', to: '2025-10-31', granularity: 'day' });
    expect(await october(cutOff)).toEqual(await october(inOneGo));
  });

  it('leaves a tenant "contoso" alone that it did not make', async () => {
    const server = await startServer();
    try {
      const operator = new Bursar({ url: server.url, key: server.operatorKey });
      await operator.tenants.create({ id: CONTOSO.id, name: 'Contoso Pharma' });
      await expect(openSampleTenant(server.store)).rejects.toThrow('there is one that it did not make');
      expect((await operator.tenants.list().all()).map(({ name }) => name)).toEqual(['Contoso Pharma']);
    } finally {
      await server.stop();
    }
  });

  it('has the same actions for the same day, with keys that no two share', () => {
    const days = ['2025-10-20', '2026-03-18', '2026-11-21'];
    const all = days.flatMap((day) => actionsOf(day, SCALE));
    expect(days.flatMap((day) => actionsOf(day, SCALE))).toEqual(all);
    expect(new Set(all.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(all.length);
    expect(all.every(({ occurredAt }) => days.some((day) => occurredAt!.startsWith(day)))).toBe(true);
  });
});

const DAY_MS = 86_400_000;

function addDays(instant: string, days: number): string {
  return new Date(Date.parse(instant) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole micro-credits. */
function micro(credits: string): bigint {
  const [whole, places = ''] = credits.split('.');
  return BigInt(whole! + places.padEnd(6, '0'));
}

function sum(credits: readonly string[]): bigint {
  return credits.reduce((total, each) => total + micro(each), 0n);
}
