// The catalogue: what can be owned, what an action can be, what it costs and when (E2, R1, R4). Typed views of
// catalogue-data.ts, with the look-ups that the rules need; every figure of the product comes from here.

import { catalogueData } from './catalogue-data.ts';
import { type Credits, type Currency, credits } from './credits.ts';
import { type Day, type Instant, startOfDay } from './month.ts';

export type ProductKind = 'add-on' | 'seeded' | 'pack' | 'pre-purchase';

export interface Product {
  id: string;
  name: string;
  currency: Currency;
  kind: ProductKind;
  creditsPerUnit: Credits;
  cadence: 'month' | 'year-from-start';
  minimumQuantity: number;
  /** E2: the most that all licences of this type bring a tenant; null = no cap. */
  capPerTenant: Credits | null;
  /** E3: licences bought before this day bring none. */
  noneIfPurchasedBefore: Day | null;
}

export const PRODUCTS: readonly Product[] = catalogueData.products.map((row) => ({
  id: row.id,
  name: row.name,
  currency: row.currency,
  kind: row.kind,
  creditsPerUnit: credits(row.creditsPerUnit),
  cadence: row.cadence,
  minimumQuantity: row.minimumQuantity,
  capPerTenant: 'capPerTenant' in row && row.capPerTenant !== null ? credits(row.capPerTenant) : null,
  noneIfPurchasedBefore: 'noneIfPurchasedBefore' in row ? (row.noneIfPurchasedBefore as Day) : null,
}));

const productsById = new Map(PRODUCTS.map((product) => [product.id, product]));

export function findProduct(id: string): Product | undefined {
  return productsById.get(id);
}

export type Tier = 'basic' | 'standard' | 'premium';

export const FEATURES = catalogueData.features;
const featureRates = new Map(FEATURES.map((feature): [string, Credits] => [feature.id, credits(feature.copilotCredits)]));

/** The Copilot Credits that one unit of a feature costs. */
export function featureRate(feature: string): Credits {
  const rate = featureRates.get(feature);
  if (rate === undefined) throw new Error(`the catalogue names a feature that it does not have: ${feature}`);
  return rate;
}

export const UNITS = ['page', 'image', '1000-characters', 'row', 'response', 'action', 'message', 'minute', 'session'] as const;
export type Unit = (typeof UNITS)[number] | '1000-tokens';

/** A capability as one rate card has it. */
export interface CapabilityRow {
  id: string;
  name: string;
  unit: Unit;
  feature: string | null;
  aiBuilderCredits: Credits | null;
  copilotCredits: Credits | null;
  copilotSessions: Credits | null;
  free: boolean;
  zeroRatable: boolean;
  from: Day | null;
  until: Day | null;
}

export interface RateCard {
  id: string;
  from: Instant;
  /** Whether it lists every capability there is, so that no earlier card is asked. */
  complete: boolean;
  rows: ReadonlyMap<string, CapabilityRow>;
}

interface CapabilityData {
  id: string;
  name?: string;
  unit: Unit;
  feature?: string;
  aiBuilderCredits?: string;
  copilotSessions?: string;
  free?: boolean;
  zeroRatable?: boolean;
  from?: string;
  until?: string;
}

function capabilityRow(row: CapabilityData, names: ReadonlyMap<string, string>): CapabilityRow {
  return {
    id: row.id,
    name: row.name ?? names.get(row.id) ?? row.id,
    unit: row.unit,
    feature: row.feature ?? null,
    aiBuilderCredits: row.aiBuilderCredits === undefined ? null : credits(row.aiBuilderCredits),
    copilotCredits: row.feature === undefined ? null : featureRate(row.feature),
    copilotSessions: row.copilotSessions === undefined ? null : credits(row.copilotSessions),
    free: row.free ?? false,
    zeroRatable: row.zeroRatable ?? true,
    from: (row.from as Day | undefined) ?? null,
    until: (row.until as Day | undefined) ?? null,
  };
}

function rateCards(): RateCard[] {
  const names = new Map<string, string>();
  for (const card of catalogueData.rateCards) {
    if ('capabilities' in card) for (const row of card.capabilities) names.set(row.id, row.name);
  }
  return catalogueData.rateCards.map((card) => {
    const complete = 'capabilities' in card;
    // Prompts have rates per tier, below; their row says only what they are counted in.
    const rows: readonly CapabilityData[] = complete ? card.capabilities : 'overrides' in card ? card.overrides : card.adds;
    return {
      id: card.id,
      from: startOfDay(card.from as Day),
      complete,
      rows: new Map(rows.map((row) => [row.id, capabilityRow(row, names)])),
    };
  });
}

/** Oldest first. */
export const RATE_CARDS: readonly RateCard[] = rateCards();
const newestCard = RATE_CARDS[RATE_CARDS.length - 1]!;

/** R1: the card in force at a moment; before the first card the first one. */
export function rateCardAt(at: Instant): RateCard {
  return RATE_CARDS.findLast((card) => card.from <= at) ?? RATE_CARDS[0]!;
}

/** R1: a capability as the card in force has it: by itself, else by an earlier card, else by the newest. Undefined: unknown then. */
export function findCapability(id: string, at: Instant): CapabilityRow | undefined {
  const card = rateCardAt(at);
  for (let index = RATE_CARDS.indexOf(card); index >= 0; index -= 1) {
    const earlier = RATE_CARDS[index]!;
    const row = earlier.rows.get(id);
    if (row) return holds(row, at) ? row : undefined;
    if (earlier.complete) return undefined;
  }
  const row = newestCard.rows.get(id);
  return row && holds(row, at) ? row : undefined;
}

function holds(row: { from: Day | null; until: Day | null }, at: Instant): boolean {
  return (row.from === null || at >= startOfDay(row.from)) && (row.until === null || at < startOfDay(row.until));
}

const aiFunctions: ReadonlySet<string> = new Set(catalogueData.aiFunctions.map((row) => row.id));

/** R4: AISummarize and its like, priced as a basic prompt whatever the model. */
export function isAiFunction(capability: string): boolean {
  return aiFunctions.has(capability);
}

const ownIds: ReadonlySet<string> = new Set([
  ...RATE_CARDS.flatMap((card) => [...card.rows.keys()]),
  ...catalogueData.aiFunctions.map((row) => row.id),
]);

/** Whether the catalogue has, had or will have this capability, so that no tenant can define it (R1). */
export function isCatalogueCapability(id: string): boolean {
  return ownIds.has(id);
}

/** Every capability that the newest card has, with the AI functions; for lists and forms. */
export function currentCapabilities(at: Instant): CapabilityRow[] {
  const prompt = newestCard.rows.get('prompt')!;
  const functions = catalogueData.aiFunctions.map((row) => ({ ...prompt, id: row.id, name: row.id }));
  return [...[...newestCard.rows.values()].filter((row) => holds(row, at)), ...functions];
}

export interface PromptRates {
  feature: string;
  /** AI Builder credits per 1,000 tokens. */
  input: Credits;
  output: Credits;
}

const promptData = catalogueData.rateCards
  .flatMap((card) => ('capabilities' in card ? card.capabilities : []))
  .find((row) => row.id === 'prompt');
if (!promptData || !('tiers' in promptData)) throw new Error('the catalogue has no rates for prompts');

function promptRates(tier: {
  feature: string;
  aiBuilderCreditsPer1000Input: string;
  aiBuilderCreditsPer1000Output: string;
}): PromptRates {
  return {
    feature: tier.feature,
    input: credits(tier.aiBuilderCreditsPer1000Input),
    output: credits(tier.aiBuilderCreditsPer1000Output),
  };
}

/** R3: what prompts of each tier cost. */
export const PROMPT_RATES: Readonly<Record<Tier, PromptRates>> = {
  basic: promptRates(promptData.tiers.basic),
  standard: promptRates(promptData.tiers.standard),
  premium: promptRates(promptData.tiers.premium),
};

export interface Model {
  id: string;
  tier: Tier;
  from: Instant;
  until: Instant | null;
  replacedBy: string | null;
  /** null: not (or no longer, from the start) in preview; Infinity: until further notice. */
  previewUntil: number | null;
}

export const MODELS: readonly Model[] = catalogueData.models.map((row) => ({
  id: row.id,
  tier: row.tier,
  from: startOfDay(row.from as Day),
  until: 'until' in row ? startOfDay(row.until as Day) : null,
  replacedBy: 'replacedBy' in row ? row.replacedBy : null,
  previewUntil: 'preview' in row ? Number.POSITIVE_INFINITY : 'previewUntil' in row ? startOfDay(row.previewUntil as Day) : null,
}));

const modelsById = new Map(MODELS.map((model) => [model.id, model]));

/** The id under which a prompt on a model of one's own is sent, and the capability that it is priced as (R4). */
export const OWN_MODEL = 'byom';
export const OWN_MODEL_CAPABILITY = 'byom-prompt';

/** R4: the model that runs when this one is asked for at that moment: itself, or its successor after its end; undefined: unknown then. */
export function findModel(id: string, at: Instant): Model | undefined {
  let model = modelsById.get(id);
  while (model && model.until !== null && at >= model.until && model.replacedBy !== null)
    model = modelsById.get(model.replacedBy);
  return model && at >= model.from && (model.until === null || at < model.until) ? model : undefined;
}

export function isPreview(model: Model, at: Instant): boolean {
  return model.previewUntil !== null && at < model.previewUntil;
}

/** R4: the ids that an answer to an unknown model lists. */
export function knownModels(at: Instant): string[] {
  const known = MODELS.filter((model) => at >= model.from && (model.until === null || at < model.until)).map((model) => model.id);
  return findCapability(OWN_MODEL_CAPABILITY, at) ? [...known, OWN_MODEL] : known;
}

export type EraId = (typeof catalogueData.eras)[number]['id'];

const eras = catalogueData.eras.map((era) => ({
  id: era.id,
  from: era.from === null ? Number.NEGATIVE_INFINITY : startOfDay(era.from as Day),
}));

/** Section 6: the era of a moment. */
export function eraAt(at: Instant): EraId {
  return eras.findLast((era) => era.from <= at)!.id;
}

const date = (day: string): Instant => startOfDay(day as Day);

export const DATES = {
  addOnEndOfSaleNewCustomers: catalogueData.dates.addOnEndOfSaleNewCustomers as Day,
  addOnEndOfSaleEverybody: catalogueData.dates.addOnEndOfSaleEverybody as Day,
  seededCreditsRemoved: date(catalogueData.dates.seededCreditsRemoved),
  /** E5: contracts begun before this day can be honoured until their end. */
  seededContractsHonouredBefore: catalogueData.dates.addOnEndOfSaleNewCustomers as Day,
} as const;

export const FUTURE_TOLERANCE_MS = catalogueData.defaults.futureToleranceMinutes * 60_000;
export const PAY_AS_YOU_GO_ENVIRONMENT_TYPES: readonly string[] = catalogueData.payAsYouGo.environmentTypes;
