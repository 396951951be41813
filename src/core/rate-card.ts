// Rating: what an action costs (R1–R6). Both currencies are priced, whichever is then charged. Rates are multiplied first and
// divided once; the rounding is named where it happens.

import { type Priceable, type UsageField, usageFieldsOf } from './action.ts';
import {
  type CapabilityRow,
  featureRate,
  findCapability,
  findModel,
  isAiFunction,
  isPreview,
  knownModels,
  OWN_MODEL,
  OWN_MODEL_CAPABILITY,
  PROMPT_RATES,
  rateCardAt,
  type Tier,
  type Unit,
} from './catalogue.ts';
import { type Credits, type Currency, ceilToWhole, MICRO, MOST_CREDITS_OF_AN_ACTION, NO_CREDITS } from './credits.ts';
import { type Day, dayOf, type Instant } from './month.ts';
import { type Refusal, refuse, refuseField } from './refusal.ts';

/** A version of a capability that a tenant added (R1): in force from its day until the next version's. */
export interface OwnCapability {
  id: string;
  name: string;
  unit: Exclude<Unit, '1000-tokens'>;
  from: Day;
  /** Per unit; null = no rate in that currency. */
  aiBuilderCredits: Credits | null;
  copilotCredits: Credits | null;
}

export interface CurrencyPrice {
  currency: Currency;
  units: number;
  credits: Credits;
}

export interface Price {
  /** AI Builder before Copilot Credits; only currencies with a rate; a free capability has both, at 0. */
  prices: CurrencyPrice[];
  rateCard: string;
  tier: Tier | null;
  feature: string | null;
  /** The model that runs: that of the request, or its successor (R4). */
  model: string | null;
  /** F3: the card has it for nothing. */
  free: boolean;
  /** F2: an AI model that is free while in preview. */
  previewIsFree: boolean;
  /** F4: whether an internal Microsoft 365 Copilot user may have it for nothing. */
  zeroRatable: boolean;
  /** F6: a prompt on a model that is in preview. */
  previewModel: boolean;
}

/**
 * Prices an action at a moment (R1–R6). Refuses `UnknownCapability`, `UnknownModel` (with `knownModels`) and
 * `InvalidRequest` for usage that the capability is not counted in.
 * `price({ capability: 'prompt', model: 'gpt-4.1', usage: { inputTokens: 3100, outputTokens: 1500 } }, [], at)` → 152 AI Builder, 7.5 Copilot.
 */
export function price(action: Priceable, own: readonly OwnCapability[], at: Instant): Price | Refusal {
  const priced = priceOf(action, own, at);
  if ('refused' in priced) return priced;
  if (priced.prices.some((each) => each.credits > MOST_CREDITS_OF_AN_ACTION)) {
    return refuseField('InvalidRequest', '/usage', 'one action can cost at most 1,000,000,000 credits; record it in several');
  }
  return priced;
}

function priceOf(action: Priceable, own: readonly OwnCapability[], at: Instant): Price | Refusal {
  if (action.capability === 'prompt' && action.model === OWN_MODEL) return priceOwnModel(action, at);
  if (action.capability === 'prompt') return pricePrompt(action, at, action.model);
  // R4: the functions are basic prompts, whatever model is named.
  if (isAiFunction(action.capability)) return pricePrompt(action, at, null);
  const row = findCapability(action.capability, at);
  if (row) return priceByUnit(action, row, rateCardAt(at).id);
  const version = own
    .filter((each) => each.id === action.capability && each.from <= dayOf(at))
    .reduce<OwnCapability | undefined>((newest, each) => (newest && newest.from > each.from ? newest : each), undefined);
  if (version) return priceByUnit(action, rowOfOwn(version), version.from);
  return refuseField(
    'UnknownCapability',
    '/capability',
    `no capability ${JSON.stringify(action.capability)} on the rate card of ${dayOf(at)}; GET /v1/capabilities lists them, PUT /v1/capabilities/{id} adds one of your own`,
  );
}

function rowOfOwn(version: OwnCapability): CapabilityRow {
  const free = !version.aiBuilderCredits && !version.copilotCredits;
  return { ...version, feature: null, copilotSessions: null, free, zeroRatable: true, until: null };
}

function priceByUnit(action: Priceable, row: CapabilityRow, rateCard: string): Price | Refusal {
  const field = usageFieldsOf(row.unit)[0]!;
  const misfit = usageMisfit(action, [field]);
  if (misfit) return misfit;
  const counted = action.usage[field]!;
  // R2: characters up to whole thousands; a count of 0 is one unit.
  const units = Math.max(1, row.unit === '1000-characters' ? Math.ceil(counted / 1000) : counted);
  const charge = (currency: Currency, rate: Credits | null): CurrencyPrice[] =>
    rate === null ? [] : [{ currency, units, credits: (rate * BigInt(units)) as Credits }];
  const prices = row.free
    ? [...charge('ai-builder-credits', NO_CREDITS), ...charge('copilot-credits', NO_CREDITS)]
    : [
        ...charge('ai-builder-credits', row.aiBuilderCredits),
        ...charge('copilot-credits', row.copilotCredits),
        ...charge('copilot-sessions', row.copilotSessions),
      ];
  return {
    prices,
    rateCard,
    tier: null,
    feature: row.feature,
    model: action.model,
    free: row.free,
    previewIsFree: row.aiBuilderCredits !== null,
    zeroRatable: row.zeroRatable,
    previewModel: false,
  };
}

function pricePrompt(action: Priceable, at: Instant, modelId: string | null): Price | Refusal {
  const model = modelId === null ? undefined : findModel(modelId, at);
  if (modelId !== null && !model) return unknownModel(modelId, at);
  const misfit = usageMisfit(action, ['inputTokens', 'outputTokens']);
  if (misfit) return misfit;
  const tier = model?.tier ?? 'basic';
  const rates = PROMPT_RATES[tier];
  const input = action.usage.inputTokens!;
  const output = action.usage.outputTokens!;
  const units = Math.max(1, Math.ceil((input + output) / 1000));
  // R3: input and output have rates of their own; the sum is rounded up to a whole credit once, at least 1.
  const perThousand = rates.input * BigInt(input) + rates.output * BigInt(output);
  const rounded = ceilToWhole(((perThousand + 999n) / 1000n) as Credits);
  return {
    prices: [
      { currency: 'ai-builder-credits', units, credits: rounded < MICRO ? (MICRO as Credits) : rounded },
      { currency: 'copilot-credits', units, credits: (featureRate(rates.feature) * BigInt(units)) as Credits },
    ],
    rateCard: rateCardAt(at).id,
    tier,
    feature: rates.feature,
    model: model ? model.id : action.model,
    free: false,
    previewIsFree: false,
    zeroRatable: true,
    previewModel: model !== undefined && isPreview(model, at),
  };
}

/** R4: a prompt on a model of one's own is one unit of `byom-prompt`, whatever its usage says. */
function priceOwnModel(action: Priceable, at: Instant): Price | Refusal {
  const row = findCapability(OWN_MODEL_CAPABILITY, at);
  if (!row) return unknownModel(OWN_MODEL, at);
  return priceByUnit({ ...action, usage: { actions: 1 } }, row, rateCardAt(at).id);
}

function unknownModel(model: string, at: Instant): Refusal {
  const known = knownModels(at);
  return refuseField(
    'UnknownModel',
    '/model',
    `no model ${JSON.stringify(model)} on ${dayOf(at)}; known then: ${known.join(', ')}`,
    {
      knownModels: known,
    },
  );
}

/** R2: the count of the capability's own unit is required and no other is accepted. */
function usageMisfit(action: Priceable, wanted: readonly UsageField[]): Refusal | null {
  const counted = wanted.join(' and ');
  const errors = [
    ...wanted
      .filter((field) => action.usage[field] === undefined)
      .map((field) => ({ pointer: `/usage/${field}`, detail: `${action.capability} is counted in ${counted}: give ${field}` })),
    ...Object.keys(action.usage)
      .filter((field) => !wanted.includes(field as UsageField))
      .map((field) => ({ pointer: `/usage/${field}`, detail: `${action.capability} is counted in ${counted}, not in ${field}` })),
  ];
  return errors.length === 0 ? null : { ...refuse('InvalidRequest', errors[0]!.detail), errors };
}
