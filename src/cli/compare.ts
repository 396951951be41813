// `bursar compare`: what realtime and computed figures would each have admitted, refused and overspent in a period (D9).

import { type Command, InvalidArgumentError } from 'commander';
import type { Comparison } from '../../sdk/src/index.ts';
import { readCount } from './options.ts';
import { currencyName, grouped, printJson, printLine, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const LONGEST_MS = 300_000;

interface CompareFlags extends ConnectionFlags {
  from: string;
  to: string;
  delayDays?: number;
  byDay?: boolean;
}

export function addCompare(program: Command): void {
  addVerb(
    program,
    'compare',
    'decide a period once more, on realtime and on computed figures; records nothing',
    'bursar compare --from 2026-11-01 --to 2026-11-30 --delay-days 2',
  )
    .requiredOption('--from <day>', 'the first day')
    .requiredOption('--to <day>', 'the last day, which is included')
    .option('--delay-days <days>', 'how late the computed figures are (default: 0, computed daily)', readDays)
    .option('--by-day', 'every day apart')
    .action((flags: CompareFlags) =>
      finish(async () => {
        const { from, to, delayDays } = flags;
        const comparison = await connected(flags, { timeoutMs: LONGEST_MS }).compare({ from, to, delayDays });
        if (flags.json) return printJson(comparison);
        print(comparison);
        if (flags.byDay) printDays(comparison);
      }),
    );
}

function readDays(text: string): number {
  const days = readCount(text);
  if (days > 31) throw new InvalidArgumentError('wanted a whole number of days from 0 to 31.');
  return days;
}

type View = Comparison['realtime'];

interface Measure {
  name: string;
  of: (view: View) => string;
}

function print(comparison: Comparison): undefined {
  const { from, to, delayDays, actions, skipped, realtime, computed } = comparison;
  const late = delayDays === 0 ? 'daily' : `daily, ${delayDays} ${delayDays === 1 ? 'day' : 'days'} late`;
  printLine(`${grouped(actions)} actions from ${from} to ${to}, computed ${late}\n`);
  const measures: Measure[] = [
    { name: 'admitted', of: (view) => grouped(view.admitted) },
    { name: '  of these free', of: (view) => grouped(view.free) },
    { name: '  of these in overage', of: (view) => grouped(view.inOverage) },
    { name: 'refused', of: (view) => grouped(view.refused) },
    ...currenciesOf('credits', [realtime, computed]).map((currency) => ({
      name: `charged ${currencyName(currency)}`,
      of: (view: View) => creditsIn(view.credits, currency),
    })),
    ...currenciesOf('overspent', [realtime, computed]).map((currency) => ({
      name: `overspent ${currencyName(currency)}`,
      of: (view: View) => creditsIn(view.overspent, currency),
    })),
  ];
  printTable(
    [
      { title: '', of: (row) => row.name },
      { title: 'realtime', of: (row) => row.of(realtime), align: 'right' },
      { title: 'computed', of: (row) => row.of(computed), align: 'right' },
    ],
    measures,
    '',
  );
  printLine('');
  printLine(
    `only realtime figures admit ${grouped(comparison.onlyRealtimeAdmits)}, only computed ones ${grouped(comparison.onlyComputedAdmits)}`,
  );
  if (skipped > 0) printLine(`${grouped(skipped)} were imported, or name what is no longer there, and are not decided again`);
}

function printDays({ days }: Comparison): undefined {
  printLine('');
  printTable(
    [
      { title: 'day', of: (row) => row.day },
      { title: 'realtime admits', of: (row) => grouped(row.realtime.admitted), align: 'right' },
      { title: 'refuses', of: (row) => grouped(row.realtime.refused), align: 'right' },
      { title: 'computed admits', of: (row) => grouped(row.computed.admitted), align: 'right' },
      { title: 'refuses', of: (row) => grouped(row.computed.refused), align: 'right' },
    ],
    days,
    'no actions in these days',
  );
}

function currenciesOf(of: 'credits' | 'overspent', views: readonly View[]): string[] {
  return [...new Set(views.flatMap((view) => view[of].map((each) => each.currency)))];
}

function creditsIn(amounts: View['credits'], currency: string): string {
  return grouped(amounts.find((each) => each.currency === currency)?.credits ?? '0');
}
