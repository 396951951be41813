// What happens when more comes than can be done: `npm run bench:overload` (or `node bench/overload.ts [--url postgres://…] [--seconds 3]
// [--rounds 3]`). In each round: the peak (closed loop), twice and ten times of it (open loop, overload-client.ts), and how soon all is as
// before; for single actions and for batches of 100. Then what a noisy tenant does to a quiet one of the same cell. Prints tables, keeps
// them in bench/results/overload.md with a picture. By default it takes about four minutes.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openStore } from '../src/store/open-store.ts';
import { startBursarServer } from './http-bursar.ts';
import type { OpenLoad, OpenLoadResult } from './overload-client.ts';
import { overloadPicture } from './overload-picture.ts';
import { withPostgres } from './private-postgres.ts';
import { createBenchKey, createBenchTenant } from './tenant.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
if (!(seconds > 0 && seconds <= 60)) throw new Error(`--seconds must be a number over 0 and at most 60, not ${values.seconds}`);
if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds must be a whole number over 0, not ${values.rounds}`);

const KINDS = [
  { name: 'single actions', actionsPerRequest: 1, peakConnections: 64, connections: 512 },
  { name: 'batches of 100', actionsPerRequest: 100, peakConnections: 16, connections: 256 },
];
const RECOVERY_SECONDS = 6;
const QUIET_PER_SECOND = 100;
/** Of clients that let a connection rest for a second after a 503, so that most are resting. */
const POLITE_CONNECTIONS = 1_024;

type Kind = (typeof KINDS)[number];

interface Step {
  kind: string;
  load: string;
  result: OpenLoadResult;
  goodput: number;
  peak: number;
  recoveredMs: number | null;
}

const say = (line: string) => console.error(line);
const given = values.url ?? process.env.DATABASE_URL;
await (given ? bench(given) : withPostgres('overload', ({ url }) => bench(url)));

async function bench(url: string): Promise<void> {
  const store = await openStore({ url });
  const noisy = await createBenchTenant(store, 1);
  let quiet = await createBenchTenant(store, 1);
  // In one cell they share a lane, which is the worst for the quiet one.
  while (quiet.cell !== noisy.cell) quiet = await createBenchTenant(store, 1);
  const quietKey = await createBenchKey(store, quiet);
  await store.close();
  const server = await startBursarServer({ url, tenant: noisy });
  const port = Number(new URL(server.origin).port);
  let run = 0;
  const loadOf = (
    load: Omit<OpenLoad, 'port' | 'key' | 'keyPrefix' | 'seconds'> & { key?: string; seconds?: number },
  ): OpenLoad => ({
    port,
    key: server.key,
    seconds,
    keyPrefix: `${Date.now()}-${++run}`,
    ...load,
  });
  const steps: Step[] = [];
  let picture = '';
  const began = loadavg()[0]!;
  try {
    await drive(loadOf({ perSecond: 0, connections: 32, actionsPerRequest: 1, seconds: 1 }));
    for (const kind of KINDS.filter((each) => !values.only || each.name.includes(values.only))) {
      for (let round = 0; round < rounds; round += 1) {
        const measured = await overloadRound(kind, loadOf);
        steps.push(...measured.steps);
        picture = measured.picture;
      }
    }
    const neighbours = await noisyNeighbour(loadOf, quietKey);
    const text = `${overloadTable(steps)}\n${neighbours}\nLoad of the machine before it began: ${began.toFixed(1)}; ${rounds} rounds of ${seconds} s, medians.\n`;
    console.log(text);
    const results = new URL('results/', import.meta.url);
    await mkdir(results, { recursive: true });
    await writeFile(
      new URL('overload.md', results),
      `# Overload\n\n\`npm run bench:overload\`, ${new Date().toISOString().slice(0, 10)}\n\n${text}`,
    );
    await writeFile(new URL('overload.svg', results), picture);
    say(`written: ${fileURLToPath(results)}overload.md and overload.svg`);
  } finally {
    await server.close();
  }
}

/** Runs loads at the same time, each from a process of its own. */
async function drive(...loads: OpenLoad[]): Promise<OpenLoadResult[]> {
  return Promise.all(
    loads.map(async (load) => {
      const client = fork(fileURLToPath(new URL('overload-client.ts', import.meta.url)));
      client.send(load);
      const gone = once(client, 'exit').then(([code]) => {
        throw new Error(`the client ended before its answer (exit code ${code})`);
      });
      const [result] = (await Promise.race([once(client, 'message'), gone])) as [OpenLoadResult];
      gone.catch(() => undefined);
      client.disconnect();
      return result;
    }),
  );
}

type LoadOf = (load: Omit<OpenLoad, 'port' | 'key' | 'keyPrefix' | 'seconds'> & { key?: string; seconds?: number }) => OpenLoad;

async function overloadRound(kind: Kind, loadOf: LoadOf): Promise<{ steps: Step[]; picture: string }> {
  const { actionsPerRequest, connections } = kind;
  const [closed] = await drive(loadOf({ perSecond: 0, connections: kind.peakConnections, actionsPerRequest }));
  const peak = closed!.admitted / seconds;
  const steps: Step[] = [];
  const keep = (load: string, result: OpenLoadResult, recoveredMs: number | null = null) => {
    const goodput = result.admitted / seconds;
    steps.push({ kind: kind.name, load, result, goodput, peak, recoveredMs });
    say(
      `${kind.name}, ${load}: ${Math.round(goodput * actionsPerRequest)} actions/s, shed ${Math.round(result.shed / seconds)} requests/s${result.error ? `, ${result.error}` : ''}`,
    );
  };
  keep('peak', closed!);
  const normal = loadOf({ perSecond: peak / 2, connections, actionsPerRequest });
  const [half] = await drive(normal);
  keep('half', half!);
  const [twice] = await drive(loadOf({ perSecond: peak * 2, connections, actionsPerRequest }));
  keep('2 ×', twice!);
  const [told] = await drive(loadOf({ perSecond: peak * 2, connections: POLITE_CONNECTIONS, actionsPerRequest, polite: true }));
  keep('2 ×, waiting as told', told!);
  const [tenfold] = await drive(loadOf({ perSecond: peak * 10, connections, actionsPerRequest }));
  const [after] = await drive(loadOf({ perSecond: peak / 2, connections, actionsPerRequest, seconds: RECOVERY_SECONDS }));
  keep('10 ×', tenfold!, recoveryMs(after!, half!));
  const phases = [
    { name: 'half of the peak', slices: half!.slices },
    { name: 'ten times the peak', slices: tenfold!.slices },
    { name: 'half again', slices: after!.slices },
  ];
  return {
    steps,
    picture: overloadPicture({ title: `Overload: ${kind.name}`, phases, actionsPerRequest, peak: peak * actionsPerRequest }),
  };
}

/** When the last answer came that was shed, or took much longer than any did before. */
function recoveryMs(after: OpenLoadResult, normal: OpenLoadResult): number {
  const usual = Math.max(100, 2 * Math.max(...normal.slices.map((slice) => slice.worstMs)));
  const last = after.slices.findLastIndex((slice) => slice.shed > 0 || slice.failed > 0 || slice.worstMs > usual);
  return (last + 1) * 100;
}

async function noisyNeighbour(loadOf: LoadOf, quietKey: string): Promise<string> {
  const quiet = () => loadOf({ key: quietKey, perSecond: QUIET_PER_SECOND, connections: 16, actionsPerRequest: 1 });
  const rows: string[] = [];
  for (const kind of KINDS) {
    const p99: Record<'alone' | 'beside half' | 'beside twice', number[]> = { alone: [], 'beside half': [], 'beside twice': [] };
    const p50: typeof p99 = { alone: [], 'beside half': [], 'beside twice': [] };
    let quietShed = 0;
    for (let round = 0; round < rounds; round += 1) {
      const { actionsPerRequest, connections } = kind;
      const [closed] = await drive(loadOf({ perSecond: 0, connections: kind.peakConnections, actionsPerRequest }));
      const peak = closed!.admitted / seconds;
      const noisy = (times: number) => loadOf({ perSecond: peak * times, connections, actionsPerRequest });
      const [alone] = await drive(quiet());
      const [besideHalf] = await drive(quiet(), noisy(0.5));
      const [besideTwice] = await drive(quiet(), noisy(2));
      for (const [name, result] of Object.entries({ alone, 'beside half': besideHalf, 'beside twice': besideTwice })) {
        p99[name as keyof typeof p99].push(result!.admittedMs.p99);
        p50[name as keyof typeof p99].push(result!.admittedMs.p50);
        quietShed += result!.shed;
      }
    }
    const shown = (name: keyof typeof p99) => `${median(p50[name]).toFixed(1)} / ${median(p99[name]).toFixed(1)}`;
    const ratio = median(p99['beside twice'].map((ms, index) => ms / p99['beside half'][index]!));
    rows.push(
      `| ${kind.name} | ${shown('alone')} | ${shown('beside half')} | ${shown('beside twice')} | ${ratio.toFixed(2)} | ${quietShed} |`,
    );
    say(rows.at(-1)!);
  }
  return [
    `A quiet tenant (${QUIET_PER_SECOND} single actions/s), p50 / p99 in ms, while a noisy one of the same cell sends:`,
    '',
    '| the noisy one sends | nothing | half of the peak | twice the peak | p99, twice to half | quiet ones shed |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
  ].join('\n');
}

function overloadTable(steps: readonly Step[]): string {
  const lines = [
    '| load | offered/s | goodput/s | of the peak | shed/s | not sent/s | admitted p50 / p99 ms | shed p50 / p99 ms | normal after |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  for (const [name, same] of Map.groupBy(steps, (step) => `${step.kind}, ${step.load}`)) {
    const of = (figure: (step: Step) => number) => median(same.map(figure));
    const count = (figure: (step: Step) => number) => Math.round(of(figure)).toLocaleString('en-US');
    const recovered = same.flatMap(({ recoveredMs }) => (recoveredMs === null ? [] : [recoveredMs]));
    const failed = same.find(({ result }) => result.error !== null);
    lines.push(
      `| ${name} | ${count(({ result }) => (result.offered + result.notSent) / seconds)} | ${count(({ goodput }) => goodput)} | ${(100 * of(({ goodput, peak }) => goodput / peak)).toFixed(0)} % | ${count(({ result }) => result.shed / seconds)} | ${count(({ result }) => result.notSent / seconds)} | ${of(({ result }) => result.admittedMs.p50).toFixed(1)} / ${of(({ result }) => result.admittedMs.p99).toFixed(1)} | ${of(({ result }) => result.shedMs.p50).toFixed(1)} / ${of(({ result }) => result.shedMs.p99).toFixed(1)} | ${recovered.length === 0 ? '' : `${(median(recovered) / 1000).toFixed(1)} s`}${failed ? ` (${failed.result.error})` : ''} |`,
    );
  }
  return `Requests a second; an answer's time begins when its request was due.\n\n${lines.join('\n')}\n`;
}

function median(all: readonly number[]): number {
  const sorted = all.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
