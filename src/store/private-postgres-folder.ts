// Which folder holds the data, and whether it can. The wanted folder serves if the account that runs PostgreSQL may
// enter every folder above it, it is empty or ours, and there is room. Where root's own ./data cannot serve (a clone under
// /root), the data goes to a folder of the machine and ./data becomes a symlink to it; a folder that the user named is
// never replaced: then a message says what is in the way and which folder could serve.
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  type Stats,
  statfsSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  type Account,
  accountName,
  modeAllows,
  nearestExisting,
  obstacleOnTheWay,
  octal,
  startedByRoot,
  statOrNull,
  unprivilegedAccount,
} from './private-postgres-account.ts';
import { COPY_NAME } from './private-postgres-binaries.ts';
import { DataFolderError } from './private-postgres-folder-error.ts';
import { CLAIM_NAME } from './private-postgres-lock.ts';

/** PostgreSQL's first files (50 MB), a copy of its programs (60 MB), its first log segments, and some data. */
const ROOM_FOR_A_START = 300 * 1024 * 1024;
/** Two write-ahead log segments: with less, PostgreSQL stops at the next one. */
const ROOM_TO_GO_ON = 32 * 1024 * 1024;

/** Folders of the machine, by custom writable for root and open to every user. */
export const MACHINE_FOLDERS = ['/var/lib/bursar', '/opt/bursar', '/srv/bursar'];

export interface DataFolder {
  /** The real path; PostgreSQL's own files lie in its subfolder `postgresql`. */
  path: string;
  /** Who runs PostgreSQL; null is the user who runs Bursar. */
  account: Account | null;
}

export interface Wish {
  folder: string;
  explicit: boolean;
  log: (line: string) => void;
}

export function clusterFolder(data: { path: string }): string {
  return join(data.path, 'postgresql');
}

export function hasCluster(data: { path: string }): boolean {
  return existsSync(join(clusterFolder(data), 'PG_VERSION'));
}

/** Makes the folder ready for the lock and for PostgreSQL, or throws a DataFolderError. */
export function prepareDataFolder(wish: Wish): DataFolder {
  const wanted = resolve(wish.folder);
  const place = whereItLeads(wanted);
  const account = startedByRoot() ? accountFor(place) : null;
  const blocked = obstacle(place, account);
  if (blocked !== null) {
    if (wish.explicit || account === null || !isReplaceable(wanted)) throw cannotServe(place, blocked, account);
    return relocate(wish, wanted, blocked, account);
  }
  makeFolder(place, account);
  return { path: realpathSync(place), account };
}

/** The refusal of a folder, with another that could serve. */
export function cannotServe(folder: string, why: string, account: Account | null): DataFolderError {
  const other = folderThatCouldServe(folder, account);
  return new DataFolderError(
    `The data folder ${folder} cannot serve: ${why}. ` +
      (account
        ? `(Started by root, Bursar runs PostgreSQL as the user "${account.name}", because PostgreSQL refuses to run as root.) `
        : '') +
      (other
        ? `This one could serve: start again with BURSAR_DATA=${other}`
        : 'Make another folder ready and name it with BURSAR_DATA, or set DATABASE_URL to a PostgreSQL of yours.'),
  );
}

/** A sentence for when a start failed and the disk is why. */
export function diskIsFull(data: DataFolder): string | null {
  return freeBytes(data.path) < ROOM_TO_GO_ON ? `the disk is full (${megabytes(freeBytes(data.path))} free)` : null;
}

/** Follows ./data where it is a symlink, also one whose target has not been made yet. */
function whereItLeads(wanted: string): string {
  if (!linkOrNull(wanted)?.isSymbolicLink()) return wanted;
  return existsSync(wanted) ? realpathSync(wanted) : resolve(dirname(wanted), readlinkSync(wanted));
}

/** Data that exist go on under their owner, so that root can start what an ordinary user began. */
function accountFor(place: string): Account {
  const owner = statOrNull(clusterFolder({ path: place }));
  if (!owner || owner.uid === 0) return unprivilegedAccount();
  return { uid: owner.uid, gid: owner.gid, name: accountName(owner.uid) };
}

/** Why this folder cannot hold the data, or null. */
function obstacle(place: string, account: Account | null): string | null {
  const nearest = nearestExisting(place);
  const stat = statSync(nearest);
  if (!stat.isDirectory()) return `${nearest} is not a folder`;
  if (account !== null) {
    // The folder itself may be opened by us, if it is ours to open; those above it are the user's business.
    const blocked = obstacleOnTheWay(account, nearest === place ? dirname(place) : nearest);
    if (blocked) return blocked;
  }
  try {
    accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'EROFS' ? 'lies on a read-only disk' : `may not be written by you`;
    return `${nearest} ${why} (mode ${octal(stat)}, owned by ${accountName(stat.uid)})`;
  }
  return nearest === place ? (strangersIn(place) ?? ownerObstacle(place, account) ?? roomObstacle(place)) : roomObstacle(nearest);
}

function strangersIn(place: string): string | null {
  if (hasCluster({ path: place })) return null;
  const strangers = readdirSync(place).filter((name) => !isOurs(name));
  if (strangers.length === 0) return null;
  const some = strangers.slice(0, 3).join(', ');
  return `it is not empty and not Bursar's: it holds ${some}${strangers.length > 3 ? ` and ${strangers.length - 3} more` : ''}`;
}

/** Names that a first start leaves behind when it is cut short, and what a mounted disk brings along. */
function isOurs(name: string): boolean {
  return (
    CLAIM_NAME.test(name) ||
    COPY_NAME.test(name) ||
    /^(postgresql(\.new-.*|\.log(\.1)?)?|password|lost\+found|\.DS_Store)$/.test(name)
  );
}

function ownerObstacle(place: string, account: Account | null): string | null {
  const cluster = statOrNull(clusterFolder({ path: place }));
  if (!cluster) return null;
  const folder = clusterFolder({ path: place });
  if (cluster.uid === 0) {
    return `${folder} belongs to root, as whom PostgreSQL cannot run (chown -R ${account?.name ?? 'YOU'} ${folder} would give it back)`;
  }
  const uid = account?.uid ?? process.geteuid?.();
  return cluster.uid === uid ? null : `${folder} belongs to ${accountName(cluster.uid)}: start Bursar as that user or as root`;
}

function roomObstacle(folder: string): string | null {
  const free = freeBytes(folder);
  if (hasCluster({ path: folder }) || free >= ROOM_FOR_A_START) return null;
  return `its disk has only ${megabytes(free)} free, and a new database needs ${megabytes(ROOM_FOR_A_START)}`;
}

/** Only nothing, an empty folder or our own symlink may become a symlink. */
function isReplaceable(wanted: string): boolean {
  const stat = linkOrNull(wanted);
  return stat === null || (stat.isDirectory() && readdirSync(wanted).length === 0);
}

/** The symlink comes first: where it is cut short, the next start follows it and goes on. */
function relocate(wish: Wish, wanted: string, blocked: string, account: Account): DataFolder {
  const place = folderThatCouldServe(wanted, account);
  if (place === null) throw cannotServe(wanted, blocked, account);
  try {
    if (linkOrNull(wanted)) rmdirSync(wanted);
    makeParents(dirname(wanted));
    symlinkSync(place, wanted);
  } catch (error) {
    // Another Bursar on the same clone was quicker: its symlink is as good, and the lock decides between us.
    if (linkOrNull(wanted)?.isSymbolicLink()) return prepareDataFolder(wish);
    throw cannotServe(wanted, `${blocked}, and it cannot become a symlink: ${(error as Error).message}`, account);
  }
  wish.log(
    `The data lie in ${place}, and ${wanted} is a symlink to it, because ${blocked}, as whom PostgreSQL runs when root starts Bursar.`,
  );
  return prepareDataFolder(wish);
}

/** Never one that holds data: a new clone where an old one was begins anew, and the old data stay as they are. */
function folderThatCouldServe(wanted: string, account: Account | null): string | null {
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 10);
  const home = process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share');
  const bases = account ? MACHINE_FOLDERS : [join(home, 'bursar'), `/var/tmp/bursar-${process.geteuid?.() ?? 'data'}`];
  for (const base of bases) {
    const place = firstWithoutData(join(base, `data-${key}`));
    if (place !== wanted && obstacle(place, account) === null) return place;
  }
  return null;
}

function firstWithoutData(path: string): string {
  for (let number = 1; ; number += 1) {
    const place = number === 1 ? path : `${path}-${number}`;
    if (!hasCluster({ path: place })) return place;
  }
}

/** Makes the folder, and those above it that are missing, so that the account may enter them whatever our umask. */
function makeFolder(place: string, account: Account | null): void {
  try {
    makeParents(place);
    const stat = statSync(place);
    if (account && !modeAllows(account, stat, 1)) chmodSync(place, (stat.mode & 0o7777) | 0o011);
  } catch (error) {
    throw cannotServe(place, `it cannot be made: ${(error as Error).message}`, account);
  }
}

function makeParents(folder: string): void {
  if (existsSync(folder)) return;
  makeParents(dirname(folder));
  mkdirSync(folder);
  chmodSync(folder, 0o755);
}

function linkOrNull(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

function freeBytes(folder: string): number {
  const disk = statfsSync(nearestExisting(folder));
  return disk.bavail * disk.bsize;
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 / 1024)} MB`;
}

/** The major version of the data, which the programs must share. */
export function clusterVersion(data: DataFolder): string {
  return readFileSync(join(clusterFolder(data), 'PG_VERSION'), 'utf8').trim();
}
