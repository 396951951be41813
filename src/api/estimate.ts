// The estimate (K1): what a month of these volumes costs in either currency, and what to buy for it after what is owned.

import { type Static, Type } from 'typebox';
import { DATES } from '../core/catalogue.ts';
import { formatCredits } from '../core/credits.ts';
import { type EstimateLine, type EstimateTotal, estimate } from '../core/estimate.ts';
import { dayOf } from '../core/month.ts';
import { isRefusal } from '../core/refusal.ts';
import { capability, model, usage } from './action.ts';
import { price, priceAnswer } from './decision.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { amount, currency, fields, nullable } from './schema.ts';

const MOST_VOLUMES = 1_000;
const MOST_ACTIONS = 1_000_000_000;

const volume = fields(
  {
    capability,
    model: Type.Optional(model),
    usage,
    actions: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_ACTIONS,
        description: `how many actions a month have this usage each, a whole number from 1 to ${MOST_ACTIONS}; 1 if left out, so that the usage is the month's`,
      }),
    ),
  },
  { title: 'Volume', description: 'an object with capability and usage' },
);

const line = fields(
  {
    volume: fields({ capability: Type.String(), model: nullable(Type.String()), usage, actions: Type.Integer() }),
    ...price.properties,
  },
  { title: 'EstimateLine' },
);

const total = fields(
  {
    currency,
    credits: Type.String({ description: 'what the volumes cost together, if this currency carried everything' }),
    owned: Type.String({ description: 'credits a month, seeded ones included; pre-purchases are not in it' }),
    seeded: Type.String({ description: 'of what is owned: seeded by user licences' }),
    prePurchaseLeft: Type.String({ description: 'what is left of pre-purchases for the rest of their year; not subtracted' }),
    missing: amount,
    product: Type.String({ examples: ['copilot-credit-pack'] }),
    toBuy: Type.Integer({ description: 'how many of the product, rounded up' }),
    canBuy: Type.Boolean({ description: 'whether the tenant could buy the product today (E7)' }),
    endOfSale: nullable(Type.String({ description: 'the day from which it cannot, as things are; null: none is known' })),
    notPriced: Type.Array(Type.String(), { description: 'capabilities without a rate in this currency: not in its credits' }),
    reason: Type.String({ description: 'how it was reckoned, in words' }),
  },
  { title: 'EstimateTotal' },
);

function lineAnswer({ volume: of, price: priced }: EstimateLine): Static<typeof line> {
  const { capability: id, model: asked, usage: counts, actions } = of;
  return { volume: { capability: id, model: asked, usage: counts, actions }, ...priceAnswer(priced) };
}

function totalAnswer(of: EstimateTotal): Static<typeof total> {
  return {
    currency: of.currency,
    credits: formatCredits(of.credits),
    owned: formatCredits(of.owned),
    seeded: formatCredits(of.seeded),
    prePurchaseLeft: formatCredits(of.prePurchaseLeft),
    missing: formatCredits(of.missing),
    product: of.product.id,
    toBuy: of.toBuy,
    canBuy: of.canBuy,
    endOfSale: of.endOfSale,
    notPriced: of.notPriced,
    reason: reasonOf(of),
  };
}

function reasonOf(of: EstimateTotal): string {
  const sentences = [`The volumes cost ${formatCredits(of.credits)} a month and ${ownedWords(of)}.`];
  if (of.missing > 0n) {
    const each = `${formatCredits(of.product.creditsPerUnit)} a month each`;
    sentences.push(`${formatCredits(of.missing)} are missing: ${of.toBuy} × ${of.product.name}, ${each}.`);
    if (!of.canBuy) sentences.push(endOfSaleWords(of));
  } else sentences.push('Nothing needs to be bought.');
  if (of.prePurchaseLeft > 0n) {
    sentences.push(
      `${formatCredits(of.prePurchaseLeft)} are left of pre-purchases: they last until they are spent or their year ends, so no month is reckoned with them.`,
    );
  }
  if (of.notPriced.length > 0) {
    sentences.push(
      `Not in it, because this currency has no rate for it: ${of.notPriced.slice(0, MOST_NAMED).join(', ')}${more(of)}.`,
    );
  }
  return sentences.join(' ');
}

function ownedWords({ owned, seeded }: EstimateTotal): string {
  if (owned === 0n) return 'nothing is owned';
  const ofThem =
    seeded > 0n ? `, of which ${formatCredits(seeded)} are seeded by licences, until ${dayOf(DATES.seededCreditsRemoved)}` : '';
  return `${formatCredits(owned)} a month are owned${ofThem}`;
}

function endOfSaleWords({ endOfSale }: EstimateTotal): string {
  return endOfSale === DATES.addOnEndOfSaleEverybody
    ? `It is no longer sold since ${endOfSale}: Copilot Credits can carry it instead (D1).`
    : `Since ${endOfSale} it is sold only to who has an active one: Copilot Credits can carry it instead (D1).`;
}

const MOST_NAMED = 10;

function more({ notPriced }: EstimateTotal): string {
  return notPriced.length > MOST_NAMED ? ` and ${notPriced.length - MOST_NAMED} more` : '';
}

const estimateVolumes = route({
  operation: 'estimateVolumes',
  concept: 'Planning',
  method: 'POST',
  path: '/v1/estimates',
  summary: 'Turns volumes of a month into credits of either currency, and into what to buy after what is owned (K1).',
  description:
    "Priced at today's rates, own capabilities included, as POST /v1/price would; each currency as if it carried everything. Agents and agent flows draw Copilot Credits only (D1), so for them that total is the one that counts. A volume is one action with the usage of a month, unless `actions` says how many there are: what is rounded up for every action (R2, R3: tokens, characters) then costs what it really will.",
  right: READERS,
  body: fields({
    volumes: Type.Array(volume, {
      minItems: 1,
      maxItems: MOST_VOLUMES,
      description: `a list of 1 to ${MOST_VOLUMES} volumes`,
    }),
  }),
  responses: { 200: fields({ lines: Type.Array(line), totals: Type.Array(total) }, { title: 'Estimate' }) },
  refusals: ['UnknownCapability', 'UnknownModel'],
  async handle({ tenant, body, store }) {
    const volumes = body.volumes.map((each) => ({ ...each, model: each.model ?? null, actions: each.actions ?? 1 }));
    const capabilities = volumes.map((each) => each.capability);
    const estimated = estimate(await store.readLedger(tenant, [], capabilities), volumes);
    if (isRefusal(estimated)) return estimated;
    return answer(200, { lines: estimated.lines.map(lineAnswer), totals: estimated.totals.map(totalAnswer) });
  },
});

export const estimateRoutes: Route[] = [estimateVolumes];
