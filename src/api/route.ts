// A route: one row that says all there is to know of it: who may, what it takes, what it answers, which refusals, and the handler,
// which only translates. Validation, OpenAPI, the reference and the server are made from these rows and from nothing else.

import type { Static, TObject, TSchema } from 'typebox';
import type { Instant } from '../core/month.ts';
import type { Refusal, RefusalCode } from '../core/refusal.ts';
import type { Idempotency, KeyHolder, Role, Store, TenantAddress } from '../store/store.ts';

/** Who may call a route; a role's further limits (own environments, own user) are in right.ts. */
export type Right = 'anyone' | 'operator' | readonly Role[];

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Every role but `service` may read (T3). */
export const READERS = [
  'tenant-admin',
  'billing-admin',
  'environment-admin',
  'maker',
  'reader',
] as const satisfies readonly Role[];
export const TENANT_ADMINS = ['tenant-admin'] as const satisfies readonly Role[];
export const BUYERS = ['tenant-admin', 'billing-admin'] as const satisfies readonly Role[];
export const ALLOCATORS = ['tenant-admin', 'environment-admin'] as const satisfies readonly Role[];
/** Check and consume; a maker only in tests, see right.ts. */
export const METERERS = ['tenant-admin', 'environment-admin', 'maker', 'service'] as const satisfies readonly Role[];
export const HOLDERS = ['tenant-admin', 'environment-admin', 'service'] as const satisfies readonly Role[];

type Caller<R extends Right> = R extends readonly Role[]
  ? { principal: KeyHolder; tenant: TenantAddress }
  : { principal: null; tenant: null };

export type Input<R extends Right, P, Q, B> = Caller<R> & {
  params: P;
  query: Q;
  body: B;
  /** D12: the key and the content that it stands for, on routes that take one. */
  idempotency: Idempotency | undefined;
  /** What a problem of this request names itself. */
  instance: string;
  store: Store;
  /** The server's clock; a tenant's own is in its ledger. */
  now: () => Instant;
};

/** The status and body of an answer; a null schema is an answer without a body. */
export type Responses = Record<number, TSchema | null>;
type BodyOf<S> = S extends TSchema ? { body: Static<S> } : { body?: never };
export type Answer<A extends Responses> = {
  [S in keyof A & number]: { status: S; replayed?: boolean; headers?: Record<string, string> } & BodyOf<A[S]>;
}[keyof A & number];

/** An answer with its status as a type of its own. */
export function answer<const S extends number>(status: S): { status: S };
export function answer<const S extends number, B>(
  status: S,
  body: B,
  replayed?: boolean,
): { status: S; body: B; replayed?: boolean };
export function answer(status: number, body?: unknown, replayed = false): AnyAnswer {
  return body === undefined ? { status } : { status, body, replayed };
}

export interface RouteRow<R extends Right, P extends TObject, Q extends TObject, B extends TSchema, A extends Responses> {
  /** The operation id: what a client calls it. */
  operation: string;
  /** The concept under which the reference lists it. */
  concept: string;
  method: Method;
  /** With parameters in braces: `/v1/environments/{id}`. */
  path: string;
  summary: string;
  description?: string;
  right: R;
  params?: P;
  query?: Q;
  body?: B;
  responses: A;
  /** Beyond those that every route can answer. */
  refusals: readonly RefusalCode[];
  /** Whether it takes an Idempotency-Key (D12). */
  idempotent?: boolean;
  /** Whether a refusal of the header is needed: a batch takes keys in its items only. */
  idempotencyKeyInItemsOnly?: boolean;
  bodyLimit?: number;
  handle(
    input: Input<NoInfer<R>, Static<P>, Static<Q>, Static<B>>,
  ): NoInfer<Answer<A>> | Refusal | Promise<NoInfer<Answer<A>> | Refusal>;
}

/** A row as the server and the generators see it: what a handler takes and answers was checked where the row was written. */
export interface Route {
  operation: string;
  concept: string;
  method: Method;
  path: string;
  summary: string;
  description?: string;
  right: Right;
  params?: TObject;
  query?: TObject;
  body?: TSchema;
  responses: Responses;
  refusals: readonly RefusalCode[];
  idempotent?: boolean;
  idempotencyKeyInItemsOnly?: boolean;
  bodyLimit?: number;
  handle(input: AnyInput): AnyAnswer | Refusal | Promise<AnyAnswer | Refusal>;
}

export interface AnyInput {
  principal: KeyHolder | null;
  tenant: TenantAddress | null;
  params: unknown;
  query: unknown;
  body: unknown;
  idempotency: Idempotency | undefined;
  instance: string;
  store: Store;
  now: () => Instant;
}

export interface AnyAnswer {
  status: number;
  replayed?: boolean;
  headers?: Record<string, string>;
  body?: unknown;
}

export function route<
  const R extends Right,
  A extends Responses,
  P extends TObject = TObject<Record<never, never>>,
  Q extends TObject = TObject<Record<never, never>>,
  B extends TSchema = TObject<Record<never, never>>,
>(row: RouteRow<R, P, Q, B, A>): Route {
  return row as unknown as Route;
}

/** What each route can answer beyond its own refusals: of every one, of those with a key, with a body, that change something. */
export function allRefusals(row: Route): RefusalCode[] {
  const codes = new Set<RefusalCode>(row.refusals);
  if (row.right !== 'anyone') codes.add('Unauthenticated').add('Forbidden').add('Unavailable').add('InvalidRequest');
  if (row.params) codes.add('NotFound').add('MalformedRequest');
  if (row.method !== 'GET') codes.add('MalformedRequest').add('TooLarge').add('UnsupportedMediaType');
  if (row.idempotent) codes.add('IdempotencyConflict');
  codes.add('InternalError');
  return [...codes];
}
