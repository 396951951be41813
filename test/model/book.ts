// What the reference model knows of a tenant: things as they were set, and a list of what was charged. There is not one counter: every
// figure is added up from the list each time. Written from the specification (domain.md), shares no code with src/.

export type Currency = 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions';
export const AI_BUILDER = 'ai-builder-credits';
export const COPILOT = 'copilot-credits';
export const SESSIONS = 'copilot-sessions';
export const ALL_CURRENCIES: readonly Currency[] = [AI_BUILDER, COPILOT, SESSIONS];

export type SourceName = 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go';
export type Usage = Record<string, number>;

export interface Action {
  environmentId: string;
  userId: string;
  caller: 'canvas-app' | 'model-driven-app' | 'cloud-flow' | 'agent' | 'agent-flow' | 'api';
  resource: { type: 'app' | 'flow' | 'agent'; id: string } | null;
  capability: string;
  model: string | null;
  usage: Usage;
  mode: 'run' | 'test' | 'train';
  occurredAt: number | null;
  m365Copilot: boolean;
  channel: 'teams' | 'sharepoint' | 'm365-copilot' | 'web' | 'custom' | null;
  startedByAgent: boolean;
  preview: boolean;
  recordOnly: boolean;
}

export interface Environment {
  id: string;
  name: string;
  type: string;
  region: string | null;
  drawFromTenantPool: boolean;
  deny: boolean;
  previewModels: boolean;
  billingPlanId: string | null;
  deleted: boolean;
  /** As set (A2). */
  allocations: Map<Currency, bigint>;
}

export interface Entitlement {
  id: string;
  product: string;
  quantity: number;
  purchasedOn: string;
  startsOn: string;
  endsOn: string | null;
  servicePlanEnabled: boolean;
  endedAt: number | null;
  createdAt: number;
}

export interface Plan {
  id: string;
  name: string;
  status: 'Enabled' | 'Disabled';
  monthlyLimit: bigint | null;
}

export interface OwnCapability {
  id: string;
  name: string;
  unit: string;
  from: string;
  aiBuilderCredits: bigint | null;
  copilotCredits: bigint | null;
}

export interface Scope {
  environmentId?: string;
  userId?: string;
  resourceId?: string;
  capability?: string;
}

export interface Limit {
  id: string;
  scope: Scope;
  currency: Currency;
  monthly: bigint;
  notifyAtPercent: number;
  stop: boolean;
}

export interface Trial {
  userId: string;
  startsAt: number;
  endsAt: number;
  extended: boolean;
  /** How many entries there were when the period began that runs, or ran last. */
  entriesBefore: number;
}

/** Something that was charged. What an open hold reserves has the same shape. */
export interface Entry {
  at: number;
  month: string;
  environmentId: string;
  userId: string;
  resourceId: string | null;
  capability: string;
  currency: Currency;
  /** null: recorded though there was no source at all (D11). */
  source: SourceName | null;
  credits: bigint;
  entitlementId: string | null;
  planId: string | null;
}

export interface Hold extends Omit<Entry, 'currency'> {
  id: string;
  status: 'open' | 'captured' | 'released' | 'expired';
  action: Action;
  expiresAt: number;
  currency: Currency | null;
  free: string | null;
  inOverage: boolean;
  explanation: unknown;
  /** The usage that was captured, as text, and what was told. */
  captured: { usage: string; told: Record<string, unknown> } | null;
}

/** C2: which of the entries the last computation of a month has seen. */
export interface Computation {
  entries: number;
  /** Days of usage that it did not see yet; null: it saw all. */
  firstUnseenDay: string | null;
}

export interface Settings {
  consumeUnallocatedAiBuilderCredits: boolean;
  allocationBy: 'anyone' | 'tenant-admins';
  honourSeededCreditsUntilTerm: boolean;
  lateUsageDays: number;
  enforcement: {
    view: 'realtime' | 'computed';
    admission: 'until-exhausted' | 'never-exceed';
    fallbackAtPercent: number;
    blockAtPercent: number;
  };
  nearAtPercent: number;
  computation: { delayDays: number };
}

export interface Book {
  now: number;
  sandbox: boolean;
  /** The moment at which the tenant was made. */
  beganAt: number;
  settings: Settings;
  environments: Map<string, Environment>;
  entitlements: Entitlement[];
  plans: Map<string, Plan>;
  capabilities: OwnCapability[];
  limits: Map<string, Limit>;
  trials: Map<string, Trial>;
  /** The month of each extension that was given. */
  extensions: string[];
  holds: Map<string, Hold>;
  entries: Entry[];
  computations: Map<string, Computation>;
}

export function newBook(now: number, sandbox: boolean): Book {
  return {
    now,
    sandbox,
    beganAt: now,
    settings: {
      consumeUnallocatedAiBuilderCredits: true,
      allocationBy: 'anyone',
      honourSeededCreditsUntilTerm: false,
      lateUsageDays: 7,
      enforcement: { view: 'realtime', admission: 'until-exhausted', fallbackAtPercent: 100, blockAtPercent: 125 },
      nearAtPercent: 80,
      computation: { delayDays: 0 },
    },
    environments: new Map(),
    entitlements: [],
    plans: new Map(),
    capabilities: [],
    limits: new Map(),
    trials: new Map(),
    extensions: [],
    holds: new Map(),
    entries: [],
    computations: new Map(),
  };
}

/** No: which code, and what a caller is told besides. */
export interface No {
  refused: string;
  members?: Record<string, unknown>;
}

export function no(refused: string, members?: Record<string, unknown>): No {
  return members === undefined ? { refused } : { refused, members };
}

export function isNo(answer: object): answer is No {
  return 'refused' in answer;
}

export function environmentOf(book: Book, id: string): Environment | null {
  const environment = book.environments.get(id);
  return environment && !environment.deleted ? environment : null;
}
