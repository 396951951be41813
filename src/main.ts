// The program `bursar`: the verbs of the command line, and `serve`, which runs the server. The server is loaded only for `serve`, so that
// the other verbs start quickly.

import { InvalidArgumentError } from 'commander';
import { cliProgram } from './cli/program.ts';
import { describeSettings, readServeSettings, SettingsError } from './server/serve-settings.ts';

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

function readScale(text: string): number {
  const scale = Number(text);
  if (!(scale > 0 && scale <= 10)) throw new InvalidArgumentError('wanted a number above 0, at most 10.');
  return scale;
}

await program.parseAsync();
