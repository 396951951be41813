// Bursar's own PostgreSQL: started with Bursar, in Bursar's data folder, for Bursar alone. It survives whatever is killed:
// a server that dies is started again under the same address, so that pools heal; one that outlived its Bursar is stopped
// by the next start; a folder belongs to one live Bursar at a time.
//
//   const postgres = await startPrivatePostgres({ folder: './data', explicit: false, log: console.log });
//   const pool = new pg.Pool({ connectionString: postgres.url });
//   …
//   await postgres.stop();
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { type Binaries, reachBinaries, removeOldCopies } from './private-postgres-binaries.ts';
import {
  cannotServe,
  clusterVersion,
  type DataFolder,
  hasCluster,
  MACHINE_FOLDERS,
  prepareDataFolder,
} from './private-postgres-folder.ts';
import { DataFolderError } from './private-postgres-folder-error.ts';
import { type FolderLock, lockFolder } from './private-postgres-lock.ts';
import { sendSignal } from './private-postgres-process.ts';
import {
  clearOrphans,
  clusterNameOf,
  endServer,
  freePort,
  initialiseCluster,
  launchServer,
  removeDrafts,
  rotateServerLog,
  type ServerPlace,
  type ServerProcess,
  SUPERUSER,
  writePrivateFile,
} from './private-postgres-server.ts';

export { DataFolderError };

export interface PrivatePostgres {
  /** For `pg`: loopback, with the server's own password. It stays the same while the server is restarted. */
  url: string;
  /** The same with a login that owns nothing and is no superuser: for what is done for tenants (runtime-role.ts). */
  runtimeUrl: string;
  /** Where the data really lie; another folder than the wanted one if that is a symlink. */
  folder: string;
  /** Stops the server in good order and gives the folder free. */
  stop(): Promise<void>;
  /** Resolves with the reason when the server died and could not be brought back. */
  exited: Promise<string>;
}

export interface PrivatePostgresOptions {
  folder: string;
  /** The user named the folder (BURSAR_DATA): it is used as it is or refused, never replaced. */
  explicit: boolean;
  log: (line: string) => void;
}

export const DATABASE = 'bursar';
const RUNTIME_LOGIN = 'bursar_runtime';
const RESTART_PAUSES_MS = [50, 250, 1000, 2000];
const FAILURES_TO_GIVE_UP = 5;
/** A server that died sooner than this is restarted with longer pauses. */
const STEADY_MS = 10_000;
const PORT_ATTEMPTS = 5;

/** Throws a DataFolderError, whose message is for the user, where the folder cannot serve or is in use. */
export async function startPrivatePostgres(options: PrivatePostgresOptions): Promise<PrivatePostgres> {
  const data = prepareDataFolder(options);
  const lock = await lockOrExplain(data);
  try {
    return await startLocked(data, lock, options.log);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startLocked(data: DataFolder, lock: FolderLock, log: (line: string) => void): Promise<PrivatePostgres> {
  const binaries = await reachBinaries(data.account, [data.path, ...(data.account ? MACHINE_FOLDERS : [])], log);
  removeOldCopies(data.path, binaries);
  removeDrafts(data);
  rotateServerLog(data);
  const password = hasCluster(data) ? readPassword(data, binaries) : await firstStart(data, binaries, log);
  const clusterName = clusterNameOf(data, password);
  await clearOrphans(data, clusterName, log);

  const stopping = new AbortController();
  const { place, server } = await launchOnFreePort({ data, binaries, clusterName, port: 0 }, stopping.signal);
  const urlOf = (user: string, secret: string, database: string) =>
    `postgres://${user}:${secret}@127.0.0.1:${place.port}/${database}?sslmode=disable`;
  const url = (database: string) => urlOf(SUPERUSER, password, database);
  const runtimePassword = createHmac('sha256', password).update(RUNTIME_LOGIN).digest('hex');
  try {
    await ensureDatabase(url, data);
    await withClient(url(DATABASE), (client) => ensureRuntimeLogin(client, runtimePassword));
  } catch (error) {
    await endServer(server.pid, log);
    throw error;
  }
  const runtimeUrl = urlOf(RUNTIME_LOGIN, runtimePassword, DATABASE);
  return supervise({ place, server, lock, stopping, log, url: url(DATABASE), runtimeUrl });
}

interface Supervised {
  place: ServerPlace;
  server: ServerProcess;
  lock: FolderLock;
  stopping: AbortController;
  log: (line: string) => void;
  url: string;
  runtimeUrl: string;
}

/** Restarts the server when it dies, until it is stopped or five starts in a row failed. */
function supervise({ place, server, lock, stopping, log, url, runtimeUrl }: Supervised): PrivatePostgres {
  let current: ServerProcess | null = server;
  // However Bursar ends, if it can still do something, it takes its database along.
  const onExit = () => {
    if (current) sendSignal(current.pid, 'SIGINT');
    lock.release();
  };
  process.on('exit', onExit);

  async function keepRunning(): Promise<string | null> {
    let failures = 0;
    let quickDeaths = 0;
    let startedAt = Date.now();
    while (current) {
      let reason = await current.ended;
      current = null;
      quickDeaths = Date.now() - startedAt > STEADY_MS ? 0 : quickDeaths + 1;
      while (!current) {
        if (stopping.signal.aborted) return null;
        if (failures === FAILURES_TO_GIVE_UP) return reason;
        const pause = RESTART_PAUSES_MS[Math.min(Math.max(failures, quickDeaths - 1), RESTART_PAUSES_MS.length - 1)];
        log(`${reason}: starting it again`);
        await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
        try {
          await clearOrphans(place.data, place.clusterName, log);
          current = await launchServer(place, stopping.signal);
          failures = 0;
          startedAt = Date.now();
        } catch (error) {
          failures += 1;
          reason = (error as Error).message;
        }
      }
    }
    return null;
  }

  const over = keepRunning();
  let stopped: Promise<void> | null = null;
  async function stopOnce(): Promise<void> {
    stopping.abort();
    if (current) await endServer(current.pid, log);
    await over;
    process.off('exit', onExit);
    lock.release();
  }
  return {
    url,
    runtimeUrl,
    folder: place.data.path,
    stop: () => (stopped ??= stopOnce()),
    exited: new Promise((resolve) => over.then((reason) => reason !== null && resolve(reason))),
  };
}

async function lockOrExplain(data: DataFolder): Promise<FolderLock> {
  try {
    return await lockFolder(data.path);
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    throw cannotServe(data.path, `its lock cannot be written: ${(error as Error).message}`, data.account);
  }
}

async function firstStart(data: DataFolder, binaries: Binaries, log: (line: string) => void): Promise<string> {
  log(`First start: making the database in ${data.path}`);
  const password = randomBytes(24).toString('hex');
  writePrivateFile(passwordFile(data), `${password}\n`);
  await initialiseCluster(data, binaries, password);
  return password;
}

function readPassword(data: DataFolder, binaries: Binaries): string {
  const version = clusterVersion(data);
  if (version !== binaries.version.split('.')[0]) {
    throw new DataFolderError(
      `The data folder ${data.path} was written by PostgreSQL ${version}, and this Bursar brings PostgreSQL ${binaries.version}, which cannot read it. Start the Bursar that wrote it, or name another folder with BURSAR_DATA.`,
    );
  }
  try {
    return readFileSync(passwordFile(data), 'utf8').trim();
  } catch (error) {
    throw new DataFolderError(
      `The password of the database cannot be read: ${(error as Error).message}. Start Bursar as the user who made ${data.path}, or bring the file back from a backup of that folder.`,
    );
  }
}

export function passwordFile(data: Pick<DataFolder, 'path'>): string {
  return join(data.path, 'password');
}

/** Between our finding a free port and PostgreSQL's taking it, another program may come first: then the next one. */
async function launchOnFreePort(
  wanted: ServerPlace,
  stopping: AbortSignal,
): Promise<{ place: ServerPlace; server: ServerProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const place = { ...wanted, port: await freePort() };
    try {
      return { place, server: await launchServer(place, stopping) };
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !(error as Error).message.includes('Address already in use')) throw error;
    }
  }
}

async function ensureDatabase(url: (database: string) => string, data: DataFolder): Promise<void> {
  try {
    await withClient(url(DATABASE), async () => {});
  } catch (error) {
    const code = error instanceof DatabaseError ? error.code : undefined;
    if (code === '28P01') {
      throw new DataFolderError(
        `The file ${passwordFile(data)} does not hold the password of the database in ${data.path}. Bring both back from one backup.`,
      );
    }
    if (code !== '3D000') throw error;
    await withClient(url('postgres'), (client) => client.query(`create database ${escapeIdentifier(DATABASE)}`));
  }
}

/** Its password follows from the superuser's, so that there is no second file of it; said at each start, so that both come from one backup. */
async function ensureRuntimeLogin(client: Client, password: string): Promise<void> {
  const { rows } = await client.query('select 1 as there from pg_roles where rolname = $1', [RUNTIME_LOGIN]);
  const login = escapeIdentifier(RUNTIME_LOGIN);
  if (rows.length === 0) await client.query(`create role ${login}`);
  await client.query(`alter role ${login} login nosuperuser nobypassrls noinherit password ${escapeLiteral(password)}`);
}

async function withClient(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
