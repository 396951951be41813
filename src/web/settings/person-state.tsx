// How it stands with somebody's account: invited, active or disabled, and until when a link to a password can be used.

import type { Person } from '../../../sdk/src/index.ts';
import { formatMoment } from '../figures.ts';
import { peopleText as t } from '../strings/people.ts';
import { StandingBadge } from './standing-badge.tsx';

/** By the clock of the browser: the server decides. */
function linkUntil({ invitedUntil, status }: Person): string | null {
  return invitedUntil !== null && status !== 'disabled' && Date.parse(invitedUntil) > Date.now() ? invitedUntil : null;
}

function standingOf(person: Person, ownId: string | null) {
  switch (person.status) {
    case 'disabled':
      return { said: t.disabled, color: 'subtle' } as const;
    case 'invited':
      return linkUntil(person) === null
        ? ({ said: t.lapsed, color: 'warning' } as const)
        : ({ said: t.pending, color: 'informative' } as const);
    default:
      return person.id === ownId ? ({ said: t.yours, color: 'brand' } as const) : ({ said: t.active, color: 'success' } as const);
  }
}

/** As text, for search and CSV. */
export function stateOf(person: Person, ownId: string | null): string {
  return standingOf(person, ownId).said;
}

export function PersonState({ of, ownId }: { of: Person; ownId: string | null }) {
  const until = linkUntil(of);
  return <StandingBadge {...standingOf(of, ownId)} more={until && t.linkUntil(formatMoment(until))} />;
}
