// `bursar estimate`: what volumes of a month cost in either currency, and what to buy after what is owned (K1).

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse } from 'csv-parse/sync';
import type { Bursar, Capability, Estimate, Usage, Volume } from '../../sdk/src/index.ts';
import { usageWords } from './action-flags.ts';
import { readAs, readCount } from './options.ts';
import { currencyName, grouped, printJson, printLine, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish, UsageError } from './verb.ts';

/** The member of `usage` in which a capability of this unit is counted; tokens have two. */
const COUNTED_IN: Record<Exclude<Capability['unit'], '1000-tokens'>, keyof Usage> = {
  page: 'pages',
  image: 'images',
  '1000-characters': 'characters',
  row: 'rows',
  response: 'responses',
  action: 'actions',
  message: 'messages',
  minute: 'minutes',
  session: 'sessions',
};
const USAGE_COLUMNS: readonly (keyof Usage)[] = [...Object.values(COUNTED_IN), 'inputTokens', 'outputTokens'];

export function addEstimate(program: Command): void {
  addVerb(
    program,
    'estimate [capability=units...]',
    'tell what volumes of a month cost, and what to buy',
    [
      'bursar estimate receipt-processing=32,000',
      'bursar estimate prompt@gpt-4.1=3100+1500x10,000      # 10,000 prompts of 3,100 tokens in and 1,500 out',
      'bursar estimate --file volumes.csv',
    ].join('\n'),
  )
    .option('--file <path>', `CSV (capability, model, times, and usage: ${USAGE_COLUMNS.join(', ')}) or JSON as the API takes it`)
    .addHelpText(
      'after',
      '\nA volume is CAPABILITY[@MODEL]=UNITS, of prompts INPUT+OUTPUT tokens, and xACTIONS for so many of them.',
    )
    .action((pairs: string[], flags: ConnectionFlags & { file?: string }) =>
      finish(async () => {
        if (pairs.length === 0 && flags.file === undefined)
          throw new UsageError('say what and how much: bursar estimate receipt-processing=32000, or --file volumes.csv');
        const bursar = connected(flags);
        const fromFile = flags.file === undefined ? [] : await readVolumes(flags.file);
        const estimate = await bursar.estimate([...(await volumesOf(pairs, bursar)), ...fromFile]);
        if (flags.json) return printJson(estimate);
        print(estimate);
      }),
    );
}

async function volumesOf(pairs: readonly string[], bursar: Bursar): Promise<Volume[]> {
  if (pairs.length === 0) return [];
  const units = new Map((await bursar.capabilities.list().all()).map(({ id, unit }) => [id, unit]));
  return pairs.map((pair) => {
    const [, capability, model, counts, actions] =
      /^([^=@]+)(?:@([^=]+))?=([\d,_]+(?:\+[\d,_]+)?)(?:x([\d,_]+))?$/.exec(pair) ?? [];
    if (!capability || !counts)
      throw new UsageError(
        `${JSON.stringify(pair)}: wanted CAPABILITY[@MODEL]=UNITS[xACTIONS] such as receipt-processing=32000, or prompt=3100+1500x10000`,
      );
    const unit = units.get(capability);
    if (unit === undefined)
      throw new UsageError(`there is no capability ${JSON.stringify(capability)}; bursar capability list shows them`);
    return {
      capability,
      model,
      usage: usageOf(
        pair,
        unit,
        counts.split('+').map((text) => readAs(pair, text, readCount)),
      ),
      ...(actions === undefined ? {} : { actions: readAs(pair, actions, readCount) }),
    };
  });
}

function usageOf(pair: string, unit: Capability['unit'], [count = 0, output]: number[]): Usage {
  if (unit === '1000-tokens') {
    if (output === undefined)
      throw new UsageError(
        `${JSON.stringify(pair)}: tokens in and out are priced apart: wanted INPUT+OUTPUT such as prompt=3100+1500`,
      );
    return { inputTokens: count, outputTokens: output };
  }
  if (output !== undefined) throw new UsageError(`${JSON.stringify(pair)}: counted in ${COUNTED_IN[unit]}: wanted one number`);
  return { [COUNTED_IN[unit]]: count };
}

async function readVolumes(file: string): Promise<Volume[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  if (/^\s*[[{]/.test(text)) return volumesOfJson(file, text);
  let rows: Record<string, string>[];
  try {
    rows = parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new UsageError(`${file} is no CSV: ${(error as Error).message}`);
  }
  return rows.map((row, index) => volumeOfRow(file, index + 2, row));
}

function volumesOfJson(file: string, text: string): Volume[] {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${(error as Error).message}`);
  }
  const volumes = Array.isArray(read) ? read : (read as { volumes?: unknown }).volumes;
  if (!Array.isArray(volumes)) throw new UsageError(`${file}: wanted a list of volumes, or {"volumes": […]}`);
  // What is wrong inside a volume the server says, with its pointer.
  return volumes as Volume[];
}

function volumeOfRow(file: string, line: number, row: Record<string, string>): Volume {
  if (!row.capability)
    throw new UsageError(
      `${file}, line ${line}: no capability; wanted columns capability, model, times, ${USAGE_COLUMNS.join(', ')}`,
    );
  const count = (name: string): number | undefined => {
    const text = row[name];
    return text === undefined || text === '' ? undefined : readAs(`${file}, line ${line}, ${name}`, text, readCount);
  };
  return {
    capability: row.capability,
    model: row.model || undefined,
    actions: count('times'),
    usage: Object.fromEntries(USAGE_COLUMNS.flatMap((name) => (count(name) === undefined ? [] : [[name, count(name)]]))),
  };
}

function print({ lines, totals }: Estimate): undefined {
  printTable(
    [
      { title: 'capability', of: ({ volume }) => volume.capability + (volume.model ? ` on ${volume.model}` : '') },
      {
        title: 'usage',
        of: ({ volume }) => usageWords(volume.usage),
      },
      { title: 'times', of: ({ volume }) => grouped(volume.actions), align: 'right' },
      ...totals.map(({ currency }) => ({
        title: currencyName(currency),
        of: ({ prices }: Estimate['lines'][number]) =>
          grouped(prices.find((price) => price.currency === currency)?.credits ?? '–'),
        align: 'right' as const,
      })),
    ],
    lines,
    '',
  );
  printLine('');
  printTable(
    [
      { title: 'if one currency carried everything', of: (row) => currencyName(row.currency) },
      { title: 'credits', of: (row) => grouped(row.credits), align: 'right' },
      { title: 'owned', of: (row) => grouped(row.owned), align: 'right' },
      { title: 'missing', of: (row) => grouped(row.missing), align: 'right' },
      {
        title: 'buy',
        of: (row) =>
          row.toBuy === 0 ? 'nothing' : `${grouped(row.toBuy)} × ${row.product}${row.canBuy ? '' : ' (no longer sold)'}`,
      },
    ],
    totals,
    '',
  );
  for (const { currency, reason } of totals) printLine(`\n${currencyName(currency)}: ${reason}`);
}
