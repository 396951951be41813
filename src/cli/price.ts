// `bursar price`: what an action costs, in every currency that has a rate for it (R1–R5); needs no environment and records nothing.

import type { Command } from 'commander';
import type { Price } from '../../sdk/src/index.ts';
import { readUsage, USAGE_FLAG } from './action-flags.ts';
import { collect } from './options.ts';
import { currencyName, grouped, printJson, printLine, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

interface PriceFlags extends ConnectionFlags {
  usage: string[];
  model?: string;
  at?: string;
}

export function addPrice(program: Command): void {
  addVerb(
    program,
    'price <capability>',
    'tell what an action costs, in every currency that has a rate for it',
    'bursar price receipt-processing --usage pages=2\nbursar price prompt --model gpt-4.1 --usage inputTokens=3100 --usage outputTokens=1500',
  )
    .requiredOption(...USAGE_FLAG, collect)
    .option('--model <id>', 'of a prompt; without it the basic tier')
    .option('--at <instant>', 'as it cost then (default: now)')
    .action((capability: string, { usage, model, at: occurredAt, ...flags }: PriceFlags) =>
      finish(async () => {
        const price = await connected(flags).price({ capability, usage: readUsage(usage), model, occurredAt });
        if (flags.json) return printJson(price);
        print(price);
      }),
    );
}

function print({ prices, rateCard, tier, feature }: Price): void {
  printTable(
    [
      { title: 'currency', of: (row) => currencyName(row.currency) },
      { title: 'units', of: (row) => grouped(row.units), align: 'right' },
      { title: 'credits', of: (row) => grouped(row.credits), align: 'right' },
    ],
    prices,
    'no currency has a rate for it',
  );
  const about = [`rate card ${rateCard}`, tier && `${tier} tier`, feature && `counts as ${feature}`];
  printLine(`\n${about.filter(Boolean).join(', ')}`);
}
