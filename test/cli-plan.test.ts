// The verbs that plan: price, models, estimate, forecast, compare. Real processes, held against the API's answers.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Verbs, verbsOf } from './support/a-program.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION } from './support/call.ts';

let server: AServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'bursar-cli-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const REFUSED = { exitCode: 1, stdout: '' };

async function aTenant(): Promise<Verbs> {
  const verbs = await verbsOf(server, '2026-03-10T08:00:00Z');
  await verbs.api('POST /v1/environments', { id: 'sales', name: 'Sales' });
  await verbs.api('POST /v1/entitlements', { product: 'copilot-credit-pack', quantity: 1 });
  return verbs;
}

describe('price', () => {
  it('tells what an action costs in every currency that has a rate', async () => {
    const { run, json, api } = await aTenant();
    const { stdout } = await run('price receipt-processing --usage pages=2');
    expect(stdout).toMatch(/^AI Builder credits +2 +64$/m);
    expect(stdout).toMatch(/^Copilot Credits +2 +16$/m);
    expect(stdout).toMatch(/^rate card \S+/m);
    const action = { capability: 'prompt', model: 'gpt-4.1', usage: { inputTokens: 3100, outputTokens: 1500 } };
    const prompt = 'price prompt --model gpt-4.1 --usage inputTokens=3100 --usage outputTokens=1500';
    const price = await api('POST /v1/price', action);
    expect(await json(prompt)).toEqual(price);
    expect((await run(prompt)).stdout).toContain(`${price.tier} tier`);
    const before = await json('price receipt-processing --usage pages=2 --at 2025-06-01T00:00:00Z');
    const receipt = { capability: 'receipt-processing', usage: { pages: 2 }, occurredAt: '2025-06-01T00:00:00Z' };
    expect(before).toEqual(await api('POST /v1/price', receipt));
    expect(before.rateCard).not.toBe(price.rateCard);
  });

  const WRONG: Record<string, [of: string, exitCode: number, said: RegExp]> = {
    'no usage': ['receipt-processing', 2, /--usage/],
    'usage without a count': ['receipt-processing --usage pages', 2, /wanted UNIT=COUNT/],
    'an unknown capability': ['toast --usage pages=1', 1, /\(UnknownCapability\)/],
    'an unknown model': ['prompt --model toaster --usage inputTokens=1 --usage outputTokens=1', 1, /\(UnknownModel\)/],
  };
  for (const [title, [of, exitCode, said]] of Object.entries(WRONG)) {
    it(`says what is wrong: ${title}`, async () => {
      const { run } = await aTenant();
      expect(await run(`price ${of}`)).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(said) });
    });
  }
});

it('models: their tiers and dates, as the API has them', async () => {
  const { run, json, api } = await aTenant();
  const { value } = await api('GET /v1/models?limit=1000');
  expect(await json('models')).toEqual(value);
  const { stdout } = await run('models');
  expect(stdout).toMatch(/^gpt-4\.1 +standard +\d{4}-\d\d-\d\d /m);
  expect(stdout.trim().split('\n')).toHaveLength(value.length + 1);
});

describe('estimate', () => {
  it('tells what volumes cost and what to buy', async () => {
    const { run, json, api } = await aTenant();
    // The worked example of section 2: 32,000 receipts are 1,024,000 AI Builder credits.
    const { stdout } = await run('estimate receipt-processing=32,000');
    expect(stdout).toMatch(/receipt-processing +32,000 pages +1 +1,024,000 +256,000/);
    expect(stdout).toMatch(/Copilot Credits +256,000 +25,000 +231,000 +10 × copilot-credit-pack/);
    const volumes = [
      { capability: 'receipt-processing', usage: { pages: 32_000 } },
      { capability: 'prompt', model: 'gpt-4.1', usage: { inputTokens: 3100, outputTokens: 1500 }, actions: 1000 },
    ];
    expect(await json('estimate receipt-processing=32000 prompt@gpt-4.1=3100+1500x1,000')).toEqual(
      await api('POST /v1/estimates', { volumes }),
    );
  });

  it('reads volumes from CSV and JSON', async () => {
    const { json, api } = await aTenant();
    const volumes = [
      { capability: 'receipt-processing', usage: { pages: 500 }, actions: 2 },
      { capability: 'prompt', model: 'gpt-4.1', usage: { inputTokens: 3100, outputTokens: 1500 } },
    ];
    const wanted = await api('POST /v1/estimates', { volumes });
    const csv = join(folder, 'volumes.csv');
    await writeFile(
      csv,
      'capability,model,times,pages,inputTokens,outputTokens\nreceipt-processing,,2,500,,\nprompt,gpt-4.1,,,3100,1500\n',
    );
    expect(await json(['estimate', '--file', csv])).toEqual(wanted);
    const file = join(folder, 'volumes.json');
    await writeFile(file, JSON.stringify({ volumes }));
    expect(await json(['estimate', '--file', file])).toEqual(wanted);
  });

  const WRONG: Record<string, [volume: string, exitCode: number, said: RegExp]> = {
    'nothing said': ['', 2, /say what and how much/],
    'no units': ['receipt-processing', 2, /wanted CAPABILITY\[@MODEL\]=UNITS/],
    'an unknown capability': ['toast=3', 2, /no capability "toast"/],
    'tokens in one number': ['prompt=4600', 2, /wanted INPUT\+OUTPUT/],
    'pages in two numbers': ['receipt-processing=1+2', 2, /counted in pages/],
    'an unknown model': ['prompt@toaster=1+2', 1, /\(UnknownModel\)/],
    'a file that is not there': ['--file nowhere.csv', 2, /nowhere\.csv cannot be read/],
  };
  for (const [title, [volume, exitCode, said]] of Object.entries(WRONG)) {
    it(`says what is wrong: ${title}`, async () => {
      const { run } = await aTenant();
      const ended = await run(`estimate ${volume}`.trim());
      expect(ended).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(said) });
    });
  }

  it('names the line of a file that is wrong', async () => {
    const { run } = await aTenant();
    const csv = join(folder, 'wrong.csv');
    await writeFile(csv, 'capability,pages\nreceipt-processing,1\nreceipt-processing,many\n');
    expect((await run(['estimate', '--file', csv])).stderr).toMatch(/wrong\.csv, line 3, pages "many": wanted a whole number/);
  });
});

it('forecast: of the tenant and of an environment, as the API tells it', async () => {
  const { run, json, api } = await aTenant();
  await api('POST /v1/consumptions', { ...ACTION, usage: { pages: 1000 } });
  // 8,000 in 10 days begun of 31.
  expect((await run('forecast sales')).stdout).toMatch(/Copilot Credits +8,000 +24,800 .* pool +25,000 /);
  expect(await json('forecast sales')).toEqual(await api('GET /v1/environments/sales/forecast'));
  expect((await run('forecast')).stdout).toMatch(/Copilot Credits +8,000 +24,800 .* 25,000 /);
  expect(await json('forecast')).toEqual(await api('GET /v1/forecast'));
  expect(await run('forecast nowhere')).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('(NotFound)') });
});

it('compare: what late figures would have admitted and overspent', async () => {
  const { run, json, api } = await aTenant();
  // 32,000 of 25,000: realtime figures refuse from 125 % on, computed ones of tomorrow see nothing yet.
  for (let i = 0; i < 5; i++) await api('POST /v1/consumptions', { ...ACTION, usage: { pages: 800 }, recordOnly: true });
  const period = '--from 2026-03-01 --to 2026-03-31';
  const { stdout } = await run(`compare ${period} --delay-days 1 --by-day`);
  const compared = await json(`compare ${period} --delay-days 1`);
  expect(compared).toEqual(await api('POST /v1/comparisons', { from: '2026-03-01', to: '2026-03-31', delayDays: 1 }));
  expect(compared).toMatchObject({ actions: 5, computed: { admitted: 5, refused: 0, overspent: [{ credits: '7000' }] } });
  expect(stdout).toMatch(/^5 actions from 2026-03-01 to 2026-03-31, computed daily, 1 day late\n/);
  expect(stdout).toMatch(new RegExp(`^admitted +${compared.realtime.admitted} +5$`, 'm'));
  expect(stdout).toMatch(/^overspent Copilot Credits +[\d,]+ +7,000$/m);
  expect(stdout).toMatch(/2026-03-10 +\d+ +\d+ +5 +0$/m);
  expect(await run('compare --from 2026-03-31 --to 2026-03-01')).toMatchObject({
    ...REFUSED,
    stderr: expect.stringMatching(/2026-03-31 is after 2026-03-01/),
  });
  expect((await run(`compare ${period} --delay-days 40`)).exitCode).toBe(2);
});
