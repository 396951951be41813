// The actions of a day at Contoso: the generator's traffic of all environments together, and robots that run by the clock. The same day
// has the same actions at every time and on every machine; another scale has others.

import type { Action } from '../../sdk/src/index.ts';
import { generateTraffic, type TrafficAction } from '../traffic/generate-traffic.ts';
import { randomOf } from '../traffic/random.ts';
import { addDays, shareOfDay } from './calendar.ts';
import { ENVIRONMENTS } from './environments.ts';
import { DEPARTMENTS, hasMicrosoft365Copilot } from './people.ts';

const SEED = 'contoso';
const ROBOTS = { environmentId: 'robotic-automation', from: '2025-12-02', runsAt: ['01:10', '03:40', '22:15'] } as const;
const ROBOT_STEPS = { fewest: 50, more: 60 };

/** In the order in which they happen. */
export function actionsOf(day: string, scale: number): Action[] {
  const from = `${day}T00:00:00Z`;
  const mix = ENVIRONMENTS.filter(({ opened, closed }) => opened <= day && (closed === undefined || day < closed)).map(
    (environment) => ({
      environmentId: environment.id,
      users: environment.users,
      weight: environment.actionsPerDay * shareOfDay(day, environment) * scale,
      resources: environment.resources(day),
    }),
  );
  const actionsPerDay = mix.reduce((sum, { weight }) => sum + weight, 0);
  const traffic = generateTraffic({ seed: `${SEED}-${scale}`, from, to: `${addDays(day, 1)}T00:00:00Z`, actionsPerDay, mix });
  return [...[...traffic].map(ofItsUser), ...robotRuns(day)].sort(byTime);
}

/** F4: whose Microsoft 365 Copilot licence pays for internal agents. */
function ofItsUser(action: TrafficAction): Action {
  const isAgent = action.caller === 'agent' || action.caller === 'agent-flow';
  return isAgent && hasMicrosoft365Copilot(action.userId) ? { ...action, m365Copilot: true } : action;
}

/** Not scaled: they draw the pre-purchase up in less than a year. */
function robotRuns(day: string): Action[] {
  if (day < ROBOTS.from) return [];
  const random = randomOf(`${SEED}/robots/${day}`);
  return ROBOTS.runsAt.map((time) =>
    robotRun(`${SEED}-robots-${day}-${time}`, `${day}T${time}:00Z`, {
      actions: ROBOT_STEPS.fewest + Math.floor(random.next() * ROBOT_STEPS.more),
    }),
  );
}

export function robotRun(idempotencyKey: string, occurredAt: string, usage: { actions: number }): Action {
  return {
    idempotencyKey,
    environmentId: ROBOTS.environmentId,
    userId: DEPARTMENTS.technology[0]!,
    caller: 'agent',
    resource: { type: 'agent', id: 'agent-robots', name: 'Order entry robot' },
    capability: 'computer-use',
    usage,
    occurredAt,
  };
}

function byTime(a: Action, b: Action): number {
  return Date.parse(a.occurredAt!) - Date.parse(b.occurredAt!);
}
