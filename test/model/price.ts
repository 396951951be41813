// What an action costs (R1–R6), by the reference model: looked up in the specification's catalogue, row by row.

import { micro, ONE } from './amount.ts';
import {
  type Action,
  AI_BUILDER,
  COPILOT,
  type Currency,
  type No,
  no,
  type OwnCapability,
  SESSIONS,
  type Usage,
} from './book.ts';
import { dayAt, midnight } from './calendar.ts';
import catalogue from './catalogue.json' with { type: 'json' };

interface Row {
  id: string;
  unit?: string;
  feature?: string;
  aiBuilderCredits?: string;
  copilotSessions?: string;
  free?: boolean;
  zeroRatable?: boolean;
  from?: string;
  until?: string;
}

interface Model {
  id: string;
  tier: string;
  from: string;
  until?: string;
  replacedBy?: string;
  preview?: boolean;
  previewUntil?: string;
}

export interface PriceIn {
  currency: Currency;
  units: number;
  credits: bigint;
}

export interface Price {
  prices: PriceIn[];
  rateCard: string;
  tier: string | null;
  feature: string | null;
  model: string | null;
  /** F3: nothing to pay. */
  isFree: boolean;
  /** F2: an AI model: a rate in AI Builder credits, and neither a prompt nor an AI function. */
  isAiModel: boolean;
  /** F4: all but computer use, and sessions. */
  mayBeZeroRated: boolean;
  /** F6. */
  isPromptOnPreviewModel: boolean;
}

const FIELD: Record<string, string> = {
  page: 'pages',
  image: 'images',
  '1000-characters': 'characters',
  row: 'rows',
  response: 'responses',
  action: 'actions',
  message: 'messages',
  minute: 'minutes',
  session: 'sessions',
};
const MOST_OF_AN_ACTION = 1_000_000_000n * ONE;

/** Refuses `UnknownCapability`, `UnknownModel`, and `InvalidRequest` for a usage that is not that of the capability, or of a size that nobody pays. */
export function priceOf(own: OwnCapability[], { capability, model, usage }: Action, at: number): Price | No {
  const price = unchecked(own, capability, model, usage, at);
  if ('prices' in price && price.prices.some((each) => each.credits > MOST_OF_AN_ACTION)) return no('InvalidRequest');
  return price;
}

function unchecked(own: OwnCapability[], capability: string, model: string | null, usage: Usage, at: number): Price | No {
  // R4: one unit of `byom-prompt`, whatever the usage says; before its first day an unknown model.
  if (capability === 'prompt' && model === 'byom') {
    const row = rowAt('byom-prompt', at);
    return row ? counted(row, 1, at, model) : unknownModel(at);
  }
  if (capability === 'prompt') return prompt(model, usage, at);
  // R4: basic, and elsewhere than in prompts the model is recorded as given.
  if (catalogue.aiFunctions.some((each) => each.id === capability)) {
    const price = prompt(null, usage, at);
    return 'prices' in price ? { ...price, model } : price;
  }
  const row = rowAt(capability, at);
  const version = ownVersionAt(own, capability, at);
  const unit = row?.unit ?? version?.unit;
  if (unit === undefined) return no('UnknownCapability');
  const count = countIn(usage, unit);
  if (count === null) return no('InvalidRequest');
  return row ? counted(row, count, at, model) : ownPrice(version!, count, model);
}

/** R2: the count of its own unit and no other; at least one; characters in whole thousands, rounded up. */
function countIn(usage: Usage, unit: string): number | null {
  const count = usage[FIELD[unit]!];
  if (count === undefined || Object.keys(usage).length !== 1) return null;
  return Math.max(1, unit === '1000-characters' ? Math.ceil(count / 1000) : count);
}

function counted(row: Row, units: number, at: number, model: string | null): Price {
  const price = (currency: Currency, rate: string) => ({ currency, units, credits: micro(rate) * BigInt(units) });
  const prices: PriceIn[] = [];
  if (row.free) prices.push(price(AI_BUILDER, '0'), price(COPILOT, '0'));
  if (row.aiBuilderCredits !== undefined) prices.push(price(AI_BUILDER, row.aiBuilderCredits));
  if (row.feature !== undefined) prices.push(price(COPILOT, rateOf(row.feature)));
  if (row.copilotSessions !== undefined) prices.push(price(SESSIONS, row.copilotSessions));
  return {
    prices,
    rateCard: cardAt(at).id,
    tier: null,
    feature: row.feature ?? null,
    model,
    isFree: row.free === true,
    isAiModel: row.aiBuilderCredits !== undefined,
    mayBeZeroRated: row.zeroRatable !== false,
    isPromptOnPreviewModel: false,
  };
}

/** R1: the version in force from its day until the next version's. */
function ownVersionAt(own: OwnCapability[], capability: string, at: number): OwnCapability | undefined {
  const begun = own.filter((each) => each.id === capability && each.from <= dayAt(at));
  return begun.sort((a, b) => (a.from < b.from ? -1 : 1)).at(-1);
}

function ownPrice(version: OwnCapability, units: number, model: string | null): Price {
  const prices: PriceIn[] = [];
  const { aiBuilderCredits, copilotCredits } = version;
  if (aiBuilderCredits !== null) prices.push({ currency: AI_BUILDER, units, credits: aiBuilderCredits * BigInt(units) });
  if (copilotCredits !== null) prices.push({ currency: COPILOT, units, credits: copilotCredits * BigInt(units) });
  return {
    prices,
    rateCard: version.from,
    tier: null,
    feature: null,
    model,
    isFree: prices.every((each) => each.credits === 0n),
    isAiModel: aiBuilderCredits !== null,
    mayBeZeroRated: true,
    isPromptOnPreviewModel: false,
  };
}

/** R3, R4. */
function prompt(asked: string | null, usage: Usage, at: number): Price | No {
  const model = asked === null ? null : modelAt(asked, at);
  if (asked !== null && model === null) return unknownModel(at);
  const { inputTokens, outputTokens, ...others } = usage;
  if (inputTokens === undefined || outputTokens === undefined || Object.keys(others).length > 0) return no('InvalidRequest');
  const tier = model?.tier ?? 'basic';
  const rates = promptRow.tiers[tier as keyof typeof promptRow.tiers];
  const units = Math.max(1, Math.ceil((inputTokens + outputTokens) / 1000));
  const exactly =
    BigInt(inputTokens) * micro(rates.aiBuilderCreditsPer1000Input) +
    BigInt(outputTokens) * micro(rates.aiBuilderCreditsPer1000Output);
  const thousandWholes = 1000n * ONE;
  const wholes = exactly === 0n ? 1n : (exactly + thousandWholes - 1n) / thousandWholes;
  return {
    prices: [
      { currency: AI_BUILDER, units, credits: wholes * ONE },
      { currency: COPILOT, units, credits: micro(rateOf(rates.feature)) * BigInt(units) },
    ],
    rateCard: cardAt(at).id,
    tier,
    feature: rates.feature,
    model: model?.id ?? null,
    isFree: false,
    isAiModel: false,
    mayBeZeroRated: true,
    isPromptOnPreviewModel:
      model !== null && (model.preview === true || (model.previewUntil !== undefined && at < midnight(model.previewUntil))),
  };
}

/** R4: known while its dates hold; past its end it runs as its successor, if it has one. */
function modelAt(id: string, at: number): Model | null {
  const model = (catalogue.models as Model[]).find((each) => each.id === id);
  if (!model || at < midnight(model.from)) return null;
  if (model.until === undefined || at < midnight(model.until)) return model;
  return model.replacedBy === undefined ? null : modelAt(model.replacedBy, at);
}

function unknownModel(at: number): No {
  const known = (catalogue.models as Model[]).filter(({ id }) => modelAt(id, at)?.id === id).map(({ id }) => id);
  return no('UnknownModel', { knownModels: rowAt('byom-prompt', at) ? [...known, 'byom'] : known });
}

interface Card {
  id: string;
  from: string;
  capabilities?: Row[];
  overrides?: Row[];
  adds?: Row[];
}
const CARDS = catalogue.rateCards as Card[];
const NEWEST = CARDS.at(-1)!;
const promptRow = catalogue.rateCards.at(-1)!.capabilities!.find((each) => each.id === 'prompt') as {
  tiers: Record<
    'basic' | 'standard' | 'premium',
    { feature: string; aiBuilderCreditsPer1000Input: string; aiBuilderCreditsPer1000Output: string }
  >;
};

/** R1: before the first card the first one holds. */
function cardAt(at: number): Card {
  return CARDS.filter((card) => midnight(card.from) <= at).at(-1) ?? CARDS[0]!;
}

/** R1: what cards up to the one in force say, the later before the earlier; what none says, the newest does. */
function rowAt(id: string, at: number): Row | null {
  const upToNow = CARDS.slice(0, CARDS.indexOf(cardAt(at)) + 1).reverse();
  const rows = [...upToNow, NEWEST].flatMap((card) => [
    ...(card.capabilities ?? []),
    ...(card.overrides ?? []),
    ...(card.adds ?? []),
  ]);
  const row = rows.find((each) => each.id === id);
  if (!row || (row.from !== undefined && at < midnight(row.from)) || (row.until !== undefined && at >= midnight(row.until)))
    return null;
  return row;
}

function rateOf(feature: string): string {
  return catalogue.features.find((each) => each.id === feature)!.copilotCredits;
}

/** R1: what the catalogue has, had or will have, no tenant defines. */
export function isOfTheCatalogue(capability: string): boolean {
  return (
    catalogue.aiFunctions.some((each) => each.id === capability) ||
    CARDS.some((card) =>
      [...(card.capabilities ?? []), ...(card.overrides ?? []), ...(card.adds ?? [])].some((each) => each.id === capability),
    )
  );
}
