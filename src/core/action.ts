// An action: one use of an AI capability that somebody asks to run, has run, or reserves credits for.

import type { Unit } from './catalogue.ts';
import type { Instant } from './month.ts';

export const CALLERS = ['canvas-app', 'model-driven-app', 'cloud-flow', 'agent', 'agent-flow', 'api'] as const;
export type Caller = (typeof CALLERS)[number];

export const MODES = ['run', 'test', 'train'] as const;
export type Mode = (typeof MODES)[number];

export const INTERNAL_CHANNELS = ['teams', 'sharepoint', 'm365-copilot'] as const;
export const CHANNELS = [...INTERNAL_CHANNELS, 'web', 'custom'] as const;
export type Channel = (typeof CHANNELS)[number];

export const RESOURCE_TYPES = ['app', 'flow', 'agent'] as const;

/** The app, flow or agent that an action belongs to. */
export interface Resource {
  type: (typeof RESOURCE_TYPES)[number];
  id: string;
  name?: string;
  /** The id of an app that has the flow (F7). */
  app?: string;
}

export const USAGE_FIELDS = [
  'pages',
  'images',
  'characters',
  'rows',
  'responses',
  'actions',
  'messages',
  'minutes',
  'sessions',
  'inputTokens',
  'outputTokens',
] as const;
export type UsageField = (typeof USAGE_FIELDS)[number];
/** Counts as measured by the caller; whole numbers from 0 to 1,000,000,000. */
export type Usage = Partial<Record<UsageField, number>>;
export const MOST_USAGE = 1_000_000_000;

const FIELDS_OF_UNIT = {
  page: ['pages'],
  image: ['images'],
  '1000-characters': ['characters'],
  row: ['rows'],
  response: ['responses'],
  action: ['actions'],
  message: ['messages'],
  minute: ['minutes'],
  session: ['sessions'],
  '1000-tokens': ['inputTokens', 'outputTokens'],
} as const satisfies Record<Unit, readonly UsageField[]>;

/** R2, R3: what must be counted of a capability of this unit, and nothing else: one count, of prompts input and output tokens. */
export function usageFieldsOf(unit: Unit): readonly UsageField[] {
  return FIELDS_OF_UNIT[unit];
}

/** What an action costs depends on no more than this. */
export interface Priceable {
  capability: string;
  model: string | null;
  usage: Usage;
}

export interface Action extends Priceable {
  environmentId: string;
  userId: string;
  caller: Caller;
  resource: Resource | null;
  mode: Mode;
  /** null: now. */
  occurredAt: Instant | null;
  m365Copilot: boolean;
  channel: Channel | null;
  startedByAgent: boolean;
  preview: boolean;
  recordOnly: boolean;
  /** What an imported row said that has no place of its own, so that a report can say it again; only of history. */
  labels?: Readonly<Record<string, string>>;
}

export type ProductOfUse = 'copilot-studio' | 'power-apps' | 'power-automate' | 'api';

/** C4: the product that a caller belongs to. */
export function productOf(caller: Caller): ProductOfUse {
  switch (caller) {
    case 'agent':
    case 'agent-flow':
      return 'copilot-studio';
    case 'canvas-app':
    case 'model-driven-app':
      return 'power-apps';
    case 'cloud-flow':
      return 'power-automate';
    case 'api':
      return 'api';
  }
}
