// What a provider's claims make of somebody (T3): the role of the first rule whose value they have. Claims are read only after their
// signature was found good.

import { type Refusal, refuse } from '../core/refusal.ts';
import type { Role } from '../store/store.ts';
import type { ProviderSettings } from './openid-settings.ts';

/** Whom a provider calls so, for ever. */
export const LONGEST_SUBJECT = 255;
export const LONGEST_NAME = 256;

export type Claims = Readonly<Record<string, unknown>>;

export interface Grant {
  role: Role;
  environmentIds: string[];
  /** Of a maker. */
  userId: string | null;
}

const MOST_VALUES_TOLD = 20;
const MOST_OF_A_VALUE = 100;
const LONGEST_USER_ID = 256;
/** As ids of users are taken elsewhere (api/schema.ts). */
const CLEAN = /^[^\p{Cc}\p{Cs}]+$/u;

/** A text that can be kept and shown; undefined: none, or one that cannot. */
export function textOf(value: unknown, most: number): string | undefined {
  return typeof value === 'string' && value.length <= most && CLEAN.test(value) ? value : undefined;
}

/** What somebody may who brings these claims; a refusal says which values came, for who looks after the provider. */
export function grantOf(provider: ProviderSettings, claims: Claims, holder: 'people' | 'programs'): Grant | Refusal {
  const values = valuesOf(provider.roleClaim, claims);
  const rule = provider.roles.find((each) => (each.for === holder || each.for === 'both') && values.has(each.value));
  if (!rule) return refuse('Forbidden', `${provider.name} gives no role here${told(provider, claims, values)}`);
  const { role, environmentIds } = rule;
  if (role !== 'maker') return { role, environmentIds, userId: null };
  const userId = textOf(claims[provider.userClaim], LONGEST_USER_ID);
  return userId === undefined
    ? refuse('Forbidden', `a maker is a user, and ${provider.name} does not say which: there is no claim ${provider.userClaim}`)
    : { role, environmentIds, userId };
}

function valuesOf(path: readonly string[], claims: Claims): ReadonlySet<unknown> {
  let found: unknown = claims;
  for (const name of path)
    found = typeof found === 'object' && found !== null && Object.hasOwn(found, name) ? (found as Claims)[name] : undefined;
  return new Set([found ?? []].flat());
}

function told({ roleClaim }: ProviderSettings, claims: Claims, values: ReadonlySet<unknown>): string {
  const claim = roleClaim.join('.');
  // Entra ID leaves groups out where somebody has too many.
  const leftOut = claims._claim_names;
  if (typeof leftOut === 'object' && leftOut !== null && Object.hasOwn(leftOut, roleClaim[0]!))
    return `: there are too many ${claim} for a token; use app roles instead`;
  if (values.size === 0) return `: the claim ${claim} is missing or empty`;
  const shown = [...values].slice(0, MOST_VALUES_TOLD).map((each) => String(each).slice(0, MOST_OF_A_VALUE));
  const more = values.size > shown.length ? ` and ${values.size - shown.length} more` : '';
  return `: no rule is for ${claim} ${JSON.stringify(shown.map((each) => each.toWellFormed()))}${more}`;
}
