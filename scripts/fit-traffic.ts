// Derives the figures of src/traffic/fitted-figures.ts from a trace of real AI calls with the columns
// TIMESTAMP,ContextTokens,GeneratedTokens: node scripts/fit-traffic.ts ../shared/data/azure-llm-inference-2023/conv.csv
// Only quantiles leave the trace; the trace itself is not ours to ship.

import { readFileSync, writeFileSync } from 'node:fs';

const GAP_POINTS = 40;
const INPUT_POINTS = 60;
const OUTPUT_POINTS = 20;
const INPUT_CLASSES = 20;
const WINDOW_MS = 60_000;

const file = process.argv[2];
if (!file) throw new Error('give the trace: node scripts/fit-traffic.ts ../shared/data/azure-llm-inference-2023/conv.csv');

const rows = readFileSync(file, 'utf8')
  .split(/\r?\n/)
  .slice(1)
  .filter((line) => line !== '')
  .map((line) => {
    const [time, input, output] = line.split(',');
    return { ms: Date.parse(`${time!.replace(' ', 'T')}Z`), input: Number(input), output: Number(output) };
  });

/** Evenly spaced quantiles. A few values far out would bend the straight line to the last one: it is put where the mean stays right. */
function quantiles(values: readonly number[], points: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const table = Array.from({ length: points }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / points)]!);
  const beforeLast = table[points - 1]!;
  const lastStretch = sorted.slice(Math.round(((points - 1) * (sorted.length - 1)) / points));
  return [...table, Math.max(beforeLast, Math.round(1e4 * (2 * mean(lastStretch) - beforeLast)) / 1e4)];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// Gaps are measured against the mean gap of their minute, so that bursts that last longer are not in them: those are fitted apart.
const windows = new Map<number, number[]>();
for (let i = 1; i < rows.length; i++) {
  const window = Math.floor((rows[i]!.ms - rows[0]!.ms) / WINDOW_MS);
  windows.set(window, [...(windows.get(window) ?? []), rows[i]!.ms - rows[i - 1]!.ms]);
}
const gaps = [...windows.values()].flatMap((each) => each.map((gap) => gap / mean(each)));
const gapTable = quantiles(gaps, GAP_POINTS);

const counts = [...windows.values()].slice(0, -1).map((each) => Math.log(each.length));
const centred = counts.map((count) => count - mean(counts));
const variance = mean(centred.map((each) => each * each));
// What is left of the variation from minute to minute after that of independent arrivals.
const burstDeviation = Math.sqrt(variance - 1 / mean(counts.map(Math.exp)));
const lagged = mean(centred.slice(1).map((each, i) => each * centred[i]!));
const burstMemory = lagged / burstDeviation ** 2;

const byInput = [...rows].sort((a, b) => a.input - b.input || a.output - b.output);
const outputByInput = Array.from({ length: INPUT_CLASSES }, (_, i) => {
  const share = (k: number) => Math.floor((k * byInput.length) / INPUT_CLASSES);
  return quantiles(
    byInput.slice(share(i), share(i + 1)).map((row) => row.output),
    OUTPUT_POINTS,
  );
});

const round = (value: number) => Number(value.toFixed(4));
writeFileSync(
  new URL('../src/traffic/fitted-figures.ts', import.meta.url),
  `// Written by scripts/fit-traffic.ts: evenly spaced quantiles (the last set so that the mean is right) of a published trace of ${rows.length}
// conversations with a language model (Azure LLM inference trace 2023, conversation). Do not edit.

/** Gaps between arrivals as multiples of the mean gap of their minute. */
export const GAP_QUANTILES: readonly number[] = ${JSON.stringify(gapTable.map(round))};

/** The rate of a minute is lognormal around the mean: the deviation of its logarithm, and how much of it the next minute keeps. */
export const BURST_DEVIATION = ${round(burstDeviation)};
export const BURST_MEMORY = ${round(Math.min(burstMemory, 0.99))};

export const INPUT_TOKEN_QUANTILES: readonly number[] = ${JSON.stringify(
    quantiles(
      rows.map((row) => row.input),
      INPUT_POINTS,
    ).map(Math.round),
  )};

/** One row for each ${INPUT_CLASSES}th of the inputs, from the shortest: how long the output was. */
export const OUTPUT_TOKEN_QUANTILES: readonly (readonly number[])[] = [
${outputByInput.map((table) => `  ${JSON.stringify(table.map(Math.round))},`).join('\n')}
];
`,
);
