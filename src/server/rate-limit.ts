// Rate limits: so many requests a second of a key, and so many of an address whose requests bring no key that is known here. Each key and
// each address has a bucket of its own, so that nobody is limited for what another does (I12). A bucket is one number, the moment at
// which all of it is there again (GCRA): taking from it is a comparison and an addition, and nothing has to be filled up or swept.

import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { type Refusal, refuse } from '../core/refusal.ts';
import { addressOf, type IsTrusted, networkOf } from './client-address.ts';

export interface Rates {
  /** Requests a second of a key, or of sessions that act as it; 0: as many as it likes. */
  perKey: number;
  /** The same of an address, of requests without a key that is known; 0: no limit counts by address. */
  perAddress: number;
  /** In ms; it never goes back. */
  clock?: () => number;
}

/** Twice of what is allowed a second may come at once. */
const BURST_MS = 2_000;
/** Opening the page once asks for dozens of files, each of which costs less than a refusal saves. */
const FILES_TO_A_REQUEST = 10;
const SIGN_INS = 10;
const SIGN_INS_MS = 60_000;
/** Which operations try a secret that somebody typed, or keep something for whoever asks. */
const SIGN_IN_OPERATIONS: ReadonlySet<string> = new Set(['signIn', 'beginSignIn', 'changePassword']);
/** Those that were used last; one that is forgotten begins full. */
const MOST_BUCKETS = 20_000;
/** A thousandth of a millisecond, so that no quota is one short for the way its interval was rounded. */
const ROUNDING_MS = 0.001;
/** Whoever asks how this server is must be told, above all when it is not well. */
const ALWAYS_ANSWERED: ReadonlySet<string> = new Set(['/livez', '/readyz']);

export const LIMIT_NAMES = ['key', 'address', 'page', 'sign-in'] as const;
type LimitName = (typeof LIMIT_NAMES)[number];

/** When all of it is there again. */
export interface Bucket {
  fullAt: number;
}

export class Limit {
  readonly name: LimitName;
  /** As `RateLimit-Policy` has it: so many in so many seconds. */
  readonly policy: string;
  readonly #what: string;
  readonly #intervalMs: number;
  readonly #windowMs: number;
  readonly #buckets = new LRUCache<string, Bucket>({ max: MOST_BUCKETS });

  constructor(name: LimitName, { quota, windowMs, what }: { quota: number; windowMs: number; what: string }) {
    this.name = name;
    this.policy = `"${name}";q=${quota};w=${windowMs / 1000}`;
    this.#what = what;
    this.#intervalMs = windowMs / quota;
    this.#windowMs = windowMs;
  }

  bucketOf(id: string): Bucket {
    const known = this.#buckets.get(id);
    if (known) return known;
    const bucket = { fullAt: Number.NEGATIVE_INFINITY };
    this.#buckets.set(id, bucket);
    return bucket;
  }

  /** Takes one, or says in how many ms there is one again; 0: taken. */
  take(bucket: Bucket, now: number): number {
    const fullAt = Math.max(bucket.fullAt, now) + this.#intervalMs;
    const waitMs = fullAt - now - this.#windowMs;
    if (waitMs > ROUNDING_MS) return waitMs;
    bucket.fullAt = fullAt;
    return 0;
  }

  giveBack(bucket: Bucket): void {
    bucket.fullAt -= this.#intervalMs;
  }

  /** As `RateLimit` has it: how many are left, and in how many seconds all are. */
  standing({ fullAt }: Bucket, now: number): string {
    const missingMs = Math.max(0, fullAt - now);
    const left = Math.floor((this.#windowMs - missingMs + ROUNDING_MS) / this.#intervalMs);
    return `"${this.name}";r=${left};t=${Math.ceil((missingMs - ROUNDING_MS) / 1000)}`;
  }

  refusal(waitMs: number): Refusal {
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    return refuse('TooManyRequests', `${this.#what}; nothing of this was done, send it again after Retry-After`, {
      retryAfterSeconds,
    });
  }
}

interface Taken {
  limit: Limit;
  bucket: Bucket;
}

export class RateLimits {
  /** Requests that were refused, by limit. */
  readonly refused: Record<LimitName, number> = { key: 0, address: 0, page: 0, 'sign-in': 0 };
  readonly #key: Limit | null;
  readonly #address: Limit | null;
  readonly #page: Limit | null;
  readonly #signIn: Limit | null;
  readonly #clock: () => number;
  readonly #isTrusted: IsTrusted | null;
  /** Against what a request was counted. */
  readonly #taken = new WeakMap<IncomingMessage, Taken>();

  constructor({ perKey, perAddress, clock = () => performance.now() }: Rates, isTrusted: IsTrusted | null) {
    this.#clock = clock;
    this.#isTrusted = isTrusted;
    this.#key = perSecond('key', perKey, `this key sends more than ${perKey} requests a second`);
    const strangers = `this address sends more than ${perAddress} requests a second without a key that is known here`;
    this.#address = perSecond('address', perAddress, strangers);
    const files = perAddress * FILES_TO_A_REQUEST;
    this.#page = perSecond('page', files, `this address asks for more than ${files} pages and files a second`);
    const quota = { quota: SIGN_INS, windowMs: SIGN_INS_MS };
    this.#signIn =
      perAddress === 0
        ? null
        : new Limit('sign-in', { ...quota, what: `this address tries to sign in more than ${SIGN_INS} times a minute` });
  }

  /** Of a key, whatever the spelling of the header that brings it. */
  bucketOfKey(keyId: string): Bucket | null {
    return this.#key?.bucketOf(keyId) ?? null;
  }

  /** Counts a request whose headers were read, against the bucket of its key where that is known. null: go on. */
  take(request: IncomingMessage, ofKey: Bucket | null | undefined): Refusal | null {
    if (ofKey) return this.#take(request, this.#key!, ofKey);
    if (ofKey === null) return null;
    const limit = this.#limitOfStranger(request);
    return limit === null ? null : this.#take(request, limit, limit.bucketOf(this.#networkOf(request)));
  }

  isCountedAsStranger(request: IncomingMessage): boolean {
    const taken = this.#taken.get(request);
    return taken === undefined ? this.#address === null : taken.limit !== this.#key;
  }

  /** A request of somebody unknown turned out to have a good key: it counts against that instead. */
  becameKnown(request: IncomingMessage, ofKey: Bucket | null): Refusal | null {
    const taken = this.#taken.get(request);
    taken?.limit.giveBack(taken.bucket);
    this.#taken.delete(request);
    return ofKey === null ? null : this.#take(request, this.#key!, ofKey);
  }

  limitsSignIn(operation: string): boolean {
    return this.#signIn !== null && SIGN_IN_OPERATIONS.has(operation);
  }

  /** Counts what tries a secret that somebody typed, besides. */
  takeSignIn(request: IncomingMessage): Refusal | null {
    return this.#take(request, this.#signIn!, this.#signIn!.bucketOf(this.#networkOf(request)));
  }

  /** What a caller is told of the limit that its request counts against; null: none does. */
  headersOf(request: IncomingMessage): { 'ratelimit-policy': string; ratelimit: string } | null {
    const taken = this.#taken.get(request);
    if (taken === undefined) return null;
    return { 'ratelimit-policy': taken.limit.policy, ratelimit: taken.limit.standing(taken.bucket, this.#clock()) };
  }

  #take(request: IncomingMessage, limit: Limit, bucket: Bucket): Refusal | null {
    this.#taken.set(request, { limit, bucket });
    const waitMs = limit.take(bucket, this.#clock());
    if (waitMs === 0) return null;
    this.refused[limit.name] += 1;
    return limit.refusal(waitMs);
  }

  #limitOfStranger({ method, url = '' }: IncomingMessage): Limit | null {
    const path = url.split(/[?#]/, 1)[0]!;
    if (ALWAYS_ANSWERED.has(path)) return null;
    // A path that may mean another one than it says is no page.
    const isPage = (method === 'GET' || method === 'HEAD') && /^\/(?!v1\/|metrics$)[^%]*$/.test(path);
    return isPage ? this.#page : this.#address;
  }

  #networkOf(request: IncomingMessage): string {
    return networkOf(addressOf(request, this.#isTrusted));
  }
}

function perSecond(name: LimitName, rate: number, what: string): Limit | null {
  return rate === 0 ? null : new Limit(name, { quota: (rate * BURST_MS) / 1000, windowMs: BURST_MS, what });
}
