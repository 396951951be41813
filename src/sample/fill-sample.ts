// Fills the tenant Contoso with its history through the API: day by day its sandbox's clock is moved (T4), what people did is done, and
// the day's actions are sent; so months, computations, notices and refusals are as they would have been. All of it is seeded and has
// stable keys: what was cut off is finished by filling again, from the day at which its clock stands.

import { type Action, Bursar } from '../../sdk/src/index.ts';
import { addDays, BEGIN, daysBetween } from './calendar.ts';
import { actionsOf } from './daily-actions.ts';
import { beginLastHolds, callOn, takeCall } from './holds.ts';
import { makeKeys, type SampleKey } from './sample-keys.ts';
import { reachStanding } from './standing.ts';
import { stepsOf } from './story.ts';

export const CONTOSO = { id: 'contoso', name: 'Contoso', beginsAt: `${BEGIN}T00:00:00Z` } as const;

/** How long before the end everything stands as it should. */
const LAST_MS = 3 * 3_600_000;

const REPORTS = [
  { type: 'ai-builder-consumption' },
  { type: 'copilot-credits-environments' },
  { type: 'copilot-credits-agents' },
  { type: 'copilot-credits-users', days: 90 },
] as const;

export interface SampleFilling {
  url: string;
  /** An administrator's key, for the filling alone. */
  key: string;
  keyId: string;
  /** Where the history ends and the clock stands from then on: the present moment. */
  until: string;
  /** 1: about 200,000 actions; 0.1: a tenth of them. */
  scale: number;
  /** Takes a line of progress. */
  say: (line: string) => void;
}

/** Answers the keys of the sample, the administrator's first. Throws `BursarError` where the server does not do what it should. */
export async function fillSample({ url, key, keyId, until, scale, say }: SampleFilling): Promise<SampleKey[]> {
  if (until < `${BEGIN}T`)
    throw new Error(`the sample begins on ${BEGIN}, and it is ${until} here: set the clock of this machine`);
  const bursar = new Bursar({ url, key });
  const clock = await sandboxClock(bursar);
  const began = performance.now();
  const secondsPassed = () => Math.round((performance.now() - began) / 1000);
  const lastDay = until.slice(0, 10);
  const last = latest(`${lastDay}T00:00:00Z`, new Date(Date.parse(until) - LAST_MS).toISOString());
  let [all, ofMonth, refused] = [0, 0, 0];

  /** Moves the clock to the end of a part of a day, and sends what happened in it. */
  async function send(actions: readonly Action[], end: string): Promise<void> {
    await clock.moveTo(end);
    const decisions = await bursar.consumeBatch(actions);
    const failed = decisions.find((each) => each.decision === 'failed');
    if (failed) throw failed.error;
    all += actions.length;
    ofMonth += actions.length;
    refused += decisions.filter(({ decision }) => decision === 'refused').length;
  }

  for (const day of daysBetween(clock.now().slice(0, 10), lastDay)) {
    const steps = stepsOf(day);
    if (steps.length > 0) await clock.moveTo(earliest(`${day}T07:00:00Z`, until));
    for (const step of steps) await step({ bursar, day, scale });
    const call = callOn(day);
    if (call !== null && call < until) {
      await clock.moveTo(call);
      await takeCall(bursar, day);
    }
    const actions = actionsOf(day, scale);
    if (day < lastDay) await send(actions, `${day}T23:59:59Z`);
    else {
      // The last hours go on as everything stands then.
      await send(between(actions, day, last), last);
      await reachStanding(bursar, clock.now());
      await send(between(actions, last, until), until);
      await reachStanding(bursar, clock.now());
    }
    if (day === lastDay || addDays(day, 1).endsWith('-01')) {
      const told = [`${ofMonth.toLocaleString('en').padStart(7)} actions`, `${refused.toLocaleString('en')} refused`];
      say(`  ${day.slice(0, 7)}  ${told.join(', ')}  (${secondsPassed()} s)`);
      [ofMonth, refused] = [0, 0];
    }
  }
  await beginLastHolds(bursar);
  for (const report of REPORTS) {
    const asked = await bursar.reports.ask(report, { idempotencyKey: `sample-report-${report.type}` });
    await bursar.reports.completed(asked.id);
  }
  const keys = await makeKeys(bursar, keyId);
  say(`Contoso is there: ${all.toLocaleString('en')} actions in ${secondsPassed()} s.`);
  return keys;
}

function between(actions: readonly Action[], from: string, to: string): Action[] {
  return actions.filter(
    ({ occurredAt }) => Date.parse(from) <= Date.parse(occurredAt!) && Date.parse(occurredAt!) < Date.parse(to),
  );
}

function earliest(a: string, b: string): string {
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

function latest(a: string, b: string): string {
  return earliest(a, b) === a ? b : a;
}

/** Moves forward only; where it stands already it is left. */
async function sandboxClock(bursar: Bursar): Promise<{ now(): string; moveTo(instant: string): Promise<void> }> {
  let { now } = await bursar.tenant();
  return {
    now: () => now,
    async moveTo(instant) {
      if (Date.parse(instant) > Date.parse(now)) now = (await bursar.moveClock(instant)).now;
    },
  };
}
