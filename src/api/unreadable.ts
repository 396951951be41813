// An action of a batch whose JSON cannot be taken as it was written (a key twice, an exponent, a lone surrogate): it stands in the
// place of the action, so that the others are not spoilt.

import type { Refusal } from '../core/refusal.ts';

export class Unreadable {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}
