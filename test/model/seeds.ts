// The seeds of a run: fixed ones, so that what was found once is looked for again, and one of the moment, which is printed. Where the
// variable is set (`MODEL_SEED=12345 npx vitest run test/model`) it is that one alone.

export function seeds(variable: string, fixed: readonly number[]): number[] {
  const given = process.env[variable];
  return given === undefined ? [...fixed, Date.now() % 1_000_000_000] : [Number(given)];
}
