// The page follows what happens: one stream for all of it. What an event may have changed is asked again, but of each query no more often
// than every half second (and never more than a quarter of the time), only where it is shown, and only while the page is looked at.
// Without the stream it is asked every 30 s.

import type { Query, QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { BursarError } from '../../sdk/src/index.ts';
import { openStream } from './client.ts';
import { endSession } from './session.ts';

/** What changes a query's answer: actions; notices; anything of the tenant, actions included; what is done on this page. */
export type LiveOn = 'activity' | 'notice' | 'tenant' | 'own-acts';

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: { live?: LiveOn };
  }
}

/** `paused` by the one who looks; `reconnecting`: what is shown may be old. */
export type LiveState = 'live' | 'reconnecting' | 'paused';

const REFETCH_EVERY_MS = 500;
/** A query that takes long is asked less often, so that it does not keep the server busy. */
const REST_PER_WORK = 3;
const POLL_EVERY_MS = 30_000;
const NETWORK_EVENTS = ['offline', 'online'] as const;

const CHANGED_BY = {
  activity: ['activity', 'tenant'],
  capacity: ['tenant'],
  notice: ['notice', 'tenant'],
} as const satisfies Record<string, readonly LiveOn[]>;

let state: LiveState = 'reconnecting';
const listeners = new Set<() => void>();

function change(next: LiveState): void {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}

let following: Following | null = null;

/** Follows until the answer is called: for as long as somebody is signed in. */
export function follow(client: QueryClient): () => void {
  const begun = new Following(client);
  following = begun;
  return () => {
    begun.end();
    if (following === begun) following = null;
  };
}

/** What moves by itself can be held still (WCAG 2.2.2). */
export function setPaused(paused: boolean): void {
  following?.setPaused(paused);
}

/** For what was just done here: all that may be other now is asked again at once. */
export function refresh(): void {
  following?.changed(['activity', 'notice', 'tenant', 'own-acts'], 0);
}

class Following {
  readonly #client: QueryClient;
  readonly #polling: ReturnType<typeof setInterval>;
  #stream: AbortController | null = null;
  #paused = false;
  readonly #changed = new Set<Query>();
  /** When a query may be asked again, and the timer for the first of them. */
  readonly #restsUntil = new WeakMap<Query, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: QueryClient) {
    this.#client = client;
    this.#polling = setInterval(() => {
      if (state === 'reconnecting') this.changed(['activity', 'notice', 'tenant']);
    }, POLL_EVERY_MS);
    document.addEventListener('visibilitychange', this.#look);
    for (const event of NETWORK_EVENTS) window.addEventListener(event, this.#beginAgain);
    this.#look();
  }

  end(): void {
    clearInterval(this.#polling);
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#look);
    for (const event of NETWORK_EVENTS) window.removeEventListener(event, this.#beginAgain);
    this.#stream?.abort();
    this.#stream = null;
    change('reconnecting');
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#look();
  }

  /** A browser has six connections to a host for all its tabs: one that nobody looks at takes none. */
  #look = (): void => {
    const wanted = !this.#paused && document.visibilityState === 'visible';
    if (wanted && !this.#stream) void this.#listen();
    if (!wanted) {
      this.#stream?.abort();
      this.#stream = null;
    }
    if (this.#paused) change('paused');
    else if (!this.#stream) change('reconnecting');
  };

  /** A connection that died with the network says nothing of it. */
  #beginAgain = (): void => {
    this.#stream?.abort();
    this.#stream = null;
    this.#look();
  };

  async #listen(): Promise<void> {
    const ending = new AbortController();
    this.#stream = ending;
    const unlessOver = (then: () => void) => () => {
      if (!ending.signal.aborted) then();
    };
    const events = openStream({
      signal: ending.signal,
      connecting: unlessOver(() => change('reconnecting')),
      connected: unlessOver(() => {
        change('live');
        // What has happened meanwhile.
        this.changed(['activity', 'notice', 'tenant']);
      }),
    });
    try {
      for await (const { event } of events) this.changed(CHANGED_BY[event]);
    } catch (error) {
      if (ending.signal.aborted) return;
      if (error instanceof BursarError && error.status === 401) endSession(true);
      change('reconnecting');
      if (this.#stream === ending) this.#stream = null;
    }
  }

  /** Marks what may be other now; what is shown is asked again as soon as it has rested. */
  changed(on: readonly LiveOn[], restMs = REFETCH_EVERY_MS): void {
    for (const query of this.#client.getQueryCache().getAll()) {
      const live = query.meta?.live;
      if (live === undefined || !on.includes(live)) continue;
      if (restMs === 0) this.#restsUntil.delete(query);
      if (query.isActive()) this.#changed.add(query);
      else query.invalidate();
    }
    this.#work();
  }

  #work(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const query of this.#changed) {
      const due = this.#restsUntil.get(query) ?? 0;
      if (due > now) {
        next = Math.min(next, due);
        continue;
      }
      // One that is under way may have been answered before the change: it comes round again.
      if (query.state.fetchStatus === 'fetching') {
        next = Math.min(next, now + REFETCH_EVERY_MS);
        continue;
      }
      this.#changed.delete(query);
      if (!query.isActive()) {
        query.invalidate();
        continue;
      }
      this.#restsUntil.set(query, now + REFETCH_EVERY_MS);
      const resting = () => {
        const worked = performance.now() - now;
        this.#restsUntil.set(query, performance.now() + Math.max(REFETCH_EVERY_MS - worked, worked * REST_PER_WORK));
      };
      void query.fetch().then(resting, resting);
    }
    if (next < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#work(), next - now);
  }
}
