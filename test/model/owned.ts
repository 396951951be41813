// What a tenant owns (E1–E9), by the reference model.

import { micro, sum } from './amount.ts';
import { AI_BUILDER, type Book, type Currency, type Entitlement, type No, no } from './book.ts';
import { dayAt, midnight, yearAfter } from './calendar.ts';
import catalogue from './catalogue.json' with { type: 'json' };

interface Product {
  id: string;
  currency: string;
  creditsPerUnit: bigint;
  minimumQuantity: number;
  capPerTenant: bigint | null;
  kind: string;
  noneIfPurchasedBefore: string;
}

const PRODUCTS: readonly Product[] = catalogue.products.map((row) => ({
  ...{ id: row.id, currency: row.currency, kind: row.kind, minimumQuantity: row.minimumQuantity },
  creditsPerUnit: micro(row.creditsPerUnit),
  capPerTenant: row.capPerTenant === null ? null : micro(row.capPerTenant),
  noneIfPurchasedBefore: 'noneIfPurchasedBefore' in row ? row.noneIfPurchasedBefore! : '',
}));

export function productOf(id: string): Product | undefined {
  return PRODUCTS.find((each) => each.id === id);
}

/** E9: half-open, by day; ended by somebody: at once. */
export function isActive(entitlement: Entitlement, at: number): boolean {
  const { startsOn, endsOn, endedAt } = entitlement;
  return at >= midnight(startsOn) && (endsOn === null || at < midnight(endsOn)) && (endedAt === null || at < endedAt);
}

/** E1–E5: credits a month, at this moment (E9), for an action of the moment `at` (C3: E5 goes by the moment of the action). */
export function ownedFor(book: Book, currency: Currency, at: number): bigint {
  return sum(PRODUCTS.filter((product) => product.currency === currency).map((product) => broughtBy(book, product, at)));
}

function broughtBy(book: Book, product: Product, at: number): bigint {
  if (product.kind === 'pre-purchase') return 0n; // E8: not a month's credits.
  const counting = book.entitlements.filter(
    (each) =>
      each.product === product.id &&
      isActive(each, book.now) &&
      (product.kind !== 'seeded' || isSeeding(book, product, each, at)),
  );
  const brought = product.creditsPerUnit * BigInt(counting.reduce((total, each) => total + each.quantity, 0));
  const cap = product.capPerTenant;
  return cap !== null && brought > cap ? cap : brought;
}

/** E3, E5. E4: whether its service plan is switched off does not matter. */
function isSeeding(book: Book, product: Product, entitlement: Entitlement, at: number): boolean {
  if (entitlement.purchasedOn < product.noneIfPurchasedBefore) return false;
  return at < midnight('2026-11-01') || (book.settings.honourSeededCreditsUntilTerm && entitlement.startsOn < '2025-11-01');
}

/** E8: those that are active, the one that ends first in front. */
export function prePurchasesOf(book: Book): Entitlement[] {
  return book.entitlements
    .filter((each) => productOf(each.product)!.kind === 'pre-purchase' && isActive(each, book.now))
    .sort((a, b) =>
      a.endsOn === b.endsOn ? a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1) : a.endsOn! < b.endsOn! ? -1 : 1,
    );
}

export function sizeOf({ product, quantity }: Entitlement): bigint {
  return productOf(product)!.creditsPerUnit * BigInt(quantity);
}

/** E7. */
export function isAddOnForSale(book: Book, purchasedOn: string): boolean {
  if (purchasedOn >= '2026-11-01') return false;
  if (purchasedOn < '2025-11-01') return true;
  const judgedAt = purchasedOn === dayAt(book.now) ? book.now : midnight(purchasedOn);
  return book.entitlements.some((each) => productOf(each.product)!.kind === 'add-on' && isActive(each, judgedAt));
}

export interface Purchase {
  id: string;
  product: string;
  quantity: number;
  purchasedOn?: string;
  startsOn?: string;
  endsOn?: string;
  servicePlanEnabled?: boolean;
}

/** E6–E8, and what api.md says of the dates. */
export function entitle(book: Book, purchase: Purchase): { made: boolean; entitlement: Entitlement } | No {
  const there = book.entitlements.find((each) => each.id === purchase.id);
  if (there) {
    const isSame = Object.entries(purchase).every(([name, value]) => there[name as keyof Entitlement] === value);
    return isSame ? { made: false, entitlement: there } : no('AlreadyExists');
  }
  const product = productOf(purchase.product);
  if (!product) return no('UnknownProduct');
  const today = dayAt(book.now);
  const { startsOn: wantedStart } = purchase;
  const purchasedOn = purchase.purchasedOn ?? (wantedStart !== undefined && wantedStart < today ? wantedStart : today);
  const startsOn = wantedStart ?? purchasedOn;
  if (purchasedOn > today || startsOn < purchasedOn) return no('InvalidRequest');
  const term = product.kind === 'pre-purchase' ? yearAfter(startsOn) : undefined;
  if (term !== undefined && purchase.endsOn !== undefined && purchase.endsOn !== term) return no('InvalidRequest');
  const endsOn = term ?? purchase.endsOn ?? null;
  if (endsOn !== null && endsOn <= startsOn) return no('InvalidRequest');
  if (purchase.quantity < product.minimumQuantity) return no('MinimumQuantityNotMet');
  if (product.kind === 'add-on' && !isAddOnForSale(book, purchasedOn)) return no('EndOfSale');
  const { id, quantity, servicePlanEnabled = true } = purchase;
  const entitlement = {
    id,
    product: product.id,
    quantity,
    purchasedOn,
    startsOn,
    endsOn,
    servicePlanEnabled,
    endedAt: null,
    createdAt: book.now,
  };
  book.entitlements.push(entitlement);
  return { made: true, entitlement };
}

export function ownsAiBuilderCredits(book: Book): boolean {
  return ownedFor(book, AI_BUILDER, book.now) > 0n;
}
