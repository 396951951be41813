// The standard run: every way that a command takes through the write path, one after the other, so that each point of it can be given
// each fault. `pointsOf` counts them in a run without faults.

import { DAY_MS, type Instant } from '../../src/core/month.ts';
import { answers, moment } from '../core/a-ledger.ts';
import { type Attempt, Client, type Request } from './client.ts';
import type { Fault, Point } from './faulty-wire.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { aPoorTenant, consumption, healAndRead, type Place, repeatable, reservation, twoIdsOfACell } from './storm.ts';

const MOST_TRIES = 2;

export interface StandardRun {
  violations: string[];
  points: number;
  deaths: number;
}

export async function playStandardRun(place: Place, faultAt: (point: Point) => Fault | null): Promise<StandardRun> {
  place.clock.now = moment('2026-04-14T08:00:00Z');
  const name = `standard-${place.administrator.newId().slice(-8)}`;
  const client = new Client(name);
  const [a, b] = twoIdsOfACell(place, name);
  const [tenant, other] = await Promise.all([
    aPoorTenant(place, client, a, 'never-exceed'),
    aPoorTenant(place, client, b, 'until-exhausted'),
  ]);
  const process = new SimulatedProcess({ url: place.url, clock: () => place.clock.now, faultAt });
  const ask = async (...requests: Request[]): Promise<Attempt> => {
    const asked = await Promise.all(
      requests.map(async (request) => {
        for (let tries = 1; ; tries += 1) {
          const attempt = await client.ask(process, request);
          if (attempt.ended === 'acknowledged' || attempt.ended === 'refused' || tries === MOST_TRIES) return attempt;
        }
      }),
    );
    return asked[0]!;
  };
  const one = (key: string, on = tenant) => consumption(on, answers(1), key);
  const holdOf = ({ answer }: Attempt) => (answer?.outcome as { hold?: { id: string } } | undefined)?.hold?.id;

  // Connecting, the partitions, and a batch that is loaded; then one that is remembered.
  await ask(one('first'));
  await ask(one('second'));
  // Two tenants, a key twice, a key with other content, and what is refused.
  await ask(
    one('third'),
    one('third'),
    one('third', other),
    consumption(tenant, answers(2), 'second'),
    consumption(tenant, answers(99), 'too much'),
  );
  // Holds: opened, captured, captured again, released, and one that falls due.
  const held = holdOf(await ask(reservation(tenant, answers(3), 3_600, 'held')));
  if (held) {
    const capture = repeatable(tenant, (id) => ({ do: 'capture', id, holdId: held, usage: { responses: 2 } }));
    await ask(capture);
    await ask(capture);
  }
  const free = holdOf(await ask(reservation(tenant, answers(4), 3_600, 'free')));
  if (free) await ask(repeatable(tenant, () => ({ do: 'release', holdId: free })));
  await ask(reservation(tenant, answers(5), 60, 'due'));
  // What was done is answered again.
  await ask(one('first'));
  // What adds up usage, alone in its batch.
  const limit = { id: 'cap', scope: { userId: 'ada' }, currency: 'copilot-credits' as const, notifyAtPercent: 80, stop: true };
  await ask(repeatable(tenant, () => ({ do: 'set-limit', limit: { ...limit, monthly: 28_000_000n as never } })));
  // Somebody else has written to the tenant, and time has passed.
  const elsewhere = one('elsewhere');
  const answer = await place.administrator.submit(tenant, elsewhere.command(client.newId()) as never, elsewhere.idempotency!);
  client.attempts.push({ request: elsewhere, id: client.newId(), ended: 'acknowledged', answer });
  place.clock.now = (place.clock.now + DAY_MS) as Instant;
  await ask(one('later'));
  await ask(one('last'), one('last', other));
  const violations = await healAndRead(place, client, [tenant, other], [process]);
  return { violations, points: process.points, deaths: process.deaths };
}

/** What is played at a point: a cut, an error and a crash once, and one of them for ever after. Those that differ little take turns. */
export function faultsOf(turn: number): { fault: Fault; forEver: boolean }[] {
  const once = (fault: Fault) => ({ fault, forEver: false });
  const one = <T>(faults: readonly T[]) => faults[turn % faults.length]!;
  const { cuts, errors, crashes } = FAULTS;
  const lasting = [cuts[0]!, cuts[2]!, one(errors), one(crashes)];
  return [once(one(cuts)), once(one(errors)), once(one(crashes)), { fault: one(lasting), forEver: true }];
}

/** Each fault at each point, once and for ever after. */
export function allFaults(): { fault: Fault; forEver: boolean }[] {
  const all = [...FAULTS.cuts, ...FAULTS.errors, ...FAULTS.crashes];
  return [false, true].flatMap((forEver) => all.map((fault) => ({ fault, forEver })));
}

const FAULTS: Record<'cuts' | 'errors' | 'crashes', Fault[]> = {
  cuts: [
    { do: 'cut', at: 'before' },
    { do: 'cut', at: 'half-sent' },
    { do: 'cut', at: 'after' },
    { do: 'cut', at: 'half-answered' },
    { do: 'delay', milliseconds: 5 },
  ],
  errors: [
    { do: 'error', code: '40001', at: 'last' },
    { do: 'error', code: '53100', at: 'middle' },
    { do: 'error', code: '57014', at: 'first' },
    { do: 'terminate' },
    { do: 'error', code: '40P01', at: 'middle' },
    { do: 'error', code: '25006', at: 'last' },
    { do: 'error', code: '53100', at: 'last' },
  ],
  crashes: [
    { do: 'crash', at: 'before' },
    { do: 'crash', at: 'sent' },
    { do: 'crash', at: 'after' },
  ],
};
