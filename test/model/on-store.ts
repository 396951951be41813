// Plays sequences on the real engine and store on a real PostgreSQL, beside the reference model: in batches of random sizes, over two engines
// that take turns; and in bursts over both at once, whose order is the one in which they were committed.

import type { Command as AnyCommand } from '../../src/core/command.ts';
import type { Instant } from '../../src/core/month.ts';
import { SEES_ALL } from '../../src/core/sight.ts';
import type { OpenStore } from '../../src/store/open-store.ts';
import type { Idempotency, TenantAddress } from '../../src/store/store.ts';
import { type Book, newBook } from './book.ts';
import type { Command, Told } from './command.ts';
import { expectSame, expectSameFigures, isSame, namesOneOf } from './compare.ts';
import type { Coverage } from './coverage.ts';
import { isOpenMonth } from './decide.ts';
import { figuresOf } from './figures.ts';
import { asKeyed, type Keyed, Keys } from './keys.ts';
import { play, timePasses } from './model.ts';
import type { Sequence } from './sequences.ts';
import { commandOf, type Step, type Waiting } from './step.ts';
import { figuresOfLedger, toldOf } from './told.ts';

export interface Stores {
  /** Two engines on one database. */
  engines: readonly OpenStore[];
  /** The server's clock of both. */
  clock: { now: number };
}

/** How many commands are submitted in one turn: mostly one, and then many. */
const SIZES = [1, 1, 3, 1, 12, 1, 2, 30];

interface Playing {
  tenant: TenantAddress;
  book: Book;
  keys: Keys;
  played: (Command | Waiting)[];
}

let tenants = 0;

async function begin({ engines, clock }: Stores, { startsAt, sandbox }: Sequence): Promise<Playing> {
  tenants += 1;
  const [store] = engines as [OpenStore];
  const id = `model-${tenants}`;
  const tenant = { cell: store.cellOf(id), tenantId: id };
  const now = Date.parse(startsAt) as Instant;
  if (!sandbox) clock.now = now;
  const key = { adminKeyId: store.newId(), adminKeyHash: Buffer.from(store.newId()) };
  await store.createTenant({ id, name: id, sandboxNow: sandbox ? now : null, ...key });
  return { tenant, book: newBook(now, sandbox), keys: new Keys(), played: [] };
}

async function submit(engine: OpenStore, { tenant }: Playing, { command, key }: Keyed): Promise<Told> {
  const { outcome } = await engine.submit(
    tenant,
    structuredClone(command) as AnyCommand as never,
    key as Idempotency | undefined,
  );
  return toldOf(command, outcome);
}

async function expectFigures(engine: OpenStore, { tenant, book, played }: Playing, coverage: Coverage): Promise<void> {
  const figures = figuresOf(book);
  expectSameFigures(figures, figuresOfLedger(await engine.readLedger(tenant, 'all')), played);
  coverage.countFigures(figures);
}

/** In batches, over two engines that take turns: every answer is the model's, and all figures after every batch of more than one. */
export async function playInBatches(stores: Stores, sequence: Sequence, coverage: Coverage): Promise<void> {
  const playing = await begin(stores, sequence);
  const { book, keys, played } = playing;
  let waiting: { keyed: Keyed; expected: Told; after: number }[] = [];
  let turn = 0;
  const flush = async () => {
    const engine = stores.engines[turn % stores.engines.length]!;
    const batch = waiting;
    waiting = [];
    turn += 1;
    const answers = await Promise.all(batch.map(({ keyed }) => submit(engine, playing, keyed)));
    for (const [index, { expected, after }] of batch.entries()) {
      expectSame(expected, answers[index]!, played.slice(0, after), `the answer to step ${after} (batch of ${batch.length})`);
    }
    if (batch.length > 1) await expectFigures(engine, playing, coverage);
  };
  for (const [index, step] of sequence.steps.entries()) {
    const command = commandOf(book, step, index + 1);
    if (command.do === 'wait') {
      await flush();
      timePasses(book, command.ms);
      stores.clock.now += command.ms;
      played.push(command);
      continue;
    }
    const keyed = asKeyed(keys, command, index, (month) => isOpenMonth(book, month));
    played.push(keyed.command);
    const expected = keys.play(book, keyed);
    coverage.count(keyed.command.do, expected);
    waiting.push({ keyed, expected, after: played.length });
    if (waiting.length >= SIZES[turn % SIZES.length]!) await flush();
  }
  await flush();
  for (const engine of stores.engines) await expectFigures(engine, playing, coverage);
}

/**
 * In bursts that both engines decide at once. The order of the model is that of the records' numbers; the one command of a burst that leaves
 * no record may have come anywhere in between, and one place for it must explain every answer and the figures.
 */
export async function playInBursts(stores: Stores, sequence: Sequence, coverage: Coverage): Promise<void> {
  const playing = await begin(stores, sequence);
  let last = 0;
  let serial = 0;
  for (const steps of burstsOf(sequence.steps)) {
    const commands = steps.map((step) => {
      serial += 1;
      return commandOf(playing.book, step, serial);
    });
    const [only] = commands;
    if (only?.do === 'wait') {
      timePasses(playing.book, only.ms);
      stores.clock.now += only.ms;
      playing.played.push(only);
      continue;
    }
    const burst = commands as Command[];
    const answers = await Promise.all(
      burst.map((command, index) => submit(stores.engines[index % stores.engines.length]!, playing, { command })),
    );
    const { value: records } = await stores.engines[0]!.listActivity(
      playing.tenant,
      { sight: SEES_ALL },
      { limit: burst.length },
    );
    const numbers = new Map(records.map(({ id, sequence: number }) => [id, number]));
    const numberOf = (command: Command) => ('id' in command ? numbers.get(command.id) : undefined);
    const recorded = burst.filter((command) => (numberOf(command) ?? 0) > last).sort((a, b) => numberOf(a)! - numberOf(b)!);
    const floating = burst.filter((command) => !recorded.includes(command));
    last += recorded.length;
    const book = explain(playing.book, recorded, floating, (command, told) => {
      const answer = answers[burst.indexOf(command)]!;
      return isSame(told, answer) || namesOneOf(told, answer);
    });
    if (book instanceof Error) {
      // Says which answer differs, in the order of the records.
      const again = structuredClone(playing.book);
      for (const command of [...floating, ...recorded]) {
        playing.played.push(command);
        expectSame(
          play(again, command),
          answers[burst.indexOf(command)]!,
          playing.played,
          `in a burst of ${burst.length}, an answer`,
        );
      }
      throw book;
    }
    playing.book = book;
    playing.played.push(...recorded, ...floating);
    for (const [index, command] of burst.entries()) coverage.count(command.do, answers[index]!);
    if (burst.length > 1) await expectFigures(stores.engines[serial % stores.engines.length]!, playing, coverage);
  }
  for (const engine of stores.engines) await expectFigures(engine, playing, coverage);
}

/** Consumptions together, with one other command at most; whatever moves time or has parts of its own goes alone. */
function burstsOf(steps: readonly Step[]): Step[][] {
  const bursts: Step[][] = [];
  let burst: Step[] = [];
  let others = 0;
  const close = () => {
    if (burst.length > 0) bursts.push(burst);
    [burst, others] = [[], 0];
  };
  for (const step of steps) {
    const mayFloat =
      step.step === 'hold' || step.step === 'release' || (step.step === 'command' && FLOATING.has(step.command.do));
    const goesAlone = step.step !== 'consume' && !mayFloat;
    if (goesAlone || (mayFloat && others === 1) || burst.length === 16) close();
    burst.push(step);
    if (mayFloat) others += 1;
    if (goesAlone) close();
  }
  close();
  return bursts;
}
const FLOATING = new Set(['allocate', 'change-environment', 'set-limit', 'delete-limit', 'change-billing-plan']);

/** The book after a burst, if some place of each command without a record explains all answers. Refused input changes nothing and fits anywhere. */
function explain(
  before: Book,
  recorded: readonly Command[],
  floating: readonly Command[],
  fits: (command: Command, told: Told) => boolean,
): Book | Error {
  const inert = floating.filter((command) => command.do === 'consume');
  const moving = floating.filter((command) => command.do !== 'consume');
  const [one] = moving;
  const places = one ? recorded.length + 1 : 1;
  for (let place = 0; place < places; place += 1) {
    const book = structuredClone(before);
    const order = one ? [...recorded.slice(0, place), one, ...recorded.slice(place)] : recorded;
    if ([...inert, ...order].every((command) => fits(command, play(book, command)))) return book;
  }
  return new Error(`no order of ${recorded.length} records and ${moving.length} commands without a record explains the answers`);
}
