// Sends what the outbox holds (N2): every second notices become deliveries, and deliveries that are due are attempted, several at once but
// few of one tenant, so that a place that hangs holds up nobody else. Any number of processes do this side by side; each delivery is
// taken by one of them. A process that ends gives back what it has not finished; one that is killed is noticed by the time.

import { setTimeout as delay } from 'node:timers/promises';
import type { TakenDelivery } from '../store/delivery.ts';
import type { Outbox } from '../store/outbox.ts';
import { Unavailable } from '../store/store.ts';
import type { Mailer } from './mail.ts';
import { type AttemptEnd, payloadOf, postWebhook } from './webhook-delivery.ts';

export interface Delivering {
  /** Sends all that is waiting and due now, and resolves when nothing is under way any more. */
  settle(): Promise<void>;
  /** Begins nothing more, ends what is under way, and gives back what could not be ended within some seconds. */
  stop(): Promise<void>;
}

export interface DeliveringOptions {
  outbox: Outbox;
  /** null: nothing is mailed. */
  mailer: Mailer | null;
  /** Whether webhooks may lead into private networks. */
  privateAddresses: boolean;
  log: (line: string) => void;
  /** null: only when `settle` is called. */
  intervalMs?: number | null;
  timeoutMs?: number;
  /** From 0 to 1: the jitter of retries. */
  random?: () => number;
}

const INTERVAL_MS = 1_000;
const PRUNE_INTERVAL_MS = 3_600_000;
const TIMEOUT_MS = 15_000;
const AT_ONCE = 32;
const AT_ONCE_OF_A_TENANT = 4;
const STOP_WITHIN_MS = 3_000;
const GIVE_BACK_WITHIN_MS = 2_000;

export function startDelivering(options: DeliveringOptions): Delivering {
  const { outbox, mailer, privateAddresses, log, timeoutMs = TIMEOUT_MS, random = Math.random } = options;
  const underWay = new Map<TakenDelivery, Promise<void>>();
  const stopping = new AbortController();
  let sweeping: Promise<void> | null = null;
  let sweepAgain = false;
  let stopped = false;

  const { intervalMs = INTERVAL_MS } = options;
  const timers =
    intervalMs === null
      ? []
      : [setInterval(() => void sweep(), intervalMs), setInterval(() => void quietly(() => outbox.prune()), PRUNE_INTERVAL_MS)];
  for (const timer of timers) timer.unref();

  async function quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // The database is away: what is to be sent waits there, and what was taken is due again after a while.
      if (!(error instanceof Unavailable)) log(`notices: ${(error as Error).message}`);
    }
  }

  /** One at a time; who asks meanwhile gets one more. */
  function sweep(): Promise<void> {
    sweepAgain = true;
    sweeping ??= sweepWhileAsked().finally(() => {
      sweeping = null;
      if (sweepAgain && !stopped) void sweep();
    });
    return sweeping;
  }

  async function sweepWhileAsked(): Promise<void> {
    while (sweepAgain && !stopped) {
      sweepAgain = false;
      await quietly(async () => {
        await outbox.dispatch({ mail: mailer !== null });
        await takeDue();
      });
    }
  }

  async function takeDue(): Promise<void> {
    while (!stopped && underWay.size < AT_ONCE) {
      const most = Math.min(AT_ONCE - underWay.size, AT_ONCE_OF_A_TENANT);
      const taken = await outbox.take({ most, busyTenants: busyTenants() });
      if (taken.length === 0) return;
      for (const each of taken) begin(each);
    }
  }

  function busyTenants(): string[] {
    const byTenant = Map.groupBy(underWay.keys(), (each) => each.tenantId);
    return [...byTenant].filter(([, all]) => all.length >= AT_ONCE_OF_A_TENANT).map(([tenantId]) => tenantId);
  }

  function begin(taken: TakenDelivery): void {
    const done = quietly(() => attempt(taken)).then(() => {
      underWay.delete(taken);
      // Its place is free for what else is due.
      if (!stopped) void sweep();
    });
    underWay.set(taken, done);
  }

  async function attempt(taken: TakenDelivery): Promise<void> {
    const at = outbox.clock();
    const began = performance.now();
    let end: AttemptEnd;
    try {
      end = await send(taken, at);
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
      return outbox.giveBack(taken);
    }
    const durationMs = performance.now() - began;
    const { disabled } = await outbox.record(taken, { at, durationMs, ...end }, random());
    if (disabled !== null) log(`webhook ${taken.webhook!.id} of tenant ${taken.tenantId} is disabled: ${disabled}`);
  }

  function send(taken: TakenDelivery, at: ReturnType<Outbox['clock']>): Promise<AttemptEnd> | AttemptEnd {
    const { webhook } = taken;
    if (webhook === null) return mailer?.send(taken) ?? notSent('failed', 'this installation sends no mail: it has no SMTP_URL');
    if (!webhook.enabled && !taken.isTest)
      return notSent('refused', `not sent, because the webhook is disabled: ${webhook.disabledReason}`);
    const message = { id: taken.id, at, body: payloadOf(taken), secrets: webhook.secrets };
    return postWebhook(webhook.url, message, { privateAddresses, timeoutMs, signal: stopping.signal });
  }

  async function settle(): Promise<void> {
    await sweep();
    while (underWay.size > 0 || sweeping !== null) await Promise.all([...underWay.values(), sweeping]);
  }

  async function stop(): Promise<void> {
    if (stopped) return;
    stopped = true;
    for (const timer of timers) clearInterval(timer);
    await sweeping;
    await within(STOP_WITHIN_MS, Promise.all(underWay.values()));
    stopping.abort();
    await within(GIVE_BACK_WITHIN_MS, Promise.all(underWay.values()));
    mailer?.close();
  }

  return { settle, stop };
}

function notSent(outcome: 'failed' | 'refused', error: string): AttemptEnd {
  return { outcome, status: null, error, answer: null };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([work, delay(ms, undefined, { signal: waiting.signal, ref: false }).catch(() => {})]);
  waiting.abort();
}
