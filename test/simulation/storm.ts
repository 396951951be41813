// A storm: what a seed makes happen. Two tenants of one cell, a few clients, one process or two with clocks that differ, and at any point
// a fault; then the database is well again, what was left open is asked again, and the books are read.

import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Action } from '../../src/core/action.ts';
import type { Command } from '../../src/core/command.ts';
import { credits } from '../../src/core/credits.ts';
import { DAY_MS, type Instant } from '../../src/core/month.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { OpenStore } from '../../src/store/open-store.ts';
import type { TenantAddress } from '../../src/store/store.ts';
import { type Random, randomOf } from '../../src/traffic/random.ts';
import { anAction, answers, moment, pages } from '../core/a-ledger.ts';
import { readBooks, violationsOf } from './books.ts';
import { type Attempt, Client, type Request } from './client.ts';
import type { Fault, Point } from './faulty-wire.ts';
import { SimulatedProcess } from './simulated-process.ts';

/** The clock of everybody in the simulation. */
export interface SimulatedClock {
  now: Instant;
}

export interface Place {
  url: string;
  clock: SimulatedClock;
  /** A store without faults, for what must be there before. */
  administrator: OpenStore;
  /** Reads the books. */
  reader: pg.Client;
}

export interface Played {
  violations: string[];
  points: number;
  faults: number;
  deaths: number;
  attempts: number;
  unknown: number;
}

const ERRORS = ['40001', '40P01', '25006', '53100', '53200', '57014', '55P03'];
const STEPS_TO_HEAL = 30;

/** Any fault. */
export function someFault(random: Random): Fault {
  const one = <T>(choices: readonly T[]) => choices[Math.floor(random.next() * choices.length)]!;
  return random
    .pick<{ weight: number; make: () => Fault }>([
      { weight: 4, make: () => ({ do: 'cut', at: one(['before', 'half-sent', 'after', 'half-answered']) }) },
      { weight: 4, make: () => ({ do: 'error', code: one(ERRORS), at: one(['first', 'middle', 'last']) }) },
      { weight: 1, make: () => ({ do: 'terminate' }) },
      { weight: 2, make: () => ({ do: 'delay', milliseconds: Math.floor(random.next() * 8) }) },
      { weight: 1, make: () => ({ do: 'crash', at: one(['before', 'sent', 'after']) }) },
    ])
    .make();
}

/** A live tenant with little to spend: 30 and 10 Copilot Credits allocated (the latter may draw from the pool), 60 in the pool. */
export async function aPoorTenant(
  { administrator }: Place,
  client: Client,
  id: string,
  admission: 'never-exceed' | 'until-exhausted',
): Promise<TenantAddress> {
  const tenant = { cell: administrator.cellOf(id), tenantId: id };
  await administrator.createTenant({
    ...{ id, name: id, sandboxNow: null },
    ...{ adminKeyId: administrator.newId(), adminKeyHash: Buffer.from(administrator.newId()) },
  });
  const environment = (environmentId: string): Command => ({
    do: 'create-environment',
    environment: { id: environmentId, name: environmentId, type: 'production', region: null },
  });
  const allocation = (environmentId: string, amount: string) => ({
    ...{ environmentId, currency: 'copilot-credits' as const },
    credits: credits(amount),
  });
  const commands: Command[] = [
    { do: 'change-settings', change: { enforcement: { admission } } },
    { do: 'entitle', purchase: { id: 'pack', product: 'copilot-credit-pack', quantity: 1 } },
    ...['sales', 'finance', 'support', 'parked'].map(environment),
    { do: 'change-environment', environmentId: 'sales', change: { drawFromTenantPool: false } },
    { do: 'allocate', changes: [allocation('sales', '30'), allocation('finance', '10'), allocation('parked', '24900')] },
  ];
  await Promise.all(
    commands.map(async (command) => {
      const answer = await administrator.submit(tenant, command as never);
      if (isRefusal(answer.outcome)) throw new Error(`${command.do} was refused: ${JSON.stringify(answer.outcome)}`);
      const request: Request = { tenant, command: () => command, idempotency: null, repeatable: true };
      client.attempts.push({ request, id: client.newId(), ended: 'acknowledged', answer });
    }),
  );
  return tenant;
}

/** Two ids of one cell, so that both are in one batch. */
export function twoIdsOfACell({ administrator }: Place, name: string): [string, string] {
  const first = `${name}-a`;
  for (let number = 0; ; number += 1) {
    const second = `${name}-b${number}`;
    if (administrator.cellOf(second) === administrator.cellOf(first)) return [first, second];
  }
}

export function consumption(tenant: TenantAddress, action: Action, key: string | null): Request {
  return {
    ...{ tenant, repeatable: false, command: (id) => ({ do: 'consume', id, action }) },
    idempotency: key === null ? null : { key, fingerprint: fingerprintOf('consume', action) },
  };
}

export function reservation(tenant: TenantAddress, action: Action, expiresInSeconds: number, key: string): Request {
  return {
    ...{ tenant, repeatable: false, command: (id) => ({ do: 'hold', id, action, expiresInSeconds }) },
    idempotency: { key, fingerprint: fingerprintOf('hold', action) },
  };
}

/** Of what does the same when it is asked again. */
export function repeatable(tenant: TenantAddress, command: (id: string) => Command): Request {
  return { tenant, command, idempotency: null, repeatable: true };
}

function fingerprintOf(route: string, action: Action): string {
  return createHash('sha256').update(route).update(JSON.stringify(action)).digest('hex');
}

export async function playSeed(place: Place, seed: string): Promise<Played> {
  const random = randomOf(seed);
  const one = <T>(choices: readonly T[]) => choices[Math.floor(random.next() * choices.length)]!;
  place.clock.now = (moment('2026-03-02T08:00:00Z') + Math.floor(random.next() * 330) * DAY_MS) as Instant;
  const client = new Client(seed);
  const name = `storm-${seed}-${place.administrator.newId().slice(-6)}`;
  const [a, b] = twoIdsOfACell(place, name);
  const tenants = await Promise.all([
    aPoorTenant(place, client, a, 'never-exceed'),
    aPoorTenant(place, client, b, 'until-exhausted'),
  ]);

  let faults = 0;
  const often = one([0.02, 0.06, 0.2]);
  const outage = random.next() < 0.3 ? { from: Math.floor(random.next() * 30), fault: someFault(random), left: 20 } : null;
  // A process that dies at every point makes nothing but starts.
  if (outage?.fault.do === 'crash') outage.left = 3;
  const faultAt = ({ number }: Point): Fault | null => {
    if (outage && number >= outage.from && outage.left > 0) {
      outage.left -= 1;
      faults += 1;
      return outage.fault;
    }
    if (random.next() >= often) return null;
    faults += 1;
    return someFault(random);
  };
  const { url, clock } = place;
  const processes = [
    new SimulatedProcess({ url, faultAt, clock: () => clock.now }),
    ...(random.next() < 0.4 ? [new SimulatedProcess({ url, faultAt, clock: () => (clock.now - 40_000) as Instant })] : []),
  ];

  const asked: Request[] = [];
  const someAction = (): Action => {
    const environmentId = one(['sales', 'sales', 'finance', 'support', 'nowhere']);
    const userId = one(['ada', 'bob']);
    return one([
      () => answers(1 + Math.floor(random.next() * 4), { environmentId, userId }),
      () => pages(1, { environmentId, userId }),
      () => anAction({ environmentId, userId, mode: 'test' }),
    ])();
  };
  const openHolds = (): Attempt[] =>
    client.attempts.filter(({ request, id, ended }) => ended === 'acknowledged' && request.command(id).do === 'hold');
  const nextRequest = (number: number): Request => {
    const tenant = one(tenants);
    return random
      .pick<{ weight: number; make: () => Request }>([
        { weight: 12, make: () => consumption(tenant, someAction(), `key-${number}`) },
        { weight: 2, make: () => consumption(tenant, someAction(), null) },
        { weight: 3, make: () => one(asked.length > 0 ? asked : [consumption(tenant, someAction(), `key-${number}`)]) },
        // The key of another request with other content.
        { weight: 1, make: () => consumption(tenant, answers(7), `key-${Math.floor(random.next() * (number + 1))}`) },
        { weight: 4, make: () => reservation(tenant, someAction(), one([60, 86_400]), `key-${number}`) },
        {
          weight: 4,
          make: () => {
            const held = openHolds();
            if (held.length === 0) return consumption(tenant, someAction(), `key-${number}`);
            const { request, answer } = one(held);
            const { id: holdId, action } = (answer!.outcome as never as { hold: { id: string; action: Action } }).hold;
            return random.next() < 0.3
              ? repeatable(request.tenant, () => ({ do: 'release', holdId }))
              : repeatable(request.tenant, (id) => ({ do: 'capture', id, holdId, usage: action.usage }));
          },
        },
        {
          weight: 1,
          make: () => {
            const limit = { id: one(['cap', 'watch']), scope: { userId: 'ada' }, currency: 'copilot-credits' as const };
            const figures = { monthly: credits(one(['5', '40'])), notifyAtPercent: 80, stop: random.next() < 0.5 };
            return repeatable(tenant, () => ({ do: 'set-limit', limit: { ...limit, ...figures } }));
          },
        },
        { weight: 1, make: () => repeatable(tenant, () => ({ do: 'compute', onDemand: true })) },
        {
          weight: 1,
          make: () =>
            repeatable(tenant, () => ({
              do: 'entitle',
              purchase: { id: `more-${number}`, product: 'copilot-credit-pack', quantity: 1 },
            })),
        },
      ])
      .make();
  };

  let number = 0;
  const requests = 8 + Math.floor(random.next() * 16);
  const work = async () => {
    while (number < requests) {
      number += 1;
      // Callers that send several at once fill a batch.
      const together = Array.from({ length: random.next() < 0.2 ? 6 : 1 }, (_, index) => nextRequest(number * 10 + index));
      asked.push(...together);
      if (random.next() < 0.1) clock.now = (clock.now + one([1_000, 61_000, 3_600_000, DAY_MS])) as Instant;
      await Promise.all(
        together.map(async (request) => {
          for (let tries = 0; tries < 3; tries += 1) {
            const { ended } = await client.ask(one(processes), request);
            if (ended === 'acknowledged' || ended === 'refused' || random.next() < 0.3) return;
            if (request.idempotency === null && !request.repeatable) return;
          }
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: 1 + Math.floor(random.next() * 4) }, work));

  const violations = await healAndRead(place, client, tenants, processes);
  return {
    violations,
    faults,
    points: processes.reduce((sum, process) => sum + process.points, 0),
    deaths: processes.reduce((sum, process) => sum + process.deaths, 0),
    attempts: client.attempts.length,
    unknown: client.attempts.filter(({ ended }) => ended === 'unknown').length,
  };
}

/** The database is well again: what is open is asked once more, and answered; then the books are read. */
export async function healAndRead(
  { reader }: Place,
  client: Client,
  tenants: readonly TenantAddress[],
  processes: readonly SimulatedProcess[],
): Promise<string[]> {
  for (const process of processes) process.heal();
  const violations: string[] = [];
  await untilQuiet(reader);
  for (let round = 0; client.open().length > 0; round += 1) {
    if (round === STEPS_TO_HEAL) {
      violations.push(
        `does not heal: ${client.open().length} requests are not answered after ${STEPS_TO_HEAL} rounds without a fault`,
      );
      break;
    }
    for (const [index, request] of client.open().entries()) {
      const key = request.idempotency?.key;
      const before = key === undefined ? false : await isStored(reader, request.tenant, key);
      const { ended, answer } = await client.ask(processes[index % processes.length]!, request);
      if (key === undefined || !answer || (ended === 'refused' && !before)) continue;
      if (ended === 'refused' && (answer.outcome as { refused: string }).refused === 'IdempotencyConflict') continue;
      if (answer.replayed !== before)
        violations.push(
          `I3 the key ${key} ${before ? 'was' : 'was not'} stored, and its answer ${answer.replayed ? 'was' : 'was not'} a replay`,
        );
    }
  }
  for (const process of processes) await process.stop();
  for (const tenant of tenants) {
    const attempts = client.attempts.filter(({ request }) => request.tenant.tenantId === tenant.tenantId);
    violations.push(...violationsOf(await readBooks(reader, tenant), attempts));
  }
  return [...violations, ...client.faults];
}

/** Resolves when no transaction of a dead process is under way any more. */
async function untilQuiet(reader: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await reader.query(`
      select count(*)::int as busy from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name = 'bursar' and state <> 'idle'`);
    if (rows[0].busy === 0) return;
  }
}

async function isStored(reader: pg.Client, { cell, tenantId }: TenantAddress, key: string): Promise<boolean> {
  const { rows } = await reader.query('select from idempotency_key where cell = $1 and tenant_id = $2 and key = $3', [
    cell,
    tenantId,
    key,
  ]);
  return rows.length > 0;
}
