// `bursar notices`, `banners` and `recipients`: what crossed a threshold, what should be seen now, and whom notices are mailed to (N1, N2).

import { type Command, Option } from 'commander';
import { readPositive } from './options.ts';
import { currencyName, grouped, note, printJson, printLine, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish, UsageError } from './verb.ts';

export const NOTICE_KINDS = ['near-capacity', 'exhausted', 'blocked', 'nearing-limit', 'over-limit'] as const;

interface NoticesFlags extends ConnectionFlags {
  kind?: (typeof NOTICE_KINDS)[number];
  environment?: string;
  month?: string;
  limit: number;
}

export function addNotices(program: Command): void {
  addVerb(
    program,
    'notices',
    'list what crossed a threshold, newest first: once per crossing and month',
    'bursar notices --month 2026-11 --environment sales',
  )
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(NOTICE_KINDS))
    .option('--environment <id>', 'only of this environment')
    .option('--month <month>', 'only of this month, such as 2026-11')
    .option('--limit <count>', 'how many', readPositive, 20)
    .action((flags: NoticesFlags) =>
      finish(async () => {
        const { kind, environment: environmentId, month, limit } = flags;
        const notices = await connected(flags).notices.list({ kind, environmentId, month }).all(limit);
        if (flags.json) return printJson(notices);
        printTable(
          [
            { title: 'at', of: (row) => row.at },
            { title: 'kind', of: (row) => row.kind },
            { title: 'of', of: (row) => (row.limitId ? `limit ${row.limitId}` : (row.environmentId ?? 'the tenant')) },
            { title: 'currency', of: (row) => currencyName(row.currency) },
            { title: 'consumed', of: (row) => grouped(row.consumed), align: 'right' },
            { title: 'of', of: (row) => grouped(row.available), align: 'right' },
            { title: '%', of: (row) => row.percent ?? '–', align: 'right' },
            { title: 'resets on', of: (row) => row.resetsOn },
          ],
          notices,
          'no notices: nothing crossed a threshold',
        );
      }),
    );

  addVerb(program, 'banners', 'show what should be seen now', 'bursar banners\nbursar banners --environment sales')
    .option('--environment <id>', 'what its makers should see (default: what administrators should see)')
    .action((flags: ConnectionFlags & { environment?: string }) =>
      finish(async () => {
        const banners = await connected(flags).banners(flags.environment);
        if (flags.json) return printJson(banners);
        if (banners.length === 0) return printLine('nothing needs attention');
        for (const { sentence, whatToDo, environments, count } of banners) {
          printLine(sentence);
          for (const each of environments) {
            printLine(`  ${each.environmentId}: ${each.status}${each.percent === null ? '' : `, ${each.percent} %`}`);
          }
          if (count > environments.length) printLine(`  and ${grouped(count - environments.length)} more`);
          printLine(`  what to do: ${whatToDo}`);
        }
      }),
    );

  addVerb(
    program,
    'recipients [email...]',
    'set whom notices are mailed to; without arguments shows them',
    'bursar recipients ada@contoso.com grace@contoso.com\nbursar recipients --none',
  )
    .option('--none', 'mail them to nobody')
    .action((emails: string[], flags: ConnectionFlags & { none?: boolean }) =>
      finish(async () => {
        if (flags.none && emails.length > 0) throw new UsageError('--none or addresses, not both');
        const { notices } = connected(flags);
        const recipients = flags.none || emails.length > 0 ? await notices.setRecipients(emails) : await notices.recipients();
        if (flags.json) return printJson(recipients);
        printTable(
          [{ title: 'notices are mailed to', of: (row) => row }],
          recipients.emails,
          'notices are mailed to nobody; name who should get them: bursar recipients ada@contoso.com',
        );
        if (recipients.mail === 'off') note('This installation sends no mail: start it with SMTP_URL (bursar serve --help).');
      }),
    );
}
