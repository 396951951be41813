// Entitlement: what a tenant owns, where it comes from, and what can still be bought (E1–E9).

import { DATES, findProduct, type Product } from './catalogue.ts';
import { type Credits, type Currency, least, MICRO, MOST_CREDITS_OWNED, NO_CREDITS, plus } from './credits.ts';
import { addYear, type Day, dayOf, type Instant, startOfDay } from './month.ts';
import { type Refusal, refuse, refuseField } from './refusal.ts';

export interface Entitlement {
  id: string;
  product: string;
  quantity: number;
  purchasedOn: Day;
  startsOn: Day;
  /** E9: the first day on which it no longer counts; null = open. */
  endsOn: Day | null;
  /** The moment at which somebody ended it before its day. */
  endedAt: Instant | null;
  /** E4: kept and shown; changes no credits. */
  servicePlanEnabled: boolean;
  createdAt: Instant;
  /** E8: what has been drawn from, and is held on, a pre-purchase. */
  drawn: Credits;
  held: Credits;
}

/** E9: whether it counts at a moment. */
export function isActive(entitlement: Entitlement, at: Instant): boolean {
  const day = dayOf(at);
  return (
    entitlement.startsOn <= day &&
    (entitlement.endsOn === null || day < entitlement.endsOn) &&
    (entitlement.endedAt === null || at < entitlement.endedAt)
  );
}

/** The product of an entitlement; every stored entitlement has one. */
export function productOfEntitlement(entitlement: Entitlement): Product {
  const product = findProduct(entitlement.product);
  if (!product)
    throw new Error(`entitlement ${entitlement.id} is of a product that the catalogue does not have: ${entitlement.product}`);
  return product;
}

/** E5: whether seeded credits still count for an action of that moment. */
export function seededCreditsCount(actionAt: Instant): boolean {
  return actionAt < DATES.seededCreditsRemoved;
}

interface Counting {
  /** The moment of the decision (E9). */
  now: Instant;
  /** Whether seeded credits count (E5: by the moment of the action). */
  seeded: boolean;
  honourSeededCreditsUntilTerm: boolean;
}

function broughtCredits(entitlement: Entitlement, product: Product, counting: Omit<Counting, 'now'>): Credits {
  if (product.kind === 'pre-purchase') return NO_CREDITS;
  if (product.noneIfPurchasedBefore !== null && entitlement.purchasedOn < product.noneIfPurchasedBefore) return NO_CREDITS;
  const honoured = counting.honourSeededCreditsUntilTerm && entitlement.startsOn < DATES.seededContractsHonouredBefore;
  if (product.kind === 'seeded' && !counting.seeded && !honoured) return NO_CREDITS;
  return (product.creditsPerUnit * BigInt(entitlement.quantity)) as Credits;
}

/** One licence type of a tenant: what all active entitlements of it bring together (E2: the cap is of the type). */
export interface EntitlementSource {
  product: string;
  currency: Currency;
  quantity: number;
  /** Credits a month; of a pre-purchase what is left of it. */
  credits: Credits;
  capped: boolean;
}

/** E1, E2, E8: the tenant's sources, one a product, in the order in which they were first bought. */
export function entitlementSources(entitlements: readonly Entitlement[], counting: Counting): EntitlementSource[] {
  const sources = new Map<string, EntitlementSource>();
  for (const entitlement of entitlements) {
    if (!isActive(entitlement, counting.now)) continue;
    const product = productOfEntitlement(entitlement);
    const source = sources.get(product.id) ?? {
      product: product.id,
      currency: product.currency,
      quantity: 0,
      credits: NO_CREDITS,
      capped: false,
    };
    source.quantity += entitlement.quantity;
    source.credits = plus(
      source.credits,
      product.kind === 'pre-purchase' ? prePurchaseLeft(entitlement) : broughtCredits(entitlement, product, counting),
    );
    sources.set(product.id, source);
  }
  for (const source of sources.values()) {
    const cap = findProduct(source.product)!.capPerTenant;
    if (cap !== null && source.credits > cap) {
      source.credits = cap;
      source.capped = true;
    }
  }
  return [...sources.values()];
}

/** E1: monthly credits of one currency; a pre-purchase is not among them. */
export function ownedCredits(entitlements: readonly Entitlement[], currency: Currency, counting: Counting): Credits {
  return entitlementSources(entitlements, counting)
    .filter((source) => source.currency === currency && findProduct(source.product)!.kind !== 'pre-purchase')
    .reduce((sum, source) => plus(sum, source.credits), NO_CREDITS);
}

/** What an entitlement would bring a month alone, capped; of a pre-purchase 0. */
export function creditsPerMonth(entitlement: Entitlement, counting: Counting): Credits {
  const product = productOfEntitlement(entitlement);
  const brought = broughtCredits(entitlement, product, counting);
  return product.capPerTenant === null ? brought : least(brought, product.capPerTenant);
}

/** E8: the size of a pre-purchase, for its whole year. */
export function prePurchaseSize(entitlement: Entitlement): Credits {
  return (productOfEntitlement(entitlement).creditsPerUnit * BigInt(entitlement.quantity)) as Credits;
}

export function prePurchaseLeft(entitlement: Entitlement): Credits {
  const left = prePurchaseSize(entitlement) - entitlement.drawn;
  return (left > 0n ? left : 0n) as Credits;
}

/** E8: active pre-purchases of a currency, the one that ends first in front. */
export function prePurchases(entitlements: readonly Entitlement[], currency: Currency, now: Instant): Entitlement[] {
  return entitlements
    .filter(
      (each) =>
        productOfEntitlement(each).kind === 'pre-purchase' &&
        productOfEntitlement(each).currency === currency &&
        isActive(each, now),
    )
    .sort((a, b) =>
      a.endsOn! < b.endsOn! ? -1 : a.endsOn! > b.endsOn! ? 1 : a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1),
    );
}

/** E7: whether a tenant with these entitlements can buy an add-on dated that day. */
export function canBuyAddOn(entitlements: readonly Entitlement[], purchasedOn: Day, now: Instant): boolean {
  if (purchasedOn < DATES.addOnEndOfSaleNewCustomers) return true;
  if (purchasedOn >= DATES.addOnEndOfSaleEverybody) return false;
  // "An active add-on that day" is judged now for a purchase of today, else at 00:00 of that day.
  const judgedAt = purchasedOn === dayOf(now) ? now : startOfDay(purchasedOn);
  return entitlements.some((each) => productOfEntitlement(each).kind === 'add-on' && isActive(each, judgedAt));
}

/** Every decision looks at each of them: more than any tenant needs, few enough to stay quick. */
const MOST_ENTITLEMENTS = 200;

/** The body of a purchase. */
export interface Purchase {
  id: string;
  product: string;
  quantity: number;
  purchasedOn?: Day;
  startsOn?: Day;
  endsOn?: Day;
  servicePlanEnabled?: boolean;
}

/**
 * E6, E7, E8: what buying makes, or why it cannot be: `UnknownProduct`, `InvalidRequest` (dates, quantity),
 * `MinimumQuantityNotMet`, `EndOfSale`. `entitlements` are all that the tenant ever had.
 */
export function decidePurchase(purchase: Purchase, entitlements: readonly Entitlement[], now: Instant): Entitlement | Refusal {
  const product = findProduct(purchase.product);
  if (!product) {
    return refuseField(
      'UnknownProduct',
      '/product',
      `no product ${JSON.stringify(purchase.product)}; GET /v1/products lists what can be owned`,
    );
  }
  const today = dayOf(now);
  const purchasedOn =
    purchase.purchasedOn ?? (purchase.startsOn !== undefined && purchase.startsOn < today ? purchase.startsOn : today);
  const startsOn = purchase.startsOn ?? purchasedOn;
  if (purchasedOn > today)
    return refuseField('InvalidRequest', '/purchasedOn', `a purchase cannot be dated in the future: today is ${today}`);
  if (startsOn < purchasedOn)
    return refuseField('InvalidRequest', '/startsOn', `cannot start before it was bought on ${purchasedOn}`);
  const term = product.kind === 'pre-purchase' ? addYear(startsOn) : null;
  if (term !== null && purchase.endsOn !== undefined && purchase.endsOn !== term) {
    return refuseField(
      'InvalidRequest',
      '/endsOn',
      `a pre-purchase lasts a year from its start: leave endsOn out, or give ${term}`,
    );
  }
  const endsOn = term ?? purchase.endsOn ?? null;
  if (endsOn !== null && endsOn <= startsOn) {
    return refuseField(
      'InvalidRequest',
      '/endsOn',
      `must be after the start on ${startsOn}: it is the first day on which it no longer counts`,
    );
  }
  if (purchase.quantity < product.minimumQuantity) {
    return refuseField(
      'MinimumQuantityNotMet',
      '/quantity',
      `${product.name} is sold from ${product.minimumQuantity} in one purchase; ${purchase.quantity} were asked for`,
    );
  }
  if (product.kind === 'add-on' && !canBuyAddOn(entitlements, purchasedOn, now)) {
    return refuse(
      'EndOfSale',
      purchasedOn >= DATES.addOnEndOfSaleEverybody
        ? `AI Builder capacity add-ons are no longer sold since ${DATES.addOnEndOfSaleEverybody}; buy Copilot Credits (copilot-credit-pack) instead`
        : `since ${DATES.addOnEndOfSaleNewCustomers} an add-on can be bought only with an active one on that day; buy Copilot Credits (copilot-credit-pack) instead`,
    );
  }
  const open = entitlements.filter((each) => each.endedAt === null && (each.endsOn === null || each.endsOn > today));
  if (open.length >= MOST_ENTITLEMENTS) {
    return refuse(
      'InvalidRequest',
      `a tenant can have at most ${MOST_ENTITLEMENTS} entitlements that have not ended; end some, or buy more in one`,
    );
  }
  const owned = entitlements
    .filter((each) => productOfEntitlement(each).currency === product.currency)
    .reduce((sum, each) => sum + productOfEntitlement(each).creditsPerUnit * BigInt(each.quantity), 0n);
  if (owned + product.creditsPerUnit * BigInt(purchase.quantity) > MOST_CREDITS_OWNED) {
    return refuseField(
      'InvalidRequest',
      '/quantity',
      `a tenant can own at most ${MOST_CREDITS_OWNED / MICRO} credits of a currency`,
    );
  }
  return {
    id: purchase.id,
    product: product.id,
    quantity: purchase.quantity,
    purchasedOn,
    startsOn,
    endsOn,
    endedAt: null,
    servicePlanEnabled: purchase.servicePlanEnabled ?? true,
    createdAt: now,
    drawn: NO_CREDITS,
    held: NO_CREDITS,
  };
}
