// What the project is made of (issue 6, point 8): the lock holds every package to its bytes, its source, its scripts and its licence, each
// fault is found where one is planted, and the lists that are made from the lock are fresh and whole.

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../scripts/check-supply.ts';
import { type LockEntry, type LockFile, type Manifest, packagesOf, readLock, readManifest } from '../scripts/lock-file.ts';
import { describeLicences, LICENCES_FILE } from '../scripts/write-licences.ts';
import { differencesOf, makeSbom } from '../scripts/write-sbom.ts';

const PLANTED = 'node_modules/planted';
const INTEGRITY = `sha512-${'A'.repeat(86)}==`;

/** The lock of the project with one package more. */
function lockWith(entry: LockEntry): LockFile {
  const { packages } = readLock();
  return { packages: { ...packages, [PLANTED]: { version: '1.2.3', integrity: INTEGRITY, license: 'MIT', ...entry } } };
}

const without = (field: keyof LockEntry): LockFile => {
  const lock = lockWith({});
  delete lock.packages[PLANTED]![field];
  return lock;
};

describe('the lock', () => {
  it('holds every package to its bytes, its source, its scripts and its licence', () => {
    const lock = readLock();
    expect(packagesOf(lock).length).toBeGreaterThan(300);
    expect(faultsOf(lock, readManifest())).toEqual([]);
  });

  it('may have one package more of the same kind, or the plants would prove nothing', () => {
    expect(faultsOf(lockWith({}), readManifest())).toEqual([]);
    expect(faultsOf(lockWith({ license: '(GPL-3.0-only OR MIT)' }), readManifest())).toEqual([]);
  });

  const PLANTS: [what: string, lock: LockFile, named: string][] = [
    ['no integrity', without('integrity'), 'no integrity'],
    ['a weaker hash', lockWith({ integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }), 'not one SHA-512'],
    [
      'two hashes, one of them weaker',
      lockWith({ integrity: `sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= ${INTEGRITY}` }),
      'not one SHA-512',
    ],
    ['a source in git', lockWith({ resolved: 'git+ssh://git@example.com/planted.git#0123456' }), 'comes from git'],
    ['a source of an address', lockWith({ resolved: 'http://example.com/planted-1.2.3.tgz' }), 'comes from an address'],
    ['a file beside', lockWith({ resolved: 'file:../planted-1.2.3.tgz' }), 'comes from file:'],
    ['a link out of the tree', lockWith({ link: true, resolved: '../planted' }), 'no workspace'],
    ['an install script', lockWith({ hasInstallScript: true }), 'install script'],
    ['the GPL', lockWith({ license: 'GPL-3.0-only' }), 'is under GPL-3.0-only'],
    ['the GPL beside another', lockWith({ license: '(MIT AND GPL-3.0-only)' }), 'GPL-3.0-only'],
    ['no licence', without('license'), 'names no licence'],
  ];
  for (const [what, lock, named] of PLANTS) {
    it(`is found to have a package with ${what}`, () => {
      const faults = faultsOf(lock, readManifest());
      expect(faults).toHaveLength(1);
      expect(faults[0]).toContain(`${PLANTED}@1.2.3: `);
      expect(faults[0]).toContain(named);
    });
  }

  it('is asked for pinned versions, and for no script that is not there', () => {
    const planted: Manifest = {
      dependencies: { planted: '^1.2.3' },
      allowScripts: { ...readManifest().allowScripts, gone: true },
    };
    const faults = faultsOf(readLock(), planted);
    expect(faults).toEqual([
      expect.stringContaining('allowScripts names gone'),
      expect.stringContaining('planted is asked for as "^1.2.3"'),
    ]);
  });
});

describe('made from the lock', () => {
  it('docs/licences.md is fresh: npm run derive', async () => {
    expect(await readFile(LICENCES_FILE, 'utf8')).toBe(describeLicences(readLock()));
  });

  it('the bill of materials has every package of the lock, and its lack is noticed', () => {
    const sbom = makeSbom();
    expect(sbom.bomFormat).toBe('CycloneDX');
    expect(differencesOf(sbom, readLock())).toEqual([]);
    const missing = { ...sbom, components: sbom.components.filter(({ name }) => name !== 'fastify') };
    expect(differencesOf(missing, readLock())).toEqual([expect.stringMatching(/^fastify@\S+ is in the lock, not/)]);
    const more = { ...sbom, components: [...sbom.components, { name: 'planted', version: '1.2.3' }] };
    expect(differencesOf(more, readLock())).toEqual(['planted@1.2.3 is in the bill of materials, not in the lock']);
  });
});
