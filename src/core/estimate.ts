// The estimate (K1): volumes of a month become credits in both currencies, and what to buy after what is owned, seeded credits included.
// Each currency is reckoned as if it carried everything; nothing converts one into the other (E7).

import type { Priceable } from './action.ts';
import { DATES, findProduct, type Product } from './catalogue.ts';
import {
  atLeastNone,
  type Credits,
  type Currency,
  formatCredits,
  MOST_CREDITS_OWNED,
  minus,
  NO_CREDITS,
  plus,
} from './credits.ts';
import { canBuyAddOn, entitlementSources, isActive, productOfEntitlement, seededCreditsCount } from './entitlement.ts';
import { type Ledger, owned } from './ledger.ts';
import { type Day, dayOf } from './month.ts';
import { type Price, price } from './rate-card.ts';
import { isRefusal, type Refusal, refuseField } from './refusal.ts';

/** So many actions a month, each with this usage. One action with a month's usage is rounded once instead of every time (R2, R3). */
export interface Volume extends Priceable {
  actions: number;
}

export interface EstimateLine {
  volume: Volume;
  /** Of all its actions. */
  price: Price;
}

export interface EstimateTotal {
  currency: Currency;
  credits: Credits;
  /** Credits a month; a pre-purchase is not among them. */
  owned: Credits;
  /** Of what is owned: seeded by user licences (E1). */
  seeded: Credits;
  /** What is left of pre-purchases, for the rest of their years (E8); not subtracted. */
  prePurchaseLeft: Credits;
  missing: Credits;
  product: Product;
  toBuy: number;
  /** E7: whether the tenant could buy the product today. */
  canBuy: boolean;
  /** E7: the day from which it cannot, as things are; null: none is known. */
  endOfSale: Day | null;
  /** Capabilities without a rate in this currency: their volumes are not in its credits. */
  notPriced: string[];
}

export interface Estimate {
  lines: EstimateLine[];
  /** AI Builder and Copilot Credits; sessions only where a volume is counted in them. */
  totals: EstimateTotal[];
}

const BOUGHT: Record<Currency, string> = {
  'ai-builder-credits': 'ai-builder-add-on-t1',
  'copilot-credits': 'copilot-credit-pack',
  'copilot-sessions': 'copilot-session-pack',
};

/**
 * Estimates a month of these volumes at today's rates. The ledger needs the tenant's own capabilities that are named, no environment.
 * Refuses what pricing refuses, pointing into the volume (`/volumes/0/capability`), and more than a tenant could ever own.
 */
export function estimate(ledger: Ledger, volumes: readonly Volume[]): Estimate | Refusal {
  const lines: EstimateLine[] = [];
  for (const [index, volume] of volumes.entries()) {
    const one = price(volume, ledger.capabilities, ledger.now);
    if (isRefusal(one)) return within(`/volumes/${index}`, one);
    const ofAll = one.prices.map((each) => ({
      ...each,
      units: each.units * volume.actions,
      credits: (each.credits * BigInt(volume.actions)) as Credits,
    }));
    if (ofAll.some((each) => !Number.isSafeInteger(each.units)))
      return refuseField('InvalidRequest', `/volumes/${index}/actions`, 'more units than can be counted exactly; plan for less');
    lines.push({ volume, price: { ...one, prices: ofAll } });
  }
  const currencies: Currency[] = ['ai-builder-credits', 'copilot-credits'];
  if (lines.some((line) => creditsOf(line, 'copilot-sessions') !== null)) currencies.push('copilot-sessions');
  const totals = currencies.map((currency) => totalOf(ledger, currency, lines));
  const tooMuch = totals.find((total) => total.credits > MOST_CREDITS_OWNED);
  if (tooMuch) {
    const most = formatCredits(MOST_CREDITS_OWNED);
    return refuseField(
      'InvalidRequest',
      '/volumes',
      `${formatCredits(tooMuch.credits)} ${tooMuch.currency} together; a tenant can own at most ${most}`,
    );
  }
  return { lines, totals };
}

function within(pointer: string, refusal: Refusal): Refusal {
  const errors = refusal.errors?.map((error) => ({ ...error, pointer: `${pointer}${error.pointer}` }));
  return { ...refusal, ...(errors ? { errors } : {}) };
}

/** null: no rate in this currency. */
function creditsOf(line: EstimateLine, currency: Currency): Credits | null {
  return line.price.prices.find((each) => each.currency === currency)?.credits ?? null;
}

function totalOf(ledger: Ledger, currency: Currency, lines: readonly EstimateLine[]): EstimateTotal {
  const credits = lines.reduce((sum, line) => plus(sum, creditsOf(line, currency) ?? NO_CREDITS), NO_CREDITS);
  const notPriced = lines.filter((line) => creditsOf(line, currency) === null).map((line) => line.volume.capability);
  const ownedNow = owned(ledger, currency, ledger.now);
  const missing = atLeastNone(minus(credits, ownedNow));
  const product = findProduct(BOUGHT[currency])!;
  return {
    currency,
    credits,
    owned: ownedNow,
    seeded: sumOfKind(ledger, currency, 'seeded'),
    prePurchaseLeft: sumOfKind(ledger, currency, 'pre-purchase'),
    missing,
    product,
    toBuy: Number((missing + product.creditsPerUnit - 1n) / product.creditsPerUnit),
    ...saleOf(ledger, product),
    notPriced: [...new Set(notPriced)],
  };
}

function sumOfKind(ledger: Ledger, currency: Currency, kind: Product['kind']): Credits {
  return entitlementSources(ledger.entitlements, {
    now: ledger.now,
    seeded: seededCreditsCount(ledger.now),
    honourSeededCreditsUntilTerm: ledger.settings.honourSeededCreditsUntilTerm,
  })
    .filter((source) => source.currency === currency && findProduct(source.product)!.kind === kind)
    .reduce((sum, source) => plus(sum, source.credits), NO_CREDITS);
}

/** E7: only add-ons are ever no longer sold; who has an active one may buy a year longer. */
function saleOf(ledger: Ledger, product: Product): { canBuy: boolean; endOfSale: Day | null } {
  if (product.kind !== 'add-on') return { canBuy: true, endOfSale: null };
  const hasOne = ledger.entitlements.some((each) => productOfEntitlement(each).kind === 'add-on' && isActive(each, ledger.now));
  return {
    canBuy: canBuyAddOn(ledger.entitlements, dayOf(ledger.now), ledger.now),
    endOfSale: hasOne ? DATES.addOnEndOfSaleEverybody : DATES.addOnEndOfSaleNewCustomers,
  };
}
