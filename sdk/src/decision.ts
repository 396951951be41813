// What is asked of an action and answered: price, check, consume, batch. A refusal for credits is a value (D6); only what is wrong with
// the request, the key or the connection is thrown, as `BursarError`.

import { asProblem, BursarError, errorOfProblem, type Problem } from './bursar-error.ts';
import { type CallOptions, call, send } from './call.ts';
import { backoffMs, type Connection, newIdempotencyKey, type Received, wait } from './connection.ts';
import type { Action, AllowedCheck, BatchItem, Consumption, Price, PricedAction, RefusedCheck, Remedy } from './openapi.ts';

/** The action was recorded. `replayed`: by an earlier request with the same key. */
export interface Allowed extends Consumption {
  replayed: boolean;
}

/** The action was refused for credits (or its preview model, F6): nothing was charged. */
export interface Refused extends Omit<RefusedCheck, 'remedies'> {
  /** What would help, in order; empty where nothing would. */
  remedies: Remedy[];
}

/** The action was not decided: it was wrong, or could not be asked. */
export interface Failed {
  decision: 'failed';
  error: BursarError;
}

const MOST_OF_A_BATCH = 1000;

export function price(connection: Connection, action: PricedAction, options: CallOptions = {}): Promise<Price> {
  return call(connection, 'priceAction', { ...options, body: action });
}

export async function check(connection: Connection, action: Action, options: CallOptions = {}): Promise<AllowedCheck | Refused> {
  const checked = await call(connection, 'checkAction', { ...options, body: action });
  return checked.decision === 'allowed' ? checked : { ...checked, remedies: checked.remedies ?? [] };
}

export async function consume(connection: Connection, action: Action, options: CallOptions = {}): Promise<Allowed | Refused> {
  const received = await send(connection, 'consumeAction', { ...options, body: withKey(action, options) });
  return decisionOf<Consumption>(received);
}

/** The answer of a consumption or a hold: as it came, or its refusal as a value. */
export function decisionOf<T>(received: Received): (T & { replayed: boolean }) | Refused {
  if (received.status < 300) return { ...(received.body as T), replayed: received.replayed };
  const problem = asProblem(received.status, received.body);
  if (isRefusal(problem)) return refusedOf(problem);
  throw errorOfProblem(problem);
}

/** In order, however many; one bad action spoils no other. Each is decided once, also where the connection is lost on the way. */
export async function consumeBatch(
  connection: Connection,
  actions: readonly Action[],
  options: { signal?: AbortSignal | undefined } = {},
): Promise<(Allowed | Refused | Failed)[]> {
  const outcomes: (Allowed | Refused | Failed)[] = [];
  for (let start = 0; start < actions.length; start += MOST_OF_A_BATCH) {
    const part = actions.slice(start, start + MOST_OF_A_BATCH).map((action) => withKey(action, {}));
    const items = await sendPart(connection, part, options.signal);
    for (let round = 0; round < connection.retries; round++) {
      const busy = items.flatMap((item, index) => (isBusy(item) ? [index] : []));
      if (busy.length === 0) break;
      await wait(backoffMs(round), options.signal);
      const again = await sendPart(
        connection,
        busy.map((index) => part[index]!),
        options.signal,
      );
      for (const [place, index] of busy.entries()) items[index] = again[place]!;
    }
    outcomes.push(...items.map(outcomeOf));
  }
  return outcomes;
}

async function sendPart(
  connection: Connection,
  actions: readonly Action[],
  signal: AbortSignal | undefined,
): Promise<BatchItem[]> {
  // Every action has a key of its own, so the whole may be sent again.
  const sending = { method: 'POST', path: '/v1/consumptions/batch', body: { actions }, repeatable: true, signal } as const;
  const received = await connection.send(sending);
  if (received.status >= 300) throw errorOfProblem(asProblem(received.status, received.body));
  const { results } = received.body as { results: BatchItem[] };
  if (results.length !== actions.length) {
    const detail = `the server answered ${results.length} results to ${actions.length} actions`;
    throw new BursarError({ code: 'UnexpectedAnswer', status: received.status, detail, outcomeUnknown: true });
  }
  return results;
}

function isBusy(item: BatchItem): boolean {
  return item.status === 503 || item.status === 429;
}

function outcomeOf(item: BatchItem): Allowed | Refused | Failed {
  if (!('problem' in item)) {
    const { status: _, replayed = false, ...consumption } = item;
    return { ...consumption, replayed };
  }
  const problem = asProblem(item.status, item.problem);
  return isRefusal(problem) ? refusedOf(problem) : { decision: 'failed', error: errorOfProblem(problem) };
}

export function withKey<A extends Action>(action: A, options: CallOptions): A {
  const given = options.idempotencyKey !== undefined || action.idempotencyKey !== undefined;
  return given ? action : { ...action, idempotencyKey: newIdempotencyKey() };
}

function isRefusal(problem: Problem): boolean {
  return problem.status === 402 || problem.code === 'PreviewModelsDisabled';
}

function refusedOf(problem: Problem): Refused {
  const { type: _, title: __, status: ___, instance: ____, errors: _____, ...members } = problem;
  const { remedies = [], explanation = [], ...rest } = members as unknown as Partial<Refused>;
  return { ...(rest as Refused), decision: 'refused', remedies, explanation };
}
