// `bursar usage`: what was consumed, by day or month and by any of its dimensions (C4, M7), with totals.

import { type Command, InvalidArgumentError } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { formatMicroCredits, microCreditsOf, type UsageRow } from '../../sdk/src/index.ts';
import { readSome } from './options.ts';
import { type Column, currencyName, grouped, printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish, UsageError } from './verb.ts';

const DIMENSIONS = [
  'environment',
  'user',
  'caller',
  'resource',
  'product',
  'feature',
  'capability',
  'model',
  'currency',
  'source',
  'billable',
] as const;
type Dimension = (typeof DIMENSIONS)[number];

interface UsageFlags extends ConnectionFlags {
  from?: string;
  to?: string;
  by: Dimension[];
  month?: boolean;
  only: [Dimension | 'channel', string][];
  csv?: boolean;
}

export function addUsage(program: Command): void {
  addVerb(
    program,
    'usage',
    'sum what was consumed, by day or month',
    'bursar usage --by environment,model\nbursar usage --only environment=sales --by user\nbursar usage --from 2026-01-01 --to 2026-12-31 --month --by user --csv > year.csv',
  )
    .option('--from <day>', 'the first day (default: the 1st of the month of the last day)')
    .option('--to <day>', 'the last day, which is included (default: today)')
    .option('--by <dimensions>', `apart by: ${DIMENSIONS.join(', ')}`, readSome(DIMENSIONS), [])
    .option(
      '--only <dimension=value>',
      'only this, such as environment=sales or channel=teams; may be given several times',
      readOnly,
      [],
    )
    .option('--month', 'by month instead of by day')
    .option('--csv', 'as CSV, with a header')
    .action((flags: UsageFlags) =>
      finish(async () => {
        if (flags.csv && flags.json) throw new UsageError('--csv or --json, not both');
        const { from, to, by: groupBy, only } = flags;
        const granularity = flags.month ? 'month' : 'day';
        const query = {
          ...Object.fromEntries(only),
          from,
          to,
          granularity,
          groupBy: groupBy.length > 0 ? groupBy : undefined,
        } as const;
        const rows = await connected(flags).usage(query);
        if (flags.json) return printJson(rows);
        if (flags.csv) return printCsv(rows, groupBy);
        print(rows, flags);
      }),
    );
}

function readOnly(text: string, before: UsageFlags['only']): UsageFlags['only'] {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const dimension = [...DIMENSIONS, 'channel' as const].find((each) => each === name);
  if (dimension === undefined || value === undefined)
    throw new InvalidArgumentError(
      `wanted DIMENSION=VALUE such as environment=sales; dimensions: ${DIMENSIONS.join(', ')}, channel.`,
    );
  return [...before, [dimension, value]];
}

function printCsv(rows: readonly UsageRow[], by: readonly Dimension[]): undefined {
  const columns = ['period', ...by.filter((each) => each !== 'currency'), 'currency', 'credits', 'units', 'actions'];
  // Names that people gave must not become formulas of the spreadsheet that opens this.
  process.stdout.write(
    stringify(rows as UsageRow[], { header: true, columns, escape_formulas: true, cast: { boolean: String } }),
  );
}

function print(rows: readonly UsageRow[], flags: UsageFlags): undefined {
  const columns: Column<Line>[] = [
    { title: flags.month ? 'month' : 'day', of: (row) => row.period },
    ...flags.by.filter((each) => each !== 'currency').map((title) => ({ title, of: (row: Line) => dimensionOf(row, title) })),
    { title: 'currency', of: (row) => (row.currency === null ? 'free' : currencyName(row.currency)) },
    { title: 'actions', of: (row) => grouped(row.actions), align: 'right' },
    // Pages and tokens do not add up: units are told where capabilities are apart.
    ...(flags.by.includes('capability')
      ? [{ title: 'units', of: (row: Line) => (row.isTotal ? '' : grouped(row.units)), align: 'right' as const }]
      : []),
    { title: 'credits', of: (row) => grouped(row.credits), align: 'right' },
  ];
  printTable(
    columns,
    rows.length > 0 ? [...rows, ...totalsOf(rows)] : [],
    'nothing was consumed in these days; other days: bursar usage --from 2026-01-01 --to 2026-03-31',
  );
}

type Line = UsageRow & { isTotal?: true };

function dimensionOf(row: Line, dimension: Dimension): string {
  if (row.isTotal) return '';
  const value = row[dimension];
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value ?? '–';
}

/** Exact sums, one a currency: credits of different currencies do not add up. */
function totalsOf(rows: readonly UsageRow[]): Line[] {
  const totals = new Map<UsageRow['currency'], { credits: bigint; actions: number }>();
  for (const { currency, credits, actions } of rows) {
    const total = totals.get(currency) ?? { credits: 0n, actions: 0 };
    totals.set(currency, {
      credits: total.credits + microCreditsOf(credits),
      actions: total.actions + actions,
    });
  }
  return [...totals].map(([currency, { credits, actions }]) => ({
    period: 'total',
    currency,
    credits: formatMicroCredits(credits),
    units: 0,
    actions,
    isTotal: true,
  }));
}
