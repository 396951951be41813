// Written by scripts/write-sdk-types.ts from openapi.json. Do not edit.

export interface Tenant {
  id: string;
  name: string;
  /** the clock of a sandbox; null: a live tenant */
  sandbox: {
    now: string;
  } | null;
  now: string;
  createdAt: string;
}

export interface NewTenant {
  id: string;
  name: string;
  /** the clock of a sandbox; null: a live tenant */
  sandbox: {
    now: string;
  } | null;
  now: string;
  createdAt: string;
  /** the key of its first administrator, shown this once */
  adminKey: string;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** names this answer in the log */
  instance: string;
  errors?: {
    /** a JSON pointer into the body, or the name of a parameter with a slash before it */
    pointer: string;
    detail: string;
  }[] | undefined;
  code: string;
  [member: string]: unknown;
}

export interface Settings {
  /** true or false */
  consumeUnallocatedAiBuilderCredits: boolean;
  allocationBy: 'anyone' | 'tenant-admins';
  /** true or false */
  honourSeededCreditsUntilTerm: boolean;
  /** a whole number of days from 0 to 31 */
  lateUsageDays: number;
  enforcement: {
    view: 'realtime' | 'computed';
    admission: 'until-exhausted' | 'never-exceed';
    /** a whole number of per cent from 1 to 1000 */
    fallbackAtPercent: number;
    /** a whole number of per cent from 1 to 1000 */
    blockAtPercent: number;
  };
  /** a whole number of per cent from 1 to 1000 */
  nearAtPercent: number;
  computation: {
    /** a whole number of days from 0 to 31; of sandboxes only: usage of so many days stays out of the computed figures */
    delayDays: number;
  };
}

export interface NewKey {
  id: string;
  name: string | null;
  role: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader' | 'service';
  /** what an environment administrator administers, or where a service meters; empty: everywhere */
  environmentIds: string[];
  /** who a maker is */
  userId: string | null;
  /** what of its role it may; null: all */
  scopes: ('consume' | 'check' | 'read' | 'administer')[] | null;
  createdAt: string;
  /** from then on it works no more */
  expiresAt: string | null;
  /** some seconds behind */
  lastUsedAt: string | null;
  /** until then the secret before its rotation works as well */
  rotatedUntil: string | null;
  revokedAt: string | null;
  /** the secret, shown this once */
  key: string;
}

export interface Key {
  id: string;
  name: string | null;
  role: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader' | 'service';
  /** what an environment administrator administers, or where a service meters; empty: everywhere */
  environmentIds: string[];
  /** who a maker is */
  userId: string | null;
  /** what of its role it may; null: all */
  scopes: ('consume' | 'check' | 'read' | 'administer')[] | null;
  createdAt: string;
  /** from then on it works no more */
  expiresAt: string | null;
  /** some seconds behind */
  lastUsedAt: string | null;
  /** until then the secret before its rotation works as well */
  rotatedUntil: string | null;
  revokedAt: string | null;
}

export interface Person {
  id: string;
  /** with which a local account signs in */
  email: string | null;
  name: string;
  role: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader';
  /** what an environment administrator administers */
  environmentIds: string[];
  /** who a maker is */
  userId: string | null;
  /** the OpenID provider that signs them in; null: a local account */
  provider: string | null;
  status: 'active' | 'invited' | 'disabled';
  /** until when the open invitation, or link to another password, works */
  invitedUntil: string | null;
  createdAt: string;
  /** the last time */
  signedInAt: string | null;
  disabledAt: string | null;
}

export interface NewInvitation {
  /** shown this once; the link is the page "invitation" of Bursar with # and this */
  secret: string;
  /** where BURSAR_PUBLIC_URL is set */
  link: string | null;
  expiresAt: string;
  /** whether it is mailed as well */
  mailed: boolean;
}

export interface InvitedPerson {
  person: Person;
  invitation: NewInvitation;
}

export interface Environment {
  id: string;
  name: string;
  type: 'production' | 'sandbox' | 'trial' | 'developer' | 'default';
  region: string | null;
  drawFromTenantPool: boolean;
  deny: boolean;
  previewModels: boolean;
  billingPlanId: string | null;
  createdAt: string;
}

export interface Product {
  id: string;
  name: string;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  kind: 'add-on' | 'seeded' | 'pack' | 'pre-purchase';
  /** credits as a decimal string */
  creditsPerUnit: string;
  cadence: 'month' | 'year-from-start';
  minimumQuantity: number;
  /** credits as a decimal string */
  capPerTenant: string | null;
}

export interface Entitlement {
  id: string;
  product: string;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  quantity: number;
  purchasedOn: string;
  startsOn: string;
  /** the first day on which it no longer counts */
  endsOn: string | null;
  /** when somebody ended it before its day */
  endedAt: string | null;
  servicePlanEnabled: boolean;
  createdAt: string;
  /** what it would bring alone, capped; of a pre-purchase "0" */
  creditsPerMonth: string;
  /** of a pre-purchase (E8): its quantity for the year, and what is left of it; else null */
  prePurchase: {
    /** credits as a decimal string */
    credits: string;
    /** credits as a decimal string */
    drawn: string;
    /** credits as a decimal string */
    held: string;
    /** credits as a decimal string */
    remaining: string;
  } | null;
}

export interface Allocation {
  environmentId: string;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  /** credits as a decimal string */
  credits: string;
}

export interface PoolPreview {
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  /** credits as a decimal string */
  owned: string;
  before: {
    /** Σ allocations as set */
    allocated: string;
    /** the pool's size */
    unallocated: string;
    /** of the pool this month (A6) */
    consumed: string;
  };
  after: {
    /** Σ allocations as set */
    allocated: string;
    /** the pool's size */
    unallocated: string;
    /** of the pool this month (A6) */
    consumed: string;
  };
  /** how many environments that are not named draw from the pool */
  sharedBy: number;
}

export interface StandingPreview {
  environmentId: string;
  name: string;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  before: {
    /** its allocation as set */
    allocated: string;
    source: 'allocation' | 'pool' | 'none';
    /** credits as a decimal string */
    available: string;
    /** credits as a decimal string */
    consumed: string;
    percent: string | null;
    status: 'within-capacity' | 'near-capacity' | 'covered-overage' | 'overage' | 'blocked' | 'no-capacity';
  };
  after: {
    /** its allocation as set */
    allocated: string;
    source: 'allocation' | 'pool' | 'none';
    /** credits as a decimal string */
    available: string;
    /** credits as a decimal string */
    consumed: string;
    percent: string | null;
    status: 'within-capacity' | 'near-capacity' | 'covered-overage' | 'overage' | 'blocked' | 'no-capacity';
  };
}

export interface AllocationPreview {
  decision: 'allowed' | 'refused';
  code?: 'InsufficientUnallocatedCredits' | undefined;
  detail?: string | undefined;
  currency?: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' | undefined;
  /** what could be allocated at most (A2) */
  available?: string | undefined;
  /** of the currencies that the change concerns; none where it is refused */
  pools: PoolPreview[];
  /** the environments that the change names */
  named: StandingPreview[];
  others: {
    /** how many standings of other environments would change their status */
    count: number;
    /** the first 20 of them that whoever asks may see; to an environment administrator its own */
    value: StandingPreview[];
  };
}

export interface TenantCapacity {
  now: string;
  month: string;
  era: 'capacity' | 'dual-mode' | 'add-on-only';
  currencies: {
    currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
    /** credits a month; pre-purchases are not in it */
    owned: string;
    /** credits as a decimal string */
    allocated: string;
    /** credits as a decimal string */
    unallocated: string;
    /** what is allocated beyond what is owned (A7) */
    overAllocated: string;
    /** credits as a decimal string */
    consumed: string;
    /** credits as a decimal string */
    held: string;
    /** credits as a decimal string */
    payAsYouGo: string;
    /** when consumption was last computed; null: never */
    computedAt: string | null;
    status: 'within-capacity' | 'near-capacity' | 'covered-overage' | 'overage' | 'blocked' | 'no-capacity';
    sources: {
      product: string;
      quantity: number;
      /** credits as a decimal string */
      credits: string;
      capped: boolean;
    }[];
  }[];
  activeBillingPlans: number;
}

export interface EnvironmentCapacityOfCurrency {
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  source: 'allocation' | 'pool' | 'none';
  /** the size of the source: the allocation in force, or the unallocated credits */
  available: string;
  /** what counts against it this month (A6) */
  consumed: string;
  /** credits as a decimal string */
  held: string;
  /** credits as a decimal string */
  overage: string;
  /** 100 × consumed / available, at most 2 places; null where nothing is available */
  percent: string | null;
  status: 'within-capacity' | 'near-capacity' | 'covered-overage' | 'overage' | 'blocked' | 'no-capacity';
  /** credits billed to its plan this month */
  payAsYouGo: string;
  resetsOn: string;
}

export interface EnvironmentCapacity {
  currencies: EnvironmentCapacityOfCurrency[];
  features: {
    run: {
      allowed: boolean;
      code?: 'QuotaExceeded' | 'EntitlementNotAvailable' | undefined;
    };
    create: {
      allowed: boolean;
      code?: 'QuotaExceeded' | 'EntitlementNotAvailable' | undefined;
    };
    edit: {
      allowed: boolean;
      code?: 'QuotaExceeded' | 'EntitlementNotAvailable' | undefined;
    };
    test: {
      allowed: boolean;
      code?: 'QuotaExceeded' | 'EntitlementNotAvailable' | undefined;
    };
    train: {
      allowed: boolean;
      code?: 'QuotaExceeded' | 'EntitlementNotAvailable' | undefined;
    };
  };
}

export interface EnvironmentCapacityRow {
  environmentId: string;
  name: string;
  type: 'production' | 'sandbox' | 'trial' | 'developer' | 'default';
  currencies: EnvironmentCapacityOfCurrency[];
}

/** an object with the one count that the capability is counted in, such as {"pages": 2}; for prompts inputTokens and outputTokens */
export interface Usage {
  /** a whole number from 0 to 1000000000 */
  pages?: number | undefined;
  /** a whole number from 0 to 1000000000 */
  images?: number | undefined;
  /** a whole number from 0 to 1000000000 */
  characters?: number | undefined;
  /** a whole number from 0 to 1000000000 */
  rows?: number | undefined;
  /** a whole number from 0 to 1000000000 */
  responses?: number | undefined;
  /** a whole number from 0 to 1000000000 */
  actions?: number | undefined;
  /** a whole number from 0 to 1000000000 */
  messages?: number | undefined;
  /** a whole number from 0 to 1000000000 */
  minutes?: number | undefined;
  /** a whole number from 0 to 1000000000 */
  sessions?: number | undefined;
  /** a whole number from 0 to 1000000000 */
  inputTokens?: number | undefined;
  /** a whole number from 0 to 1000000000 */
  outputTokens?: number | undefined;
}

/** an object with type and id: the app, flow or agent that the action belongs to */
export interface Resource {
  type: 'app' | 'flow' | 'agent';
  /** the id of the app, flow or agent: 1 to 256 characters, without control characters */
  id: string;
  /** a name: 1 to 256 characters, without control characters */
  name?: string | undefined;
  /** the id of an app that has the flow: 1 to 256 characters, without control characters */
  app?: string | undefined;
}

export interface PricedAction {
  /** the id of a capability: 1 to 128 characters, without control characters */
  capability: string;
  usage: Usage;
  /** an idempotency key: 1 to 128 characters, without control characters */
  idempotencyKey?: string | undefined;
  resource?: Resource | null | undefined;
  /** the id of a model: 1 to 128 characters, without control characters */
  model?: string | null | undefined;
  mode?: 'run' | 'test' | 'train' | undefined;
  /** an RFC 3339 instant in UTC such as 2026-11-21T08:00:00Z */
  occurredAt?: string | null | undefined;
  /** true or false */
  m365Copilot?: boolean | undefined;
  channel?: 'teams' | 'sharepoint' | 'm365-copilot' | 'web' | 'custom' | null | undefined;
  /** true or false */
  startedByAgent?: boolean | undefined;
  /** true or false */
  preview?: boolean | undefined;
  /** true or false */
  recordOnly?: boolean | undefined;
  /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
  environmentId?: string | undefined;
  /** a user id: 1 to 256 characters, without control characters */
  userId?: string | undefined;
  caller?: 'canvas-app' | 'model-driven-app' | 'cloud-flow' | 'agent' | 'agent-flow' | 'api' | undefined;
}

export interface Price {
  /** AI Builder before Copilot Credits; only currencies with a rate */
  prices: {
    currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
    units: number;
    /** credits as a decimal string */
    credits: string;
  }[];
  rateCard: string;
  tier?: 'basic' | 'standard' | 'premium' | undefined;
  /** the feature of Copilot Studio that it counts as */
  feature: string | null;
}

/** an action */
export interface Action {
  /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
  environmentId: string;
  /** a user id: 1 to 256 characters, without control characters */
  userId: string;
  caller: 'canvas-app' | 'model-driven-app' | 'cloud-flow' | 'agent' | 'agent-flow' | 'api';
  /** the id of a capability: 1 to 128 characters, without control characters */
  capability: string;
  usage: Usage;
  /** an idempotency key: 1 to 128 characters, without control characters */
  idempotencyKey?: string | undefined;
  resource?: Resource | null | undefined;
  /** the id of a model: 1 to 128 characters, without control characters */
  model?: string | null | undefined;
  mode?: 'run' | 'test' | 'train' | undefined;
  /** an RFC 3339 instant in UTC such as 2026-11-21T08:00:00Z */
  occurredAt?: string | null | undefined;
  /** true or false */
  m365Copilot?: boolean | undefined;
  channel?: 'teams' | 'sharepoint' | 'm365-copilot' | 'web' | 'custom' | null | undefined;
  /** true or false */
  startedByAgent?: boolean | undefined;
  /** true or false */
  preview?: boolean | undefined;
  /** true or false */
  recordOnly?: boolean | undefined;
}

export interface TriedSource {
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  source: 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go';
  /** credits as a decimal string */
  available: string | null;
  /** credits as a decimal string */
  consumed: string;
  /** credits as a decimal string */
  held: string;
  usable: boolean;
  /** why it was or was not used, in words */
  reason: string;
}

export interface AllowedCheck {
  decision: 'allowed';
  environmentId: string;
  occurredAt: string;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' | null;
  /** credits as a decimal string */
  credits: string;
  source: 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go' | null;
  /** charged at all, also in overage */
  billable: boolean;
  free: 'test' | 'training' | 'preview' | 'zero-rated' | 'free-capability' | null;
  inOverage: boolean;
  era: 'capacity' | 'dual-mode' | 'add-on-only';
  price: Price;
  /** each source that was tried, in order; available null = no limit */
  explanation: TriedSource[];
  /** the hold that was captured */
  holdId?: string | undefined;
}

export interface Remedy {
  action: string;
  /** credits as a decimal string */
  credits?: string | undefined;
  date?: string | undefined;
}

export interface RefusedCheck {
  decision: 'refused';
  code: 'LimitReached' | 'QuotaExceeded' | 'EntitlementNotAvailable' | 'PreviewModelsDisabled';
  detail: string;
  /** credits as a decimal string */
  available?: string | undefined;
  /** credits as a decimal string */
  consumed?: string | undefined;
  resetsOn?: string | undefined;
  remedies?: Remedy[] | undefined;
  era: 'capacity' | 'dual-mode' | 'add-on-only';
  price: Price;
  /** each source that was tried, in order; available null = no limit */
  explanation: TriedSource[];
}

export type Check = AllowedCheck | RefusedCheck;

export interface Consumption {
  id: string;
  decision: 'allowed';
  environmentId: string;
  occurredAt: string;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' | null;
  /** credits as a decimal string */
  credits: string;
  source: 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go' | null;
  /** charged at all, also in overage */
  billable: boolean;
  free: 'test' | 'training' | 'preview' | 'zero-rated' | 'free-capability' | null;
  inOverage: boolean;
  era: 'capacity' | 'dual-mode' | 'add-on-only';
  price: Price;
  /** each source that was tried, in order; available null = no limit */
  explanation: TriedSource[];
  /** the hold that was captured */
  holdId?: string | undefined;
}

export interface RecordedItem {
  status: 200 | 201;
  replayed?: boolean | undefined;
  id: string;
  decision: 'allowed';
  environmentId: string;
  occurredAt: string;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' | null;
  /** credits as a decimal string */
  credits: string;
  source: 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go' | null;
  /** charged at all, also in overage */
  billable: boolean;
  free: 'test' | 'training' | 'preview' | 'zero-rated' | 'free-capability' | null;
  inOverage: boolean;
  era: 'capacity' | 'dual-mode' | 'add-on-only';
  price: Price;
  /** each source that was tried, in order; available null = no limit */
  explanation: TriedSource[];
  /** the hold that was captured */
  holdId?: string | undefined;
}

export interface RefusedItem {
  status: number;
  problem: Problem;
}

export type BatchItem = RecordedItem | RefusedItem;

/** an action */
export interface HoldAction {
  /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
  environmentId: string;
  /** a user id: 1 to 256 characters, without control characters */
  userId: string;
  caller: 'canvas-app' | 'model-driven-app' | 'cloud-flow' | 'agent' | 'agent-flow' | 'api';
  /** the id of a capability: 1 to 128 characters, without control characters */
  capability: string;
  usage: Usage;
  /** an idempotency key: 1 to 128 characters, without control characters */
  idempotencyKey?: string | undefined;
  resource?: Resource | null | undefined;
  /** the id of a model: 1 to 128 characters, without control characters */
  model?: string | null | undefined;
  mode?: 'run' | 'test' | 'train' | undefined;
  /** an RFC 3339 instant in UTC such as 2026-11-21T08:00:00Z */
  occurredAt?: string | null | undefined;
  /** true or false */
  m365Copilot?: boolean | undefined;
  channel?: 'teams' | 'sharepoint' | 'm365-copilot' | 'web' | 'custom' | null | undefined;
  /** true or false */
  startedByAgent?: boolean | undefined;
  /** true or false */
  preview?: boolean | undefined;
  /** true or false */
  recordOnly?: boolean | undefined;
  /** a whole number of seconds from 1 to 86400; 300 if left out */
  expiresInSeconds?: number | undefined;
}

export interface Hold {
  id: string;
  status: 'open' | 'captured' | 'released' | 'expired';
  environmentId: string;
  occurredAt: string;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' | null;
  /** credits as a decimal string */
  credits: string;
  source: 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go' | null;
  free: 'test' | 'training' | 'preview' | 'zero-rated' | 'free-capability' | null;
  inOverage: boolean;
  era: 'capacity' | 'dual-mode' | 'add-on-only';
  price: Price;
  /** each source that was tried, in order; available null = no limit */
  explanation: TriedSource[];
  createdAt: string;
  expiresAt: string;
  userId: string;
  capability: string;
  /** the consumption that captured it */
  consumptionId: string | null;
}

export interface ActivityItem {
  id: string;
  /** 1, 2, 3 … in its tenant, without gaps */
  sequence: number;
  recordedAt: string;
  status: 'charged' | 'in-overage' | 'free' | 'refused';
  /** why a refused action was refused */
  code?: string | undefined;
  /** the same in words */
  detail?: string | undefined;
  /** credits as a decimal string */
  available?: string | undefined;
  /** credits as a decimal string */
  consumed?: string | undefined;
  resetsOn?: string | undefined;
  remedies?: Remedy[] | undefined;
  userId: string;
  caller: 'canvas-app' | 'model-driven-app' | 'cloud-flow' | 'agent' | 'agent-flow' | 'api';
  resource: Resource | null;
  capability: string;
  model: string | null;
  mode: 'run' | 'test' | 'train';
  usage: Usage;
  environmentId: string;
  occurredAt: string;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' | null;
  /** credits as a decimal string */
  credits: string;
  source: 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go' | null;
  /** charged at all, also in overage */
  billable: boolean;
  free: 'test' | 'training' | 'preview' | 'zero-rated' | 'free-capability' | null;
  inOverage: boolean;
  era: 'capacity' | 'dual-mode' | 'add-on-only';
  price: Price;
  /** each source that was tried, in order; available null = no limit */
  explanation: TriedSource[];
  /** the hold that was captured */
  holdId?: string | undefined;
}

export interface ActivityEvent {
  /** how far the stream has come: send it as Last-Event-ID, or as "after", to go on from here */
  id: string;
  event: 'activity';
  data: ActivityItem;
}

export interface Notice {
  id: string;
  at: string;
  kind: 'near-capacity' | 'exhausted' | 'blocked' | 'nearing-limit' | 'over-limit';
  month: string;
  environmentId?: string | undefined;
  environmentName?: string | undefined;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  limitId?: string | undefined;
  /** the size of what was crossed: of the allocation, the pool or the limit, as it stood */
  available: string;
  /** what had been consumed of it */
  consumed: string;
  /** 100 × consumed / available; null where nothing is available */
  percent: string | null;
  resetsOn: string;
  /** whether the tenant is a sandbox, with a clock of its own */
  sandbox: boolean;
  /** one line for people */
  subject: string;
  /** the figures, when they reset, and what helps */
  detail: string;
}

export interface NoticeEvent {
  /** how far the stream has come: send it as Last-Event-ID, or as "after", to go on from here */
  id: string;
  event: 'notice';
  data: Notice;
}

export interface CapacityEvent {
  /** how far the stream has come: send it as Last-Event-ID, or as "after", to go on from here */
  id: string;
  event: 'capacity';
  data: {
    /** what time it is in the tenant */
    now: string;
  };
}

export type StreamEvent = ActivityEvent | NoticeEvent | CapacityEvent;

export interface UsageRow {
  /** a day or a month */
  period: string;
  environment?: string | null | undefined;
  user?: string | null | undefined;
  caller?: string | null | undefined;
  resource?: string | null | undefined;
  product?: string | null | undefined;
  feature?: string | null | undefined;
  capability?: string | null | undefined;
  model?: string | null | undefined;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' | null;
  source?: string | null | undefined;
  billable?: boolean | undefined;
  /** credits as a decimal string */
  credits: string;
  units: number;
  actions: number;
}

export interface ImportProblem {
  line: number;
  column?: string | undefined;
  detail: string;
}

export interface ImportRun {
  /** absent in a dry run, and where no row could be read */
  id?: string | undefined;
  dryRun: boolean;
  view: 'ai-builder-consumption' | 'copilot-credits-environments' | 'copilot-credits-agents' | 'copilot-credits-users';
  /** recorded (or wouldRecord) + unchanged + problemCount */
  rows: number;
  /** of a dry run */
  wouldRecord?: number | undefined;
  recorded?: number | undefined;
  /** were there already, with the same figures */
  unchanged: number;
  /** of a dry run */
  environmentsToMake?: {
    id: string;
    name: string;
  }[] | undefined;
  environmentsMade?: {
    id: string;
    name: string;
  }[] | undefined;
  currencies: {
    currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
    /** of all rows that can be read */
    credits: string;
    /** credits as a decimal string */
    nonBilled: string;
    /** what this adds, or would add, to the consumption */
    recorded: string;
  }[];
  /** the first day; null where no row could be read */
  from: string | null;
  to: string | null;
  /** imports that show the same Copilot Credits in another way: recording is refused unless countAgain is true */
  sameDays: {
    id: string;
    view: 'ai-builder-consumption' | 'copilot-credits-environments' | 'copilot-credits-agents' | 'copilot-credits-users';
    from: string;
    to: string;
  }[];
  /** the columns that tell rows from others */
  identifiedBy: string[];
  ignoredColumns: string[];
  problemCount: number;
  /** the first 100 rows that are not recorded, and why */
  problems: ImportProblem[];
  notes: {
    /** how many rows it is of */
    rows?: number | undefined;
    detail: string;
  }[];
}

export interface Import {
  id: string;
  view: 'ai-builder-consumption' | 'copilot-credits-environments' | 'copilot-credits-agents' | 'copilot-credits-users';
  fileName: string | null;
  from: string;
  to: string;
  createdAt: string;
  /** false: it was cut off; importing the file again finishes it */
  completed: boolean;
  parts: number;
  rows: number;
  recorded: number;
  unchanged: number;
  problemCount: number;
}

export interface ImportDifference {
  /** of the file; null: the file has no such row */
  line: number | null;
  /** what tells the row from others */
  row: {
    column: string;
    text: string;
  }[];
  column: string;
  /** null: not in the file */
  imported: string | null;
  /** null: not in the export */
  now: string | null;
}

export interface KnownResource {
  type: 'app' | 'flow' | 'agent';
  id: string;
  name: string | null;
  environmentId: string;
  /** an app with an AI action, or with a flow that has one */
  premium: boolean;
  /** the reason, in words */
  why: string;
  aiAction: 'seen' | 'declared' | null;
  /** of an app: flows of it that have an AI action, at most five */
  aiFlows: string[];
  /** of a flow: apps that have it, at most five */
  apps: string[];
  lastSeenAt: string | null;
}

export interface Capability {
  id: string;
  name: string;
  unit: 'page' | 'image' | '1000-characters' | 'row' | 'response' | 'action' | 'message' | 'minute' | 'session' | '1000-tokens';
  feature: string | null;
  /** the day from which this version is in force */
  from: string | null;
  /** credits as a decimal string */
  aiBuilderCredits: string | null;
  /** credits as a decimal string */
  copilotCredits: string | null;
  /** credits as a decimal string */
  copilotSessions: string | null;
  /** whether the tenant added it */
  own: boolean;
}

export interface Model {
  id: string;
  tier: 'basic' | 'standard' | 'premium';
  from: string;
  /** the first day on which it no longer runs */
  until: string | null;
  /** what a prompt on it runs on after its end */
  replacedBy: string | null;
  /** whether it is in preview now */
  preview: boolean;
}

export interface BillingPlan {
  id: string;
  name: string;
  status: 'Enabled' | 'Disabled';
  /** credits as a decimal string */
  monthlyLimit: string | null;
  createdAt: string;
  /** always up to date, whatever enforcement.view is (D9) */
  monthToDate: {
    month: string;
    /** Copilot Credits billed this month, up to this moment */
    credits: string;
    /** credits as a decimal string */
    held: string;
    cost: {
      currency: 'USD';
      amount: string;
    };
  };
}

export interface Limit {
  id: string;
  scope: {
    environmentId?: string | undefined;
    userId?: string | undefined;
    resourceId?: string | undefined;
    capability?: string | undefined;
  };
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  /** credits as a decimal string */
  monthly: string;
  notifyAtPercent: number;
  stop: boolean;
  month: string;
  /** credits as a decimal string */
  consumed: string;
  /** credits as a decimal string */
  held: string;
  status: 'within-limit' | 'nearing-limit' | 'over-limit';
  resetsOn: string;
  createdAt: string;
}

export interface Trial {
  userId: string;
  /** of the period that runs, or ran last */
  credits: string;
  /** credits as a decimal string */
  consumed: string;
  startsAt: string;
  /** the first moment at which it no longer counts */
  endsAt: string;
  extended: boolean;
}

export interface Extension {
  id: string;
  month: string;
  /** credits as a decimal string */
  credits: string;
  createdAt: string;
}

/** the moment at which the months that are open were added up */
export interface Computation {
  computedAt: string;
  /** true or false */
  onDemand?: boolean | undefined;
}

export interface ComparedView {
  /** free ones and those in overage among them */
  admitted: number;
  refused: number;
  free: number;
  inOverage: number;
  /** only currencies in which there are any */
  credits: {
    currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
    /** credits as a decimal string */
    credits: string;
  }[];
  /** what was drawn from allocations and pool beyond their size */
  overspent: {
    currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
    /** credits as a decimal string */
    credits: string;
  }[];
}

export interface ComparedViewOfADay {
  /** free ones and those in overage among them */
  admitted: number;
  refused: number;
  free: number;
  inOverage: number;
  /** only currencies in which there are any */
  credits: {
    currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
    /** credits as a decimal string */
    credits: string;
  }[];
}

export interface Comparison {
  from: string;
  to: string;
  delayDays: number;
  actions: number;
  /** imported ones, and those whose environment, capability or model is no longer there: not decided again */
  skipped: number;
  onlyRealtimeAdmits: number;
  onlyComputedAdmits: number;
  realtime: ComparedView;
  computed: ComparedView;
  days: {
    day: string;
    realtime: ComparedViewOfADay;
    computed: ComparedViewOfADay;
  }[];
}

export interface Report {
  id: string;
  type: 'ai-builder-consumption' | 'copilot-credits-environments' | 'copilot-credits-agents' | 'copilot-credits-users';
  status: 'Submitted' | 'InProgress' | 'Completed' | 'Failed' | 'Expired';
  firstDay: string;
  /** the last day; included */
  targetDate: string;
  days: number;
  createdAt: string;
  completedAt: string | null;
  /** from then on it is Expired and cannot be downloaded */
  expiresAt: string | null;
  progress: {
    /** rows written so far */
    rows: number;
    days: number;
    /** days written completely; of reports per agent and per user, which have no days, none until they are completed */
    daysDone: number;
  };
  /** the size of the file so far */
  bytes: number;
  fileName: string;
  /** why it failed */
  failure: string | null;
}

export interface Delivery {
  /** stays the same however often it is sent: the webhook-id header */
  id: string;
  webhookId?: string | undefined;
  email?: string | undefined;
  /** the ids of the notices that it tells of; none: a test */
  notices: string[];
  status: 'waiting' | 'delivered' | 'failed';
  createdAt: string;
  /** null: there is none */
  nextAttemptAt: string | null;
  attempts: {
    number: number;
    at: string;
    durationMs: number;
    /** of HTTP or SMTP; null: no answer */
    status: number | null;
    error: string | null;
    /** its first kilobyte */
    answer: string | null;
  }[];
}

export interface Banner {
  kind: 'environments-near-or-over' | 'over-allocated' | 'consumed-all' | 'license-needed' | 'capacity-missing';
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  sentence: string;
  whatToDo: string;
  /** the worst first, at most ten */
  environments: {
    environmentId: string;
    name: string;
    status: 'within-capacity' | 'near-capacity' | 'covered-overage' | 'overage' | 'blocked' | 'no-capacity';
    percent: string | null;
  }[];
  /** how many environments it is about */
  count: number;
}

/** mail is off where this installation has no SMTP_URL: then nothing is mailed */
export interface NoticeRecipients {
  emails: string[];
  mail: 'on' | 'off';
}

export interface Webhook {
  id: string;
  url: string;
  kinds: ('near-capacity' | 'exhausted' | 'blocked' | 'nearing-limit' | 'over-limit')[] | null;
  description: string | null;
  enabled: boolean;
  disabledReason: string | null;
  /** the first failure since the last success */
  failingSince: string | null;
  createdAt: string;
}

export interface WebhookWithSecret {
  id: string;
  url: string;
  kinds: ('near-capacity' | 'exhausted' | 'blocked' | 'nearing-limit' | 'over-limit')[] | null;
  description: string | null;
  enabled: boolean;
  disabledReason: string | null;
  /** the first failure since the last success */
  failingSince: string | null;
  createdAt: string;
  /** what deliveries are signed with (whsec_…), shown this once; kept as it is, because it is needed to sign */
  secret: string;
}

/** an object with capability and usage */
export interface Volume {
  /** the id of a capability: 1 to 128 characters, without control characters */
  capability: string;
  /** the id of a model: 1 to 128 characters, without control characters */
  model?: string | null | undefined;
  usage: Usage;
  /** how many actions a month have this usage each, a whole number from 1 to 1000000000; 1 if left out, so that the usage is the month's */
  actions?: number | undefined;
}

export interface EstimateLine {
  volume: {
    capability: string;
    model: string | null;
    usage: Usage;
    actions: number;
  };
  /** AI Builder before Copilot Credits; only currencies with a rate */
  prices: {
    currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
    units: number;
    /** credits as a decimal string */
    credits: string;
  }[];
  rateCard: string;
  tier?: 'basic' | 'standard' | 'premium' | undefined;
  /** the feature of Copilot Studio that it counts as */
  feature: string | null;
}

export interface EstimateTotal {
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  /** what the volumes cost together, if this currency carried everything */
  credits: string;
  /** credits a month, seeded ones included; pre-purchases are not in it */
  owned: string;
  /** of what is owned: seeded by user licences */
  seeded: string;
  /** what is left of pre-purchases for the rest of their year; not subtracted */
  prePurchaseLeft: string;
  /** credits as a decimal string */
  missing: string;
  product: string;
  /** how many of the product, rounded up */
  toBuy: number;
  /** whether the tenant could buy the product today (E7) */
  canBuy: boolean;
  /** the day from which it cannot, as things are; null: none is known */
  endOfSale: string | null;
  /** capabilities without a rate in this currency: not in its credits */
  notPriced: string[];
  /** how it was reckoned, in words */
  reason: string;
}

export interface Estimate {
  lines: EstimateLine[];
  totals: EstimateTotal[];
}

export interface ExpectedConsumption {
  method: 'weekday-pattern' | 'daily-rate' | 'nothing-used';
  /** what is expected by the month's end, in whole credits */
  credits: string;
  /** credits as a decimal string */
  low: string;
  /** four times in five it is between low and high */
  high: string;
  /** complete days that it stands on */
  daysOfHistory: number;
  /** how it was reckoned, in words */
  reason: string;
}

/** when the source is spent; null: not this month */
export interface RunOut {
  /** the day on which it is spent; null: possible, but not expected */
  on: string | null;
  earliest: string;
  /** null: perhaps not this month */
  latest: string | null;
}

export interface EnvironmentForecastOfCurrency {
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  /** of allocation and pool this month */
  consumed: string;
  /** consumed × days of the month ÷ days begun, rounded up to whole credits */
  forecast: string;
  /** credits as a decimal string */
  allocated: string;
  source: 'allocation' | 'pool' | 'none';
  /** the size of the source */
  available: string;
  expected: ExpectedConsumption;
  runsOut: RunOut | null;
}

export interface EnvironmentForecast {
  now: string;
  month: string;
  currencies: EnvironmentForecastOfCurrency[];
}

export interface PoolForecast {
  /** credits as a decimal string */
  available: string;
  /** credits as a decimal string */
  consumed: string;
  /** consumed × days of the month ÷ days begun, rounded up to whole credits */
  forecast: string;
  expected: ExpectedConsumption;
  runsOut: RunOut | null;
}

export interface TenantForecastOfCurrency {
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  /** credits as a decimal string */
  consumed: string;
  /** consumed × days of the month ÷ days begun, rounded up to whole credits */
  forecast: string;
  /** credits as a decimal string */
  owned: string;
  expected: ExpectedConsumption;
  pool: PoolForecast;
}

export interface TenantForecast {
  now: string;
  month: string;
  currencies: TenantForecastOfCurrency[];
}

export interface AuditEvent {
  /** 1, 2, 3 … in its tenant, without gaps */
  sequence: number;
  at: string;
  /** key:ID, person:ID, token:SUBJECT, operator or nobody */
  actor: string;
  actorName: string | null;
  role: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader' | 'service' | null;
  /** the operation of the API */
  operation: string;
  outcome: 'done' | 'refused';
  /** why it was refused */
  code: string | null;
  /** the same in words */
  detail: string | null;
  /** how often it was refused; those of a minute are one event */
  times: number;
  /** what it was about, such as limit:ada; of several refusals the last */
  subject: string | null;
  /** what several refusals were about, where that was more than one thing: the first 20 */
  subjects: string[];
  /** how that was before; null: it was not there, or nothing of it was changed */
  before: {
    [member: string]: unknown;
  } | null;
  /** how it was then; null: it was gone */
  after: {
    [member: string]: unknown;
  } | null;
  /** where the request came from */
  address: string;
  /** what the program called itself */
  agent: string | null;
  requestId: string;
  /** of the event before, this one’s number and its text */
  hash: string;
}

export interface AuditHead {
  /** null: of the installation itself */
  tenantId: string | null;
  /** 1, 2, 3 … in its tenant, without gaps */
  sequence: number;
  /** SHA-256 in hexadecimal digits */
  hash: string;
}

export interface Session {
  kind: 'key' | 'person';
  role: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader' | 'service';
  keyId: string | null;
  keyName: string | null;
  personId: string | null;
  /** of the person */
  name: string | null;
  /** of the person, where it is known */
  email: string | null;
  /** whether it is an account with a password here, which can be changed */
  hasPassword: boolean;
  /** what an environment administrator administers */
  environmentIds: string[];
  /** what of its role it may; null: all */
  scopes: ('consume' | 'check' | 'read' | 'administer')[] | null;
  /** who a maker is */
  userId: string | null;
  tenant: {
    id: string;
    name: string;
  };
  startedAt: string;
  /** unless it is used before: 12 hours after its last use, 7 days after its start */
  expiresAt: string;
  /** what its role and scopes may call */
  operations: string[];
}

export interface SignInOptions {
  /** where people may sign in beside here */
  providers: {
    id: string;
    name: string;
  }[];
  /** whether anybody has an account here, with an e-mail address and a password */
  people: boolean;
  /** whether several tenants live here, so that signing in with a password takes the id of one */
  tenantNeeded: boolean;
}

export interface Invitation {
  tenant: {
    id: string;
    name: string;
  };
  /** of the person who is invited */
  name: string;
  /** with which the person signs in; null: it has to be given */
  email: string | null;
  /** whether there is a password already, which is to be replaced */
  hasPassword: boolean;
  expiresAt: string;
}

export interface Operations {
  /** Makes a tenant with the key of its first administrator; with "sandbox" it has a clock of its own. */
  createTenant: {
    params: undefined;
    query: undefined;
    body: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id?: string | undefined;
      /** a name: 1 to 256 characters, without control characters */
      name: string;
      /** an object with the instant at which its clock starts */
      sandbox?: {
        /** an RFC 3339 instant in UTC such as 2026-11-21T08:00:00Z */
        now: string;
      } | undefined;
    };
    answer: Tenant | NewTenant;
  };
  /** Lists the tenants of this installation, by id. */
  listTenants: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Tenant[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Shows the tenant of the key, and what time it is there. */
  getTenant: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Tenant;
  };
  /** Moves a sandbox's clock forward; what falls due on the way has happened when it answers (T4). */
  moveClock: {
    params: undefined;
    query: undefined;
    body: {
      /** an RFC 3339 instant in UTC such as 2026-11-21T08:00:00Z */
      now: string;
    };
    answer: Tenant;
  };
  /** Shows the settings of the tenant. */
  getSettings: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Settings;
  };
  /** Changes the settings that are named, one by one, also inside enforcement and computation. */
  changeSettings: {
    params: undefined;
    query: undefined;
    body: {
      /** true or false */
      consumeUnallocatedAiBuilderCredits?: boolean | undefined;
      allocationBy?: 'anyone' | 'tenant-admins' | undefined;
      /** true or false */
      honourSeededCreditsUntilTerm?: boolean | undefined;
      /** a whole number of days from 0 to 31 */
      lateUsageDays?: number | undefined;
      /** an object with the settings of enforcement that change */
      enforcement?: {
        view?: 'realtime' | 'computed' | undefined;
        admission?: 'until-exhausted' | 'never-exceed' | undefined;
        /** a whole number of per cent from 1 to 1000 */
        fallbackAtPercent?: number | undefined;
        /** a whole number of per cent from 1 to 1000 */
        blockAtPercent?: number | undefined;
      } | undefined;
      /** a whole number of per cent from 1 to 1000 */
      nearAtPercent?: number | undefined;
      /** an object with the settings of computation that change */
      computation?: {
        /** a whole number of days from 0 to 31; of sandboxes only: usage of so many days stays out of the computed figures */
        delayDays?: number | undefined;
      } | undefined;
    } | undefined;
    answer: Settings;
  };
  /** Makes a key for a role, or for a part of what it may; its secret is shown this once. */
  createKey: {
    params: undefined;
    query: undefined;
    body: {
      role: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader' | 'service';
      /** a list of ids of environments */
      environmentIds?: string[] | undefined;
      /** a user id: 1 to 256 characters, without control characters */
      userId?: string | undefined;
      /** a list of consume, check, read, administer */
      scopes?: ('consume' | 'check' | 'read' | 'administer')[] | undefined;
      /** an RFC 3339 instant in UTC such as 2026-11-21T08:00:00Z */
      expiresAt?: string | undefined;
      /** a name: 1 to 256 characters, without control characters */
      name?: string | undefined;
    };
    answer: NewKey;
  };
  /** Lists the keys, without their secrets. */
  listKeys: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Key[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Revokes a key; within a second it works nowhere. */
  revokeKey: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Gives a key another secret, shown this once; the one it has works beside it for a while. */
  rotateKey: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: {
      /** seconds from 0 to 2592000 (30 days) */
      graceSeconds?: number | undefined;
    } | undefined;
    answer: NewKey;
  };
  /** Lists who may sign in, in the order in which they came. */
  listPeople: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Person[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Invites somebody: the link lets them choose a password within 7 days, once; it is shown this once. */
  invitePerson: {
    params: undefined;
    query: undefined;
    body: {
      /** an email address such as ada@contoso.com */
      email: string;
      /** a name: 1 to 256 characters, without control characters */
      name: string;
      role: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader';
      /** a list of ids of environments */
      environmentIds?: string[] | undefined;
      /** a user id: 1 to 256 characters, without control characters */
      userId?: string | undefined;
    };
    answer: InvitedPerson;
  };
  /** Gives somebody another link, shown this once: for who was invited, or has lost the password. */
  invitePersonAgain: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: InvitedPerson;
  };
  /** Changes what somebody may, or disables the account: within a second every session of it is over. */
  changePerson: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: {
      /** a name: 1 to 256 characters, without control characters */
      name?: string | undefined;
      role?: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader' | undefined;
      /** a list of ids of environments */
      environmentIds?: string[] | undefined;
      /** a user id: 1 to 256 characters, without control characters */
      userId?: string | null | undefined;
      /** true or false */
      disabled?: boolean | undefined;
    } | undefined;
    answer: Person;
  };
  /** Ends every session of somebody; within a second they work nowhere. */
  signOutPerson: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Changes the password of the account that asks; every other session of it ends. */
  changePassword: {
    params: undefined;
    query: undefined;
    body: {
      /** the present password */
      password: string;
      /** a password of 12 to 128 characters */
      newPassword: string;
    };
    answer: undefined;
  };
  /** Ends every session of the account or key that asks, this one too; within a second they work nowhere. */
  signOutEverywhere: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Makes an environment; the same id with the same content answers the one that is there with 200. */
  createEnvironment: {
    params: undefined;
    query: undefined;
    body: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id?: string | undefined;
      /** a name: 1 to 256 characters, without control characters */
      name: string;
      type?: 'production' | 'sandbox' | 'trial' | 'developer' | 'default' | undefined;
      /** a region: 1 to 64 characters, without control characters */
      region?: string | undefined;
    };
    answer: Environment;
  };
  /** Lists the environments, by id; an environment administrator sees its own. */
  listEnvironments: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Environment[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Shows an environment. */
  getEnvironment: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Environment;
  };
  /** Changes what is named; a billing administrator may change billingPlanId only. */
  changeEnvironment: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: {
      /** a name: 1 to 256 characters, without control characters */
      name?: string | undefined;
      /** true or false */
      drawFromTenantPool?: boolean | undefined;
      /** true or false */
      deny?: boolean | undefined;
      /** true or false */
      previewModels?: boolean | undefined;
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      billingPlanId?: string | null | undefined;
    } | undefined;
    answer: Environment;
  };
  /** Deletes an environment: its allocations return to the pool, its history stays. */
  deleteEnvironment: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Lists what can be owned. */
  listProducts: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Product[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Buys: the tenant owns the credits of a product from its start on. */
  createEntitlement: {
    params: undefined;
    query: undefined;
    body: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id?: string | undefined;
      /** the id of a product: 1 to 128 characters, without control characters */
      product: string;
      /** a whole number from 1 to 1000000000 */
      quantity: number;
      /** a day such as 2026-11-21 */
      purchasedOn?: string | undefined;
      /** a day such as 2026-11-21 */
      startsOn?: string | undefined;
      /** a day such as 2026-11-21 */
      endsOn?: string | undefined;
      /** true or false */
      servicePlanEnabled?: boolean | undefined;
    };
    answer: Entitlement;
  };
  /** Lists what was ever bought, ended ones too, by id. */
  listEntitlements: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Entitlement[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Ends an entitlement now (E9). */
  endEntitlement: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Sets an environment's allocation of a currency; 0 releases it to the pool. */
  setAllocation: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
      currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
    };
    query: undefined;
    body: {
      /** credits as a decimal string such as "7.5": at most 12 digits and 6 places, no sign, no exponent */
      credits: string;
    };
    answer: Allocation;
  };
  /** Sets several allocations as one, with switches of environments: all or none. */
  changeAllocations: {
    params: undefined;
    query: undefined;
    body: {
      /** a list of 1 to 1000 changes */
      changes: {
        /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
        environmentId: string;
        currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
        /** credits as a decimal string such as "7.5": at most 12 digits and 6 places, no sign, no exponent */
        credits: string;
      }[];
      /** a list of at most 1000 environments with what changes */
      environments?: {
        /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
        environmentId: string;
        /** true or false */
        drawFromTenantPool?: boolean | undefined;
        /** true or false */
        deny?: boolean | undefined;
        /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
        billingPlanId?: string | null | undefined;
      }[] | undefined;
    };
    answer: {
      changes: Allocation[];
    };
  };
  /** Lists the allocations as they are set; an environment administrator sees those of its environments. */
  listAllocations: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Allocation[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Tells what a change of allocations, and of switches of environments, would do; records nothing. */
  previewAllocations: {
    params: undefined;
    query: undefined;
    body: {
      /** a list of at most 1000 changes */
      changes?: {
        /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
        environmentId: string;
        currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
        /** credits as a decimal string such as "7.5": at most 12 digits and 6 places, no sign, no exponent */
        credits: string;
      }[] | undefined;
      /** a list of at most 1000 environments with what changes */
      environments?: {
        /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
        environmentId: string;
        /** true or false */
        drawFromTenantPool?: boolean | undefined;
        /** true or false */
        deny?: boolean | undefined;
        /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
        billingPlanId?: string | null | undefined;
      }[] | undefined;
    } | undefined;
    answer: AllocationPreview;
  };
  /** The tenant's picture this month: owned, allocated, consumed, and where it comes from. */
  getCapacity: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: TenantCapacity;
  };
  /** How an environment stands in each currency, and what makers may do there (M1b). */
  getEnvironmentCapacity: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: EnvironmentCapacity;
  };
  /** The capacity of every environment, in pages by id; an environment administrator sees its own. */
  listEnvironmentCapacities: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: EnvironmentCapacityRow[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Tells what an action costs, in every currency that has a rate for it; needs no environment. */
  priceAction: {
    params: undefined;
    query: undefined;
    body: PricedAction;
    answer: Price;
  };
  /** Tells whether an action would be allowed and who would pay; records nothing. */
  checkAction: {
    params: undefined;
    query: undefined;
    body: Action;
    answer: Check;
  };
  /** Decides an action, charges it and records it; a refusal for credits is a 402 with what helps. */
  consumeAction: {
    params: undefined;
    query: undefined;
    body: Action;
    answer: Consumption;
  };
  /** Consumes up to 1,000 actions, decided in order; one bad action spoils no other. */
  consumeBatch: {
    params: undefined;
    query: undefined;
    body: {
      /** a list of 1 to 1000 actions */
      actions: Action[];
    };
    answer: {
      results: BatchItem[];
    };
  };
  /** Reserves the expected cost of an action; decided as a consumption is. */
  createHold: {
    params: undefined;
    query: undefined;
    body: HoldAction;
    answer: Hold;
  };
  /** Records the real usage on the source of the hold; never refused for credits. */
  captureHold: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: {
      usage: Usage;
    };
    answer: Consumption;
  };
  /** Gives back what a hold reserves. */
  releaseHold: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Hold;
  };
  /** Shows a hold. */
  getHold: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Hold;
  };
  /** Lists the activity, newest first; a maker sees its own, an environment administrator that of its environments. */
  listActivity: {
    params: undefined;
    query: {
      /** text: 1 to 256 characters, without control characters */
      environmentId?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      userId?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      capability?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      model?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      resourceId?: string | undefined;
      caller?: 'canvas-app' | 'model-driven-app' | 'cloud-flow' | 'agent' | 'agent-flow' | 'api' | undefined;
      currency?: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' | undefined;
      status?: 'charged' | 'in-overage' | 'free' | 'refused' | undefined;
      /** the code of a refusal, such as QuotaExceeded */
      code?: string | undefined;
      source?: 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go' | undefined;
      /** true or false; whether it was charged at all, also in overage */
      billable?: boolean | undefined;
      /** an RFC 3339 instant in UTC; what happened then is included */
      from?: string | undefined;
      /** an RFC 3339 instant in UTC; what happened then is not included */
      to?: string | undefined;
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: ActivityItem[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Shows one action as it was decided; to a maker its own, to an environment administrator those of its environments. */
  getActivity: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: ActivityItem;
  };
  /** Streams what happens as server-sent events; a maker gets its own activity, an environment administrator that of its environments. */
  openStream: {
    params: undefined;
    query: {
      /** the id of an event, such as a1234.n5 */
      after?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      environmentId?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      userId?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      capability?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      model?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      resourceId?: string | undefined;
      caller?: 'canvas-app' | 'model-driven-app' | 'cloud-flow' | 'agent' | 'agent-flow' | 'api' | undefined;
      currency?: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' | undefined;
      status?: 'charged' | 'in-overage' | 'free' | 'refused' | undefined;
      /** the code of a refusal, such as QuotaExceeded */
      code?: string | undefined;
      source?: 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go' | undefined;
      /** true or false; whether it was charged at all, also in overage */
      billable?: boolean | undefined;
    };
    body: undefined;
    answer: undefined;
  };
  /** Sums usage by day or month and by the dimensions that are asked for; a maker sees its own, an environment administrator that of its environments. */
  getUsage: {
    params: undefined;
    query: {
      /** a day such as 2026-11-21; the 1st of the month of "to" if left out */
      from?: string | undefined;
      /** a day such as 2026-11-21, which is included; today if left out */
      to?: string | undefined;
      granularity?: 'day' | 'month' | undefined;
      /** dimensions parted by commas: environment, user, caller, resource, product, feature, capability, model, currency, source, billable */
      groupBy?: ('environment' | 'user' | 'caller' | 'resource' | 'product' | 'feature' | 'capability' | 'model' | 'currency' | 'source' | 'billable')[] | undefined;
      /** text: 1 to 256 characters, without control characters */
      environment?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      user?: string | undefined;
      caller?: 'canvas-app' | 'model-driven-app' | 'cloud-flow' | 'agent' | 'agent-flow' | 'api' | undefined;
      /** text: 1 to 256 characters, without control characters */
      resource?: string | undefined;
      product?: 'power-apps' | 'power-automate' | 'copilot-studio' | 'api' | undefined;
      /** text: 1 to 256 characters, without control characters */
      feature?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      capability?: string | undefined;
      /** text: 1 to 256 characters, without control characters */
      model?: string | undefined;
      currency?: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' | undefined;
      source?: 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go' | undefined;
      /** true or false */
      billable?: boolean | undefined;
      channel?: 'teams' | 'sharepoint' | 'm365-copilot' | 'web' | 'custom' | undefined;
      /** a whole number from 1 to 10000; 1000 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before: 1 to 4096 characters, without control characters */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: UsageRow[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Records a file of consumption as history; a dry run (the default) only tells what would be recorded. */
  importFile: {
    params: undefined;
    query: {
      dryRun?: 'true' | 'false' | undefined;
      view?: 'ai-builder-consumption' | 'copilot-credits-environments' | 'copilot-credits-agents' | 'copilot-credits-users' | undefined;
      /** a file name: 1 to 256 characters, without control characters */
      fileName?: string | undefined;
      /** of a file without days: its first, a day such as 2026-11-21; 29 days before "to" if left out */
      from?: string | undefined;
      /** of a file without days: its last, on which it is recorded; a day such as 2026-11-21, today if left out */
      to?: string | undefined;
      /** a whole number from 0 to 999: what "<1K" counts as; 500 if left out */
      belowThousandAs?: number | undefined;
      /** an id: where rows are recorded that do not say their environment; "imported" if left out */
      environmentId?: string | undefined;
      countAgain?: 'true' | 'false' | undefined;
      /** an id; if left out, one that the same file with the same terms has again */
      id?: string | undefined;
      /** a whole number from 1: which part of the file of this id; 1 if left out */
      part?: number | undefined;
      /** a whole number from 1: in how many parts the file comes; 1 if left out */
      parts?: number | undefined;
    };
    body: string;
    answer: ImportRun;
  };
  /** Lists the imports, newest first. */
  listImports: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Import[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Shows an import. */
  getImport: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Import;
  };
  /** Exports the days of an import again and says where that differs from the file, figure by figure. */
  getImportDifferences: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      /** rows of the file that were compared */
      rows: number;
      /** rows of the file that cannot be read */
      unreadable: number;
      /** rows of the export */
      exported: number;
      /** how many there are; value has the first ones */
      differences: number;
      value: ImportDifference[];
    };
  };
  /** Lists the apps, flows and agents that were seen in actions or declared: premium or not, and why (F7). */
  listResources: {
    params: undefined;
    query: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      environmentId?: string | undefined;
      type?: 'app' | 'flow' | 'agent' | undefined;
      /** true or false */
      premium?: boolean | undefined;
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: KnownResource[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Declares an app, flow or agent before it was seen: whether it has an AI action, and which apps have a flow. */
  declareResource: {
    params: {
      type: 'app' | 'flow' | 'agent';
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      environmentId: string;
      /** a name: 1 to 256 characters, without control characters */
      name?: string | undefined;
      /** true or false */
      aiAction?: boolean | undefined;
      /** of a flow: at most 100 apps that have it */
      apps?: string[] | undefined;
    };
    answer: KnownResource;
  };
  /** Lists the tenant's own capabilities, every version, then those of the catalogue as of now. */
  listCapabilities: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Capability[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Adds a capability of the tenant, or a version of it in force from a day; the same day again replaces it (R1). */
  defineCapability: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: {
      /** a name: 1 to 256 characters, without control characters */
      name?: string | undefined;
      unit: 'page' | 'image' | '1000-characters' | 'row' | 'response' | 'action' | 'message' | 'minute' | 'session';
      /** a day such as 2026-11-21; today if left out */
      from?: string | undefined;
      /** credits as a decimal string such as "7.5": at most 12 digits and 6 places, no sign, no exponent */
      aiBuilderCredits?: string | null | undefined;
      /** credits as a decimal string such as "7.5": at most 12 digits and 6 places, no sign, no exponent */
      copilotCredits?: string | null | undefined;
    };
    answer: Capability;
  };
  /** Lists the models that prompts can run on, with their tiers and dates (R4). */
  listModels: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Model[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Makes a billing plan; without monthlyLimit it has no limit of its own. */
  createBillingPlan: {
    params: undefined;
    query: undefined;
    body: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id?: string | undefined;
      /** a name: 1 to 256 characters, without control characters */
      name: string;
      status?: 'Enabled' | 'Disabled' | undefined;
      /** credits as a decimal string such as "7.5": at most 12 digits and 6 places, no sign, no exponent */
      monthlyLimit?: string | null | undefined;
    };
    answer: BillingPlan;
  };
  /** Lists the billing plans with what was billed to them this month, by id. */
  listBillingPlans: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: BillingPlan[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Shows a billing plan with what was billed to it this month. */
  getBillingPlan: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: BillingPlan;
  };
  /** Changes what is named; monthlyLimit null takes the limit away. */
  changeBillingPlan: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: {
      /** a name: 1 to 256 characters, without control characters */
      name?: string | undefined;
      status?: 'Enabled' | 'Disabled' | undefined;
      /** credits as a decimal string such as "7.5": at most 12 digits and 6 places, no sign, no exponent */
      monthlyLimit?: string | null | undefined;
    } | undefined;
    answer: BillingPlan;
  };
  /** Deletes a plan and unlinks its environments; what was billed stays. */
  deleteBillingPlan: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Sets a monthly limit; the same id again replaces it. */
  setLimit: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: {
      /** what it is about: several keys mean all of them, none the whole tenant */
      scope: {
        /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
        environmentId?: string | undefined;
        /** a user id: 1 to 256 characters, without control characters */
        userId?: string | undefined;
        /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
        resourceId?: string | undefined;
        /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
        capability?: string | undefined;
      };
      currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
      /** credits as a decimal string such as "7.5": at most 12 digits and 6 places, no sign, no exponent */
      monthly: string;
      /** a whole number of per cent from 1 to 100; 80 if left out */
      notifyAtPercent?: number | undefined;
      /** true or false */
      stop?: boolean | undefined;
    };
    answer: Limit;
  };
  /** Shows one limit. */
  getLimit: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Limit;
  };
  /** Deletes a limit. */
  deleteLimit: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Lists the limits with what counts against them this month, by id; a maker sees those on its own user, an environment administrator those on its environments and on all. */
  listLimits: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Limit[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Gives a user a trial: 200,000 AI Builder credits for 30 days, in any environment (X1). */
  startTrial: {
    params: undefined;
    query: undefined;
    body: {
      /** a user id: 1 to 256 characters, without control characters */
      userId: string;
    };
    answer: Trial;
  };
  /** Lists the trials that were given, by user; a maker sees its own. */
  listTrials: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Trial[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Extends a trial one time, after it has ended: another 200,000 for 30 days from now (X1). */
  extendTrial: {
    params: {
      /** a user id: 1 to 256 characters, without control characters */
      userId: string;
    };
    query: undefined;
    body: undefined;
    answer: Trial;
  };
  /** Gives the tenant 200,000 AI Builder credits for the current month, for environments in overage (X3). */
  createExtension: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Extension;
  };
  /** Lists the extensions that were given, oldest first. */
  listExtensions: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Extension[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Computes the consumption of every environment now; it is done daily at 00:00 UTC by itself. */
  compute: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Computation;
  };
  /** Lists the computations, newest first. */
  listComputations: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Computation[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Decides the actions of a period once more, by realtime and by computed figures, and compares. Records nothing. */
  compareViews: {
    params: undefined;
    query: undefined;
    body: {
      /** a day such as 2026-11-21 */
      from: string;
      /** a day such as 2026-11-21, which is included */
      to: string;
      /** a whole number of days from 0 to 31; 0 if left out: computed daily at 00:00 UTC */
      delayDays?: number | undefined;
    };
    answer: Comparison;
  };
  /** Asks for a report; it is prepared in the background. */
  createReport: {
    params: undefined;
    query: undefined;
    body: {
      type: 'ai-builder-consumption' | 'copilot-credits-environments' | 'copilot-credits-agents' | 'copilot-credits-users';
      /** a day such as 2026-11-21 */
      targetDate?: string | undefined;
      days?: 30 | 60 | 90 | 180 | undefined;
    };
    answer: Report;
  };
  /** Lists the reports, newest first; expired ones stay listed. */
  listReports: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Report[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Shows a report: its status and how far it is. */
  getReport: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Report;
  };
  /** Deletes a report; one that is being prepared is given up. */
  deleteReport: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Downloads a completed report as CSV in UTF-8. */
  getReportContent: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** What crossed a threshold, newest first: once per crossing and month (N2). */
  listNotices: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
      kind?: 'near-capacity' | 'exhausted' | 'blocked' | 'nearing-limit' | 'over-limit' | undefined;
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      environmentId?: string | undefined;
      /** a month such as 2026-11 */
      month?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Notice[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Whom a notice was sent to, by mail and by webhook, and what came of each attempt; newest first. */
  listDeliveriesOfNotice: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Delivery[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** What an administrator, or a maker in an environment, should see now (N1). */
  listBanners: {
    params: undefined;
    query: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      environmentId?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Banner[];
    };
  };
  /** Whom notices are mailed to, and whether this installation sends mail. */
  getNoticeRecipients: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: NoticeRecipients;
  };
  /** Sets whom notices are mailed to from now on; an empty list ends it. Each gets a mail of its own. */
  setNoticeRecipients: {
    params: undefined;
    query: undefined;
    body: {
      /** a list of at most 50 email addresses */
      emails: string[];
    };
    answer: NoticeRecipients;
  };
  /** Makes a webhook, with the secret that its deliveries are signed with; at most 20 a tenant. */
  createWebhook: {
    params: undefined;
    query: undefined;
    body: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id?: string | undefined;
      /** a URL: 1 to 2048 characters, without control characters */
      url: string;
      /** kinds of notices; null: every kind */
      kinds?: ('near-capacity' | 'exhausted' | 'blocked' | 'nearing-limit' | 'over-limit')[] | null | undefined;
      /** a description: 1 to 256 characters, without control characters */
      description?: string | null | undefined;
    };
    answer: Webhook | WebhookWithSecret;
  };
  /** Lists the webhooks, by id, without their secrets. */
  listWebhooks: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Webhook[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Shows a webhook, without its secret. */
  getWebhook: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Webhook;
  };
  /** Changes what is named; enabled switches it off, or on again after it was disabled. */
  changeWebhook: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: {
      /** a URL: 1 to 2048 characters, without control characters */
      url?: string | undefined;
      /** kinds of notices; null: every kind */
      kinds?: ('near-capacity' | 'exhausted' | 'blocked' | 'nearing-limit' | 'over-limit')[] | null | undefined;
      /** a description: 1 to 256 characters, without control characters */
      description?: string | null | undefined;
      /** true or false */
      enabled?: boolean | undefined;
    } | undefined;
    answer: Webhook;
  };
  /** Deletes a webhook with the log of its deliveries; what waits for it is not sent. */
  deleteWebhook: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Gives a webhook a new secret, shown this once; the one before signs beside it for 24 hours. */
  rotateWebhookSecret: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: WebhookWithSecret;
  };
  /** Sends a delivery of type "test", once, also to a webhook that is disabled; its log tells what came of it. */
  testWebhook: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Delivery;
  };
  /** What was sent to a webhook, newest first, with every attempt; kept for 90 days. */
  listDeliveriesOfWebhook: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: Delivery[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Sends a delivery again at once, under the same webhook-id; its retries count anew. */
  replayDelivery: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      deliveryId: string;
    };
    query: undefined;
    body: undefined;
    answer: Delivery;
  };
  /** Turns volumes of a month into credits of either currency, and into what to buy after what is owned (K1). */
  estimateVolumes: {
    params: undefined;
    query: undefined;
    body: {
      /** a list of 1 to 1000 volumes */
      volumes: Volume[];
    };
    answer: Estimate;
  };
  /** What an environment will have consumed by the month's end, and when its allocation or the pool is spent (K2). */
  getEnvironmentForecast: {
    params: {
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: EnvironmentForecast;
  };
  /** What the tenant and its pool will have consumed by the month's end, and when the pool is spent (K2). */
  getForecast: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: TenantForecast;
  };
  /** Lists what was done and refused in the tenant, newest first. */
  listAuditEvents: {
    params: undefined;
    query: {
      /** an actor: 1 to 256 characters, without control characters */
      actor?: string | undefined;
      /** an operation: 1 to 64 characters, without control characters */
      operation?: string | undefined;
      outcome?: 'done' | 'refused' | undefined;
      /** a subject, also one of several: 1 to 512 characters, without control characters */
      subject?: string | undefined;
      /** an RFC 3339 instant in UTC; what happened then is included */
      from?: string | undefined;
      /** an RFC 3339 instant in UTC; what happened then is not included */
      to?: string | undefined;
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: AuditEvent[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Shows the end of the tenant's chain of events; keep it elsewhere, and bursar verify tells whether anything was changed. */
  getAuditHead: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: AuditHead;
  };
  /** Downloads the audit log as CSV in UTF-8, oldest first; that somebody did is in it too. */
  exportAudit: {
    params: undefined;
    query: {
      /** an actor: 1 to 256 characters, without control characters */
      actor?: string | undefined;
      /** an operation: 1 to 64 characters, without control characters */
      operation?: string | undefined;
      outcome?: 'done' | 'refused' | undefined;
      /** a subject, also one of several: 1 to 512 characters, without control characters */
      subject?: string | undefined;
      /** an RFC 3339 instant in UTC; what happened then is included */
      from?: string | undefined;
      /** an RFC 3339 instant in UTC; what happened then is not included */
      to?: string | undefined;
    };
    body: undefined;
    answer: undefined;
  };
  /** Lists the ends of all chains of events, for bursar verify --audit-heads. */
  listAuditHeads: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: AuditHead[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Lists what was done with the operator key, and what was refused of whom nobody knows, newest first. */
  listInstallationAudit: {
    params: undefined;
    query: {
      /** an actor: 1 to 256 characters, without control characters */
      actor?: string | undefined;
      /** an operation: 1 to 64 characters, without control characters */
      operation?: string | undefined;
      outcome?: 'done' | 'refused' | undefined;
      /** a subject, also one of several: 1 to 512 characters, without control characters */
      subject?: string | undefined;
      /** an RFC 3339 instant in UTC; what happened then is included */
      from?: string | undefined;
      /** an RFC 3339 instant in UTC; what happened then is not included */
      to?: string | undefined;
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: AuditEvent[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
  };
  /** Whether the process answers. */
  getLiveness: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      status: 'live';
    };
  };
  /** Whether the database answers and takes writes. */
  getReadiness: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      status: 'ready';
    };
  };
  /** Signs the page in: exchanges a key, an e-mail address with its password, or an invitation for a session cookie. */
  signIn: {
    params: undefined;
    query: undefined;
    body: {
      /** a key of a tenant */
      key?: string | undefined;
      /** an email address such as ada@contoso.com */
      email?: string | undefined;
      /** the password of the account, or the one that it is to have */
      password?: string | undefined;
      /** an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit */
      tenant?: string | undefined;
      /** what stands behind the # of a link that invites */
      invitation?: string | undefined;
      /** a name: 1 to 256 characters, without control characters */
      name?: string | undefined;
    } | undefined;
    answer: Session;
  };
  /** Who is signed in, and what they may do; 204 where nobody is. */
  getSession: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Session | undefined;
  };
  /** Signs the page out: the session ends, and the cookie is forgotten. */
  signOut: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** In which ways one can sign in here. */
  getSignInOptions: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SignInOptions;
  };
  /** Whom an invitation is for; changes nothing. */
  readInvitation: {
    params: undefined;
    query: undefined;
    body: {
      /** what stands behind the # of a link that invites */
      invitation: string;
    };
    answer: Invitation;
  };
  /** Sends the browser to an OpenID provider to sign in there. */
  beginSignIn: {
    params: undefined;
    query: {
      /** the id of a provider, as in the options of sign-in */
      provider: string;
      /** a page to open then, as it stands behind "#" in its address; the first one if left out */
      returnTo?: string | undefined;
    };
    body: undefined;
    answer: undefined;
  };
  /** Where a provider sends the browser back to: it gets its session, and the page. */
  completeSignIn: {
    params: {
      /** the id of a provider, as in the options of sign-in */
      provider: string;
    };
    query: {
      /** as OpenID Connect has it */
      code?: string | undefined;
      /** as OpenID Connect has it */
      state?: string | undefined;
      /** as OpenID Connect has it */
      iss?: string | undefined;
      /** as OpenID Connect has it */
      error?: string | undefined;
      /** as OpenID Connect has it */
      error_description?: string | undefined;
      /** as OpenID Connect has it */
      error_uri?: string | undefined;
    };
    body: undefined;
    answer: undefined;
  };
}

/** How each operation is called. `takesKey`: it takes an Idempotency-Key. */
export const OPERATIONS = {
  createTenant: { method: 'POST', path: '/v1/tenants', takesKey: false },
  listTenants: { method: 'GET', path: '/v1/tenants', takesKey: false },
  getTenant: { method: 'GET', path: '/v1/tenant', takesKey: false },
  moveClock: { method: 'PUT', path: '/v1/tenant/clock', takesKey: false },
  getSettings: { method: 'GET', path: '/v1/tenant/settings', takesKey: false },
  changeSettings: { method: 'PATCH', path: '/v1/tenant/settings', takesKey: false },
  createKey: { method: 'POST', path: '/v1/keys', takesKey: false },
  listKeys: { method: 'GET', path: '/v1/keys', takesKey: false },
  revokeKey: { method: 'DELETE', path: '/v1/keys/{id}', takesKey: false },
  rotateKey: { method: 'POST', path: '/v1/keys/{id}/rotations', takesKey: false },
  listPeople: { method: 'GET', path: '/v1/people', takesKey: false },
  invitePerson: { method: 'POST', path: '/v1/people', takesKey: false },
  invitePersonAgain: { method: 'POST', path: '/v1/people/{id}/invitations', takesKey: false },
  changePerson: { method: 'PATCH', path: '/v1/people/{id}', takesKey: false },
  signOutPerson: { method: 'DELETE', path: '/v1/people/{id}/sessions', takesKey: false },
  changePassword: { method: 'PUT', path: '/v1/own-password', takesKey: false },
  signOutEverywhere: { method: 'DELETE', path: '/v1/own-sessions', takesKey: false },
  createEnvironment: { method: 'POST', path: '/v1/environments', takesKey: true },
  listEnvironments: { method: 'GET', path: '/v1/environments', takesKey: false },
  getEnvironment: { method: 'GET', path: '/v1/environments/{id}', takesKey: false },
  changeEnvironment: { method: 'PATCH', path: '/v1/environments/{id}', takesKey: false },
  deleteEnvironment: { method: 'DELETE', path: '/v1/environments/{id}', takesKey: false },
  listProducts: { method: 'GET', path: '/v1/products', takesKey: false },
  createEntitlement: { method: 'POST', path: '/v1/entitlements', takesKey: true },
  listEntitlements: { method: 'GET', path: '/v1/entitlements', takesKey: false },
  endEntitlement: { method: 'DELETE', path: '/v1/entitlements/{id}', takesKey: false },
  setAllocation: { method: 'PUT', path: '/v1/environments/{id}/allocations/{currency}', takesKey: true },
  changeAllocations: { method: 'POST', path: '/v1/allocations/changes', takesKey: true },
  listAllocations: { method: 'GET', path: '/v1/allocations', takesKey: false },
  previewAllocations: { method: 'POST', path: '/v1/allocations/previews', takesKey: false },
  getCapacity: { method: 'GET', path: '/v1/capacity', takesKey: false },
  getEnvironmentCapacity: { method: 'GET', path: '/v1/environments/{id}/capacity', takesKey: false },
  listEnvironmentCapacities: { method: 'GET', path: '/v1/environment-capacities', takesKey: false },
  priceAction: { method: 'POST', path: '/v1/price', takesKey: false },
  checkAction: { method: 'POST', path: '/v1/checks', takesKey: false },
  consumeAction: { method: 'POST', path: '/v1/consumptions', takesKey: true },
  consumeBatch: { method: 'POST', path: '/v1/consumptions/batch', takesKey: false },
  createHold: { method: 'POST', path: '/v1/holds', takesKey: true },
  captureHold: { method: 'POST', path: '/v1/holds/{id}/capture', takesKey: true },
  releaseHold: { method: 'POST', path: '/v1/holds/{id}/release', takesKey: true },
  getHold: { method: 'GET', path: '/v1/holds/{id}', takesKey: false },
  listActivity: { method: 'GET', path: '/v1/activity', takesKey: false },
  getActivity: { method: 'GET', path: '/v1/activity/{id}', takesKey: false },
  openStream: { method: 'GET', path: '/v1/stream', takesKey: false },
  getUsage: { method: 'GET', path: '/v1/usage', takesKey: false },
  importFile: { method: 'POST', path: '/v1/imports', takesKey: false },
  listImports: { method: 'GET', path: '/v1/imports', takesKey: false },
  getImport: { method: 'GET', path: '/v1/imports/{id}', takesKey: false },
  getImportDifferences: { method: 'GET', path: '/v1/imports/{id}/differences', takesKey: false },
  listResources: { method: 'GET', path: '/v1/resources', takesKey: false },
  declareResource: { method: 'PUT', path: '/v1/resources/{type}/{id}', takesKey: false },
  listCapabilities: { method: 'GET', path: '/v1/capabilities', takesKey: false },
  defineCapability: { method: 'PUT', path: '/v1/capabilities/{id}', takesKey: false },
  listModels: { method: 'GET', path: '/v1/models', takesKey: false },
  createBillingPlan: { method: 'POST', path: '/v1/billing-plans', takesKey: true },
  listBillingPlans: { method: 'GET', path: '/v1/billing-plans', takesKey: false },
  getBillingPlan: { method: 'GET', path: '/v1/billing-plans/{id}', takesKey: false },
  changeBillingPlan: { method: 'PATCH', path: '/v1/billing-plans/{id}', takesKey: false },
  deleteBillingPlan: { method: 'DELETE', path: '/v1/billing-plans/{id}', takesKey: false },
  setLimit: { method: 'PUT', path: '/v1/limits/{id}', takesKey: false },
  getLimit: { method: 'GET', path: '/v1/limits/{id}', takesKey: false },
  deleteLimit: { method: 'DELETE', path: '/v1/limits/{id}', takesKey: false },
  listLimits: { method: 'GET', path: '/v1/limits', takesKey: false },
  startTrial: { method: 'POST', path: '/v1/trials', takesKey: true },
  listTrials: { method: 'GET', path: '/v1/trials', takesKey: false },
  extendTrial: { method: 'POST', path: '/v1/trials/{userId}/extend', takesKey: false },
  createExtension: { method: 'POST', path: '/v1/extensions', takesKey: true },
  listExtensions: { method: 'GET', path: '/v1/extensions', takesKey: false },
  compute: { method: 'POST', path: '/v1/computations', takesKey: false },
  listComputations: { method: 'GET', path: '/v1/computations', takesKey: false },
  compareViews: { method: 'POST', path: '/v1/comparisons', takesKey: false },
  createReport: { method: 'POST', path: '/v1/reports', takesKey: true },
  listReports: { method: 'GET', path: '/v1/reports', takesKey: false },
  getReport: { method: 'GET', path: '/v1/reports/{id}', takesKey: false },
  deleteReport: { method: 'DELETE', path: '/v1/reports/{id}', takesKey: false },
  getReportContent: { method: 'GET', path: '/v1/reports/{id}/content', takesKey: false },
  listNotices: { method: 'GET', path: '/v1/notices', takesKey: false },
  listDeliveriesOfNotice: { method: 'GET', path: '/v1/notices/{id}/deliveries', takesKey: false },
  listBanners: { method: 'GET', path: '/v1/banners', takesKey: false },
  getNoticeRecipients: { method: 'GET', path: '/v1/notice-recipients', takesKey: false },
  setNoticeRecipients: { method: 'PUT', path: '/v1/notice-recipients', takesKey: false },
  createWebhook: { method: 'POST', path: '/v1/webhooks', takesKey: false },
  listWebhooks: { method: 'GET', path: '/v1/webhooks', takesKey: false },
  getWebhook: { method: 'GET', path: '/v1/webhooks/{id}', takesKey: false },
  changeWebhook: { method: 'PATCH', path: '/v1/webhooks/{id}', takesKey: false },
  deleteWebhook: { method: 'DELETE', path: '/v1/webhooks/{id}', takesKey: false },
  rotateWebhookSecret: { method: 'POST', path: '/v1/webhooks/{id}/rotate-secret', takesKey: false },
  testWebhook: { method: 'POST', path: '/v1/webhooks/{id}/test', takesKey: false },
  listDeliveriesOfWebhook: { method: 'GET', path: '/v1/webhooks/{id}/deliveries', takesKey: false },
  replayDelivery: { method: 'POST', path: '/v1/webhooks/{id}/deliveries/{deliveryId}/replay', takesKey: false },
  estimateVolumes: { method: 'POST', path: '/v1/estimates', takesKey: false },
  getEnvironmentForecast: { method: 'GET', path: '/v1/environments/{id}/forecast', takesKey: false },
  getForecast: { method: 'GET', path: '/v1/forecast', takesKey: false },
  listAuditEvents: { method: 'GET', path: '/v1/audit', takesKey: false },
  getAuditHead: { method: 'GET', path: '/v1/audit/head', takesKey: false },
  exportAudit: { method: 'GET', path: '/v1/audit/content', takesKey: false },
  listAuditHeads: { method: 'GET', path: '/v1/audit-heads', takesKey: false },
  listInstallationAudit: { method: 'GET', path: '/v1/installation/audit', takesKey: false },
  getLiveness: { method: 'GET', path: '/livez', takesKey: false },
  getReadiness: { method: 'GET', path: '/readyz', takesKey: false },
  signIn: { method: 'POST', path: '/v1/session', takesKey: false },
  getSession: { method: 'GET', path: '/v1/session', takesKey: false },
  signOut: { method: 'DELETE', path: '/v1/session', takesKey: false },
  getSignInOptions: { method: 'GET', path: '/v1/sign-in-options', takesKey: false },
  readInvitation: { method: 'POST', path: '/v1/invitation', takesKey: false },
  beginSignIn: { method: 'GET', path: '/v1/sign-in', takesKey: false },
  completeSignIn: { method: 'GET', path: '/v1/sign-in-callback-{provider}', takesKey: false },
} as const satisfies Record<keyof Operations, { method: string; path: string; takesKey: boolean }>;
