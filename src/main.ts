// The program `bursar`: the verbs of the command line, and `serve`, which runs the server.

import { cliProgram } from './cli/program.ts';
import { serve } from './server/serve.ts';
import { describeSettings, readServeSettings, SettingsError } from './server/serve-settings.ts';
import { DataFolderError } from './store/private-postgres-folder-error.ts';

const program = cliProgram();

program
  .command('serve')
  .description('run Bursar: the API and the page, with a private PostgreSQL unless DATABASE_URL names one')
  .addHelpText('after', () => `\nSettings are environment variables:\n${describeSettings()}`)
  .action(async () => {
    try {
      await serve(readServeSettings(process.env));
    } catch (error) {
      if (!(error instanceof SettingsError || error instanceof DataFolderError)) throw error;
      console.error(error.message);
      process.exitCode = 2;
    }
  });

await program.parseAsync();
