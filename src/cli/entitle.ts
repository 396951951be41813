// `bursar entitle`: records what was bought: licences, add-ons, packs, a pre-purchase.

import type { Command } from 'commander';
import { readAs, readPositive } from './options.ts';
import { grouped, printJson, printPairs, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish, UsageError } from './verb.ts';

interface EntitleFlags extends ConnectionFlags {
  id?: string;
  purchasedOn?: string;
  startsOn?: string;
  endsOn?: string;
  products?: boolean;
}

export function addEntitle(program: Command): void {
  addVerb(
    program,
    'entitle [product] [quantity]',
    'record what was bought (--products lists what there is)',
    'bursar entitle copilot-credit-pack 2\nbursar entitle ai-builder-add-on-t1 1 --purchased-on 2025-06-01',
  )
    .option('--id <id>', 'its id; the same again changes nothing')
    .option('--purchased-on <day>', 'default: today')
    .option('--starts-on <day>', 'default: the day of purchase')
    .option('--ends-on <day>', 'the first day on which it no longer counts')
    .option('--products', 'list the products instead')
    .action((product: string | undefined, quantity: string | undefined, flags: EntitleFlags) =>
      finish(async () => {
        if (flags.products) return listProducts(flags);
        if (product === undefined || quantity === undefined) {
          throw new UsageError(
            'say what and how many: bursar entitle PRODUCT QUANTITY; bursar entitle --products lists what there is',
          );
        }
        const made = await connected(flags).entitlements.create({
          id: flags.id,
          product,
          quantity: readAs('quantity', quantity, readPositive),
          purchasedOn: flags.purchasedOn,
          startsOn: flags.startsOn,
          endsOn: flags.endsOn,
        });
        if (flags.json) return printJson(made);
        printPairs([
          ['entitlement', made.id],
          ['product', `${grouped(made.quantity)} × ${made.product}`],
          ['credits a month', `${grouped(made.creditsPerMonth)} (alone; bursar capacity shows what the tenant has)`],
        ]);
      }),
    );
}

async function listProducts(flags: EntitleFlags): Promise<undefined> {
  const products = await connected(flags).products();
  if (flags.json) return printJson(products);
  printTable(
    [
      { title: 'product', of: (row) => row.id },
      { title: 'name', of: (row) => row.name },
      { title: 'currency', of: (row) => row.currency },
      { title: 'credits each', of: (row) => grouped(row.creditsPerUnit), align: 'right' },
    ],
    products,
    'no products',
  );
}
