// (placeholder of the lead until the CLI lands: to be replaced whole)
import { Command } from 'commander';

export function cliProgram(): Command {
  return new Command('bursar');
}
