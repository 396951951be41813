// What the store offers to the API: commands, which go through the engine under the tenant's lock, and reads, each of one
// snapshot. Nothing outside this room knows SQL.

import type { Action, Priceable } from '../core/action.ts';
import type { ActivityRecord, RecordStatus } from '../core/activity.ts';
import type { Actor, AuditEvent, AuditHead, AuditOutcome, LoggedEvent, Origin } from '../core/audit.ts';
import type { SourceKind } from '../core/capacity.ts';
import type { Command, Doing, Outcome, Outcomes } from '../core/command.ts';
import type { Comparison } from '../core/comparison.ts';
import type { Credits, Currency } from '../core/credits.ts';
import type { DailyConsumption } from '../core/forecast.ts';
import type { Computation, Environment, Ledger } from '../core/ledger.ts';
import type { Day, Instant } from '../core/month.ts';
import type { OwnCapability, Price } from '../core/rate-card.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Report, ReportType } from '../core/report.ts';
import type { KnownResource, ResourceType } from '../core/resource.ts';
import type { Sight } from '../core/sight.ts';
import type { Extension, Trial } from '../core/trial.ts';
import type { ComparisonQuery } from './comparison.ts';
import type { StoreFigures } from './figures.ts';
import type { Imports } from './import.ts';
import type { Outbox } from './outbox.ts';
import type { People } from './person.ts';
import type { ProviderSignIns } from './provider-sign-in.ts';
import type { Changes, StreamRequest } from './stream.ts';

/** Where a tenant lives: every statement of the decision path names its cell. */
export interface TenantAddress {
  cell: number;
  tenantId: string;
  /** What is done to the tenant under this address goes into its audit log, in the same transaction. */
  act?: Act;
}

/** An administrative act: what a request does, who does it, and from where (T3). */
export interface Act extends Origin, Actor {
  operation: string;
  at: Instant;
  /** Set where its event is written, or nothing was done. */
  recorded: boolean;
}

export interface Tenant extends TenantAddress {
  name: string;
  createdAt: Instant;
  now: Instant;
  /** The sandbox's clock as it began; null: a live tenant. */
  sandboxStart: Instant | null;
}

export const ROLES = ['tenant-admin', 'billing-admin', 'environment-admin', 'maker', 'reader', 'service'] as const;
export type Role = (typeof ROLES)[number];

/** What a key may be narrowed to; each route is of one (api/scope.ts). */
export const SCOPES = ['consume', 'check', 'read', 'administer'] as const;
export type Scope = (typeof SCOPES)[number];

/** T3: a program's or a person's key, without its secret. */
export interface ApiKey {
  id: string;
  name: string | null;
  role: Role;
  /** Of an environment administrator; of a service: where it meters, empty for everywhere. */
  environmentIds: string[];
  /** Of a maker. */
  userId: string | null;
  /** null: all that its role may. */
  scopes: Scope[] | null;
  createdAt: Instant;
  /** From then on it works no more; null: never. */
  expiresAt: Instant | null;
  revokedAt: Instant | null;
}

/** A key as it is listed. */
export interface ListedKey extends ApiKey {
  /** Some seconds behind; null: never. */
  lastUsedAt: Instant | null;
  /** Until when the secret before its rotation works too; null: it was not rotated, or that is over. */
  rotatedUntil: Instant | null;
}

/** Who asks (T3): a key, a person who signed in, or a token of an OpenID provider. */
export interface Principal extends TenantAddress {
  kind: 'key' | 'person' | 'token';
  /** Of the key or the person; of a token, whom its provider names in it. */
  id: string;
  name: string | null;
  role: Role;
  /** Of an environment administrator; of a service: where it meters, empty for everywhere. */
  environmentIds: string[];
  /** Of a maker. */
  userId: string | null;
  /** null: all that its role may. */
  scopes: Scope[] | null;
  /** From then on it may nothing more; null: never. */
  expiresAt: Instant | null;
}

/** Programs have keys: nobody is a service. */
export const ROLES_OF_PEOPLE = ROLES.filter((role) => role !== 'service') as Exclude<Role, 'service'>[];
export type RoleOfPerson = (typeof ROLES_OF_PEOPLE)[number];

/** Somebody who signs in to the admin centre with an account, here or at an OpenID provider (T3). */
export interface Person {
  id: string;
  /** In lower case; null: nobody told it. */
  email: string | null;
  name: string;
  role: RoleOfPerson;
  /** Of an environment administrator. */
  environmentIds: string[];
  /** Of a maker. */
  userId: string | null;
  /** Of an OpenID provider, which signs them in and says what they are; null: a local account. */
  provider: string | null;
  /** Whether a local account has a password, and can be signed in to. */
  hasPassword: boolean;
  /** Until when the open invitation, or the link to another password, can be used. */
  invitedUntil: Instant | null;
  createdAt: Instant;
  disabledAt: Instant | null;
  signedInAt: Instant | null;
}

/** What of a person can be changed; what is absent stays. */
export interface PersonChange {
  name?: string;
  role?: RoleOfPerson;
  environmentIds?: string[];
  userId?: string | null;
  disabled?: boolean;
}

/** Whom an OpenID provider vouches for, and what its claims make of them. */
export interface ProvidedPerson {
  provider: string;
  /** Whom the provider calls so, for ever. */
  subject: string;
  email: string | null;
  name: string;
  role: RoleOfPerson;
  environmentIds: string[];
  userId: string | null;
}

/** Whose a key is, or was. */
export interface KeyHolder {
  principal: Principal;
  /** Neither revoked nor expired, nor the secret of before a rotation whose time is over. */
  works: boolean;
}

/** What a session of the admin centre is found by. */
export interface SessionSecret {
  cell: number;
  hash: Buffer;
}

export interface Session {
  principal: Principal;
  /** Of a person who has one. */
  email: string | null;
  /** Of a person whose account is here. */
  hasPassword: boolean;
  createdAt: Instant;
  /** Unless it is used before. */
  expiresAt: Instant;
}

/** D12: `fingerprint` is of the content (route and JSON without the key). */
export interface Idempotency {
  key: string;
  fingerprint: string;
}

/** The answer to a command. `replayed`: an earlier request with the same key had the effect, and this is its answer. */
export type Submitted<D extends Doing> = { replayed: false; outcome: Outcome<D> } | { replayed: true; outcome: Outcomes[D] };

export interface Page<T> {
  value: T[];
  /** Absent on the last page. */
  nextCursor?: string;
}

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

export interface ActivityFilter {
  /** Of what somebody sees. */
  sight: Sight;
  environmentId?: string;
  userId?: string;
  caller?: string;
  capability?: string;
  model?: string;
  resourceId?: string;
  currency?: Currency;
  status?: RecordStatus;
  /** Of a refused one: why. */
  code?: string;
  source?: SourceKind;
  /** Whether it was charged, also in overage. */
  billable?: boolean;
  /** Included. */
  from?: Instant;
  /** Not included. */
  to?: Instant;
}

export interface AuditFilter {
  /** Such as `key:01987…`. */
  actor?: string;
  operation?: string;
  outcome?: AuditOutcome;
  subject?: string;
  /** Included. */
  from?: Instant;
  /** Not included. */
  to?: Instant;
}

export const USAGE_DIMENSIONS = [
  'environment',
  'user',
  'caller',
  'resource',
  'product',
  'feature',
  'capability',
  'model',
  'currency',
  'source',
  'billable',
] as const;
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

/** Only usage with these values. */
export type UsageFilter = Partial<Record<Exclude<UsageDimension, 'billable'> | 'channel', string> & { billable: boolean }>;

export interface UsageQuery {
  from: Day;
  /** Included. */
  to: Day;
  granularity: 'day' | 'month';
  groupBy: UsageDimension[];
  filter?: UsageFilter;
  /** Of what somebody sees. */
  sight: Sight;
}

/** One row: the period, the dimensions asked for and always the currency, and the sums. */
export interface UsageRow {
  period: string;
  dimensions: Partial<Record<UsageDimension, string | boolean | null>>;
  credits: Credits;
  units: number;
  actions: number;
}

export interface WantedReport {
  id: string;
  type: ReportType;
  /** null: today. */
  targetDate: Day | null;
  days: number;
}

export interface ResourceFilter {
  /** Of what somebody sees. */
  sight: Sight;
  environmentId?: string;
  type?: ResourceType;
  premium?: boolean;
}

/** What an administrator knows of an app, flow or agent (F7). */
export interface DeclaredResource {
  environmentId: string;
  type: ResourceType;
  id: string;
  /** null: keep what is known. */
  name: string | null;
  aiAction: boolean;
  /** Of a flow: apps that have it. */
  apps: string[];
}

export interface AllocationRow {
  environmentId: string;
  currency: Currency;
  credits: Credits;
}

/** Thrown (a fault, not a refusal) when the database cannot be asked now: answer 503 with Retry-After. */
export class Unavailable extends Error {
  /** Whether the command may have happened all the same: its key tells. */
  readonly outcomeUnknown: boolean;
  constructor(message: string, outcomeUnknown: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unavailable';
    this.outcomeUnknown = outcomeUnknown;
  }
}

export interface Store {
  /**
   * Decides a command under its tenant's lock and commits it. Commands of one tenant submitted in one turn are decided in the order
   * of their submission. Throws `Unavailable`.
   */
  submit<D extends Doing>(
    tenant: TenantAddress,
    command: Extract<Command, { do: D }>,
    idempotency?: Idempotency,
  ): Promise<Submitted<D> | { replayed: false; outcome: Refusal }>;

  /** A new id (UUIDv7). */
  newId(): string;

  /**
   * A tenant's ledger as of one snapshot, without a lock: holds that are due count as expired. `environments`: ids, or all; with the versions
   * of those `capabilities` that are the tenant's own.
   */
  readLedger(tenant: TenantAddress, environments: readonly string[] | 'all', capabilities?: readonly string[]): Promise<Ledger>;
  /** What an action costs at its moment (default: now), or why that cannot be said; needs no environment. */
  price(tenant: TenantAddress, action: Priceable & { occurredAt: Instant | null }): Promise<Price | Refusal>;
  /** What the decision of an action would be recorded as (a check), or the refusal of bad input. */
  check(tenant: TenantAddress, action: Action): Promise<ActivityRecord | Refusal>;

  createTenant(tenant: {
    id: string;
    name: string;
    sandboxNow: Instant | null;
    adminKeyHash: Buffer;
    adminKeyId: string;
    act?: Act | undefined;
  }): Promise<{ tenant: Tenant; made: boolean } | Refusal>;
  findTenant(tenant: TenantAddress): Promise<Tenant | undefined>;
  listTenants(page: PageRequest): Promise<Page<Tenant>>;
  /** The cell that a tenant of this id lives in. */
  cellOf(tenantId: string): number;

  createKey(tenant: TenantAddress, key: ApiKey, hash: Buffer): Promise<void>;
  listKeys(tenant: TenantAddress, page: PageRequest): Promise<Page<ListedKey>>;
  /** `gone`: no such key. `last`: no other that does not expire could administer the tenant. */
  revokeKey(tenant: TenantAddress, keyId: string): Promise<'revoked' | 'gone' | 'last'>;
  /** Gives a key another secret; the one it has works for so long yet. undefined: no such key, or one that is revoked or has expired. */
  rotateKey(tenant: TenantAddress, keyId: string, hash: Buffer, graceMs: number): Promise<ListedKey | undefined>;
  /** Whose key it is, or was where it works no more, so that its tenant hears of it. Remembered for at most a second. */
  holderOfKey(cell: number, hash: Buffer): Promise<KeyHolder | undefined>;

  /** Lets the bearer of a secret act as a key or a person, until it is over; at the latest when `endsAt` comes. */
  createSession(principal: Principal, hash: Buffer, endsAt?: Instant): Promise<void>;
  /** undefined: unknown, over, of a key that was revoked, or of a person who was disabled. Remembered for at most a second. */
  findSession(secret: SessionSecret): Promise<Session | undefined>;
  endSession(secret: SessionSecret): Promise<void>;
  /** The same as somebody's own act, with its event; nothing where it is over already. */
  signOut(tenant: TenantAddress, hash: Buffer, event: AuditEvent): Promise<void>;
  /** All of a key or a person; felt within a second by every process. */
  endSessionsOf(tenant: TenantAddress, of: Pick<Principal, 'kind' | 'id'>): Promise<void>;

  /** People who may sign in (T3). */
  readonly people: People;
  /** Sign-ins of theirs that are under way at an OpenID provider. */
  readonly providerSignIns: ProviderSignIns;

  /** Writes an event by itself, where no other statement does what it tells of: a sign-in, a refusal. */
  recordAct(tenant: TenantAddress, event: AuditEvent): Promise<void>;
  /** Newest first; cursors neither skip nor repeat while new events arrive. A page may be short, or empty, and have a next one. */
  listAuditEvents(tenant: TenantAddress, filter: AuditFilter, page: PageRequest): Promise<Page<LoggedEvent>>;
  /** Writes that somebody takes the log away, before he does. */
  recordExport(tenant: TenantAddress, filter: object): Promise<void>;
  /** Oldest first, up to that which was the last one when it began. */
  auditEvents(tenant: TenantAddress, filter: AuditFilter): AsyncIterable<LoggedEvent[]>;
  auditHead(tenant: TenantAddress): Promise<AuditHead>;
  /** Of every tenant, by id, and of the installation itself ('') before them. */
  listAuditHeads(page: PageRequest): Promise<Page<AuditHead & { tenantId: string }>>;

  /** A page of environments with a ledger that has them, so that their capacity can be told. By id. */
  listEnvironments(tenant: TenantAddress, sight: Sight, page: PageRequest): Promise<Page<Environment> & { ledger: Ledger }>;
  listEntitlements(tenant: TenantAddress, page: PageRequest): Promise<Page<Ledger['entitlements'][number]> & { ledger: Ledger }>;
  listAllocations(tenant: TenantAddress, sight: Sight, page: PageRequest): Promise<Page<AllocationRow>>;
  listCapabilities(tenant: TenantAddress, page: PageRequest): Promise<Page<OwnCapability>>;
  findHold(tenant: TenantAddress, holdId: string): Promise<Ledger['holds'] extends Map<string, infer H> ? H | undefined : never>;
  /** Newest first; cursors neither skip nor repeat while new records arrive. A page may be short, or empty, and have a next one. */
  listActivity(tenant: TenantAddress, filter: ActivityFilter, page: PageRequest): Promise<Page<ActivityRecord>>;
  findActivity(tenant: TenantAddress, id: string): Promise<ActivityRecord | Refusal | undefined>;
  /** Activity and notices in their order, as they are committed here or by another process; read as they are taken. */
  openStream(tenant: TenantAddress, request: StreamRequest): Promise<AsyncGenerator<Changes, void> | Refusal>;
  /** Of one user, or of all. */
  listTrials(tenant: TenantAddress, sight: Sight, page: PageRequest): Promise<Page<Trial>>;
  listExtensions(tenant: TenantAddress, page: PageRequest): Promise<Page<Extension>>;
  /** Newest first. */
  listComputations(tenant: TenantAddress, page: PageRequest): Promise<Page<Computation>>;
  /** D9: decides the actions of a period once more, by both views. Refuses `InvalidRequest` beyond 200,000 actions. */
  compareViews(tenant: TenantAddress, query: ComparisonQuery): Promise<Comparison | Refusal>;
  /** C2: computes every live tenant that was not computed since today's 00:00 UTC; answers how many. */
  computeAll(): Promise<number>;
  listResources(tenant: TenantAddress, filter: ResourceFilter, page: PageRequest): Promise<Page<KnownResource>>;
  /** F7: declares what an administrator knows; what was seen stays seen. Refuses `NotFound` for the environment. */
  declareResource(tenant: TenantAddress, resource: DeclaredResource): Promise<KnownResource | Refusal>;
  /** C4, from daily usage, exact: sorted by period, then the dimensions in their order. */
  usage(tenant: TenantAddress, query: UsageQuery, page: PageRequest): Promise<Page<UsageRow>>;

  /** Files of consumption that were recorded as history. */
  readonly imports: Imports;

  /** N2: notices, where they go, and their deliveries. */
  readonly outbox: Outbox;

  /** What forecasts are made from (K2), both days included: charged consumption per day and currency of these environments. */
  environmentConsumption(
    tenant: TenantAddress,
    environmentIds: readonly string[],
    days: { from: Day; to: Day },
  ): Promise<DailyConsumption[]>;
  /** The same of the tenant: environments `apart` each by itself, all others added up. */
  tenantConsumption(tenant: TenantAddress, apart: readonly string[], days: { from: Day; to: Day }): Promise<DailyConsumption[]>;

  /** Puts a report in the queue of jobs; refuses a day in the future, too many at once. */
  createReport(
    tenant: TenantAddress,
    wanted: WantedReport,
    idempotency?: Idempotency,
  ): Promise<{ report: Report; replayed: boolean } | Refusal>;
  findReport(tenant: TenantAddress, reportId: string): Promise<Report | undefined>;
  /** Newest first. */
  listReports(tenant: TenantAddress, page: PageRequest): Promise<Page<Report>>;
  /** The file of a completed report, in parts that are read when they are asked for. */
  reportContent(tenant: TenantAddress, reportId: string): AsyncIterable<string>;
  /** False: no such report. */
  deleteReport(tenant: TenantAddress, reportId: string): Promise<boolean>;

  /** What happens inside, for metrics, traces and admission. */
  readonly figures: StoreFigures;

  /** Whether the database answers and takes writes. */
  isReady(): Promise<boolean>;
  /** Finishes what was accepted, then lets go of the database. */
  close(): Promise<void>;
}
