// Which currencies are worth showing: those that the tenant owns, has allocated, or has used. The others are only named.

import { CURRENCIES, type Currency } from '../../core/credits.ts';
import type { CurrencyCapacity, TenantCapacity } from '../data.ts';
import { isNone } from '../figures.ts';

function isInUse({ owned, allocated, consumed, held, payAsYouGo, sources }: CurrencyCapacity): boolean {
  return sources.length > 0 || ![owned, allocated, consumed, held, payAsYouGo].every(isNone);
}

export function shownCurrencies(capacity: TenantCapacity): Currency[] {
  return CURRENCIES.filter((currency) => capacity.currencies.some((of) => of.currency === currency && isInUse(of)));
}
