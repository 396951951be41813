// Writes docs/licences.md from the lock: which packages Bursar is made of, and under which licences. Part of `npm run derive`; a test checks
// that it is fresh.

import { writeFileSync } from 'node:fs';
import { type LockedPackage, type LockFile, packagesOf, readLock } from './lock-file.ts';

export const LICENCES_FILE = new URL('../docs/licences.md', import.meta.url);

export function describeLicences(lock: LockFile): string {
  const packages = packagesOf(lock);
  return `# Licences

Bursar is under Apache-2.0. What it is made of, as \`package-lock.json\` has it; written by \`npm run derive\`, held to a list of licences by
\`npm run check:supply\`. Packages for one platform are listed whichever platform this is.

${section(
  'Installed to run',
  'Also without development dependencies.',
  packages.filter(({ entry }) => !entry.dev),
)}
${section(
  'For building and testing',
  'What the admin centre is made of (React, Fluent UI, TanStack) is among them: the build puts it into the page.',
  packages.filter(({ entry }) => entry.dev),
)}`;
}

function section(title: string, note: string, packages: LockedPackage[]): string {
  const byLicence = Map.groupBy(packages, ({ entry }) => entry.license ?? 'none named');
  const most = [...byLicence].sort(([a, of], [b, others]) => others.length - of.length || (a < b ? -1 : 1));
  const lists = most.map(([licence, of]) => `### ${licence}\n\n${namesOf(of).join(', ')}\n`);
  return `## ${title}\n\n${note}\n\n${lists.join('\n')}`;
}

function namesOf(packages: LockedPackage[]): string[] {
  return [...new Set(packages.map(({ name, entry }) => `${name} ${entry.version}`))].sort();
}

if (import.meta.main) writeFileSync(LICENCES_FILE, describeLicences(readLock()));
