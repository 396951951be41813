// New ids: UUIDs of version 7, in the order in which this process makes them. The library draws 16 random bytes from the system for each,
// which costs more than all the rest of an id; here they come from a store of them.

import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const BYTES_OF_AN_ID = 16;
const drawn = new Uint8Array(BYTES_OF_AN_ID * 256);
let used = drawn.length;
let lastMs = 0;
let sequence = 0;

function randomBytes(): Uint8Array {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += BYTES_OF_AN_ID;
  return drawn.subarray(used - BYTES_OF_AN_ID, used);
}

/** Within a millisecond the sequence counts (RFC 9562, method 1); it begins in the lower half, so that it does not run over. */
export function newId(): string {
  const random = randomBytes();
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    sequence = ((random[0]! & 0x7f) << 24) | (random[1]! << 16) | (random[2]! << 8) | random[3]!;
  } else sequence += 1;
  return v7({ msecs: lastMs, seq: sequence, random });
}
