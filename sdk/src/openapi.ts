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
    view: 'realtime';
    admission: 'until-exhausted' | 'never-exceed';
    /** a whole number of per cent from 1 to 1000 */
    fallbackAtPercent: number;
    /** a whole number of per cent from 1 to 1000 */
    blockAtPercent: number;
  };
  /** a whole number of per cent from 1 to 1000 */
  nearAtPercent: number;
}

export interface NewKey {
  id: string;
  name: string | null;
  role: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader' | 'service';
  /** what an environment administrator administers */
  environmentIds: string[];
  /** who a maker is */
  userId: string | null;
  createdAt: string;
  revokedAt: string | null;
  /** the secret, shown this once */
  key: string;
}

export interface Key {
  id: string;
  name: string | null;
  role: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader' | 'service';
  /** what an environment administrator administers */
  environmentIds: string[];
  /** who a maker is */
  userId: string | null;
  createdAt: string;
  revokedAt: string | null;
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
}

export interface Allocation {
  environmentId: string;
  currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
  /** credits as a decimal string */
  credits: string;
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
  code: 'QuotaExceeded' | 'EntitlementNotAvailable' | 'PreviewModelsDisabled';
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

export interface SeenResource {
  type: 'app' | 'flow' | 'agent';
  id: string;
  name: string | null;
  environmentId: string;
  /** an app with an AI action, or with a flow that has one */
  premium: boolean;
  lastSeenAt: string;
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
  /** Changes the settings that are named, one by one, also inside enforcement. */
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
        view?: 'realtime' | undefined;
        admission?: 'until-exhausted' | 'never-exceed' | undefined;
        /** a whole number of per cent from 1 to 1000 */
        fallbackAtPercent?: number | undefined;
        /** a whole number of per cent from 1 to 1000 */
        blockAtPercent?: number | undefined;
      } | undefined;
      /** a whole number of per cent from 1 to 1000 */
      nearAtPercent?: number | undefined;
    } | undefined;
    answer: Settings;
  };
  /** Makes a key for a role; its secret is shown this once. */
  createKey: {
    params: undefined;
    query: undefined;
    body: {
      role: 'tenant-admin' | 'billing-admin' | 'environment-admin' | 'maker' | 'reader' | 'service';
      /** a list of ids of environments */
      environmentIds?: string[] | undefined;
      /** a user id: 1 to 256 characters, without control characters */
      userId?: string | undefined;
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
  /** Lists the environments, by id. */
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
  /** Sets several allocations as one: all or none. */
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
    };
    answer: {
      changes: Allocation[];
    };
  };
  /** Lists the allocations as they are set. */
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
  /** The capacity of every environment, in pages by id. */
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
  /** Lists the activity, newest first; a maker sees its own. */
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
  /** Sums usage by day or month and by the dimensions that are asked for; a maker sees its own. */
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
    };
    body: undefined;
    answer: {
      value: UsageRow[];
    };
  };
  /** Lists the apps, flows and agents that were seen in actions. */
  listResources: {
    params: undefined;
    query: {
      /** a whole number from 1 to 1000; 100 if left out */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      value: SeenResource[];
      /** absent on the last page */
      nextCursor?: string | undefined;
    };
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
  /** Lists the billing plans, by id. */
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
  getUsage: { method: 'GET', path: '/v1/usage', takesKey: false },
  listResources: { method: 'GET', path: '/v1/resources', takesKey: false },
  listCapabilities: { method: 'GET', path: '/v1/capabilities', takesKey: false },
  defineCapability: { method: 'PUT', path: '/v1/capabilities/{id}', takesKey: false },
  listModels: { method: 'GET', path: '/v1/models', takesKey: false },
  createBillingPlan: { method: 'POST', path: '/v1/billing-plans', takesKey: true },
  listBillingPlans: { method: 'GET', path: '/v1/billing-plans', takesKey: false },
  changeBillingPlan: { method: 'PATCH', path: '/v1/billing-plans/{id}', takesKey: false },
  deleteBillingPlan: { method: 'DELETE', path: '/v1/billing-plans/{id}', takesKey: false },
  getLiveness: { method: 'GET', path: '/livez', takesKey: false },
  getReadiness: { method: 'GET', path: '/readyz', takesKey: false },
} as const satisfies Record<keyof Operations, { method: string; path: string; takesKey: boolean }>;
