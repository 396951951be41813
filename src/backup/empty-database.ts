// The database that a restore goes into: that of DATABASE_URL, or the private one, which is made where the data folder is new. Whether it
// is empty is seen by restore-backup.ts.

import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { startPrivatePostgres } from '../store/private-postgres.ts';
import { hasCluster } from '../store/private-postgres-folder.ts';
import { type DatabasePlace, type ReachedDatabase, reachDatabase } from '../store/reached-database.ts';

/** Throws a DataFolderError, whose message is for the user, where the folder cannot serve. */
export async function reachEmptyDatabase(place: DatabasePlace, log: (line: string) => void): Promise<ReachedDatabase> {
  const { databaseUrl, data } = place;
  const wanted = resolve(data.folder);
  const folder = existsSync(wanted) ? realpathSync(wanted) : wanted;
  if (databaseUrl !== null || hasCluster({ path: folder })) return reachDatabase(place, log);
  const postgres = await startPrivatePostgres({ folder: wanted, explicit: data.named, log });
  return { url: postgres.url, close: () => postgres.stop() };
}
