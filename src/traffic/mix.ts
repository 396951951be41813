// Who calls what: environments with their share of the traffic, and in each its apps, flows and agents, with the capabilities that
// they use. A mix is data; `SAMPLE_MIX` is a company with a sales, a service and a finance department, and a hobby corner.

export type TrafficCaller = 'canvas-app' | 'model-driven-app' | 'cloud-flow' | 'agent' | 'agent-flow' | 'api';
export type TrafficChannel = 'teams' | 'sharepoint' | 'm365-copilot' | 'web' | 'custom';

export interface CapabilityShare {
  weight: number;
  capability: string;
  /** A prompt's: null is a prompt without a model (basic tier). */
  model?: string | null;
  /** The unit that it counts, and the mean count of an action; left out: tokens as in the trace. */
  counts?: {
    unit: 'pages' | 'images' | 'characters' | 'rows' | 'responses' | 'actions' | 'messages' | 'minutes';
    mean: number;
  };
}

export interface ResourceShare {
  weight: number;
  caller: TrafficCaller;
  resource: { type: 'app' | 'flow' | 'agent'; id: string; name: string; app?: string };
  channel?: TrafficChannel;
  /** Left out: `run`. */
  mode?: 'test' | 'train';
  startedByAgent?: true;
  capabilities: readonly CapabilityShare[];
}

export interface EnvironmentShare {
  weight: number;
  environmentId: string;
  /** How many people use it, or who they are; few of them (the first ones) most. */
  users: number | readonly string[];
  resources: readonly ResourceShare[];
}

export type TrafficMix = readonly EnvironmentShare[];

const BASIC_PROMPT: CapabilityShare = { weight: 1, capability: 'prompt', model: 'gpt-4.1-mini' };
const STANDARD_PROMPT: CapabilityShare = { weight: 1, capability: 'prompt', model: 'gpt-4.1' };

export const SAMPLE_MIX: TrafficMix = [
  {
    weight: 45,
    environmentId: 'sales',
    users: 120,
    resources: [
      {
        weight: 5,
        caller: 'cloud-flow',
        resource: { type: 'flow', id: 'flow-offers', name: 'Draft offers', app: 'app-crm' },
        capabilities: [{ ...STANDARD_PROMPT, weight: 3 }, BASIC_PROMPT],
      },
      {
        weight: 3,
        caller: 'model-driven-app',
        resource: { type: 'app', id: 'app-crm', name: 'Customers' },
        capabilities: [
          { weight: 2, capability: 'AISummarize' },
          { weight: 1, capability: 'AIReply' },
          { weight: 1, capability: 'sentiment-analysis', counts: { unit: 'characters', mean: 1400 } },
        ],
      },
    ],
  },
  {
    weight: 30,
    environmentId: 'service',
    users: 60,
    resources: [
      {
        weight: 6,
        caller: 'agent',
        channel: 'web',
        resource: { type: 'agent', id: 'agent-helpdesk', name: 'Help desk' },
        capabilities: [
          { weight: 6, capability: 'generative-answer', counts: { unit: 'responses', mean: 1 } },
          { weight: 2, capability: 'classic-answer', counts: { unit: 'responses', mean: 1 } },
          { weight: 1, capability: 'agent-action', counts: { unit: 'actions', mean: 1.5 } },
        ],
      },
      {
        weight: 2,
        caller: 'agent-flow',
        resource: { type: 'flow', id: 'flow-tickets', name: 'Sort tickets' },
        capabilities: [{ ...BASIC_PROMPT, weight: 4 }, STANDARD_PROMPT],
      },
    ],
  },
  {
    weight: 20,
    environmentId: 'finance',
    users: 25,
    resources: [
      {
        weight: 1,
        caller: 'cloud-flow',
        resource: { type: 'flow', id: 'flow-invoices', name: 'Read invoices' },
        capabilities: [
          { weight: 4, capability: 'invoice-processing', counts: { unit: 'pages', mean: 2.2 } },
          { weight: 2, capability: 'receipt-processing', counts: { unit: 'pages', mean: 1.2 } },
          { weight: 1, capability: 'custom-document-processing', counts: { unit: 'pages', mean: 3 } },
        ],
      },
    ],
  },
  {
    weight: 5,
    environmentId: 'makers',
    users: 15,
    resources: [
      {
        weight: 1,
        caller: 'canvas-app',
        resource: { type: 'app', id: 'app-lunch', name: 'Lunch menu reader' },
        capabilities: [
          { weight: 1, capability: 'text-recognition', counts: { unit: 'pages', mean: 1 } },
          { weight: 1, capability: 'text-translation', counts: { unit: 'characters', mean: 900 } },
          BASIC_PROMPT,
        ],
      },
    ],
  },
];
