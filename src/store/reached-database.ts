// The database as programs beside the server reach it (verify, backup, restore): that of DATABASE_URL, else the private one. Where a
// server runs on the data folder its PostgreSQL is used as it runs; where none does, it is started for the time and stopped again.

import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { DATABASE, passwordFile, startPrivatePostgres } from './private-postgres.ts';
import { clusterFolder, hasCluster } from './private-postgres-folder.ts';
import { DataFolderError } from './private-postgres-folder-error.ts';
import { isAlive } from './private-postgres-process.ts';
import { SUPERUSER } from './private-postgres-server.ts';

export interface ReachedDatabase {
  /** For `pg`. */
  url: string;
  /** Stops what was started for it; a server that ran before goes on. */
  close(): Promise<void>;
}

export interface DatabasePlace {
  databaseUrl: string | null;
  /** Of the private PostgreSQL; `named`: the user said so (BURSAR_DATA). */
  data: { folder: string; named: boolean };
}

/**
 * `await reachDatabase(readServeSettings(process.env), console.error)`. Throws a DataFolderError, whose message is for the user, where the
 * folder holds no data, cannot be read, or is in use by a Bursar that cannot be reached from here. Makes no database.
 */
export async function reachDatabase({ databaseUrl, data }: DatabasePlace, log: (line: string) => void): Promise<ReachedDatabase> {
  if (databaseUrl !== null) return { url: databaseUrl, close: async () => {} };
  const wanted = resolve(data.folder);
  const folder = existsSync(wanted) ? realpathSync(wanted) : wanted;
  if (!hasCluster({ path: folder })) {
    throw new DataFolderError(
      `There is no Bursar in ${folder}. Name the folder of one with BURSAR_DATA, or its PostgreSQL with DATABASE_URL.`,
    );
  }
  const running = await runningDatabase(folder);
  if (running !== null) return { url: running, close: async () => {} };
  const postgres = await startPrivatePostgres({ folder: wanted, explicit: data.named, log });
  return { url: postgres.url, close: () => postgres.stop() };
}

/** The URL of the server that runs on the folder; null where none answers. */
async function runningDatabase(folder: string): Promise<string | null> {
  const [pid, , , port] = readOrExplain(join(clusterFolder({ path: folder }), 'postmaster.pid'))?.split('\n') ?? [];
  // A file that a killed server left behind names a process that is gone, or another program: then the port does not answer as ours does.
  if (!(Number(pid) > 0 && Number(port) > 0) || !isAlive(Number(pid))) return null;
  const password = readOrExplain(passwordFile({ path: folder }))?.trim();
  if (password === undefined) return null;
  const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${DATABASE}?sslmode=disable`;
  return (await isOfFolder(url, folder)) ? url : null;
}

/** Whether a server answers there, and is the one that runs on this folder. */
async function isOfFolder(url: string, folder: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(`select current_setting('data_directory') as folder`);
    return realpathSync(rows[0].folder) === realpathSync(clusterFolder({ path: folder }));
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Undefined: there is no such file. */
function readOrExplain(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new DataFolderError(`The database cannot be reached: ${message}. Run this as the user who runs Bursar, or as root.`);
  }
}
