// `bursar audit`: what was done and refused, by whom and from where (T3); as CSV; and the ends of its chains, for `bursar verify`.

import { type Command, Option } from 'commander';
import type { AuditEvent } from '../../sdk/src/index.ts';
import { type DownloadFlags, deliverFile, refuseBothOutputs, withOut } from './deliver-file.ts';
import { readPositive } from './options.ts';
import { type Column, grouped, note, printJson, printLine, printPairs, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const OUTCOMES = ['done', 'refused'] as const;

interface FilterFlags extends ConnectionFlags {
  actor?: string;
  operation?: string;
  outcome?: (typeof OUTCOMES)[number];
  subject?: string;
  from?: string;
  to?: string;
}

interface ListFlags extends FilterFlags {
  limit: number;
}

const COLUMNS: Column<AuditEvent>[] = [
  { title: '#', of: (row) => grouped(row.sequence), align: 'right' },
  { title: 'at', of: (row) => row.at },
  { title: 'who', of: (row) => (row.actorName === null ? row.actor : `${row.actorName} (${row.actor})`) },
  { title: 'did', of: (row) => row.operation },
  { title: 'to', of: subjectOf },
  { title: 'outcome', of: outcomeOf },
  { title: 'from', of: (row) => row.address },
];

/** Of several refusals the last, and that there are others. */
function subjectOf({ subject, subjects }: AuditEvent): string {
  const others = subjects.filter((each) => each !== subject).length;
  return `${subject ?? '–'}${others > 0 ? `, and ${grouped(others)} more` : ''}`;
}

function outcomeOf({ outcome, code, times }: AuditEvent): string {
  if (outcome === 'done') return outcome;
  return `${code ?? outcome}${times > 1 ? `, ${grouped(times)} times` : ''}`;
}

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('see what was done and refused, by whom and from where');

  withFilter(
    addVerb(
      audit,
      'list',
      'list what was done and refused, newest first (the default)',
      'bursar audit list --outcome refused\nbursar audit list --subject limit:ada --json',
      { isDefault: true, json: 'one JSON document a line, with before and after' },
    ),
  )
    .option('--limit <count>', 'how many', readPositive, 20)
    .action((flags: ListFlags) =>
      finish(async () => print(await connected(flags).audit.list(filterOf(flags)).all(flags.limit), flags)),
    );

  withOut(
    withFilter(
      addVerb(
        audit,
        'export',
        'download it as CSV, oldest first',
        'bursar audit export --out audit.csv\nbursar audit export --from 2026-03-01T00:00:00Z > march.csv',
      ),
    ),
  ).action((flags: FilterFlags & DownloadFlags) =>
    finish(async () => {
      refuseBothOutputs(flags);
      const { out, json } = flags;
      await deliverFile(await connected(flags).audit.download(filterOf(flags)), out, 'bursar audit export');
      if (json) return printJson({ file: out });
      if (out !== undefined) note(`the audit log is in ${out}`);
    }),
  );

  addVerb(
    audit,
    'head',
    'show the end of the chain; kept elsewhere, it tells bursar verify whether anything was changed',
    'bursar audit head --json > head.json\nbursar verify --audit-heads head.json',
  ).action((flags: ConnectionFlags) =>
    finish(async () => {
      const head = await connected(flags).audit.head();
      if (flags.json) return printJson(head);
      printPairs([
        ['tenant', head.tenantId ?? '–'],
        ['events', grouped(head.sequence)],
        ['hash', head.hash],
      ]);
    }),
  );

  addVerb(
    audit,
    'heads',
    'show the ends of all chains (with the operator key)',
    'bursar audit heads --json > heads.json\nbursar verify --audit-heads heads.json',
  ).action((flags: ConnectionFlags) =>
    finish(async () => {
      const heads = await connected(flags, { operator: true }).audit.heads().all();
      if (flags.json) return printJson(heads);
      printTable(
        [
          { title: 'tenant', of: (row) => row.tenantId ?? 'the installation' },
          { title: 'events', of: (row) => grouped(row.sequence), align: 'right' },
          { title: 'hash', of: (row) => row.hash },
        ],
        heads,
        'nothing was done yet',
      );
    }),
  );

  withFilter(
    addVerb(
      audit,
      'installation',
      'list what was done with the operator key, and what was refused of whom nobody knows (with the operator key)',
      'bursar audit installation',
      { json: 'one JSON document a line, with before and after' },
    ),
  )
    .option('--limit <count>', 'how many', readPositive, 20)
    .action((flags: ListFlags) =>
      finish(async () => {
        const { audit: ofInstallation } = connected(flags, { operator: true });
        print(await ofInstallation.installation(filterOf(flags)).all(flags.limit), flags);
      }),
    );
}

function withFilter(command: Command): Command {
  return command
    .option('--actor <actor>', 'only of this one, such as key:01a1fc91-… or operator')
    .option('--operation <operation>', 'only this operation, such as setLimit')
    .addOption(new Option('--outcome <outcome>', 'only what was done, or refused').choices(OUTCOMES))
    .option('--subject <subject>', 'only to this, such as limit:ada')
    .option('--from <instant>', 'from then on')
    .option('--to <instant>', 'before then');
}

function filterOf({ actor, operation, outcome, subject, from, to }: FilterFlags) {
  return { actor, operation, outcome, subject, from, to };
}

function print(events: readonly AuditEvent[], flags: ConnectionFlags): undefined {
  if (!flags.json) return printTable(COLUMNS, events, 'nothing of this was done or refused');
  for (const event of events) printLine(JSON.stringify(event));
}
