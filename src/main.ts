// The program `bursar`: the verbs of the command line, and `serve`, which runs the server. The server is loaded only for `serve`, so that
// the other verbs start quickly.

import { InvalidArgumentError } from 'commander';
import { cliProgram } from './cli/program.ts';
import { describeSettings, readServeSettings, type ServeSettings, SettingsError } from './server/serve-settings.ts';

const program = cliProgram();

program
  .command('serve')
  .description('run Bursar: the API and the page, with a private PostgreSQL unless DATABASE_URL names one')
  .option('--sample [scale]', 'fill a sandbox tenant "Contoso" with a year of history, once; 0.1 is a tenth of it', readScale)
  .addHelpText('after', () => `\nSettings are environment variables:\n${describeSettings()}`)
  .action(async ({ sample }: { sample?: number | true }) => {
    try {
      const settings = readServeSettings(process.env);
      const { serve } = await import('./server/serve.ts');
      await serve(settings, sample === undefined ? null : sample === true ? 1 : sample);
    } catch (error) {
      if (!(error instanceof SettingsError || (error as Error).name === 'DataFolderError')) throw error;
      console.error((error as Error).message);
      process.exitCode = 2;
    }
  });

program
  .command('migrate')
  .description('bring the PostgreSQL of DATABASE_URL to the schema of this version, without serving')
  .option('--cells <count>', 'how many cells a new installation has, from 1 to 4096; it is fixed then (serve makes 4)', readCells)
  .option('--distributed', 'spread the tables over the workers of a Citus cluster (docs/operating/scale-out.md)', false)
  .action(async (options: { cells?: number; distributed: boolean }) => {
    try {
      const { databaseUrl } = readServeSettings(process.env);
      const { migrateDatabase } = await import('./server/migrate-database.ts');
      await migrateDatabase(databaseUrl, options, console.log);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      console.error(error.message);
      process.exitCode = 2;
    }
  });

function readCells(text: string): number {
  const cells = Number(text);
  if (!(Number.isInteger(cells) && cells >= 1 && cells <= 4_096))
    throw new InvalidArgumentError('wanted a whole number from 1 to 4096.');
  return cells;
}

program
  .command('verify')
  .description('check the whole database: every sum, hold, key and decision; reads one snapshot and writes nothing')
  .option('--tenant <id>', 'only this tenant')
  .option('--audit-heads <file>', 'ends of audit logs that "bursar audit heads" wrote: whether these logs still are those')
  .option('--json', 'the verdict as JSON')
  .addHelpText(
    'after',
    '\nIt finds the database as serve does (DATABASE_URL, or the folder of BURSAR_DATA), whether a server runs on it or not.\nIt ends with 0 where everything adds up, 1 where something does not, 2 where it could not check.',
  )
  .action(async (asked: { tenant?: string; json?: boolean; auditHeads?: string }) => {
    const { reachDatabase } = await import('./store/reached-database.ts');
    const { verifyAndTell } = await import('./verify/verdict.ts');
    // So that a database that was started for it does not outlive it.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(2));
    process.exitCode = await verifyAndTell(
      asked,
      () => reachDatabase(readServeSettings(process.env), (line) => console.error(line)),
      {
        write: (text) => process.stdout.write(text),
        note: (text) => process.stderr.write(text),
        isTerminal: process.stderr.isTTY === true,
      },
    );
  });

program
  .command('backup')
  .description('write everything to a file, as it is at one moment, while the server runs; FILE.gz and FILE.zst are compressed')
  .argument('<file>', 'the file; - for the standard output')
  .action(async (file: string) => {
    const { backupAndTell } = await import('./backup/backup-verb.ts');
    process.exitCode = await withSettings((settings) => backupAndTell(file, settings));
  });

program
  .command('restore')
  .description('make an empty database, or a new data folder, what a backup holds, and verify it')
  .argument('<file>', 'a file that "bursar backup" wrote; - for the standard input')
  .action(async (file: string) => {
    const { restoreAndTell } = await import('./backup/backup-verb.ts');
    const { verify } = await import('./verify/verify.ts');
    const { inWords } = await import('./verify/verdict.ts');
    process.exitCode = await withSettings((settings) =>
      restoreAndTell(file, settings, async (url) => {
        const verdict = await verify({ url });
        return { sound: verdict.violations.length === 0, words: inWords(verdict) };
      }),
    );
  });

/** Settings that cannot be read are told, with 2. */
async function withSettings(work: (settings: ServeSettings) => Promise<number>): Promise<number> {
  let settings: ServeSettings;
  try {
    settings = readServeSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    return 2;
  }
  return work(settings);
}

function readScale(text: string): number {
  const scale = Number(text);
  if (!(scale > 0 && scale <= 10)) throw new InvalidArgumentError('wanted a number above 0, at most 10.');
  return scale;
}

await program.parseAsync();
