// The batches of a replay: recorded ones are as large as the API takes; played ones hold what happens in one step of the sandbox's
// clock, are sent when their moment has come, and never cross the end of a month, so that each is decided in its own.

import type { Bursar } from '../../sdk/src/index.ts';
import { instantOf, type PlannedAction } from './replay-plan.ts';

const MOST_OF_A_BATCH = 1000;
/** How long a step of the clock takes in reality. */
const STEP_REAL_MS = 100;
/** As fast as possible, a step is a minute of the trace. */
const STEP_WITHOUT_PACE_MS = 60_000;

export async function* recordedBatches(actions: AsyncIterable<PlannedAction>): AsyncGenerator<PlannedAction[], void> {
  let batch: PlannedAction[] = [];
  for await (const action of actions) {
    batch.push(action);
    if (batch.length < MOST_OF_A_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** `speed`: seconds of the trace in a second; Infinity as fast as possible. */
export async function* playedBatches(
  actions: AsyncIterable<PlannedAction>,
  speed: number,
): AsyncGenerator<PlannedAction[], void> {
  const stepMs = Number.isFinite(speed) ? Math.max(1, speed * STEP_REAL_MS) : STEP_WITHOUT_PACE_MS;
  let batch: PlannedAction[] = [];
  let first = 0;
  for await (const action of actions) {
    if (
      batch.length > 0 &&
      (action.ms - first >= stepMs || batch.length === MOST_OF_A_BATCH || month(action.ms) !== month(first))
    ) {
      yield batch;
      batch = [];
    }
    if (batch.length === 0) first = action.ms;
    batch.push(action);
  }
  if (batch.length > 0) yield batch;
}

function month(ms: number): string {
  return instantOf(ms).slice(0, 7);
}

/** Moves the sandbox's clock to a batch's last action, when its time has come at the chosen speed. */
export function playedClock(bursar: Bursar, startMs: number, speed: number): (batch: readonly PlannedAction[]) => Promise<void> {
  const began = performance.now();
  let clockMs = startMs;
  return async (batch) => {
    // Lines of a trace may be out of order; a clock is not.
    const to = Math.max(...batch.map((each) => each.ms));
    const due = began + (to - startMs) / speed;
    if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    if (to <= clockMs) return;
    clockMs = to;
    await bursar.moveClock(instantOf(to));
  };
}
