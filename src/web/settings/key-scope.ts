// What a key may be narrowed to beside its role (T3): the scopes that make a difference for it. The server takes any of them of any role; the
// others are not offered, because nothing would come of them.

import type { Key } from '../../../sdk/src/index.ts';
import type { Role } from '../session.ts';

export type Scope = NonNullable<Key['scopes']>[number];

export const SCOPES_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  'tenant-admin': ['consume', 'check', 'read', 'administer'],
  'billing-admin': ['read', 'administer'],
  'environment-admin': ['consume', 'check', 'read', 'administer'],
  maker: ['consume', 'check', 'read'],
  reader: ['read'],
  service: ['consume', 'check'],
};
