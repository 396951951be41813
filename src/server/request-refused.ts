// A request that was refused before its handler ran (no key, no right, no JSON): thrown inside the server so that its one error
// handler answers every problem in the same way.

import type { Refusal } from '../core/refusal.ts';

export class RequestRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.name = 'RequestRefused';
    this.refusal = refusal;
  }
}
