// The real engine and store on a real PostgreSQL against the reference model (issue 5): in batches over two engines that take turns, and
// in bursts over two engines at once.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '../../src/core/month.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import { type ADatabase, aDatabase } from '../support/a-database.ts';
import { Coverage } from './coverage.ts';
import { playInBatches, playInBursts, type Stores } from './on-store.ts';
import { seeds } from './seeds.ts';
import { sequences } from './sequences.ts';

const clock = { now: Date.parse('2026-03-10T08:00:00Z') };
const engines: OpenStore[] = [];
const stores: Stores = { engines, clock };
let database: ADatabase;

beforeAll(async () => {
  database = await aDatabase();
  for (let index = 0; index < 2; index += 1)
    engines.push(await openStore({ url: database.url, clock: () => clock.now as Instant }));
});

afterAll(async () => {
  for (const engine of engines) await engine.close();
  await database.drop();
});

const RUNS = Number(process.env.MODEL_STORE_RUNS ?? 15);

/** A failure is shrunk for as long as this, not for ever. */
const WITHIN = { interruptAfterTimeLimit: 240_000, markInterruptAsFailure: true };

describe.each(seeds('MODEL_SEED', [20_260_310]))('with seed %i', (seed) => {
  it('answers and figures are those of the model, in batches over two engines that take turns', {
    timeout: 300_000,
  }, async () => {
    const coverage = new Coverage();
    await fc.assert(
      fc.asyncProperty(sequences(60), (sequence) => playInBatches(stores, sequence, coverage)),
      { seed, numRuns: RUNS, ...WITHIN },
    );
    console.log(`${coverage.steps} steps on the store in batches, seed ${seed}`);
    expect(coverage.missing(['refused: IdempotencyConflict', 'refused: QuotaExceeded', 'refused: HoldClosed'], 1)).toEqual([]);
  });

  it('two engines at once answer as the model does in the order of their records', { timeout: 300_000 }, async () => {
    const coverage = new Coverage();
    await fc.assert(
      fc.asyncProperty(sequences(60), (sequence) => playInBursts(stores, sequence, coverage)),
      { seed, numRuns: RUNS, ...WITHIN },
    );
    console.log(`${coverage.steps} steps on two engines at once, seed ${seed}`);
    expect(coverage.missing(['refused: QuotaExceeded', 'consume: in-overage'], 1)).toEqual([]);
  });
});
