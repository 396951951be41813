// The explanation of a decision (D7): each source that was tried, as data; the words are made from it.

import type { SourceKind } from './capacity.ts';
import { type Credits, type Currency, formatCredits } from './credits.ts';

/** Why a source was or was not used; `explainReason` says it in words. */
export type Reason = 'used' | 'spent' | 'too-small' | 'empty' | 'overage' | 'limit-reached';

/** D7: one source that was tried, with the figures that were compared. */
export interface Tried {
  currency: Currency;
  source: SourceKind;
  available: Credits | null;
  consumed: Credits;
  held: Credits;
  usable: boolean;
  reason: Reason;
  /** The per cent of its size up to which it was judged (D3, D5). */
  percent: number;
}

/** D7: a reason in words. */
export function explainReason(row: Tried): string {
  const used = `${formatCredits(row.consumed)} used${row.held > 0n ? ` and ${formatCredits(row.held)} held` : ''}`;
  const size = row.available === null ? 'no limit' : `of ${formatCredits(row.available)}`;
  switch (row.reason) {
    case 'used':
      return row.available === null ? `has room: ${used}, ${size}` : `has room: ${used} ${size}`;
    case 'empty':
      return 'has no credits';
    case 'spent':
      return `is spent: ${used} ${size}`;
    case 'too-small':
      return `has no room for this action below ${row.percent} %: ${used} ${size}`;
    case 'limit-reached':
      return `would pay (${used}, ${size}), but a monthly limit is reached`;
    case 'overage':
      return `is spent (${used} ${size}), but the action runs on it in overage until ${row.percent} %`;
  }
}
