// Checks what the project is made of, before any of it but Node itself runs (issue 6, point 8): every package in the lock is known by the hash of its
// bytes and comes from the registry, only packages of a named list have install scripts, and all are under a licence of a named list.
// `npm run check:supply`; a test does the same, and plants one of each fault.

import { type LockEntry, type LockFile, type Manifest, packagesOf, readLock, readManifest } from './lock-file.ts';

/** The whole of a SHA-512 in base64: 64 bytes. */
const INTEGRITY = /^sha512-[0-9A-Za-z+/]{86}==$/;
const EXACT_VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** Licences under which packages may be used and passed on with Bursar, which is under Apache-2.0. */
const ALLOWED_LICENCES: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  // Its duties are for its own files only, and we change none of them.
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
];

/** Each fault in a line: which package, what is wrong with it, what to do. */
export function faultsOf(lock: LockFile, manifest: Manifest): string[] {
  const reviewed = manifest.allowScripts ?? {};
  const packages = packagesOf(lock);
  const faults = packages.flatMap(({ path, name, entry }) =>
    [sourceFault(entry), integrityFault(entry), scriptFault(name, entry, reviewed), licenceFault(entry)]
      .filter((fault) => fault !== null)
      .map((fault) => `${path}@${entry.version ?? '?'}: ${fault}`),
  );
  const withScript = new Set(packages.filter(({ entry }) => entry.hasInstallScript).map(({ name }) => name));
  const stale = Object.keys(reviewed).filter((name) => !withScript.has(name));
  return [
    ...faults,
    ...stale.map((name) => `package.json: allowScripts names ${name}, which has no install script (any more); take it out`),
    ...looseVersions(manifest),
  ];
}

function sourceFault({ resolved, link }: LockEntry): string | null {
  if (resolved === undefined) return null;
  if (link) return `is a link to ${resolved}, which is no workspace of this project`;
  if (/^git[+:@]|\.git(#|$)|^(github|gitlab|bitbucket):/.test(resolved))
    return `comes from git (${resolved}), which nothing holds to its bytes; take it from the registry`;
  if (/^https?:/.test(resolved))
    return `comes from an address (${resolved}); take it from the registry, with the npm setting omit-lockfile-registry-resolved`;
  return `comes from ${resolved}; take it from the registry`;
}

function integrityFault({ integrity, resolved }: LockEntry): string | null {
  // What has no integrity because it is of another source is said once.
  if (integrity === undefined && resolved !== undefined) return null;
  if (integrity === undefined) return 'has no integrity; make the lock again for it: npm install --package-lock-only';
  return INTEGRITY.test(integrity) ? null : `has the integrity ${JSON.stringify(integrity)}, not one SHA-512`;
}

function scriptFault(name: string, { hasInstallScript }: LockEntry, reviewed: Record<string, boolean>): string | null {
  if (!hasInstallScript || reviewed[name] !== undefined) return null;
  return 'has an install script that nobody has looked at; do without the package, or list it in allowScripts of package.json';
}

function licenceFault({ license }: LockEntry): string | null {
  if (license === undefined) return 'names no licence; read what it ships, and do without it if in doubt';
  return mayUse(license) ? null : `is under ${license}, which is not among the licences that scripts/check-supply.ts allows`;
}

/** An expression of SPDX without inner parentheses: one side of an OR is enough, all sides of an AND are needed. */
function mayUse(expression: string): boolean {
  const sides = expression.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return sides.some((side) => side.split(' AND ').every((licence) => ALLOWED_LICENCES.includes(licence)));
}

function looseVersions({ dependencies, devDependencies, optionalDependencies }: Manifest): string[] {
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !EXACT_VERSION.test(version))
    .map(([name, version]) => `package.json: ${name} is asked for as ${JSON.stringify(version)}; pin one version`);
}

if (import.meta.main) {
  const lock = readLock();
  const faults = faultsOf(lock, readManifest());
  for (const fault of faults) console.error(fault);
  console.log(
    `${packagesOf(lock).length} packages in the lock: ${faults.length === 0 ? 'all as they should be' : `${faults.length} faults`}`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
