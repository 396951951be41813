// The client: `new Bursar({ url, key })`. Metering at the top, administration by concept; whatever has no method of its own is reached
// by `request`, which knows every operation of the API.

import { type Answer, type CallOptions, call, type Input, type InputArguments, type OperationName, queryText } from './call.ts';
import { type Connection, type ConnectionOptions, connect } from './connection.ts';
import { type Allowed, check, consume, consumeBatch, type Failed, price, type Refused } from './decision.ts';
import { download } from './download.ts';
import { type Capture, type Captured, capture, type Done, type Held, hold, release, withHold } from './hold.ts';
import { type List, listOf, type Page } from './list.ts';
import type {
  Action,
  ActivityItem,
  Allocation,
  AllowedCheck,
  AuditEvent,
  AuditHead,
  Banner,
  BillingPlan,
  Capability,
  Comparison,
  Computation,
  Delivery,
  Entitlement,
  Environment,
  EnvironmentCapacity,
  EnvironmentCapacityRow,
  EnvironmentForecast,
  Estimate,
  Extension,
  Hold,
  HoldAction,
  Import,
  ImportRun,
  InvitedPerson,
  Key,
  KnownResource,
  Limit,
  Model,
  NewKey,
  NewTenant,
  Notice,
  NoticeRecipients,
  Person,
  Price,
  PricedAction,
  Product,
  Report,
  Settings,
  StreamEvent,
  Tenant,
  TenantCapacity,
  TenantForecast,
  Trial,
  Usage,
  UsageRow,
  Volume,
  Webhook,
  WebhookWithSecret,
} from './openapi.ts';
import { type CompletedOptions, completed } from './report.ts';
import { type StreamOptions, streamOf } from './stream.ts';

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

  /** A hold as it stands now. */
  getHold(holdId: string): Promise<Hold> {
    return this.request('getHold', { params: { id: holdId } });
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

  /**
   * What happens, as it happens: `for await (const { event, data } of bursar.stream()) …`; activity, notices, and that capacity has
   * changed. Begins now, or after the id of an earlier event; goes on by itself after a lost connection.
   */
  stream(options: StreamOptions = {}): AsyncGenerator<StreamEvent, void> {
    return streamOf(this.#connection, options);
  }

  /** One of them by its id. */
  activityItem(id: string): Promise<ActivityItem> {
    return this.request('getActivity', { params: { id } });
  }

  /** Sums by day or month and by the dimensions of `groupBy`; always apart by currency. Every dimension is a filter as well. */
  async usage(query: Query<'getUsage'> = {}): Promise<UsageRow[]> {
    const rows: UsageRow[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.request('getUsage', { query: { ...query, cursor } });
      rows.push(...page.value);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return rows;
  }

  /** Prepared in the background (M4, M5): `ask`, wait until `completed`, `download`; kept for 30 days. */
  readonly reports = {
    ask: (report: Body<'createReport'>, options?: CallOptions): Promise<Report> =>
      this.request('createReport', { ...options, body: report }),
    /** Waits as long as it takes; throws `BursarError` with `ReportNotAvailable` where it failed. */
    completed: (id: string, options?: CompletedOptions): Promise<Report> => completed(this.#connection, id, options),
    /** The file as CSV, chunk by chunk. */
    download: (id: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> =>
      download(this.#connection, `/v1/reports/${encodeURIComponent(id)}/content`, signal),
    get: (id: string): Promise<Report> => this.request('getReport', { params: { id } }),
    /** Newest first. */
    list: (): List<Report> => this.#list('listReports'),
    delete: (id: string): Promise<undefined> => this.request('deleteReport', { params: { id } }),
  };

  /** Consumption that another product has measured, from its files. */
  readonly imports = {
    /** The text of a file; a dry run unless `dryRun` is `'false'`. Sent again it changes nothing. */
    send: (csv: string, query: Exclude<Input<'importFile'>['query'], undefined> = {}): Promise<ImportRun> =>
      this.request('importFile', { query, body: csv }),
    get: (id: string): Promise<Import> => this.request('getImport', { params: { id } }),
    /** Newest first. */
    list: (): List<Import> => this.#list('listImports'),
    /** Where an export of the same days differs from the file; the first `limit` differences. */
    differences: (id: string, limit?: number): Promise<Answer<'getImportDifferences'>> =>
      this.request('getImportDifferences', { params: { id }, query: { limit } }),
  };

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
    /** All or none; `environments` are switches that are made with them: `[{ environmentId: 'sales', deny: true }]`. */
    change: async (
      changes: Allocation[],
      { environments, ...options }: CallOptions & Pick<Body<'changeAllocations'>, 'environments'> = {},
    ): Promise<Allocation[]> =>
      (await this.request('changeAllocations', { ...options, body: { changes, environments } })).changes,
    list: (): List<Allocation> => this.#list('listAllocations'),
    /** What a change would do to the pools, to the environments it names, and to the others that share a pool. Records nothing. */
    preview: (change: Body<'previewAllocations'>): Promise<Answer<'previewAllocations'>> =>
      this.request('previewAllocations', { body: change }),
  };

  readonly billingPlans = {
    create: (plan: Body<'createBillingPlan'>, options?: CallOptions): Promise<BillingPlan> =>
      this.request('createBillingPlan', { ...options, body: plan }),
    get: (id: string): Promise<BillingPlan> => this.request('getBillingPlan', { params: { id } }),
    list: (): List<BillingPlan> => this.#list('listBillingPlans'),
    change: (id: string, change: Body<'changeBillingPlan'>): Promise<BillingPlan> =>
      this.request('changeBillingPlan', { params: { id }, body: change }),
    delete: (id: string): Promise<undefined> => this.request('deleteBillingPlan', { params: { id } }),
  };

  /** Monthly limits (D13). */
  readonly limits = {
    /** The same id again replaces it; what was consumed in its scope this month counts already. */
    set: (id: string, limit: Body<'setLimit'>): Promise<Limit> => this.request('setLimit', { params: { id }, body: limit }),
    get: (id: string): Promise<Limit> => this.request('getLimit', { params: { id } }),
    list: (): List<Limit> => this.#list('listLimits'),
    delete: (id: string): Promise<undefined> => this.request('deleteLimit', { params: { id } }),
  };

  /** AI Builder credits for one user (X1), where its day still allows it. */
  readonly trials = {
    start: (userId: string, options?: CallOptions): Promise<Trial> =>
      this.request('startTrial', { ...options, body: { userId } }),
    /** One time, after it has ended. */
    extend: (userId: string): Promise<Trial> => this.request('extendTrial', { params: { userId } }),
    list: (): List<Trial> => this.#list('listTrials'),
  };

  /** AI Builder credits for the current month (X3), where its day still allows it. */
  readonly extensions = {
    give: (options?: CallOptions): Promise<Extension> => this.request('createExtension', { ...options }),
    list: (): List<Extension> => this.#list('listExtensions'),
  };

  /** Consumption as it was added up (C2), which `enforcement.view: computed` decides on. */
  readonly computations = {
    /** Adds up now; it is done daily by itself. */
    compute: (): Promise<Computation> => this.request('compute'),
    /** Newest first. */
    list: (): List<Computation> => this.#list('listComputations'),
  };

  /** What `realtime` and `computed` figures would each have admitted, refused and overspent in a period (D9); records nothing. */
  compare(period: Body<'compareViews'>, options?: CallOptions): Promise<Comparison> {
    return this.request('compareViews', { ...options, body: period });
  }

  /** What volumes of a month cost in either currency, and what to buy after what is owned (K1). */
  estimate(volumes: Volume[], options?: CallOptions): Promise<Estimate> {
    return this.request('estimateVolumes', { ...options, body: { volumes } });
  }

  /** What will have been consumed by the month's end, with a range, and when it runs out (K2). */
  readonly forecast = {
    tenant: (): Promise<TenantForecast> => this.request('getForecast'),
    environment: (id: string): Promise<EnvironmentForecast> => this.request('getEnvironmentForecast', { params: { id } }),
  };

  /** What crossed a threshold, once per crossing and month (N2). */
  readonly notices = {
    /** Newest first. */
    list: (filter: Query<'listNotices'> = {}): List<Notice> => this.#list('listNotices', filter),
    /** Whom one was sent to, and what came of it. */
    deliveries: (id: string): List<Delivery> => this.#list('listDeliveriesOfNotice', {}, { id }),
    /** Whom they are mailed to. */
    recipients: (): Promise<NoticeRecipients> => this.request('getNoticeRecipients'),
    /** An empty list ends it. */
    setRecipients: (emails: string[]): Promise<NoticeRecipients> => this.request('setNoticeRecipients', { body: { emails } }),
  };

  /** What administrators should see now (N1); with an environment what its makers should see. */
  async banners(environmentId?: string): Promise<Banner[]> {
    return (await this.request('listBanners', { query: { environmentId } })).value;
  }

  /** Where notices are posted to, signed by the Standard Webhooks scheme. */
  readonly webhooks = {
    /** With its `secret`, this once; one that is there already, with the same content, is answered without. */
    create: (webhook: Body<'createWebhook'>): Promise<Webhook | WebhookWithSecret> =>
      this.request('createWebhook', { body: webhook }),
    get: (id: string): Promise<Webhook> => this.request('getWebhook', { params: { id } }),
    list: (): List<Webhook> => this.#list('listWebhooks'),
    change: (id: string, change: Body<'changeWebhook'>): Promise<Webhook> =>
      this.request('changeWebhook', { params: { id }, body: change }),
    delete: (id: string): Promise<undefined> => this.request('deleteWebhook', { params: { id } }),
    /** The secret before signs beside the new one for a day. */
    rotateSecret: (id: string): Promise<WebhookWithSecret> => this.request('rotateWebhookSecret', { params: { id } }),
    test: (id: string): Promise<Delivery> => this.request('testWebhook', { params: { id } }),
    /** Newest first, with every attempt. */
    deliveries: (id: string): List<Delivery> => this.#list('listDeliveriesOfWebhook', {}, { id }),
    replay: (id: string, deliveryId: string): Promise<Delivery> => this.request('replayDelivery', { params: { id, deliveryId } }),
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
    /** Another secret, in `key`, this once; the one before works on for `graceSeconds`, or a day. */
    rotate: (id: string, body: Body<'rotateKey'> = {}): Promise<NewKey> => this.request('rotateKey', { params: { id }, body }),
    revoke: (id: string): Promise<undefined> => this.request('revokeKey', { params: { id } }),
  };

  /** Who may sign in to the admin centre (T3). */
  readonly people = {
    /** With a link by which they choose a password, this once: `invitation.secret`, and `link` where Bursar knows its address. */
    invite: (person: Body<'invitePerson'>): Promise<InvitedPerson> => this.request('invitePerson', { body: person }),
    /** Another link, also for who has lost the password. */
    inviteAgain: (id: string): Promise<InvitedPerson> => this.request('invitePersonAgain', { params: { id } }),
    list: (): List<Person> => this.#list('listPeople'),
    /** `{ disabled: true }` ends every session within a second. */
    change: (id: string, change: Body<'changePerson'>): Promise<Person> =>
      this.request('changePerson', { params: { id }, body: change }),
    signOut: (id: string): Promise<undefined> => this.request('signOutPerson', { params: { id } }),
  };

  /** What was done and refused, by whom and from where (T3). */
  readonly audit = {
    /** Newest first. */
    list: (filter: Query<'listAuditEvents'> = {}): List<AuditEvent> => this.#list('listAuditEvents', filter),
    /** The end of the chain: kept elsewhere, it tells `bursar verify --audit-heads` whether anything was changed. */
    head: (): Promise<AuditHead> => this.request('getAuditHead'),
    /** As CSV, oldest first, chunk by chunk. */
    download: (filter: Query<'exportAudit'> = {}, signal?: AbortSignal): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> =>
      download(this.#connection, `/v1/audit/content${queryText(filter)}`, signal),
    /** With the operator's key: of every tenant, and of the installation itself. */
    heads: (): List<AuditHead> => this.#list('listAuditHeads'),
    /** With the operator's key: what was done with it. */
    installation: (filter: Query<'listInstallationAudit'> = {}): List<AuditEvent> => this.#list('listInstallationAudit', filter),
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

  /** The apps, flows and agents that were seen or declared: premium or not, and why (F7). */
  resources(filter: Query<'listResources'> = {}): List<KnownResource> {
    return this.#list('listResources', filter);
  }

  /** Declares an app, flow or agent before it was seen: whether it has an AI action, and which apps have a flow. */
  declareResource(type: KnownResource['type'], id: string, declared: Body<'declareResource'>): Promise<KnownResource> {
    return this.request('declareResource', { params: { type, id }, body: declared });
  }

  #list<O extends Listing>(operation: O, filter: object = {}, params?: Input<O>['params']): List<Answer<O>['value'][number]> {
    return listOf(async (request) => {
      const input = { params, query: { ...filter, ...request } } as unknown as Input<O>;
      return (await (call as (...given: unknown[]) => Promise<unknown>)(this.#connection, operation, input)) as Page<
        Answer<O>['value'][number]
      >;
    });
  }
}
