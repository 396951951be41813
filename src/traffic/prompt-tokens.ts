// How many tokens a prompt has: input drawn from the quantiles of the trace, output from those of inputs of about that length, so
// that the two go together as they do in the trace.

import { INPUT_TOKEN_QUANTILES, OUTPUT_TOKEN_QUANTILES } from './fitted-figures.ts';
import type { Random } from './random.ts';

export function drawPromptTokens(random: Random): { inputTokens: number; outputTokens: number } {
  const place = random.next();
  const outputs = OUTPUT_TOKEN_QUANTILES[Math.floor(place * OUTPUT_TOKEN_QUANTILES.length)]!;
  const at = place * (INPUT_TOKEN_QUANTILES.length - 1);
  const below = Math.floor(at);
  const low = INPUT_TOKEN_QUANTILES[below]!;
  const inputTokens = Math.round(low + (at - below) * ((INPUT_TOKEN_QUANTILES[below + 1] ?? low) - low));
  return { inputTokens, outputTokens: Math.round(random.quantile(outputs)) };
}
