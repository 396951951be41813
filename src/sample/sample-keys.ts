// The keys of the sample: one a role (T3), made when all else is there. That of its administrator is the last, so a tenant that has
// one is a sample that is complete.

import type { Bursar } from '../../sdk/src/index.ts';
import { DEPARTMENTS } from './people.ts';

export const ADMINISTRATOR_KEY = 'Administrator of the sample';

const KEYS: readonly { title: string; key: Parameters<Bursar['keys']['create']>[0] }[] = [
  { title: 'program (check, consume, hold)', key: { name: 'Programs', role: 'service' } },
  { title: 'reader', key: { name: 'Controlling', role: 'reader' } },
  { title: `maker ${DEPARTMENTS.makers[0]}`, key: { name: 'A maker', role: 'maker', userId: DEPARTMENTS.makers[0]! } },
  {
    title: 'environment administrator (Sales, Finance)',
    key: { name: 'Sales and Finance', role: 'environment-admin', environmentIds: ['sales', 'finance'] },
  },
  { title: 'billing administrator', key: { name: 'Purchasing', role: 'billing-admin' } },
  { title: 'administrator (sign in with this one)', key: { name: ADMINISTRATOR_KEY, role: 'tenant-admin' } },
];

export interface SampleKey {
  title: string;
  secret: string;
}

/** Makes them and revokes every other, the caller's own last; the administrator's is the first that is answered. */
export async function makeKeys(bursar: Bursar, ownKeyId: string): Promise<SampleKey[]> {
  const before = await bursar.keys.list().all();
  const made: SampleKey[] = [];
  for (const { title, key } of KEYS) made.unshift({ title, secret: (await bursar.keys.create(key)).key });
  for (const { id, revokedAt } of before) if (id !== ownKeyId && revokedAt === null) await bursar.keys.revoke(id);
  await bursar.keys.revoke(ownKeyId);
  return made;
}
