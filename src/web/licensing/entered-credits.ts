// Credits as people type them, `1,000.5` as well, and as they go over the wire.

import { type Credits, credits, formatCredits } from '../../core/credits.ts';
import type { Amount } from '../data.ts';

/** `' 1,000.50 '` → `'1000.5'`; null: not a number of credits. */
export function readEntered(entered: string): Amount | null {
  const plain = entered.replace(/[\s,\u202f\u00a0]/g, '').replace(/^0+(?=\d)/, '');
  try {
    return formatCredits(credits(plain));
  } catch {
    return null;
  }
}

/** Exactly, whatever their size. */
export function addAmounts(a: Amount, b: Amount): Amount {
  return formatCredits((credits(a) + credits(b)) as Credits);
}
