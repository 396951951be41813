// The program `bursar`: the verbs of the command line, and `serve`, which runs the server. The server is loaded only for `serve`, so that
// the other verbs start quickly.

import { cliProgram } from './cli/program.ts';
import { describeSettings, readServeSettings, SettingsError } from './server/serve-settings.ts';

const program = cliProgram();

program
  .command('serve')
  .description('run Bursar: the API and the page, with a private PostgreSQL unless DATABASE_URL names one')
  .addHelpText('after', () => `\nSettings are environment variables:\n${describeSettings()}`)
  .action(async () => {
    try {
      const settings = readServeSettings(process.env);
      const { serve } = await import('./server/serve.ts');
      await serve(settings);
    } catch (error) {
      if (!(error instanceof SettingsError || (error as Error).name === 'DataFolderError')) throw error;
      console.error((error as Error).message);
      process.exitCode = 2;
    }
  });

await program.parseAsync();
