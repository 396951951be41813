// One PostgreSQL server process on one data folder: making its files, starting it, ending it, and clearing away what a
// killed one left behind. Durable as PostgreSQL is by default; loopback and a password only; no TLS and no ICU, because the
// packaged programs bring old copies of those libraries.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, runAs } from './private-postgres-account.ts';
import type { Binaries } from './private-postgres-binaries.ts';
import { clusterFolder, type DataFolder, diskIsFull } from './private-postgres-folder.ts';
import { DataFolderError } from './private-postgres-folder-error.ts';
import { endProcess, processesWhere } from './private-postgres-process.ts';

export const SUPERUSER = 'bursar';

const LOG_LIMIT = 10 * 1024 * 1024;
const FAST_SHUTDOWN_MS = 5000;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  ssl: 'off',
  max_connections: '100',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  autovacuum: 'on',
  // A refused flight is an ordinary event (the lane decides again): its statement is not worth a page of the log.
  log_min_error_statement: 'panic',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_checkpoints: 'off',
};

/** What a server needs to be started on a folder, again and again. */
export interface ServerPlace {
  data: DataFolder;
  binaries: Binaries;
  port: number;
  clusterName: string;
}

export interface ServerProcess {
  pid: number;
  /** Resolves with the reason when the process has ended, however it came to that. */
  ended: Promise<string>;
}

/** The programs get none of our environment: PGDATA, PGPORT, LC_ALL and their like would change what they do. */
const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * A name that every process of this server carries in its title, so that orphans are known without doubt: the same
 * after a move of the folder, another one for a copy of it.
 */
export function clusterNameOf(data: DataFolder, password: string): string {
  const { dev, ino } = statSync(clusterFolder(data));
  return `bursar_${createHash('sha256').update(`${password}:${dev}:${ino}`).digest('hex').slice(0, 16)}`;
}

/** Makes the database files; they get their name only when they are whole. */
export async function initialiseCluster(data: DataFolder, binaries: Binaries, password: string): Promise<void> {
  const draft = `${clusterFolder(data)}.new-${randomBytes(4).toString('hex')}`;
  const passwordFile = `${draft}-password`;
  try {
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(passwordFile, password, { mode: 0o600 });
    for (const path of [draft, passwordFile]) giveTo(data.account, path);
    await runInitdb(data, binaries.initdb, ['-D', draft, `--pwfile=${passwordFile}`]);
    renameSync(draft, clusterFolder(data));
    syncFolder(data.path);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

/** What first starts that were cut short left behind. */
export function removeDrafts(data: DataFolder): void {
  for (const name of readdirSync(data.path)) {
    if (name.startsWith('postgresql.new-')) rmSync(join(data.path, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

function runInitdb(data: DataFolder, initdb: string, where: string[]): Promise<void> {
  const what = [
    '-U',
    SUPERUSER,
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  const child = spawn(initdb, [...where, ...what, '--no-instructions'], {
    ...runAs(data.account),
    cwd: data.path,
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(cannotRun(initdb, data.account, error)));
    child.once('close', (code) => {
      if (code === 0) return resolve();
      reject(startFailure(data, `initdb ended with code ${code}`, output.trim().split('\n').slice(-10).join('\n')));
    });
  });
}

/** Starts the server and waits until it takes connections; recovery after a crash is part of that, however long. */
export async function launchServer(place: ServerPlace, stopping: AbortSignal): Promise<ServerProcess> {
  const folder = clusterFolder(place.data);
  const logPath = serverLog(place.data);
  const logDescriptor = openSync(logPath, 'a', 0o600);
  giveTo(place.data.account, logPath);
  const logStart = statSync(logPath).size;
  const settings = { ...SETTINGS, port: String(place.port), cluster_name: place.clusterName };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(place.binaries.postgres, ['-D', folder, ...flags], {
    ...runAs(place.data.account),
    cwd: folder,
    env: ENVIRONMENT,
    stdio: ['ignore', logDescriptor, logDescriptor],
    // A group of its own: the terminal's Ctrl-C is for Bursar, which finishes first and then stops its database.
    detached: true,
  });
  closeSync(logDescriptor);

  let endedBecause: string | null = null;
  const ended = endOf(child).then((reason) => {
    endedBecause = reason;
    return reason;
  });
  const stop = () => child.kill('SIGINT');
  stopping.addEventListener('abort', stop);
  try {
    while (!isReady(folder, child.pid)) {
      await Promise.race([delay(15), ended]);
      if (endedBecause !== null) throw startFailure(place.data, endedBecause, lastLines(logPath, logStart));
    }
    if (stopping.aborted) stop();
  } finally {
    stopping.removeEventListener('abort', stop);
  }
  return { pid: child.pid ?? 0, ended };
}

/** Fast shutdown: sessions are cut, everything committed is on disk; after the patience, the end without ceremony. */
export async function endServer(pid: number, log: (line: string) => void): Promise<void> {
  if (await endProcess(pid, 'SIGINT', FAST_SHUTDOWN_MS)) return;
  log(`PostgreSQL (process ${pid}) takes long to stop: ending it at once, the next start recovers`);
  if (await endProcess(pid, 'SIGQUIT', FAST_SHUTDOWN_MS)) return;
  await endProcess(pid, 'SIGKILL', FAST_SHUTDOWN_MS);
}

/**
 * Ends the server that a killed Bursar left behind, and the sessions that a killed server left behind, so that the
 * next start finds the folder free. Call it only while holding the folder's lock.
 */
export async function clearOrphans(data: DataFolder, clusterName: string, log: (line: string) => void): Promise<void> {
  for (const { pid } of processesWhere((command) => command.includes(`-c cluster_name=${clusterName}`))) {
    log(`Stopping PostgreSQL (process ${pid}), left behind by a Bursar that was killed`);
    await endServer(pid, log);
  }
  for (const { pid } of processesWhere((command) => command.startsWith(`postgres: ${clusterName}:`))) {
    log(`Ending a process of PostgreSQL (${pid}), left behind when its server was killed`);
    await endProcess(pid, 'SIGKILL', FAST_SHUTDOWN_MS);
  }
  disownServerFile(data);
}

/**
 * postmaster.pid may name a process that now is another program (pids are given again, soonest in containers), or one
 * that is dead and that nobody has reaped: PostgreSQL would refuse to start. Our own pid in its place passes, because
 * PostgreSQL leaves out its parent, and the file's other lines stay, by which PostgreSQL makes sure that no session of the
 * old server lives.
 */
function disownServerFile(data: DataFolder): void {
  const path = join(clusterFolder(data), 'postmaster.pid');
  const lines = readLines(path);
  if (lines.length === 0) return;
  if (!(Number(lines[0]) > 0)) {
    // Cut short while it was written: PostgreSQL would take it for a server that is just starting.
    rmSync(path);
    return;
  }
  // That folder belongs to another account, which shall not be able to lead our writing elsewhere.
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW);
  writeFileSync(descriptor, [String(process.pid), ...lines.slice(1)].join('\n'));
  closeSync(descriptor);
}

export function serverLog(data: DataFolder): string {
  return join(data.path, 'postgresql.log');
}

export function rotateServerLog(data: DataFolder): void {
  const path = serverLog(data);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT) renameSync(path, `${path}.1`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Writes a file that only we may read, so that it is on disk when this returns. */
export function writePrivateFile(path: string, content: string): void {
  const descriptor = openSync(path, 'w', 0o600);
  chmodSync(path, 0o600);
  writeFileSync(descriptor, content);
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** PostgreSQL says "ready" on the eighth line of its pid file. */
function isReady(folder: string, pid: number | undefined): boolean {
  const lines = readLines(join(folder, 'postmaster.pid'));
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(signal ? `PostgreSQL was ended by ${signal}` : `PostgreSQL ended with code ${code}`),
    );
  });
}

function startFailure(data: DataFolder, reason: string, details: string): Error {
  const full = diskIsFull(data);
  if (full)
    return new DataFolderError(
      `The data folder ${data.path} cannot serve: ${full}. Make room there, or name another folder with BURSAR_DATA.`,
    );
  return new Error(`The private PostgreSQL in ${data.path} did not start: ${reason}. Its last lines:\n${details}`);
}

function cannotRun(program: string, account: Account | null, error: Error): Error {
  return new Error(
    `${program} cannot be run${account ? ` as the user "${account.name}"` : ''} (${error.message}). It needs Linux with glibc or macOS${account ? ', and root must be allowed to change users: else start Bursar as an ordinary user' : ''}. Or set DATABASE_URL to a PostgreSQL of yours.`,
    { cause: error },
  );
}

function lastLines(path: string, from: number): string {
  return readFileSync(path).subarray(from).toString('utf8').trim().split('\n').slice(-15).join('\n');
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function giveTo(account: Account | null, path: string): void {
  if (account) chownSync(path, account.uid, account.gid);
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
