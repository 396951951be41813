// The machine is noisy, so contenders take turns: each is measured for a few seconds in every round, every other round in
// the opposite order, and the median round is what is quoted.

import type { Measurement } from './load.ts';

/** Whether the decision is called in the process that makes it, or asked for over HTTP. */
export type Way = 'called' | 'http';

export type Contender = {
  /** As the table shows it; the contenders of one name differ in their connections. */
  name: string;
  way: Way;
  connections: number;
  environments: number;
  measure(time: { seconds: number; warmUpSeconds: number }): Promise<Measurement>;
};

export type Row = Omit<Contender, 'measure'> & Measurement & { rounds: Measurement[] };

export type RoundsOptions = { rounds: number; seconds: number; warmUpSeconds: number; progress?: (message: string) => void };

export async function measureInRounds(contenders: readonly Contender[], options: RoundsOptions): Promise<Row[]> {
  const measured = new Map<Contender, Measurement[]>(contenders.map((contender) => [contender, []]));
  // Code that has not run yet is slower by far: each runs once before it counts.
  for (const contender of contenders) await contender.measure({ seconds: 1, warmUpSeconds: 0 });
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const contender of round % 2 === 1 ? contenders : contenders.toReversed()) {
      const measurement = await contender.measure(options);
      measured.get(contender)!.push(measurement);
      options.progress?.(`round ${round} of ${options.rounds}: ${describe(contender)}: ${Math.round(measurement.perSecond)}/s`);
    }
  }
  return contenders.map((contender) => {
    const { measure: _, ...shown } = contender;
    const rounds = measured.get(contender)!;
    return { ...shown, ...medianRound(rounds), rounds };
  });
}

/** The round with the median speed, whole, so that its latencies belong to its speed. */
function medianRound(rounds: readonly Measurement[]): Measurement {
  const median = rounds.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(rounds.length / 2)];
  if (median === undefined) throw new RangeError('at least one round is needed');
  return median;
}

function describe(contender: Contender): string {
  const where = contender.environments === 1 ? '1 hot environment' : `${contender.environments} environments`;
  return `${contender.name}, ${contender.connections} connections, ${where}`;
}
