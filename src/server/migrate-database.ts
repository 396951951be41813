// `bursar migrate`: brings a PostgreSQL of your own to this version's schema without serving, for whoever wants that as a step of its own;
// fixes how many cells a new installation has; spreads it over a Citus cluster. `serve` migrates by itself.

import { DistributionError, distribute, fixCells } from '../store/distribution.ts';
import { migrate } from '../store/migrate.ts';
import { SettingsError } from './serve-settings.ts';

export interface MigrateOptions {
  /** Of a new installation; undefined: as many as `serve` gives it, or as it has. */
  cells?: number | undefined;
  distributed: boolean;
}

/** Throws `SettingsError` where it cannot be done as asked. */
export async function migrateDatabase(
  databaseUrl: string | null,
  { cells, distributed }: MigrateOptions,
  say: (line: string) => void,
): Promise<void> {
  if (databaseUrl === null)
    throw new SettingsError('set DATABASE_URL to the database to migrate; a private one is migrated when Bursar starts on it');
  await migrate(databaseUrl, say);
  if (cells !== undefined) {
    const there = await fixCells(databaseUrl, cells);
    if (there !== cells)
      throw new SettingsError(`this installation has ${there} cells, and that is fixed; --cells is for a new one`);
  }
  if (distributed) {
    try {
      const tables = await distribute(databaseUrl, say);
      say(`${tables.distributed.length} tables are distributed by cell; on the coordinator: ${tables.local.join(', ')}.`);
    } catch (error) {
      throw error instanceof DistributionError ? new SettingsError(error.message) : error;
    }
  }
  say('The database has the schema of this version.');
}
