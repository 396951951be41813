// How it stands with a key: whether it works, until when its old secret does too, and what it may do where that is not all of its role.

import type { Key } from '../../../sdk/src/index.ts';
import { formatMoment } from '../figures.ts';
import { frameText } from '../strings/frame.ts';
import { settingsText } from '../strings/settings.ts';
import { StandingBadge, WithMore } from './standing-badge.tsx';

const t = settingsText.keys;

/** By the clock of the browser, as far as time goes: the server decides. */
function isExpired({ expiresAt }: Key): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now();
}

export function works(key: Key): boolean {
  return key.revokedAt === null && !isExpired(key);
}

function standingOf(key: Key, ownKeyId: string | null) {
  if (key.revokedAt !== null) return { said: t.revoked, color: 'subtle' } as const;
  if (isExpired(key)) return { said: t.expired, color: 'subtle' } as const;
  return key.id === ownKeyId ? ({ said: t.yours, color: 'brand' } as const) : ({ said: t.active, color: 'success' } as const);
}

function saidOfRotation(key: Key): string | null {
  return works(key) && key.rotatedUntil !== null ? t.rotatedUntil(formatMoment(key.rotatedUntil)) : null;
}

/** As text, for search and CSV. */
export function stateOf(key: Key, ownKeyId: string | null): string {
  return [standingOf(key, ownKeyId).said, saidOfRotation(key)].filter((each) => each !== null).join('. ');
}

export function KeyState({ of, ownKeyId }: { of: Key; ownKeyId: string | null }) {
  return <StandingBadge {...standingOf(of, ownKeyId)} more={saidOfRotation(of)} />;
}

export function scopesOf({ scopes }: Key): string {
  return scopes === null ? t.allScopes : scopes.map((each) => t.scope[each]).join(', ');
}

/** Its role, and what of it where that is not all. */
export function KeyRole({ of }: { of: Key }) {
  return <WithMore more={of.scopes && t.only(scopesOf(of))}>{frameText.roles[of.role]}</WithMore>;
}
