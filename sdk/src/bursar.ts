// The client: `new Bursar({ url, key })`. Metering at the top, administration by concept; whatever has no method of its own is reached
// by `request`, which knows every operation of the API.

import { type Answer, type CallOptions, call, type Input, type InputArguments, type OperationName } from './call.ts';
import { type Connection, type ConnectionOptions, connect } from './connection.ts';
import { type Allowed, check, consume, consumeBatch, type Failed, price, type Refused } from './decision.ts';
import { type Capture, type Captured, capture, type Done, type Held, hold, release, withHold } from './hold.ts';
import { type List, listOf, type Page } from './list.ts';
import type {
  Action,
  ActivityItem,
  Allocation,
  AllowedCheck,
  BillingPlan,
  Capability,
  Entitlement,
  Environment,
  EnvironmentCapacity,
  EnvironmentCapacityRow,
  Hold,
  HoldAction,
  Key,
  Model,
  NewKey,
  NewTenant,
  Price,
  PricedAction,
  Product,
  SeenResource,
  Settings,
  Tenant,
  TenantCapacity,
  Usage,
  UsageRow,
} from './openapi.ts';

type Body<O extends OperationName> = Exclude<Input<O>['body'], undefined>;
type Query<O extends OperationName> = Omit<Exclude<Input<O>['query'], undefined>, 'limit' | 'cursor'>;
type Listing = {
  [O in OperationName]: Answer<O> extends { value: unknown[]; nextCursor?: string | undefined } ? O : never;
}[OperationName];

export class Bursar {
  readonly #connection: Connection;

  constructor(options: ConnectionOptions) {
    this.#connection = connect(options);
  }

  /** Any operation of the API by its name: `request('getEnvironment', { params: { id: 'sales' } })`. Throws `BursarError`. */
  request<O extends OperationName>(operation: O, ...input: InputArguments<O>): Promise<Answer<O>> {
    return call(this.#connection, operation, ...input);
  }

  /** What an action costs, in every currency that has a rate for it. */
  price(action: PricedAction, options?: CallOptions): Promise<Price> {
    return price(this.#connection, action, options);
  }

  /** Whether an action would be allowed, and who would pay; records nothing. */
  check(action: Action, options?: CallOptions): Promise<AllowedCheck | Refused> {
    return check(this.#connection, action, options);
  }

  /**
   * Decides, charges and records an action: `{ decision: 'allowed', credits, source, … }`, or `{ decision: 'refused', code, detail,
   * remedies, … }`. Without an `idempotencyKey` one is made, so that repeating a lost request has one effect.
   */
  consume(action: Action, options?: CallOptions): Promise<Allowed | Refused> {
    return consume(this.#connection, action, options);
  }

  /** Any number of actions, decided in order; also `{ decision: 'failed', error }` for what was wrong with one. */
  consumeBatch(
    actions: readonly Action[],
    options?: { signal?: AbortSignal | undefined },
  ): Promise<(Allowed | Refused | Failed)[]> {
    return consumeBatch(this.#connection, actions, options);
  }

  /** Reserves what an action is expected to cost, for `expiresInSeconds` (300). */
  hold(action: HoldAction, options?: CallOptions): Promise<Held | Refused> {
    return hold(this.#connection, action, options);
  }

  /** Records what was really used, on the source of the hold. */
  capture(holdId: string, usage: Usage, options?: CallOptions): Promise<Allowed> {
    return capture(this.#connection, holdId, usage, options);
  }

  release(holdId: string, options?: CallOptions): Promise<Hold> {
    return release(this.#connection, holdId, options);
  }

  /** Hold, work, capture in one; releases where the work fails: `withHold(action, async () => ({ usage, result }))`. */
  withHold<R>(
    action: HoldAction,
    work: (hold: Held, capture: Capture) => Promise<Done<R>>,
    options?: CallOptions,
  ): Promise<Captured<R> | Refused> {
    return withHold(this.#connection, action, work, options);
  }

  /** Newest first. */
  activity(filter: Query<'listActivity'> = {}): List<ActivityItem> {
    return this.#list('listActivity', filter);
  }

  /** Sums by day or month and by the dimensions of `groupBy`; always apart by currency. */
  async usage(query: Query<'getUsage'> = {}): Promise<UsageRow[]> {
    return (await this.request('getUsage', { query })).value;
  }

  readonly capacity = {
    tenant: (): Promise<TenantCapacity> => this.request('getCapacity'),
    environment: (id: string): Promise<EnvironmentCapacity> => this.request('getEnvironmentCapacity', { params: { id } }),
    environments: (): List<EnvironmentCapacityRow> => this.#list('listEnvironmentCapacities'),
  };

  readonly environments = {
    create: (environment: Body<'createEnvironment'>, options?: CallOptions): Promise<Environment> =>
      this.request('createEnvironment', { ...options, body: environment }),
    get: (id: string): Promise<Environment> => this.request('getEnvironment', { params: { id } }),
    list: (): List<Environment> => this.#list('listEnvironments'),
    change: (id: string, change: Body<'changeEnvironment'>): Promise<Environment> =>
      this.request('changeEnvironment', { params: { id }, body: change }),
    delete: (id: string): Promise<undefined> => this.request('deleteEnvironment', { params: { id } }),
  };

  readonly entitlements = {
    create: (entitlement: Body<'createEntitlement'>, options?: CallOptions): Promise<Entitlement> =>
      this.request('createEntitlement', { ...options, body: entitlement }),
    list: (): List<Entitlement> => this.#list('listEntitlements'),
    end: (id: string): Promise<undefined> => this.request('endEntitlement', { params: { id } }),
  };

  readonly allocations = {
    /** Credits are a decimal string; "0" releases to the pool. */
    set: ({ environmentId, currency, credits }: Allocation, options?: CallOptions): Promise<Allocation> =>
      this.request('setAllocation', { ...options, params: { id: environmentId, currency }, body: { credits } }),
    /** All or none. */
    change: async (changes: Allocation[], options?: CallOptions): Promise<Allocation[]> =>
      (await this.request('changeAllocations', { ...options, body: { changes } })).changes,
    list: (): List<Allocation> => this.#list('listAllocations'),
  };

  readonly billingPlans = {
    create: (plan: Body<'createBillingPlan'>, options?: CallOptions): Promise<BillingPlan> =>
      this.request('createBillingPlan', { ...options, body: plan }),
    list: (): List<BillingPlan> => this.#list('listBillingPlans'),
    change: (id: string, change: Body<'changeBillingPlan'>): Promise<BillingPlan> =>
      this.request('changeBillingPlan', { params: { id }, body: change }),
    delete: (id: string): Promise<undefined> => this.request('deleteBillingPlan', { params: { id } }),
  };

  readonly capabilities = {
    list: (): List<Capability> => this.#list('listCapabilities'),
    /** Adds one of the tenant's own, or a version of it that is in force from a day. */
    define: (id: string, capability: Body<'defineCapability'>): Promise<Capability> =>
      this.request('defineCapability', { params: { id }, body: capability }),
  };

  readonly keys = {
    /** The secret is in `key`, this once. */
    create: (key: Body<'createKey'>): Promise<NewKey> => this.request('createKey', { body: key }),
    list: (): List<Key> => this.#list('listKeys'),
    revoke: (id: string): Promise<undefined> => this.request('revokeKey', { params: { id } }),
  };

  readonly settings = {
    get: (): Promise<Settings> => this.request('getSettings'),
    change: (change: Body<'changeSettings'>): Promise<Settings> => this.request('changeSettings', { body: change }),
  };

  /** With the operator's key. */
  readonly tenants = {
    /** A tenant that is there already, with the same content, is answered without `adminKey`. */
    create: (tenant: Body<'createTenant'>): Promise<Tenant | NewTenant> => this.request('createTenant', { body: tenant }),
    list: (): List<Tenant> => this.#list('listTenants'),
  };

  /** The tenant of the key, with its `now`. */
  tenant(): Promise<Tenant> {
    return this.request('getTenant');
  }

  /** A sandbox's clock, forward only; what falls due on the way has happened when it answers. */
  moveClock(now: string): Promise<Tenant> {
    return this.request('moveClock', { body: { now } });
  }

  async products(): Promise<Product[]> {
    return (await this.request('listProducts')).value;
  }

  async models(): Promise<Model[]> {
    return (await this.request('listModels')).value;
  }

  /** The apps, flows and agents that were seen. */
  resources(): List<SeenResource> {
    return this.#list('listResources');
  }

  #list<O extends Listing>(operation: O, filter: object = {}): List<Answer<O>['value'][number]> {
    return listOf(async (request) => {
      const input = { query: { ...filter, ...request } } as unknown as Input<O>;
      return (await (call as (...given: unknown[]) => Promise<unknown>)(this.#connection, operation, input)) as Page<
        Answer<O>['value'][number]
      >;
    });
  }
}
