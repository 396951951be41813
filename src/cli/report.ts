// `bursar report`: asks for a report, waits while it is prepared, and downloads it as CSV (M4, M5).

import { type Command, InvalidArgumentError } from 'commander';
import type { Bursar, Report } from '../../sdk/src/index.ts';
import { type DownloadFlags, deliverFile, refuseBothOutputs, withOut } from './deliver-file.ts';
import { readPositive } from './options.ts';
import { grouped, note, printDone, printJson, printTable } from './print.ts';
import { type Progress, progressOf } from './progress.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const KINDS: Record<string, { type: Report['type']; description: string }> = {
  'ai-builder': { type: 'ai-builder-consumption', description: 'AI Builder credits by day, user and environment' },
  environments: { type: 'copilot-credits-environments', description: 'Copilot Credits by environment and day' },
  agents: { type: 'copilot-credits-agents', description: 'Copilot Credits by agent' },
  users: { type: 'copilot-credits-users', description: 'Copilot Credits by user' },
};
const DAYS = [30, 60, 90, 180] as const;

interface ReportFlags extends DownloadFlags {
  targetDate?: string;
  days?: (typeof DAYS)[number];
}

export function addReport(program: Command): void {
  const report = program.command('report').description(`prepare and download reports: ${Object.keys(KINDS).join(', ')}`);

  for (const [name, { type, description }] of Object.entries(KINDS)) {
    withOut(
      addVerb(
        report,
        name,
        description,
        `bursar report ${name} --days 90 --out ${name}.csv\nbursar report ${name} > ${name}.csv`,
      ),
    )
      .option('--target-date <day>', 'the last day, which is included (default: today)')
      .option('--days <days>', `how many days: ${DAYS.join(', ')} (default: 30)`, readDays)
      .action(({ targetDate, days, ...flags }: ReportFlags) =>
        finish(async () => {
          refuseBothOutputs(flags);
          const bursar = connected(flags);
          const asked = await bursar.reports.ask({ type, targetDate, days });
          const completed = await prepared(bursar, asked);
          await deliver(bursar, completed, flags);
        }),
      );
  }

  addVerb(report, 'list', 'list the reports, newest first', 'bursar report list')
    .option('--limit <count>', 'how many', readPositive, 20)
    .action((flags: ConnectionFlags & { limit: number }) =>
      finish(async () => {
        const reports = await connected(flags).reports.list().all(flags.limit);
        if (flags.json) return printJson(reports);
        print(reports);
      }),
    );

  withOut(
    addVerb(
      report,
      'download <id>',
      'download a report that was asked for before',
      'bursar report download 01a1fc91-… --out march.csv',
    ),
  ).action((id: string, flags: DownloadFlags) =>
    finish(async () => {
      refuseBothOutputs(flags);
      const bursar = connected(flags);
      await deliver(bursar, await prepared(bursar, await bursar.reports.get(id)), flags);
    }),
  );

  addVerb(
    report,
    'delete <id>',
    'delete a report; one that is being prepared is given up',
    'bursar report delete 01a1fc91-…',
  ).action((id: string, flags: ConnectionFlags) =>
    finish(async () => {
      await connected(flags).reports.delete(id);
      printDone(`report ${id} is deleted`, { id, deleted: true }, flags);
    }),
  );
}

function readDays(text: string): (typeof DAYS)[number] {
  const days = DAYS.find((each) => String(each) === text);
  if (days === undefined) throw new InvalidArgumentError(`wanted one of ${DAYS.join(', ')}.`);
  return days;
}

async function prepared(bursar: Bursar, asked: Report): Promise<Report> {
  if (asked.status === 'Completed') return asked;
  let progress: Progress | undefined;
  let done = 0;
  try {
    return await bursar.reports.completed(asked.id, {
      progress({ progress: { days, daysDone } }) {
        progress ??= progressOf('preparing, days', days);
        progress.done(daysDone - done);
        done = daysDone;
      },
    });
  } finally {
    progress?.stop();
  }
}

async function deliver(bursar: Bursar, report: Report, { out, json }: DownloadFlags): Promise<undefined> {
  await deliverFile(await bursar.reports.download(report.id), out, `bursar report download ${report.id}`);
  if (json) return printJson({ ...report, file: out });
  note(
    `${grouped(report.progress.rows)} rows, ${report.firstDay} to ${report.targetDate}${out === undefined ? '' : `, in ${out}`}; kept until ${report.expiresAt}: bursar report download ${report.id}`,
  );
}

function print(reports: readonly Report[]): undefined {
  printTable(
    [
      { title: 'report', of: (row) => row.id },
      { title: 'type', of: (row) => row.type },
      { title: 'from', of: (row) => row.firstDay },
      { title: 'to', of: (row) => row.targetDate },
      { title: 'status', of: statusOf },
      { title: 'rows', of: (row) => grouped(row.progress.rows), align: 'right' },
      { title: 'expires', of: (row) => row.expiresAt ?? '–' },
    ],
    reports,
    'no reports yet; ask for one: bursar report environments --out environments.csv',
  );
}

function statusOf({ status, failure, progress }: Report): string {
  if (status === 'InProgress') return `InProgress, ${grouped(progress.daysDone)} of ${grouped(progress.days)} days`;
  return failure === null ? status : `${status}: ${failure}`;
}
