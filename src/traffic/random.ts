// Randomness that a seed repeats exactly (sfc32, seeded through an FNV-1a hash of the seed's text): traffic is the same on every machine.

export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** Standard normal. */
  normal(): number;
  /** A value between the points of a table of evenly spaced quantiles. */
  quantile(table: readonly number[]): number;
  /** One of the choices, by weight. */
  pick<T extends { weight: number }>(choices: readonly T[]): T;
  /** 0 to below `count`; small numbers more often, as with words and people (Zipf). */
  rank(count: number): number;
}

export function randomOf(seed: string | number): Random {
  let [a, b, c] = [hash(`${seed}/a`), hash(`${seed}/b`), hash(`${seed}/c`)];
  let counter = 1;

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  for (let i = 0; i < 12; i++) next();
  return {
    next,
    // Box–Muller; 1 - next() is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    quantile: (table) => interpolate(table, next()),
    pick(choices) {
      const total = choices.reduce((sum, choice) => sum + choice.weight, 0);
      let left = next() * total;
      for (const choice of choices) {
        left -= choice.weight;
        if (left < 0) return choice;
      }
      const last = choices.at(-1);
      if (!last) throw new Error('nothing to pick from');
      return last;
    },
    rank: (count) => Math.min(count - 1, Math.floor((count + 1) ** next()) - 1),
  };
}

function interpolate(table: readonly number[], at: number): number {
  const place = at * (table.length - 1);
  const below = Math.floor(place);
  const low = table[below]!;
  return low + (place - below) * ((table[below + 1] ?? low) - low);
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}
