// Writes the bill of materials, dist/bursar.cdx.json (CycloneDX), as npm makes it from the lock, once it is seen to hold every package of the
// lock and no other. Not committed: `npm run sbom`.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type LockFile, packagesOf, readLock } from './lock-file.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FILE = new URL('../dist/bursar.cdx.json', import.meta.url);

export interface Component {
  group?: string;
  name: string;
  version: string;
}

export interface Sbom {
  bomFormat: string;
  components: Component[];
}

/** As npm makes it; needs no network. */
export function makeSbom(): Sbom {
  const written = execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return JSON.parse(written) as Sbom;
}

/** What one has and the other has not. */
export function differencesOf(sbom: Sbom, lock: LockFile): string[] {
  const listed = new Set(sbom.components.map(({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`));
  // Workspaces, which npm calls after their folders.
  const own = Object.entries(lock.packages).map(([path, { version }]) => `${path}@${version}`);
  const locked = new Set(packagesOf(lock).map(({ name, entry }) => `${name}@${entry.version}`));
  return [
    ...[...locked].filter((each) => !listed.has(each)).map((each) => `${each} is in the lock, not in the bill of materials`),
    ...[...listed]
      .filter((each) => !locked.has(each) && !own.includes(each))
      .map((each) => `${each} is in the bill of materials, not in the lock`),
  ];
}

if (import.meta.main) {
  const sbom = makeSbom();
  const differences = differencesOf(sbom, readLock());
  for (const difference of differences) console.error(difference);
  if (differences.length > 0) process.exit(1);
  mkdirSync(new URL('.', FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify(sbom, null, 2)}\n`);
  console.log(`wrote ${fileURLToPath(FILE)}: ${sbom.components.length} components`);
}
