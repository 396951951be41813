// The texts of a role that is chosen: for a key, or for a person.

import type { Role } from '../session.ts';

export const roleText = {
  role: 'Role',
  hints: {
    'tenant-admin': 'May do everything in this tenant, people and keys included.',
    'billing-admin': 'Sees everything; buys credits and links pay-as-you-go plans.',
    'environment-admin': 'Sees their own environments, allocates to them and changes them.',
    maker: 'Sees their own activity; tries actions as their user.',
    reader: 'Sees everything, changes nothing.',
    service: 'A program that checks and consumes; it sees nothing else.',
  } satisfies Record<Role, string>,
  environments: 'Environments',
  environmentsHint: 'What the environment administrator administers. Type to find more.',
  serviceEnvironmentsHint: 'Where it may check and consume; everywhere if none is chosen. Type to find more.',
  findEnvironment: 'Search environments',
  noEnvironment: 'No other environment has this in its name or id.',
  needsEnvironments: 'Choose at least one environment.',
  user: 'User',
  userHint: 'The id that the actions of this maker have, such as an address.',
  needsUser: 'Say which user the maker is.',
} as const;
