// A route: one row that says all there is to know of it: who may, what it takes, what it answers, which refusals, and the handler,
// which only translates. Validation, OpenAPI, the reference and the server are made from these rows and from nothing else.

import type { Static, TObject, TSchema } from 'typebox';
import type { AuditEvent, Origin } from '../core/audit.ts';
import type { Instant } from '../core/month.ts';
import { isRefusal, type Refusal, type RefusalCode } from '../core/refusal.ts';
import type { Act, Idempotency, Principal, Role, SessionSecret, Store, TenantAddress } from '../store/store.ts';
import type { SignInProvider } from './sign-in-provider.ts';

/**
 * Who may call a route; a role's further limits (own environments, own user) are in right.ts. `page`: the admin centre, which proves
 * that a change comes from it and not from another site.
 */
export type Right = 'anyone' | 'page' | 'operator' | readonly Role[];

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Every role but `service` may read (T3). */
export const READERS = [
  'tenant-admin',
  'billing-admin',
  'environment-admin',
  'maker',
  'reader',
] as const satisfies readonly Role[];
/** What is of everybody in every environment: neither a maker (M6) nor an environment administrator (T3) sees it. */
export const SEEING_ALL = ['tenant-admin', 'billing-admin', 'reader'] as const satisfies readonly Role[];
export const TENANT_ADMINS = ['tenant-admin'] as const satisfies readonly Role[];
export const BUYERS = ['tenant-admin', 'billing-admin'] as const satisfies readonly Role[];
export const ALLOCATORS = ['tenant-admin', 'environment-admin'] as const satisfies readonly Role[];
/** Check and consume; a maker only in tests, see right.ts. */
export const METERERS = ['tenant-admin', 'environment-admin', 'maker', 'service'] as const satisfies readonly Role[];
export const HOLDERS = ['tenant-admin', 'environment-admin', 'service'] as const satisfies readonly Role[];

/** What of the world outside this installation reaches, for routes that must say so. */
export interface Outward {
  /** Whether notices are mailed. */
  mail: boolean;
  /** Whether webhooks may lead into private networks. */
  privateAddresses: boolean;
  /** Where people open Bursar, without a slash at its end; absent: nobody said. */
  publicUrl?: string;
  /** OpenID providers at which people may sign in. */
  providers?: readonly SignInProvider[];
  /** Mails an invitation, without waiting for it; absent: none is mailed. */
  mailInvitation?: (invitation: InvitationMail) => void;
}

export interface InvitationMail {
  email: string;
  tenantName: string;
  /** Whether it is for a new password, not for a new account. */
  again: boolean;
  link: string;
  expiresAt: Instant;
}

/** Puts into a tenant's audit log what the handler knows and nothing else does: what was done at once, what was refused with its like. */
export type Tell = (tenant: TenantAddress, event: AuditEvent) => Promise<void>;

type Caller<R extends Right> = R extends readonly Role[]
  ? { principal: Principal; tenant: TenantAddress }
  : { principal: null; tenant: null };

export type Input<R extends Right, P, Q, B> = Caller<R> & {
  params: P;
  query: Q;
  body: B;
  /** D12: the key and the content that it stands for, on routes that take one. */
  idempotency: Idempotency | undefined;
  /** What a problem of this request names itself. */
  instance: string;
  /** Where it comes from. */
  origin: Origin;
  /** What goes into the audit log, on routes whose acts do; `tenant` carries it to the store. */
  act: Act | undefined;
  tell: Tell;
  store: Store;
  /** The server's clock; a tenant's own is in its ledger. */
  now: () => Instant;
  outward: Outward;
  /** The session that the request brings, whether or not it is over. */
  session: SessionSecret | undefined;
  /** Of a sign-in at a provider that the browser has under way. */
  signInSecret: string | undefined;
  /** Whether the page of another site led here, as far as the browser says. */
  fromElsewhere: boolean;
};

/** The status and body of an answer; a null schema is an answer without a body. */
export type Responses = Record<number, TSchema | null>;
type BodyOf<S> = S extends TSchema ? { body: Static<S> } : { body?: never };
export type Answer<A extends Responses> = {
  [S in keyof A & number]: {
    status: S;
    replayed?: boolean;
    headers?: Record<string, string>;
    /** The secret that the browser is to keep as its session; null: it forgets the one it has. */
    sessionSecret?: string | null;
    /** The same of a sign-in at a provider, while it is under way. */
    signInSecret?: string | null;
  } & BodyOf<A[S]>;
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
  /** The body is CSV: the handler gets its bytes, or `{}` where something else was sent. */
  csvBody?: true;
  bodyLimit?: number;
  /** It keeps a connection or a file for long, so that it takes turns with others of its kind. */
  takesLong?: true;
  /** It answers a whole file for as long as its caller reads, so that few of a tenant are answered at once. */
  downloads?: true;
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
  csvBody?: true;
  bodyLimit?: number;
  takesLong?: true;
  downloads?: true;
  /** It answers a stream of events; the schema of 200 is that of one event. */
  streams?: true;
  handle(input: AnyInput): AnyAnswer | Refusal | Promise<AnyAnswer | Refusal>;
}

export interface AnyInput {
  principal: Principal | null;
  tenant: TenantAddress | null;
  params: unknown;
  query: unknown;
  body: unknown;
  idempotency: Idempotency | undefined;
  instance: string;
  origin: Origin;
  act: Act | undefined;
  tell: Tell;
  store: Store;
  now: () => Instant;
  outward: Outward;
  session: SessionSecret | undefined;
  signInSecret: string | undefined;
  fromElsewhere: boolean;
  /** On routes that stream. */
  listening?: Listening;
}

export interface AnyAnswer {
  status: number;
  replayed?: boolean;
  headers?: Record<string, string>;
  sessionSecret?: string | null;
  signInSecret?: string | null;
  body?: unknown;
  /** Instead of a body, of a route that streams. */
  events?: AsyncIterable<EventChunk>;
}

/** What a caller that listens brings: how far it came before, and when it is gone. */
export interface Listening {
  lastEventId: string | undefined;
  ended: AbortSignal;
}

/** Events that are at hand, and the id under which a caller goes on after them, also where they are none. */
export interface EventChunk<E = { id: string; event: string; data: object }> {
  id: string;
  events: E[];
}

export interface StreamRow<R extends Right, Q extends TObject, E extends TSchema>
  extends Pick<Route, 'operation' | 'concept' | 'path' | 'summary' | 'description' | 'refusals'> {
  right: R;
  query?: Q;
  /** The schema of one event: its id, its name and its data. */
  event: E;
  open(
    input: Input<NoInfer<R>, Record<never, never>, Static<Q>, Record<never, never>>,
    listening: Listening,
  ): Promise<AsyncIterable<EventChunk<Static<NoInfer<E>>>> | Refusal>;
}

/** A row that answers server-sent events (text/event-stream) for as long as its caller listens. */
export function streamRoute<const R extends Right, E extends TSchema, Q extends TObject = TObject<Record<never, never>>>({
  event,
  open,
  ...row
}: StreamRow<R, Q, E>): Route {
  return {
    ...row,
    method: 'GET',
    streams: true,
    responses: { 200: event },
    async handle({ listening, ...input }) {
      const opened = await open(input as never, listening!);
      return isRefusal(opened) ? opened : { status: 200, events: opened as AsyncIterable<EventChunk> };
    },
  };
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
  if (row.right !== 'anyone')
    codes.add('Unauthenticated').add('Forbidden').add('TooManyRequests').add('Unavailable').add('InvalidRequest');
  if (row.params) codes.add('NotFound').add('MalformedRequest');
  if (row.method !== 'GET') codes.add('MalformedRequest').add('TooLarge').add('UnsupportedMediaType');
  if (row.idempotent) codes.add('IdempotencyConflict');
  codes.add('InternalError');
  return [...codes];
}
