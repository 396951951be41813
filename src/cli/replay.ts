// `bursar replay`: meters a trace of real AI calls. Each line becomes an action, recorded at the times of the trace in the open month,
// or played on a sandbox's clock. The same replay again changes nothing: its keys are the same.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Action, type Allowed, type Bursar, BursarError, type Failed, type Refused } from '../../sdk/src/index.ts';
import { readIds, readPositive } from './options.ts';
import { currencyName, grouped, note, printJson, printLine, printTable } from './print.ts';
import { progressOf } from './progress.ts';
import { playedBatches, playedClock, recordedBatches } from './replay-batches.ts';
import { instantOf, type PlannedAction, planner, type ReplayPlan, recordOffset, traceTime } from './replay-plan.ts';
import { type Carrier, ReplayTally, type ReplayTotals } from './replay-tally.ts';
import { readTrace, surveyTrace, type TraceSurvey } from './trace-file.ts';
import { readMap, type TraceColumns } from './trace-format.ts';
import { addVerb, type ConnectionFlags, connected, finish, UsageError } from './verb.ts';

const CALLERS = ['canvas-app', 'model-driven-app', 'cloud-flow', 'agent', 'agent-flow', 'api'] as const;
const USUAL_SPEED = 3600;

interface ReplayFlags extends ConnectionFlags {
  map?: string;
  model?: string;
  capability: string;
  caller: Action['caller'];
  environments: string[];
  users: number;
  seed: string;
  run: string;
  record?: boolean;
  recordOnly?: boolean;
  at?: string;
  play?: boolean;
  speed?: number;
  inFlight: number;
}

export function addReplay(program: Command): void {
  addVerb(
    program,
    'replay <file>',
    'meter a trace of real AI calls (CSV); doing it twice changes nothing',
    [
      'bursar replay conv.csv --model gpt-4.1 --environments sales,service',
      'bursar replay conv.csv --play --speed 3600      # on a sandbox: an hour of the trace a second',
      "bursar replay calls.csv --map 'time=Timestamp,input=Request tokens,output=Response tokens,model=Model'",
    ].join('\n'),
  )
    .option('--map <columns>', 'time=COL,input=COL,output=COL[,model=COL,user=COL,environment=COL] of a header that is not known')
    .option('--model <id>', 'what the prompts run on; without it the basic tier')
    .option('--capability <id>', 'what is used: prompt, or another that is counted in tokens', 'prompt')
    .addOption(new Option('--caller <caller>', 'what runs them').choices(CALLERS).default('cloud-flow'))
    .addOption(
      new Option('--environments <ids|count>', 'where they run, in equal shares; made where missing')
        .argParser(readEnvironments)
        .default(readEnvironments('1'), '1: replay-1'),
    )
    .option('--users <count>', 'how many people run them', readPositive, 20)
    .option('--seed <text>', 'another seed gives the lines to other environments and users', '1')
    .option('--run <text>', 'another run of the same file, beside the one before', '1')
    .option('--record', 'record at the times of the trace, moved to the start of the open month (the default)')
    .option('--record-only', 'as history: record whatever the credits, without refusing')
    .option('--at <instant>', 'where in the open month the trace begins (with --record)')
    .option('--play', "play it on a sandbox's clock, as if it happened now")
    .option('--speed <factor>', `seconds of the trace in a second (with --play; default ${USUAL_SPEED}), or max`, readSpeed)
    .option('--in-flight <count>', 'batches under way at a time; with more than 1 their order is not certain', readPositive, 1)
    .action((file: string, flags: ReplayFlags) => finish(() => replay(file, flags)));
}

async function replay(file: string, flags: ReplayFlags): Promise<number> {
  if (flags.play && (flags.record || flags.recordOnly || flags.at)) {
    throw new UsageError('--play decides as it happens: it does not go with --record, --record-only or --at');
  }
  if (flags.speed !== undefined && !flags.play) throw new UsageError('--speed goes with --play');
  const bursar = connected(flags, { retries: 8 });
  const map = flags.map === undefined ? undefined : readMap(flags.map);
  const survey = await surveyTrace(file, map);
  tellBadLines(survey);
  const tenant = await bursar.tenant();
  if (flags.play && !tenant.sandbox) {
    throw new UsageError(
      `tenant ${tenant.id} has the real clock and --play needs a sandbox: bursar tenant create NAME --sandbox INSTANT`,
    );
  }
  const offsetMs = flags.play ? Math.ceil(Date.parse(tenant.now) - survey.firstMs) : recordOffset(survey, tenant.now, flags.at);
  const plan = planOf(file, flags, offsetMs);
  await makeEnvironments(bursar, survey.environments.size > 0 ? [...survey.environments] : plan.environments);

  const speed = flags.speed ?? USUAL_SPEED;
  const actions = plannedActions(file, map, plan);
  const batches = flags.play ? playedBatches(actions, speed) : recordedBatches(actions);
  const move = flags.play ? playedClock(bursar, Date.parse(tenant.now), speed) : undefined;
  const tally = new ReplayTally();
  const progress = progressOf(`replaying ${file}`, survey.calls);
  const began = performance.now();
  try {
    for await (const [batch, decisions] of decided(bursar, batches, flags.play ? 1 : flags.inFlight, move)) {
      for (const [index, planned] of batch.entries()) tally.add(planned, decisions[index]!);
      progress.done(batch.length);
    }
  } finally {
    progress.stop();
  }
  const seconds = (performance.now() - began) / 1000;
  const totals = tally.totals();
  const told = {
    file,
    format: survey.format.name,
    mode: plan.mode,
    from: instantOf(survey.firstMs + offsetMs),
    to: instantOf(survey.lastMs + offsetMs),
    seconds: Number(seconds.toFixed(3)),
    rowsPerSecond: Math.round(totals.actions / seconds),
    badLines: survey.badLines,
    ...totals,
  };
  if (flags.json) printJson(told);
  else print(told, survey);
  return totals.failed > 0 ? 1 : 0;
}

function planOf(file: string, flags: ReplayFlags, offsetMs: number): ReplayPlan {
  const { capability, model, caller, environments, users, seed, run } = flags;
  const mode = flags.play ? 'play' : 'record';
  return {
    file,
    capability,
    model,
    caller,
    environments,
    users,
    seed,
    run,
    recordOnly: flags.recordOnly ?? false,
    mode,
    offsetMs,
  };
}

async function* plannedActions(
  file: string,
  map: TraceColumns | undefined,
  plan: ReplayPlan,
): AsyncGenerator<PlannedAction, void> {
  const planned = planner(plan);
  for await (const each of readTrace(file, map)) if (!('bad' in each)) yield planned(each);
}

/** Sends the batches in their order, at most `inFlight` at a time, and answers them in their order. */
async function* decided(
  bursar: Bursar,
  batches: AsyncIterable<PlannedAction[]>,
  inFlight: number,
  before: ((batch: PlannedAction[]) => Promise<void>) | undefined,
): AsyncGenerator<[PlannedAction[], (Allowed | Refused | Failed)[]], void> {
  const underWay: [PlannedAction[], Promise<(Allowed | Refused | Failed)[]>][] = [];
  for await (const batch of batches) {
    await before?.(batch);
    const sent = bursar.consumeBatch(batch.map((each) => each.action));
    // Where an earlier one fails, this one's failure is not waited for.
    sent.catch(() => {});
    underWay.push([batch, sent]);
    if (underWay.length < inFlight) continue;
    const [first, decisions] = underWay.shift()!;
    yield [first, await decisions];
  }
  for (const [batch, decisions] of underWay) yield [batch, await decisions];
}

/** Makes what is missing; a key that may not make environments may still meter in those that are there. */
async function makeEnvironments(bursar: Bursar, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    try {
      await bursar.environments.create({ id, name: id });
    } catch (error) {
      if (!(error instanceof BursarError) || (error.code !== 'AlreadyExists' && error.code !== 'Forbidden')) throw error;
      if (error.code === 'Forbidden')
        return note('this key may not make environments: those that are missing will fail as NotFound');
    }
  }
}

function tellBadLines({ badLines, firstBadLines }: TraceSurvey): void {
  for (const { line, bad } of firstBadLines) note(`line ${line} is passed over: ${bad}`);
  if (badLines > firstBadLines.length) note(`… and ${grouped(badLines - firstBadLines.length)} more lines`);
}

interface Told extends ReplayTotals {
  file: string;
  format: string;
  mode: 'record' | 'play';
  from: string;
  to: string;
  seconds: number;
  rowsPerSecond: number;
  badLines: number;
}

function print(told: Told, survey: TraceSurvey): void {
  const verb = told.mode === 'play' ? 'played' : 'recorded';
  printLine(
    `${verb} ${grouped(told.actions)} calls of ${told.file} (${told.format}) in ${told.seconds.toFixed(1)} s: ${grouped(told.rowsPerSecond)} rows/s`,
  );
  printLine(`${traceTime(survey.firstMs)} to ${traceTime(survey.lastMs)}, ${verb} from ${told.from} to ${told.to}`);
  const parts = [`${grouped(told.new)} new`, `${grouped(told.replayed)} replayed`];
  if (told.refused > 0) parts.push(`${grouped(told.refused)} refused`);
  if (told.failed > 0) parts.push(`${grouped(told.failed)} failed`);
  if (told.badLines > 0) parts.push(`${grouped(told.badLines)} lines passed over`);
  printLine(`${parts.join(', ')}\n`);
  printTable(
    [
      { title: 'paid by', of: carrierName },
      { title: 'actions', of: (row) => grouped(row.actions), align: 'right' },
      { title: 'credits', of: (row) => grouped(row.credits), align: 'right' },
    ],
    told.carriers,
    'nothing was decided',
  );
  printLine('');
  printTable(
    [
      { title: 'environment', of: (row) => row.environmentId },
      { title: 'began on', of: (row) => carrierName(row.first) },
      {
        title: 'exhausted at',
        of: (row) => (row.exhaustedAt === null ? 'not' : `${row.exhaustedAt} (line ${grouped(row.exhaustedAtLine ?? 0)})`),
      },
      {
        title: 'carried from there by',
        of: (row) => row.carriedBy.map((each) => `${carrierName(each)} (${grouped(each.actions)})`).join(', ') || '–',
      },
    ],
    told.environments,
    '',
  );
  for (const { code, actions, firstLine, detail } of told.faults)
    note(`${code}: ${grouped(actions)} calls, first line ${grouped(firstLine)}: ${detail}`);
  if (told.failed > 0) note('What failed was not recorded. Mend the cause and replay again: what was recorded stays as it is.');
}

function carrierName({ currency, source, inOverage, free, refused }: Carrier): string {
  if (refused !== null) return `refused, ${refused}`;
  if (free !== null) return `free, ${free}`;
  return `${currencyName(currency)}, ${source ?? 'no source'}${inOverage ? ', in overage' : ''}`;
}

function readEnvironments(text: string): string[] {
  if (/^\d{1,3}$/.test(text) && Number(text) > 0) return Array.from({ length: Number(text) }, (_, i) => `replay-${i + 1}`);
  const ids = readIds(text);
  if (ids.some((id) => id === '')) throw new InvalidArgumentError('wanted ids parted by commas, or how many.');
  return ids;
}

function readSpeed(text: string): number {
  const speed = text === 'max' ? Number.POSITIVE_INFINITY : Number(text);
  if (!(speed > 0)) throw new InvalidArgumentError('wanted a number above 0, or max.');
  return speed;
}
