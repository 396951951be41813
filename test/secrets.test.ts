// No secret is in the tree, and one that is put into a file is found: our own keys, and those of others (issue 6, point 8).

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesOfTree, secretsIn } from '../scripts/check-secrets.ts';
import { newInvitation, newKey, newOperatorKey, newSessionSecret } from '../src/api/key-secret.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bursar-secrets-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function secretsInFile(text: string): Promise<string[]> {
  const file = join(folder, 'settings.ts');
  await writeFile(file, text);
  return secretsIn([file]);
}

/** Made while the test runs: written down here, they would be found here. */
const PLANTS: [what: string, secret: () => string][] = [
  ['key of a tenant', () => newKey(3)],
  ['operator key', newOperatorKey],
  ['secret of a session', () => newSessionSecret(0)],
  ['secret of an invitation', () => newInvitation(0)],
  ['secret of a webhook', () => `whsec_${randomBytes(32).toString('base64')}`],
  ['token of a forge', () => `ghp_${randomBytes(18).toString('hex')}`],
  [
    'private key',
    () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }) as string,
  ],
  [
    'password in the address of a database',
    () => `postgres://bursar:${randomBytes(12).toString('hex')}@db.internal.net:5432/bursar`,
  ],
];

describe('the scan', () => {
  for (const [what, make] of PLANTS) {
    it(`finds a ${what}, says where, and does not repeat it`, async () => {
      const secret = make();
      const found = await secretsInFile(`// A setting.\nexport const setting = \`${secret}\`;\n`);
      expect(found.length).toBeGreaterThan(0);
      expect(found[0]).toMatch(/settings\.ts:2: /);
      for (const line of secret.split('\n').filter((each) => each.length > 10)) expect(found.join()).not.toContain(line);
    });
  }

  it('finds nothing where there is none', async () => {
    expect(await secretsInFile('export BURSAR_KEY=bursar_…\nbursar_http_connections_dropped_total 0\n')).toEqual([]);
  });

  it('finds nothing in the tree', async () => {
    const files = filesOfTree();
    expect(files.some((file) => file.endsWith('src/api/key-secret.ts'))).toBe(true);
    expect(await secretsIn(files)).toEqual([]);
  });
});
