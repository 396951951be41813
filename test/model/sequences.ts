// Random sequences for the reference model: how a tenant begins, and what is then asked of it.

import fc from 'fast-check';
import { administration, clock, openings } from './administrators.ts';
import { often, one, uses } from './callers.ts';
import type { Step } from './step.ts';
import { THEMES } from './themes.ts';

export interface Sequence {
  startsAt: string;
  sandbox: boolean;
  steps: Step[];
}

export function sequences(length: number): fc.Arbitrary<Sequence> {
  return one(...THEMES).chain(({ starts, steps, opening = openings }) => {
    const mixed = fc.oneof(often(9, uses), often(4, administration), often(1, clock), often(9, steps));
    const rest = fc.array(mixed, { minLength: Math.ceil(length * 0.8), maxLength: length, size: 'max' });
    return fc
      .tuple(one(...starts), one(true, true, true, false), opening, rest)
      .map(([startsAt, sandbox, begun, more]) => ({ startsAt, sandbox, steps: [...begun, ...more] }));
  });
}
