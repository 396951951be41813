// package-lock.json as the checks of the supply chain read it: every package with its version, licence and what is known of its bytes.

import { readFileSync } from 'node:fs';

const ROOT = new URL('../', import.meta.url);

export interface LockEntry {
  name?: string;
  version?: string;
  /** Where it comes from; npm leaves it out where that is the registry, and the project keeps it so. */
  resolved?: string;
  integrity?: string;
  license?: string;
  link?: boolean;
  dev?: boolean;
  hasInstallScript?: boolean;
}

export interface LockFile {
  packages: Record<string, LockEntry>;
}

/** What of package.json has to do with packages. */
export interface Manifest {
  workspaces?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  /** npm's own list of the packages with install scripts that were looked at: true, they run; false, they never do. */
  allowScripts?: Record<string, boolean>;
}

export interface LockedPackage {
  /** Its key in the lock: `node_modules/pg/node_modules/pg-types`. */
  path: string;
  name: string;
  entry: LockEntry;
}

const FOLDER = 'node_modules/';

/** Every package of somebody else; ours, and the links to them, are left out. */
export function packagesOf(lock: LockFile): LockedPackage[] {
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path.includes(FOLDER) && !isOwn(entry, lock))
    .map(([path, entry]) => ({ path, name: entry.name ?? path.slice(path.lastIndexOf(FOLDER) + FOLDER.length), entry }));
}

/** A link into this tree, to a workspace that the lock describes. */
function isOwn({ link, resolved }: LockEntry, lock: LockFile): boolean {
  return link === true && resolved !== undefined && !resolved.includes(':') && lock.packages[resolved] !== undefined;
}

export function readLock(): LockFile {
  return JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8')) as LockFile;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as Manifest;
}
