// Generated traffic: the same for the same seed, and of the shape of the trace that it was fitted to.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generateTraffic, type TrafficAction, type TrafficOptions } from '../src/traffic/generate-traffic.ts';
import type { TrafficMix } from '../src/traffic/mix.ts';

const TRACE = fileURLToPath(new URL('../../shared/data/azure-llm-inference-2023/conv.csv', import.meta.url));
const isThere = existsSync(TRACE);
if (!isThere) console.warn(`skipped: the trace ${TRACE} is not there, so generated traffic is not compared with it`);

const PROMPTS_ONLY: TrafficMix = [
  {
    weight: 1,
    environmentId: 'sales',
    users: 50,
    resources: [
      {
        weight: 1,
        caller: 'api',
        resource: { type: 'app', id: 'a', name: 'A' },
        capabilities: [{ weight: 1, capability: 'prompt' }],
      },
    ],
  },
];

function traffic(change: Partial<TrafficOptions> = {}): TrafficAction[] {
  const week = { from: '2026-03-02T00:00:00Z', to: '2026-03-09T00:00:00Z' };
  return [...generateTraffic({ seed: 1, ...week, actionsPerDay: 1000, ...change })];
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(q * (sorted.length - 1))]!;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  const deviation = (values: readonly number[], m: number) => Math.sqrt(mean(values.map((value) => (value - m) ** 2)));
  return mean(a.map((value, i) => (value - ma) * (b[i]! - mb))) / deviation(a, ma) / deviation(b, mb);
}

/** The variation of counts per window: how bursty arrivals are. */
function variation(times: readonly number[], windowMs: number): number {
  const counts = new Map<number, number>();
  const windows = Math.floor((times.at(-1)! - times[0]!) / windowMs);
  for (const time of times) {
    const window = Math.floor((time - times[0]!) / windowMs);
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  const each = Array.from({ length: windows }, (_, i) => counts.get(i) ?? 0);
  const middle = mean(each);
  return Math.sqrt(mean(each.map((count) => (count - middle) ** 2))) / middle;
}

describe('generated traffic', () => {
  it('is the same for the same seed, and other for another', () => {
    expect(traffic()).toEqual(traffic());
    expect(traffic({ seed: 2 })).not.toEqual(traffic());
  });

  it('comes in order, within its time, each with a key of its own', () => {
    const actions = traffic();
    const times = actions.map((action) => action.occurredAt);
    expect(times).toEqual([...times].sort());
    expect(times[0]! >= '2026-03-02T00:00:00.000Z' && times.at(-1)! < '2026-03-09T00:00:00.000Z').toBe(true);
    expect(new Set(actions.map((action) => action.idempotencyKey)).size).toBe(actions.length);
  });

  it('is as much as was asked for over a week, more by day and on working days', () => {
    const actions = traffic();
    expect(actions.length / 7 / 1000).toBeGreaterThan(0.93);
    expect(actions.length / 7 / 1000).toBeLessThan(1.07);
    const at = (test: (date: Date) => boolean) => actions.filter((action) => test(new Date(action.occurredAt))).length;
    expect(at((date) => date.getUTCHours() === 10)).toBeGreaterThan(10 * at((date) => date.getUTCHours() === 3));
    expect(at((date) => date.getUTCDay() === 3)).toBeGreaterThan(3 * at((date) => date.getUTCDay() === 0));
  });

  it('goes to every environment by its weight, to few users most, and uses what belongs to its resource', () => {
    const actions = traffic({ actionsPerDay: 3000 });
    const share = (id: string) => actions.filter((action) => action.environmentId === id).length / actions.length;
    expect(share('sales')).toBeCloseTo(0.45, 1);
    expect(share('makers')).toBeCloseTo(0.05, 1);
    const users = actions.filter((action) => action.environmentId === 'sales').map((action) => action.userId);
    const ofFirst = users.filter((user) => user === 'user-1.sales@example.com').length / users.length;
    expect(ofFirst).toBeGreaterThan(5 / new Set(users).size);
    for (const action of actions.filter((each) => each.capability === 'invoice-processing')) {
      expect(action.usage.pages).toBeGreaterThanOrEqual(1);
    }
  });

  it('is nothing where nothing is asked for, and says which instant is none', () => {
    expect(traffic({ actionsPerDay: 0 })).toEqual([]);
    expect(traffic({ to: '2026-03-02T00:00:00Z' })).toEqual([]);
    expect(() => traffic({ from: 'soon' })).toThrow(/from is "soon"/);
  });
});

describe.skipIf(!isThere)('compared with an hour of the trace', () => {
  const rows = !isThere
    ? []
    : readFileSync(TRACE, 'utf8')
        .split(/\r?\n/)
        .slice(1)
        .filter((line) => line !== '')
        .map((line) => line.split(','))
        .map(([time, input, output]) => ({
          ms: Date.parse(`${time!.replace(' ', 'T')}Z`),
          input: Number(input),
          output: Number(output),
        }));
  const actions = !isThere
    ? []
    : traffic({
        from: '2026-03-02T18:00:00Z',
        to: '2026-03-02T20:00:00Z',
        actionsPerDay: 19_366 * 24.6,
        mix: PROMPTS_ONLY,
        pattern: 'flat',
      });
  const tokens = (name: 'inputTokens' | 'outputTokens') => actions.map((action) => action.usage[name]!);

  it('prompts are as long, and so are their answers', () => {
    for (const [generated, real] of [
      [tokens('inputTokens'), rows.map((row) => row.input)],
      [tokens('outputTokens'), rows.map((row) => row.output)],
    ] as const) {
      expect(Math.abs(mean(generated) / mean(real) - 1)).toBeLessThan(0.04);
      for (const q of [0.1, 0.25, 0.5, 0.75, 0.9]) {
        // As a place in the real distribution, which is steep in places.
        const at = quantile(generated, q);
        const place = real.filter((value) => value <= at).length / real.length;
        expect(Math.abs(place - q), `quantile ${q}`).toBeLessThan(0.06);
      }
    }
  });

  it('long prompts have the answers of long prompts', () => {
    const real = correlation(
      rows.map((row) => row.input),
      rows.map((row) => row.output),
    );
    expect(Math.abs(correlation(tokens('inputTokens'), tokens('outputTokens')) - real)).toBeLessThan(0.06);
  });

  it('gaps between arrivals are as uneven, and bursts as strong', () => {
    const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - times[i]!);
    const [generated, real] = [actions.map((action) => Date.parse(action.occurredAt)), rows.map((row) => row.ms)];
    const [meanGenerated, meanReal] = [mean(gaps(generated)), mean(gaps(real))];
    for (const q of [0.25, 0.5, 0.75, 0.9, 0.99]) {
      const [a, b] = [quantile(gaps(generated), q) / meanGenerated, quantile(gaps(real), q) / meanReal];
      expect(Math.abs(a / b - 1), `gap quantile ${q}`).toBeLessThan(0.12);
    }
    for (const seconds of [1, 10, 60]) {
      const ratio = variation(generated, seconds * 1000) / variation(real, seconds * 1000);
      expect(ratio, `counts of ${seconds} s`).toBeGreaterThan(0.75);
      expect(ratio, `counts of ${seconds} s`).toBeLessThan(1.3);
    }
  });
});
