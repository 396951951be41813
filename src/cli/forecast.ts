// `bursar forecast`: what will have been consumed by the month's end, with a range, and when credits run out (K2).

import type { Command } from 'commander';
import type { EnvironmentForecast, EnvironmentForecastOfCurrency, TenantForecast } from '../../sdk/src/index.ts';
import { type Column, currencyName, grouped, printJson, printLine, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

type Forecast = Pick<EnvironmentForecastOfCurrency, 'currency' | 'consumed' | 'forecast' | 'expected'>;
type RunsOut = EnvironmentForecastOfCurrency['runsOut'];

const FORECAST: Column<Forecast>[] = [
  { title: 'currency', of: (row) => currencyName(row.currency) },
  { title: 'consumed', of: (row) => grouped(row.consumed), align: 'right' },
  { title: 'at this rate', of: (row) => grouped(row.forecast), align: 'right' },
  { title: 'expected', of: (row) => grouped(row.expected.credits), align: 'right' },
  { title: 'from', of: (row) => grouped(row.expected.low), align: 'right' },
  { title: 'to', of: (row) => grouped(row.expected.high), align: 'right' },
];

export function addForecast(program: Command): void {
  addVerb(
    program,
    'forecast [environment]',
    "tell what will have been consumed by the month's end, and when it runs out",
    'bursar forecast\nbursar forecast sales',
  ).action((environment: string | undefined, flags: ConnectionFlags) =>
    finish(async () => {
      const { forecast } = connected(flags);
      if (environment === undefined) {
        const of = await forecast.tenant();
        return flags.json ? printJson(of) : printTenant(of);
      }
      const of = await forecast.environment(environment);
      return flags.json ? printJson(of) : printEnvironment(of);
    }),
  );
}

function printEnvironment({ month, now, currencies }: EnvironmentForecast): undefined {
  printLine(`${month}, as of ${now}; four times in five the outcome is within the range\n`);
  const told = currencies.filter((each) => each.available !== '0' || each.expected.credits !== '0');
  printTable(
    [
      ...FORECAST,
      { title: 'draws from', of: (row) => row.source },
      { title: 'of', of: (row) => grouped(row.available), align: 'right' },
      { title: 'runs out', of: (row) => runsOutWords(row.runsOut) },
    ],
    told,
    NOTHING,
  );
  printReasons(told);
}

function printTenant({ month, now, currencies }: TenantForecast): undefined {
  printLine(`${month}, as of ${now}; four times in five the outcome is within the range\n`);
  const told = currencies.filter((each) => each.owned !== '0' || each.expected.credits !== '0');
  printTable(
    [
      ...FORECAST,
      { title: 'owned', of: (row) => grouped(row.owned), align: 'right' },
      { title: 'of the pool expected', of: (row) => grouped(row.pool.expected.credits), align: 'right' },
      { title: 'its size', of: (row) => grouped(row.pool.available), align: 'right' },
      { title: 'it runs out', of: (row) => runsOutWords(row.pool.runsOut) },
    ],
    told,
    NOTHING,
  );
  printReasons(told);
}

const NOTHING =
  'nothing is owned and nothing was used, so there is nothing to foresee; entitle the tenant: bursar entitle copilot-credit-pack 1';

function printReasons(told: readonly Forecast[]): undefined {
  for (const { currency, expected } of told) printLine(`\n${currencyName(currency)}: ${expected.reason}`);
}

function runsOutWords(runsOut: RunsOut): string {
  if (runsOut === null) return 'not this month';
  const { on, earliest, latest } = runsOut;
  if (on === null) return `perhaps, not before ${earliest}`;
  return on === earliest && on === latest ? on : `${on} (${earliest} to ${latest ?? 'not this month'})`;
}
