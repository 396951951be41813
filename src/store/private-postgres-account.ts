// The account under which PostgreSQL runs, and what that account may reach. PostgreSQL refuses to run as root, so a
// Bursar that root started spawns it as an unprivileged user, who often may not enter the folders that root may.
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, parse, relative, resolve, sep } from 'node:path';

export interface Account {
  uid: number;
  gid: number;
  name: string;
}

export const MAY_EXECUTE = 1;
export const MAY_READ = 4;

export function startedByRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** The user who runs PostgreSQL when root starts Bursar: `nobody`, as this machine numbers it. */
export function unprivilegedAccount(): Account {
  const line = passwdLines().find((fields) => fields[0] === 'nobody');
  const uid = line?.[2] ?? idOf('-u');
  const gid = line?.[3] ?? idOf('-g');
  if (!uid || !gid) {
    throw new Error(
      'PostgreSQL refuses to run as root, and this machine has no user "nobody" to run it as. Start Bursar as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours.',
    );
  }
  return { uid: Number(uid), gid: Number(gid), name: 'nobody' };
}

export function accountName(uid: number): string {
  const line = passwdLines().find((fields) => fields[2] === String(uid));
  return line?.[0] ?? `uid ${uid}`;
}

/** The part of the options of `spawn` that makes the child run as this account; null is "as we are". */
export function runAs(account: Account | null): { uid?: number; gid?: number } {
  // Node wants signed 32 bit numbers here; macOS numbers nobody 4294967294.
  return account === null ? {} : { uid: account.uid | 0, gid: account.gid | 0 };
}

export function modeAllows(account: Account, stat: Stats, need: number): boolean {
  if (stat.uid === account.uid) return ((stat.mode >> 6) & need) === need;
  if (stat.gid === account.gid) return ((stat.mode >> 3) & need) === need;
  return (stat.mode & need) === need;
}

/** The first folder on the way to `path` (itself included, where it exists) that the account may not enter, in words, or null. */
export function obstacleOnTheWay(account: Account, path: string): string | null {
  const real = realpathSync(nearestExisting(path));
  const { root } = parse(real);
  let folder = root;
  for (const part of ['', ...relative(root, real).split(sep)]) {
    folder = resolve(folder, part);
    const stat = statSync(folder);
    if (!stat.isDirectory() || modeAllows(account, stat, MAY_EXECUTE) || canReallyEnter(account, folder)) continue;
    return `the user "${account.name}" may not enter ${folder} (mode ${octal(stat)}, owned by ${accountName(stat.uid)})`;
  }
  return null;
}

export function nearestExisting(path: string): string {
  const full = resolve(path);
  if (statOrNull(full) !== null || dirname(full) === full) return full;
  return nearestExisting(dirname(full));
}

/** Null where there is nothing, and where we may not look (then the folder above is the one to speak of). */
export function statOrNull(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

export function octal(stat: Stats): string {
  return (stat.mode & 0o7777).toString(8).padStart(4, '0');
}

/** The modes say no; an access control list may still say yes, and only trying can tell. */
function canReallyEnter(account: Account, folder: string): boolean {
  const tried = spawnSync('/bin/sh', ['-c', 'cd -P -- "$1"', 'sh', folder], { ...runAs(account), cwd: '/', stdio: 'ignore' });
  return tried.status === 0;
}

function passwdLines(): string[][] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}

function idOf(flag: '-u' | '-g'): string | null {
  const asked = spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim() : null;
}
