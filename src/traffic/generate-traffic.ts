// Seeded traffic of AI actions, of the shape of a published trace: arrivals, token counts, who calls what. The same seed and options
// give the same actions, keys included, on every machine; so sending them twice has one effect.

import { arrivals, type WeekPattern } from './arrivals.ts';
import {
  type CapabilityShare,
  type EnvironmentShare,
  SAMPLE_MIX,
  type TrafficCaller,
  type TrafficChannel,
  type TrafficMix,
} from './mix.ts';
import { drawPromptTokens } from './prompt-tokens.ts';
import { type Random, randomOf } from './random.ts';

export interface TrafficOptions {
  seed: string | number;
  /** Instants such as `2026-11-01T00:00:00Z`; `to` is not included. */
  from: string;
  to: string;
  /** The mean over whole weeks. */
  actionsPerDay: number;
  /** Default: `SAMPLE_MIX`. */
  mix?: TrafficMix;
  /** Default `office`: more by day and on working days; `flat`: every hour alike, as within the trace. */
  pattern?: WeekPattern;
}

/** An action as the API takes it. */
export interface TrafficAction {
  idempotencyKey: string;
  environmentId: string;
  userId: string;
  caller: TrafficCaller;
  resource: { type: 'app' | 'flow' | 'agent'; id: string; name: string; app?: string };
  capability: string;
  model?: string;
  usage: Record<string, number>;
  channel?: TrafficChannel;
  mode?: 'test' | 'train';
  startedByAgent?: true;
  occurredAt: string;
}

/** `for (const action of generateTraffic({ seed: 1, from: '2026-11-01T00:00:00Z', to: '2026-11-08T00:00:00Z', actionsPerDay: 5000 })) …` */
export function* generateTraffic(options: TrafficOptions): Generator<TrafficAction, void> {
  const [from, to] = [momentOf('from', options.from), momentOf('to', options.to)];
  const mix = options.mix ?? SAMPLE_MIX;
  // Two sources, so that a change of the mix leaves the arrivals as they were.
  const times = arrivals(randomOf(`${options.seed}/arrivals`), from, to, options.actionsPerDay, options.pattern);
  const random = randomOf(`${options.seed}/actions`);
  let index = 0;
  for (const time of times) {
    index += 1;
    const environment = random.pick(mix);
    const { caller, resource, channel, mode, startedByAgent, capabilities } = random.pick(environment.resources);
    const share = random.pick(capabilities);
    yield {
      idempotencyKey: `traffic-${options.seed}-${options.from}-${index}`,
      environmentId: environment.environmentId,
      userId: drawUser(random, environment),
      caller,
      resource,
      capability: share.capability,
      ...(share.model ? { model: share.model } : {}),
      usage: drawUsage(random, share),
      ...(channel ? { channel } : {}),
      ...(mode ? { mode } : {}),
      ...(startedByAgent ? { startedByAgent } : {}),
      occurredAt: new Date(Math.floor(time)).toISOString(),
    };
  }
}

function momentOf(name: string, text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Error(`${name} is ${JSON.stringify(text)}; wanted an instant such as 2026-11-01T00:00:00Z`);
  return ms;
}

function drawUser(random: Random, { users, environmentId }: EnvironmentShare): string {
  return typeof users === 'number'
    ? `user-${random.rank(users) + 1}.${environmentId}@example.com`
    : users[random.rank(users.length)]!;
}

/** Counts other than tokens: at least one, geometric around the mean. */
function drawUsage(random: Random, { counts }: CapabilityShare): Record<string, number> {
  if (!counts) return drawPromptTokens(random);
  if (counts.mean <= 1) return { [counts.unit]: 1 };
  const more = Math.floor(Math.log(1 - random.next()) / Math.log(1 - 1 / counts.mean));
  return { [counts.unit]: 1 + more };
}
