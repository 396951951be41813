// R1–R3, I11: units from usage, credits from units, and the price that was charged.

import type { Entry, Report } from './entry.ts';
import { asCredits } from './exact.ts';
import type { Inputs, Price } from './inputs.ts';

/** R3: AI Builder credits per 1,000 tokens of input and output, of the rate cards that are known here. */
const PROMPT_RATES: Record<string, readonly [input: bigint, output: bigint]> = {
  basic: [1n, 3n],
  standard: [20n, 60n],
  premium: [140n, 560n],
};
const KNOWN_CARDS = ['2025-04', '2025-09-03', '2025-11'];

/** Micro-credits per unit that were met first, by capability, card, tier and currency (R1). */
const rates = new Map<string, bigint>();
const MOST_RATES = 100_000;

/** R1–R3: units from usage, and credits from units. */
export function checkUnits(inputs: Inputs, capability: string, model: string | null, report: Report): void {
  // What is right of these inputs stays right: many entries say the same.
  const of = `${capability} ${model}`;
  if (inputs.unitsRightFor === of) return;
  let isRight = true;
  checkPrices(inputs, capability, model, (check, offender) => {
    isRight = false;
    report(check, offender);
  });
  if (isRight) inputs.unitsRightFor = of;
}

function checkPrices(inputs: Inputs, capability: string, model: string | null, report: Report): void {
  const { usage, prices, rateCard, tier, feature } = inputs;
  const units = unitsOf(usage, capability, model);
  if (units === null) {
    report('entry-units', `its usage is ${JSON.stringify(usage)}`);
    return;
  }
  for (const { currency, units: priced, credits: amount } of prices) {
    const credits = BigInt(amount);
    if (priced !== units) report('entry-units', `${JSON.stringify(usage)} are ${units} units, and ${priced} were priced`);
    const isPrompt = tier !== null && usage.inputTokens !== undefined;
    if (isPrompt && currency === 'ai-builder-credits') {
      const rate = KNOWN_CARDS.includes(rateCard) ? PROMPT_RATES[tier] : undefined;
      if (!rate) continue;
      const perThousand = rate[0] * BigInt(usage.inputTokens!) + rate[1] * BigInt(usage.outputTokens ?? 0);
      const whole = (perThousand + 999n) / 1000n;
      const price = (whole < 1n ? 1n : whole) * 1_000_000n;
      if (price !== credits)
        report(
          'entry-price',
          `${JSON.stringify(usage)} on ${tier} cost ${asCredits(price)} ${currency}, and ${asCredits(credits)} were priced`,
        );
      continue;
    }
    const rate = credits / BigInt(priced);
    if (rate * BigInt(priced) !== credits) {
      report('entry-rate', `${asCredits(credits)} ${currency} for ${priced} units of ${capability} is no rate`);
      continue;
    }
    // A tenant may redefine its own capabilities on the same day; cards of the catalogue never change.
    if (isOwnCard(rateCard)) continue;
    const name = `${capability} ${rateCard} ${tier} ${feature} ${currency}`;
    const first = rates.get(name);
    if (first === undefined) {
      if (rates.size < MOST_RATES) rates.set(name, rate);
    } else if (first !== rate) {
      report(
        'entry-rate',
        `${capability} at ${asCredits(rate)} ${currency} on card ${rateCard}, and ${asCredits(first)} elsewhere`,
      );
    }
  }
}

/** Versions of a tenant's own capabilities are named by the day from which they hold. */
function isOwnCard(rateCard: string): boolean {
  return rateCard.length === 10 && /^\d{4}-\d\d-\d\d$/.test(rateCard);
}

/** R1: the version of a tenant's own capability that priced an entry, as `capability day`; null where a card of the catalogue did. */
export function ownVersionOf({ capability, inputs: { rateCard } }: Pick<Entry, 'capability' | 'inputs'>): string | null {
  return isOwnCard(rateCard) && !KNOWN_CARDS.includes(rateCard) ? `${capability} ${rateCard}` : null;
}

/** What was learnt of rates belongs to one run. */
export function forgetRates(): void {
  rates.clear();
}

function unitsOf(usage: Record<string, number>, capability: string, model: string | null): number | null {
  if (capability === 'prompt' && model === 'byom') return 1;
  const { inputTokens, outputTokens, ...counted } = usage;
  const counts = Object.entries(counted);
  if (inputTokens !== undefined || outputTokens !== undefined) {
    if (counts.length > 0 || inputTokens === undefined || outputTokens === undefined) return null;
    return Math.max(1, Math.ceil((inputTokens + outputTokens) / 1000));
  }
  const [only] = counts;
  if (!only || counts.length > 1) return null;
  return Math.max(1, only[0] === 'characters' ? Math.ceil(only[1] / 1000) : only[1]);
}

/** What was charged is the price in its currency, to the last place. */
export function checkCharged(entry: Entry, report: Report): void {
  const { sequence, currency, credits } = entry;
  if (currency === null) return;
  const price = priceIn(entry.inputs, currency)?.credits ?? (entry.holdId === null ? undefined : 0);
  if (price !== credits)
    report(
      'entry-price',
      `entry ${sequence} is charged ${asCredits(credits)} ${currency}, and its price is ${price === undefined ? 'in none of it' : asCredits(price)}`,
    );
}

export function priceIn({ prices }: Inputs, currency: string | null): Price | undefined {
  for (const price of prices) if (price.currency === currency) return price;
  return undefined;
}
