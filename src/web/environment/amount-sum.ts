// Sums of amounts as they travel: exact, in the core's own arithmetic.

import { type Credits, creditsAsWritten, formatCredits, NO_CREDITS } from '../../core/credits.ts';
import type { Amount } from '../data.ts';

/** `sumOf(['7.5', '0.25'])` → `'7.75'` */
export function sumOf(amounts: readonly Amount[]): Amount {
  return formatCredits(amounts.reduce((sum, amount) => (sum + creditsAsWritten(amount)) as Credits, NO_CREDITS));
}
