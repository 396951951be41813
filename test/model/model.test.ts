// The core against the reference model (issue 5): random sequences of every command, every answer compared (decision, currency, credits,
// source, price, explanation, refusal with its figures and remedies), and every fourth step all figures and statuses.
// `MODEL_SEED=12345 npx vitest run test/model/model.test.ts` plays one seed again, `MODEL_RUNS` says how many sequences.

import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Coverage } from './coverage.ts';
import { playOnCore } from './on-core.ts';
import { seeds } from './seeds.ts';
import { sequences } from './sequences.ts';

const RUNS = Number(process.env.MODEL_RUNS ?? 1_060);
const STEPS_WANTED = 200_000;
const coverage = new Coverage();
/** One seed, or fewer sequences, reach less. */
const IS_WHOLE = process.env.MODEL_SEED === undefined && process.env.MODEL_RUNS === undefined;

describe.each(seeds('MODEL_SEED', [1, 20_251_101]))('with seed %i', (seed) => {
  it('every answer and every figure of the core is that of the model', { timeout: 900_000 }, () => {
    const before = coverage.steps;
    fc.assert(
      fc.property(sequences(60), (sequence) => playOnCore(sequence, coverage)),
      { seed, numRuns: RUNS },
    );
    // A long history is not another thing than a short one.
    fc.assert(
      fc.property(sequences(600), (sequence) => playOnCore(sequence, coverage)),
      { seed, numRuns: Math.ceil(RUNS / 250) },
    );
    console.log(`${coverage.steps - before} steps on the core, seed ${seed}`);
  });
});

const REFUSALS = [
  'AlreadyExists',
  'ClockMovesForwardOnly',
  'EndOfSale',
  'EntitlementNotAvailable',
  'ExtensionNotAvailable',
  'HoldClosed',
  'InsufficientUnallocatedCredits',
  'InvalidRequest',
  'LimitReached',
  'MinimumQuantityNotMet',
  'NotASandbox',
  'NotFound',
  'PayAsYouGoNotAvailable',
  'PeriodClosed',
  'PreviewModelsDisabled',
  'QuotaExceeded',
  'TrialNotAvailable',
  'UnknownCapability',
  'UnknownModel',
  'UnknownProduct',
].map((code) => `refused: ${code}`);

const SOURCES = [
  'ai-builder-credits trial',
  'ai-builder-credits allocation',
  'ai-builder-credits allocation in overage',
  'ai-builder-credits pool',
  'ai-builder-credits pool in overage',
  'ai-builder-credits extension',
  'copilot-credits allocation',
  'copilot-credits allocation in overage',
  'copilot-credits pool',
  'copilot-credits pool in overage',
  'copilot-credits pre-purchase',
  'copilot-credits pay-as-you-go',
  'copilot-sessions allocation',
  'copilot-sessions allocation in overage',
  'copilot-sessions pool',
  'copilot-sessions pool in overage',
  'none in overage',
].map((source) => `source: ${source}`);

const FREE = ['test', 'training', 'preview', 'free-capability', 'zero-rated'].map((reason) => `free: ${reason}`);
const ERAS = ['capacity', 'dual-mode', 'add-on-only'].map((era) => `era: ${era}`);

// An allocation of Copilot Credits or sessions that is spent is covered by the pool; sessions know no other source.
const STATUSES = ['ai-builder-credits', 'copilot-credits', 'copilot-sessions'].flatMap((currency) => [
  `status: ${currency} none no-capacity`,
  ...['within-capacity', 'near-capacity', 'covered-overage', 'overage', 'blocked', 'no-capacity'].flatMap((status) => [
    `status: ${currency} allocation ${status}`,
    ...(currency === 'copilot-sessions' && status === 'covered-overage' ? [] : [`status: ${currency} pool ${status}`]),
    `tenant status: ${currency} ${status}`,
  ]),
]);

const MAKERS = [
  'run yes, make yes',
  'run yes, make QuotaExceeded',
  'run QuotaExceeded, make QuotaExceeded',
  'run QuotaExceeded, make yes',
  'run EntitlementNotAvailable, make EntitlementNotAvailable',
  'run EntitlementNotAvailable, make yes',
].map((features) => `makers: ${features}`);

const LIMITS = ['within-limit', 'nearing-limit', 'over-limit'].map((status) => `limit: ${status}`);

const COMMANDS = [
  ...['consume: charged', 'consume: in-overage', 'consume: free', 'hold: open', 'release: released'],
  ...[
    'capture: charged',
    'capture: in-overage',
    'capture: free',
    'capture: again',
    'record-history: charged',
    'record-history: free',
  ],
  ...['create-environment: done', 'create-environment: there already', 'change-environment: done', 'delete-environment: done'],
  ...[
    'entitle: done',
    'end-entitlement: done',
    'allocate: done',
    'define-capability: done',
    'set-limit: done',
    'delete-limit: done',
  ],
  ...['create-billing-plan: Enabled', 'change-billing-plan: Disabled', 'delete-billing-plan: Enabled', 'start-trial: done'],
  ...[
    'extend-trial: done',
    'extend-month: done',
    'compute: done',
    'change-settings: done',
    'move-clock: done',
    'expire-holds: done',
    'wait: done',
  ],
];

it.runIf(IS_WHOLE)(
  `the sequences were ${STEPS_WANTED} steps and more, and reached every refusal, source, status and command`,
  () => {
    const wanted = [...REFUSALS, ...SOURCES, ...FREE, ...ERAS, ...STATUSES, ...MAKERS, ...LIMITS, ...COMMANDS];
    expect(coverage.missing(wanted, 15)).toEqual([]);
    expect(coverage.steps).toBeGreaterThanOrEqual(STEPS_WANTED);
  },
);

afterAll(() => console.log(`what ${coverage.steps} steps reached:\n${coverage}`));

it('the figures of the model are those of the specification', async () => {
  const own = JSON.parse(await readFile(fileURLToPath(new URL('catalogue.json', import.meta.url)), 'utf8'));
  const shared = await readFile(fileURLToPath(new URL('../../../shared/spec/catalogue.json', import.meta.url)), 'utf8').catch(
    () => null,
  );
  if (shared !== null) expect(own).toEqual(JSON.parse(shared));
  expect(own.rateCards).toHaveLength(3);
});

it('the model shares no code with the product: only what drives the two knows src', async () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const knowing: string[] = [];
  for (const name of (await readdir(folder)).filter((each) => each.endsWith('.ts')).sort()) {
    const text = await readFile(`${folder}/${name}`, 'utf8');
    if (/from '\.\.\//.test(text)) knowing.push(name);
  }
  expect(knowing).toEqual(['model-store.test.ts', 'on-core.ts', 'on-store.ts', 'told.ts']);
});
