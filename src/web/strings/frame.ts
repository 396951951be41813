// The texts around every page.

import type { Role } from '../session.ts';

export const frameText = {
  skip: 'Skip to the content',
  signOut: 'Sign out',
  signOutEverywhere: 'Sign out everywhere',
  changePassword: 'Change password',
  signedInAs: 'Account',
  keyOf: (name: string) => `Key: ${name}`,
  sandboxClock: (clock: string) => `Sandbox clock: ${clock} UTC`,
  unreachable: 'Bursar does not answer at the moment. The figures are the last that were received; this page keeps trying.',
  notFound: 'There is no such page.',
  toHome: 'Go to Home',
  failed: 'This page could not be shown.',
  tryAgain: 'Try again',
  loading: 'Loading …',

  live: 'Live',
  reconnecting: 'Reconnecting …',
  paused: 'Paused',
  pause: 'Live: figures follow what happens. Press to pause them.',
  resume: 'Paused: figures stay as they are. Press to go on.',

  theme: 'Theme',
  themes: { light: 'Light', dark: 'Dark', system: 'As the system' },

  roles: {
    'tenant-admin': 'Tenant administrator',
    'billing-admin': 'Billing administrator',
    'environment-admin': 'Environment administrator',
    maker: 'Maker',
    reader: 'Reader',
    service: 'Service',
  } satisfies Record<Role, string>,
  mayNot: (role: string) => `Your role, ${role}, may not do this. Ask a tenant administrator.`,
  mayNotHere: (environments: string) => `You administer ${environments}, not this environment. Ask a tenant administrator.`,
  seesOwn: (user: string) => `Activity and usage are your own only: ${user}.`,
  seesEnvironments: (environments: string) =>
    `Of environments, their activity and their usage you see yours only: ${environments}.`,
  mayNotAllocate: 'Only tenant administrators may allocate: that is how your tenant is set.',
} as const;
