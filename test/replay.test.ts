// Replay of real traffic: the sums of a public trace equal a recomputation with awk, which shares nothing with Bursar; and replaying
// twice changes nothing. The trace is not ours to ship: where ../shared is absent its tests are skipped.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bursar } from '../sdk/src/index.ts';
import type { ReplayTotals } from '../src/cli/replay-tally.ts';
import { bursar, type Ended } from './support/a-program.ts';
import { type AServer, startServer } from './support/a-server.ts';

const TRACE = fileURLToPath(new URL('../../shared/data/azure-llm-inference-2023/conv.csv', import.meta.url));
const TRACE_LINES = 19_366;
const CALLS = fileURLToPath(new URL('./fixtures/calls.csv', import.meta.url));
const CALLS_MAP = 'time=Timestamp,input=Request tokens,output=Response tokens,model=Model,user=User,environment=Team';
const isThere = existsSync(TRACE);
if (!isThere) console.warn(`skipped: the trace ${TRACE} is not there, so its sums are not compared`);

const run = promisify(execFile);
let server: AServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

interface Sandbox {
  client: Bursar;
  replay(...args: string[]): Promise<Ended>;
}

async function aSandbox(now = '2026-03-15T00:00:00Z'): Promise<Sandbox> {
  const { key } = await server.tenant('Replay', now);
  const client = new Bursar({ url: server.url, key });
  return { client, replay: (...args) => bursar(['replay', ...args], { BURSAR_URL: server.url, BURSAR_KEY: key }) };
}

function totalsOf({ stdout, stderr }: Ended): ReplayTotals & { badLines: number; from: string } {
  try {
    return JSON.parse(stdout);
  } catch {
    return expect.fail(`no JSON but ${stdout}${stderr}`);
  }
}

/** Runs awk over the lines of the trace; `i` and `o` are the tokens of a line, AI Builder and Copilot Credits are at the standard tier. */
async function awk(perLine: string, atEnd: string): Promise<string[]> {
  const program = `NR > 1 {
    i = $2 + 0; o = $3 + 0
    ai = int((i * 20 + o * 60 + 999) / 1000); if (ai < 1) ai = 1
    units = int((i + o + 999) / 1000); if (units < 1) units = 1
    copilot = units * 1.5
    ${perLine}
  } END { OFMT = "%.6f"; print ${atEnd} }`;
  return (await run('awk', ['-F,', program, TRACE])).stdout.trim().split(' ');
}

async function usageOf(client: Bursar): Promise<Record<string, string>> {
  const rows = await client.usage({ from: '2026-03-01', to: '2026-03-31', granularity: 'month', groupBy: ['source'] });
  return Object.fromEntries(rows.map((row) => [`${row.currency}/${row.source}`, row.credits]));
}

describe.skipIf(!isThere)('conv.csv, 19,366 real calls', () => {
  it('sums to what awk says where Copilot Credits pay for all', async () => {
    const { client, replay } = await aSandbox();
    await client.entitlements.create({ product: 'copilot-credit-pack', quantity: 40 });
    const told = await replay(TRACE, '--model', 'gpt-4.1', '--caller', 'agent', '--environments', '4', '--json');
    const totals = totalsOf(told);
    const [credits, actions] = await awk('sum += copilot; n++', 'sum, n');
    expect(told.exitCode).toBe(0);
    expect(totals).toMatchObject({ actions: TRACE_LINES, new: TRACE_LINES, replayed: 0, refused: 0, failed: 0 });
    expect(totals.carriers).toMatchObject([{ currency: 'copilot-credits', source: 'pool', actions: Number(actions) }]);
    expect(Number(totals.carriers[0]!.credits)).toBe(Number(credits));
    expect(Number((await usageOf(client))['copilot-credits/pool'])).toBe(Number(credits));
    expect(totals.environments.map((each) => each.exhaustedAt)).toEqual([null, null, null, null]);
  });

  it('sums to what awk says where an allocation of AI Builder credits ends on the way and Copilot Credits carry on', async () => {
    const { client, replay } = await aSandbox();
    await client.environments.create({ id: 'sales', name: 'sales' });
    await client.entitlements.create({ product: 'power-automate-premium', quantity: 20 });
    await client.entitlements.create({ product: 'copilot-credit-pack', quantity: 10 });
    await client.allocations.set({ environmentId: 'sales', currency: 'ai-builder-credits', credits: '50000' });
    const args = [TRACE, '--model', 'gpt-4.1', '--environments', 'sales', '--json'];
    const totals = totalsOf(await replay(...args));
    const [aiBuilder, copilot, line] = await awk(
      'if (spent < 50000) spent += ai; else { if (!line) line = NR; rest += copilot }',
      'spent, rest, line',
    );
    const credits = (source: string) => totals.carriers.find((each) => each.source === source)!.credits;
    expect(Number(credits('allocation'))).toBe(Number(aiBuilder));
    expect(Number(credits('pool'))).toBe(Number(copilot));
    expect(totals.environments).toMatchObject([
      {
        environmentId: 'sales',
        first: { currency: 'ai-builder-credits', source: 'allocation' },
        exhaustedAtLine: Number(line),
        carriedBy: [{ currency: 'copilot-credits', source: 'pool' }],
      },
    ]);
    const usage = await usageOf(client);
    expect(Number(usage['ai-builder-credits/allocation'])).toBe(Number(aiBuilder));
    expect(Number(usage['copilot-credits/pool'])).toBe(Number(copilot));

    const again = totalsOf(await replay(...args));
    expect(again).toMatchObject({ new: 0, replayed: TRACE_LINES, refused: 0, failed: 0 });
    expect(again.carriers).toEqual(totals.carriers);
    expect(again.environments).toEqual(totals.environments);
    expect(await usageOf(client)).toEqual(usage);
    expect((await client.activity().page({ limit: 1 })).value[0]!.sequence).toBe(TRACE_LINES);
  });

  it("plays on a sandbox's clock, which ends where the trace ends", async () => {
    const { client, replay } = await aSandbox();
    await client.entitlements.create({ product: 'copilot-credit-pack', quantity: 40 });
    const totals = totalsOf(await replay(TRACE, '--play', '--speed', 'max', '--caller', 'agent', '--json'));
    expect(totals).toMatchObject({ new: TRACE_LINES, refused: 0, failed: 0 });
    expect((await client.tenant()).now).toBe('2026-03-15T00:58:21.722Z');
    // Basic tier: 0.1 a unit.
    const [tenths] = await awk('sum += units', 'sum');
    expect(Number((await usageOf(client))['copilot-credits/pool']) * 10).toBeCloseTo(Number(tenths), 6);
  });
});

describe('a trace of another make', () => {
  it('is replayed by naming its columns; lines that cannot be used are told and passed over', async () => {
    const { client, replay } = await aSandbox();
    await client.entitlements.create({ product: 'copilot-credit-pack', quantity: 1 });
    const told = await replay(CALLS, '--map', CALLS_MAP, '--caller', 'agent', '--json');
    const totals = totalsOf(told);
    expect(totals).toMatchObject({ badLines: 4, new: 4, failed: 1, from: '2026-03-01T00:00:00.000Z' });
    // 7.5 (standard, 5 units) + 0.5 (basic, 5 units) + 0.1 (no model, 1 unit) + 1.5 (standard, 1 unit).
    expect(totals.carriers).toMatchObject([{ currency: 'copilot-credits', source: 'pool', actions: 4, credits: '9.6' }]);
    expect(totals.faults).toMatchObject([{ code: 'UnknownModel', actions: 1, firstLine: 11 }]);
    expect(told.exitCode).toBe(1);
    for (const [line, why] of [
      [5, 'Request tokens is "many"'],
      [6, '3 columns where the header has 6'],
      [7, 'Timestamp is "soon"'],
      [10, 'Team is "no such team!"'],
    ]) {
      expect(told.stderr).toContain(`line ${line} is passed over: ${why}`);
    }
    const activity = await client.activity().all();
    expect(activity.map((each) => [each.environmentId, each.userId, each.occurredAt]).reverse()).toEqual([
      ['sales', 'ada@contoso.com', '2026-03-01T00:00:00Z'],
      ['sales', 'bob@contoso.com', '2026-03-01T00:00:01.250Z'],
      ['service', 'ada@contoso.com', '2026-03-01T00:00:02Z'],
      ['service', 'eve@contoso.com', '2026-03-01T00:00:05Z'],
    ]);
  });

  it('changes nothing the second time, later in the month too, and another --run does', async () => {
    const { client, replay } = await aSandbox();
    await client.entitlements.create({ product: 'copilot-credit-pack', quantity: 1 });
    const args = [CALLS, '--map', CALLS_MAP, '--caller', 'agent', '--json'];
    await replay(...args);
    await client.moveClock('2026-03-20T12:00:00Z');
    expect(totalsOf(await replay(...args))).toMatchObject({ new: 0, replayed: 4 });
    expect(totalsOf(await replay(...args, '--run', '2'))).toMatchObject({ new: 4, replayed: 0 });
  });

  it('is told what was refused, and with --record-only refuses nothing', async () => {
    const { replay } = await aSandbox();
    const args = [CALLS, '--map', CALLS_MAP, '--caller', 'agent', '--json'];
    expect(totalsOf(await replay(...args))).toMatchObject({
      refused: 4,
      carriers: [{ refused: 'EntitlementNotAvailable', actions: 4 }],
    });
    expect(totalsOf(await replay(...args, '--record-only'))).toMatchObject({
      new: 4,
      refused: 0,
      carriers: [{ inOverage: true }],
    });
  });

  it('that is not known or does not fit says what to do', async () => {
    const { replay } = await aSandbox('2026-03-01T00:00:03Z');
    const unknown = await replay(CALLS);
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/of no known trace.*--map time=COLUMN/);
    const misnamed = await replay(CALLS, '--map', 'time=When,input=Request tokens,output=Response tokens');
    expect(misnamed.stderr).toMatch(/--map names "When", but the header is Timestamp,Model/);
    const long = await replay(CALLS, '--map', CALLS_MAP);
    expect(long).toMatchObject({ exitCode: 2, stdout: '' });
    expect(long.stderr).toMatch(/does not fit.*--play/);
  });

  it('needs a sandbox to be played', async () => {
    const { key } = await server.tenant('Live');
    const ended = await bursar(['replay', CALLS, '--map', CALLS_MAP, '--play'], { BURSAR_URL: server.url, BURSAR_KEY: key });
    expect(ended).toMatchObject({ exitCode: 2 });
    expect(ended.stderr).toMatch(/--play needs a sandbox/);
  });
});
