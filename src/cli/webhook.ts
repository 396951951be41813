// `bursar webhook`: where notices are posted to (N2), and the log of what was sent.

import type { Command } from 'commander';
import type { Delivery, Webhook, WebhookWithSecret } from '../../sdk/src/index.ts';
import { NOTICE_KINDS } from './notices.ts';
import { readOnOff, readPositive, readSome } from './options.ts';
import { grouped, printDone, printJson, printLine, printPairs, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

type Kind = (typeof NOTICE_KINDS)[number];
const readKinds = readSome(NOTICE_KINDS);

interface AddFlags extends ConnectionFlags {
  id?: string;
  kinds?: Kind[];
  description?: string;
}

interface ChangeFlags extends ConnectionFlags {
  target?: string;
  kinds?: Kind[] | 'all';
  enabled?: boolean;
}

export function addWebhook(program: Command): void {
  const webhook = program.command('webhook').description('post notices to a URL: add, list, change, test, deliveries, replay');

  addVerb(
    webhook,
    'add <target>',
    'post notices to a URL; shows the secret that signs them',
    'bursar webhook add https://example.com/notices --kinds exhausted,blocked --id ops',
  )
    .option('--id <id>', 'its id; made where it is left out')
    .option('--kinds <kinds>', `only these: ${NOTICE_KINDS.join(', ')} (default: every kind)`, readKinds)
    .option('--description <text>', 'what it is for')
    .action((url: string, { id, kinds, description, ...flags }: AddFlags) =>
      finish(async () => {
        const made = await connected(flags).webhooks.create({ id, url, kinds, description });
        if (flags.json) return printJson(made);
        printWithSecret(made);
        printLine(`Try it: bursar webhook test ${made.id}`);
      }),
    );

  addVerb(webhook, 'list', 'list the webhooks', 'bursar webhook list').action((flags: ConnectionFlags) =>
    finish(async () => print(await connected(flags).webhooks.list().all(), flags)),
  );

  addVerb(
    webhook,
    'change <id>',
    'change a webhook, or switch it off or on again',
    'bursar webhook change ops --enabled on\nbursar webhook change ops --kinds all',
  )
    .option('--target <url>', 'where it posts to')
    .option('--kinds <kinds|all>', 'which kinds of notices', (text) => (text === 'all' ? text : readKinds(text)))
    .option('--enabled <on|off>', 'whether it posts', readOnOff)
    .action((id: string, { target: url, kinds, enabled, ...flags }: ChangeFlags) =>
      finish(async () => {
        const changed = await connected(flags).webhooks.change(id, { url, kinds: kinds === 'all' ? null : kinds, enabled });
        print([changed], flags, changed);
      }),
    );

  addVerb(
    webhook,
    'rotate <id>',
    'give a webhook a new secret; the one before signs beside it for a day',
    'bursar webhook rotate ops',
  ).action((id: string, flags: ConnectionFlags) =>
    finish(async () => {
      const rotated = await connected(flags).webhooks.rotateSecret(id);
      if (flags.json) return printJson(rotated);
      printWithSecret(rotated);
    }),
  );

  addVerb(webhook, 'test <id>', 'send a test, once', 'bursar webhook test ops && bursar webhook deliveries ops').action(
    (id: string, flags: ConnectionFlags) =>
      finish(async () => {
        const sent = await connected(flags).webhooks.test(id);
        if (flags.json) return printJson(sent);
        printLine(`test ${sent.id} is on its way; what came of it: bursar webhook deliveries ${id}`);
      }),
  );

  addVerb(webhook, 'deliveries <id>', 'list what was sent and what came of it, newest first', 'bursar webhook deliveries ops')
    .option('--limit <count>', 'how many', readPositive, 20)
    .action((id: string, flags: ConnectionFlags & { limit: number }) =>
      finish(async () => {
        const deliveries = await connected(flags).webhooks.deliveries(id).all(flags.limit);
        if (flags.json) return printJson(deliveries);
        printDeliveries(deliveries, `nothing was sent yet; try it: bursar webhook test ${id}`);
      }),
    );

  addVerb(webhook, 'replay <id> <delivery>', 'send a delivery again at once', 'bursar webhook replay ops 01a1fc91-…').action(
    (id: string, deliveryId: string, flags: ConnectionFlags) =>
      finish(async () => {
        const sent = await connected(flags).webhooks.replay(id, deliveryId);
        if (flags.json) return printJson(sent);
        printLine(`delivery ${sent.id} is sent again; what came of it: bursar webhook deliveries ${id}`);
      }),
  );

  addVerb(webhook, 'delete <id>', 'delete a webhook with the log of its deliveries', 'bursar webhook delete ops').action(
    (id: string, flags: ConnectionFlags) =>
      finish(async () => {
        await connected(flags).webhooks.delete(id);
        printDone(`webhook ${id} is deleted`, { id, deleted: true }, flags);
      }),
  );
}

function printWithSecret(webhook: Webhook | WebhookWithSecret): void {
  printPairs([
    ['webhook', webhook.id],
    ['posts to', webhook.url],
    ...('secret' in webhook ? [['secret', webhook.secret] as const] : []),
  ]);
  printLine(
    'secret' in webhook
      ? 'The secret signs every delivery (Standard Webhooks) and is shown this once.'
      : 'It was there already; its secret was shown when it was made (bursar webhook rotate gives a new one).',
  );
}

function print(rows: Webhook[], flags: ConnectionFlags, one?: Webhook): undefined {
  if (flags.json) return printJson(one ?? rows);
  printTable(
    [
      { title: 'webhook', of: (row) => row.id },
      { title: 'posts to', of: (row) => row.url },
      { title: 'kinds', of: (row) => row.kinds?.join(', ') ?? 'all' },
      {
        title: 'status',
        of: (row) =>
          row.enabled ? (row.failingSince ? `failing since ${row.failingSince}` : 'on') : `off: ${row.disabledReason}`,
      },
    ],
    rows,
    'no webhooks yet; add one: bursar webhook add https://example.com/notices',
  );
}

function printDeliveries(deliveries: readonly Delivery[], empty: string): undefined {
  printTable(
    [
      { title: 'delivery', of: (row) => row.id },
      { title: 'made at', of: (row) => row.createdAt },
      { title: 'of', of: (row) => (row.notices.length === 0 ? 'a test' : `notice ${row.notices.join(', ')}`) },
      { title: 'status', of: (row) => row.status },
      { title: 'attempts', of: (row) => grouped(row.attempts.length), align: 'right' },
      { title: 'last answer', of: lastAnswer },
      { title: 'next attempt', of: (row) => row.nextAttemptAt ?? '–' },
    ],
    deliveries,
    empty,
  );
}

function lastAnswer({ attempts }: Delivery): string {
  const last = attempts.at(-1);
  if (!last) return '–';
  return [last.status === null ? '' : String(last.status), last.error ?? ''].filter((part) => part !== '').join(' ');
}
