// The environments of Contoso: what each is for, who works in it, and the apps, flows and agents that it has, as a mix of the
// traffic generator.

import type { CapabilityShare, ResourceShare } from '../traffic/mix.ts';
import { BEGIN } from './calendar.ts';
import { DEPARTMENTS, everybody, VISITORS_OF_THE_WEBSITE } from './people.ts';
import { prompts } from './prompts.ts';

export interface SampleEnvironment {
  id: string;
  name: string;
  type: 'production' | 'sandbox' | 'trial' | 'developer' | 'default';
  region: string;
  /** The day on which it is made, and that on which it is deleted. */
  opened: string;
  closed?: string;
  users: readonly string[];
  /** Customers come at weekends and on holidays as well. */
  customers: boolean;
  /** Actions a day, as the mean over a week, once the year has passed. */
  actionsPerDay: number;
  resources: (day: string) => ResourceShare[];
}

const pages = (mean: number) => ({ unit: 'pages', mean }) as const;
const images = (mean: number) => ({ unit: 'images', mean }) as const;
const characters = (mean: number) => ({ unit: 'characters', mean }) as const;
const ONE_RESPONSE = { unit: 'responses', mean: 1 } as const;
const ONE_MESSAGE = { unit: 'messages', mean: 1 } as const;

function read(weight: number, capability: string, counts: CapabilityShare['counts'] & object): CapabilityShare {
  return { weight, capability, counts };
}

/** What an agent does in a conversation (R5). */
function conversation(day: string, { grounded = 0, classic = 2, actions = 1 } = {}): CapabilityShare[] {
  return [
    read(6, 'generative-answer', ONE_RESPONSE),
    read(classic, 'classic-answer', ONE_RESPONSE),
    read(actions, 'agent-action', { unit: 'actions', mean: 1.5 }),
    ...(grounded > 0 ? [read(grounded, 'tenant-graph-grounding', ONE_MESSAGE)] : []),
    ...prompts(day, 1, [3, 1, 0]),
  ];
}

const app = (id: string, name: string) => ({ type: 'app', id: `app-${id}`, name }) as const;
const flow = (id: string, name: string, ofApp?: string) =>
  ({ type: 'flow', id: `flow-${id}`, name, ...(ofApp === undefined ? {} : { app: `app-${ofApp}` }) }) as const;
const agent = (id: string, name: string) => ({ type: 'agent', id: `agent-${id}`, name }) as const;

const EUROPE = 'europe';
/** The licences come: from here on departments take part that had waited for them. */
const LICENSED = '2025-10-14';
/** The tenant's own (R1): a price a page from a day on, and another one later. */
export const OWN_CAPABILITY = {
  id: 'contract-risk-score',
  name: 'Contract risk score',
  from: '2026-02-02',
  changed: '2026-07-01',
} as const;
/** R4: prompts on models of one's own. */
const BYOM_FROM = '2026-05-14';

export const ENVIRONMENTS: readonly SampleEnvironment[] = [
  {
    id: 'contoso-default',
    name: 'Contoso (default)',
    type: 'default',
    region: EUROPE,
    opened: BEGIN,
    users: everybody(),
    customers: false,
    actionsPerDay: 48,
    resources: (day) => [
      {
        weight: 4,
        caller: 'canvas-app',
        resource: app('expenses', 'Expense snapshots'),
        capabilities: [read(4, 'receipt-processing', pages(2)), read(1, 'text-recognition', pages(1.5))],
      },
      {
        weight: 3,
        caller: 'cloud-flow',
        resource: flow('mail-summary', 'Summarise my mail'),
        capabilities: [
          { weight: 3, capability: 'AISummarize' },
          { weight: 1, capability: 'AIClassify' },
          ...prompts(day, 3, [3, 1, 0]),
        ],
      },
      {
        weight: 1,
        caller: 'canvas-app',
        resource: app('lunch', 'Lunch menu reader'),
        capabilities: [read(1, 'text-translation', characters(900)), read(1, 'business-card-reader', pages(1))],
      },
      {
        weight: 2,
        caller: 'agent',
        channel: 'teams',
        resource: agent('my-day', 'My day'),
        capabilities: conversation(day, { grounded: 2 }),
      },
    ],
  },
  {
    id: 'sales',
    name: 'Sales',
    type: 'production',
    region: EUROPE,
    opened: BEGIN,
    users: DEPARTMENTS.sales,
    customers: false,
    actionsPerDay: 66,
    resources: (day) => [
      {
        weight: 4,
        caller: 'cloud-flow',
        resource: flow('offers', 'Draft offers', 'customers'),
        capabilities: prompts(day, 1, [2, 5, 1]),
      },
      {
        weight: 3,
        caller: 'model-driven-app',
        resource: app('customers', 'Customers'),
        capabilities: [
          { weight: 2, capability: 'AISummarize' },
          { weight: 1, capability: 'AIReply' },
          read(1, 'sentiment-analysis', characters(1400)),
          read(1, 'key-phrase-extraction', characters(1200)),
        ],
      },
      {
        weight: 1,
        caller: 'canvas-app',
        resource: app('visits', 'Customer visits'),
        capabilities: [read(1, 'text-recognition', pages(2)), read(1, 'prediction', { unit: 'rows', mean: 12 })],
      },
      {
        weight: 2,
        caller: 'agent',
        channel: 'teams',
        resource: agent('sales-coach', 'Sales coach'),
        capabilities: conversation(day, { grounded: 1 }),
      },
    ],
  },
  {
    id: 'customer-service',
    name: 'Customer service',
    type: 'production',
    region: EUROPE,
    opened: BEGIN,
    users: [...VISITORS_OF_THE_WEBSITE, ...DEPARTMENTS.service],
    customers: true,
    actionsPerDay: 90,
    resources: (day) => [
      {
        weight: 6,
        caller: 'agent',
        channel: 'web',
        resource: agent('website', 'Website assistant'),
        capabilities: conversation(day),
      },
      {
        weight: 2,
        caller: 'agent',
        channel: 'custom',
        resource: agent('phone', 'Phone assistant'),
        capabilities: [
          read(4, 'voice-classic', { unit: 'minutes', mean: 2 }),
          read(1, 'voice-generative', { unit: 'minutes', mean: 2 }),
        ],
      },
      {
        weight: 3,
        caller: 'agent-flow',
        startedByAgent: true,
        resource: flow('tickets', 'Sort tickets'),
        capabilities: [read(8, 'agent-flow-actions', { unit: 'actions', mean: 6 }), ...prompts(day, 4, [5, 1, 0])],
      },
      {
        weight: 1,
        caller: 'model-driven-app',
        resource: app('cases', 'Service cases'),
        capabilities: [{ weight: 2, capability: 'AIReply' }, read(1, 'language-detection', characters(800))],
      },
    ],
  },
  {
    id: 'finance',
    name: 'Finance',
    type: 'production',
    region: EUROPE,
    opened: LICENSED,
    users: DEPARTMENTS.finance,
    customers: false,
    actionsPerDay: 62,
    resources: () => [
      {
        weight: 5,
        caller: 'cloud-flow',
        resource: flow('invoices', 'Read invoices', 'payables'),
        capabilities: [read(5, 'invoice-processing', pages(3)), read(1, 'custom-document-processing', pages(3))],
      },
      {
        weight: 2,
        caller: 'cloud-flow',
        resource: flow('receipts', 'Read receipts'),
        capabilities: [read(1, 'receipt-processing', pages(1.3))],
      },
      {
        weight: 1,
        caller: 'canvas-app',
        resource: app('payables', 'Payables'),
        capabilities: [read(1, 'text-recognition', pages(2)), read(1, 'entity-extraction', characters(1800))],
      },
    ],
  },
  {
    id: 'finance-test',
    name: 'Finance (test)',
    type: 'sandbox',
    region: EUROPE,
    opened: '2025-11-10',
    users: DEPARTMENTS.finance.slice(0, 4),
    customers: false,
    actionsPerDay: 6,
    resources: (day) => [
      {
        weight: 2,
        caller: 'cloud-flow',
        resource: flow('invoices-next', 'Read invoices (next)'),
        capabilities: [read(1, 'invoice-processing', pages(2)), ...prompts(day, 1, [1, 1, 0])],
      },
      {
        weight: 1,
        caller: 'canvas-app',
        mode: 'test',
        resource: app('payables-next', 'Payables (next)'),
        capabilities: [read(1, 'custom-document-processing', pages(3))],
      },
    ],
  },
  {
    id: 'human-resources',
    name: 'Human resources',
    type: 'production',
    region: EUROPE,
    opened: LICENSED,
    users: [...DEPARTMENTS.people, ...everybody().slice(0, 40)],
    customers: false,
    actionsPerDay: 38,
    resources: (day) => [
      {
        weight: 4,
        caller: 'agent',
        channel: 'teams',
        resource: agent('ask-hr', 'Ask HR'),
        capabilities: conversation(day, { classic: 4 }),
      },
      {
        weight: 1,
        caller: 'agent',
        channel: 'sharepoint',
        resource: agent('old-faq', 'Frequently asked (old)'),
        capabilities: conversation(day),
      },
      {
        weight: 2,
        caller: 'cloud-flow',
        resource: flow('applications', 'Sort applications', 'hiring'),
        capabilities: [read(2, 'category-classification', characters(2600)), ...prompts(day, 2, [1, 2, 0])],
      },
      {
        weight: 1,
        caller: 'model-driven-app',
        resource: app('hiring', 'Hiring'),
        capabilities: [read(1, 'identity-document-reader', pages(1)), { weight: 1, capability: 'AISummarize' }],
      },
    ],
  },
  {
    id: 'legal',
    name: 'Legal',
    type: 'production',
    region: EUROPE,
    opened: LICENSED,
    users: DEPARTMENTS.legal,
    customers: false,
    actionsPerDay: 20,
    resources: (day) => [
      {
        weight: 3,
        caller: 'cloud-flow',
        resource: flow('contracts', 'Read contracts', 'contract-desk'),
        capabilities: [
          read(2, 'contract-processing', images(4)),
          ...prompts(day, 2, [1, 2, 1]),
          // The tenant's own (R1), once it is defined.
          ...(day >= OWN_CAPABILITY.from ? [read(2, OWN_CAPABILITY.id, pages(4))] : []),
        ],
      },
      {
        weight: 1,
        caller: 'model-driven-app',
        resource: app('contract-desk', 'Contract desk'),
        capabilities: [{ weight: 1, capability: 'AIExtract' }, read(1, 'text-translation', characters(3200))],
      },
    ],
  },
  {
    id: 'procurement',
    name: 'Procurement',
    type: 'production',
    region: EUROPE,
    opened: '2025-11-03',
    users: DEPARTMENTS.procurement,
    customers: false,
    actionsPerDay: 24,
    resources: (day) => [
      {
        weight: 3,
        caller: 'cloud-flow',
        resource: flow('orders', 'Read order confirmations', 'suppliers'),
        capabilities: [read(2, 'custom-document-processing', pages(2.5)), ...prompts(day, 1, [2, 1, 0])],
      },
      {
        weight: 1,
        caller: 'model-driven-app',
        resource: app('suppliers', 'Suppliers'),
        capabilities: [read(1, 'entity-extraction', characters(1500)), { weight: 1, capability: 'AISummarize' }],
      },
    ],
  },
  {
    id: 'logistics',
    name: 'Logistics',
    type: 'production',
    region: EUROPE,
    opened: LICENSED,
    users: DEPARTMENTS.logistics,
    customers: false,
    actionsPerDay: 36,
    resources: () => [
      {
        weight: 3,
        caller: 'canvas-app',
        resource: app('goods-in', 'Goods in'),
        capabilities: [read(3, 'object-detection', images(5)), read(2, 'text-recognition', pages(1.2))],
      },
      {
        weight: 1,
        caller: 'api',
        resource: app('scanner-gate', 'Scanner gate'),
        capabilities: [read(1, 'custom-document-processing', pages(1)), read(2, 'text-recognition', pages(1))],
      },
    ],
  },
  {
    id: 'manufacturing',
    name: 'Manufacturing',
    type: 'production',
    region: EUROPE,
    opened: '2025-12-01',
    users: DEPARTMENTS.manufacturing,
    customers: false,
    actionsPerDay: 36,
    resources: (day) => [
      {
        weight: 3,
        caller: 'cloud-flow',
        resource: flow('inspection', 'Inspect parts', 'shop-floor'),
        capabilities: [read(3, 'object-detection', images(5)), read(1, 'image-description', images(1.5))],
      },
      {
        weight: 1,
        caller: 'canvas-app',
        resource: app('shop-floor', 'Shop floor'),
        capabilities: [...prompts(day, 1, [3, 1, 0]), read(1, 'prediction', { unit: 'rows', mean: 40 })],
      },
      {
        weight: 1,
        caller: 'agent',
        channel: 'custom',
        resource: agent('maintenance', 'Maintenance guide'),
        capabilities: conversation(day, { classic: 1, actions: 2 }),
      },
    ],
  },
  {
    id: 'marketing',
    name: 'Marketing',
    type: 'production',
    region: EUROPE,
    opened: LICENSED,
    users: DEPARTMENTS.marketing,
    customers: false,
    actionsPerDay: 38,
    resources: (day) => [
      {
        weight: 3,
        caller: 'agent',
        channel: 'sharepoint',
        resource: agent('campaigns', 'Campaign writer'),
        capabilities: [
          ...prompts(day, 4, [1, 3, 1]),
          read(2, 'generative-answer', ONE_RESPONSE),
          read(1, 'tenant-graph-grounding', ONE_MESSAGE),
        ],
      },
      {
        weight: 2,
        caller: 'cloud-flow',
        resource: flow('posts', 'Translate posts'),
        capabilities: [read(2, 'text-translation', characters(1100)), { weight: 1, capability: 'AISentiment' }],
      },
    ],
  },
  {
    id: 'it-help-desk',
    name: 'IT help desk',
    type: 'production',
    region: EUROPE,
    opened: BEGIN,
    users: everybody().slice(20, 120),
    customers: false,
    actionsPerDay: 58,
    resources: (day) => [
      {
        weight: 6,
        caller: 'agent',
        channel: 'm365-copilot',
        resource: agent('help-desk', 'Help desk'),
        capabilities: conversation(day, { grounded: 1, actions: 2 }),
      },
      {
        weight: 2,
        caller: 'agent-flow',
        channel: 'm365-copilot',
        startedByAgent: true,
        resource: flow('passwords', 'Reset passwords'),
        capabilities: [read(1, 'agent-flow-actions', { unit: 'actions', mean: 4 })],
      },
      {
        weight: 1,
        caller: 'cloud-flow',
        resource: flow('incidents', 'Summarise incidents'),
        capabilities: [
          { weight: 1, capability: 'AISummarize' },
          { weight: 1, capability: 'AIClassify' },
        ],
      },
    ],
  },
  {
    id: 'robotic-automation',
    name: 'Robotic automation',
    type: 'production',
    region: EUROPE,
    opened: '2025-12-01',
    users: DEPARTMENTS.technology.slice(0, 2),
    customers: false,
    // Its robots run by the clock (story.ts).
    actionsPerDay: 3,
    resources: () => [
      {
        weight: 1,
        caller: 'cloud-flow',
        resource: flow('screens', 'Read screens of robots'),
        capabilities: [read(1, 'text-recognition', pages(1))],
      },
    ],
  },
  {
    id: 'innovation-lab',
    name: 'Innovation lab',
    type: 'developer',
    region: EUROPE,
    opened: BEGIN,
    users: DEPARTMENTS.makers,
    customers: false,
    actionsPerDay: 20,
    resources: (day) => [
      {
        weight: 3,
        caller: 'canvas-app',
        mode: 'test',
        resource: app('prompt-bench', 'Prompt bench'),
        capabilities: prompts(day, 1, [1, 2, 2]),
      },
      {
        weight: 1,
        caller: 'canvas-app',
        mode: 'train',
        resource: app('model-bench', 'Model bench'),
        capabilities: [read(2, 'custom-document-processing', pages(8)), read(1, 'object-detection', images(20))],
      },
      {
        weight: 2,
        caller: 'cloud-flow',
        resource: flow('experiments', 'Experiments'),
        capabilities: [
          ...prompts(day, 2, [1, 2, 1]),
          ...(day >= BYOM_FROM ? [read(1, 'byom-prompt', { unit: 'actions', mean: 1 })] : []),
        ],
      },
    ],
  },
  {
    id: 'partner-portal',
    name: 'Partner portal',
    type: 'production',
    region: 'unitedstates',
    opened: '2026-01-12',
    users: VISITORS_OF_THE_WEBSITE.slice(0, 12),
    customers: true,
    actionsPerDay: 28,
    resources: (day) => [
      {
        weight: 1,
        caller: 'agent',
        channel: 'web',
        resource: agent('partners', 'Partner assistant'),
        capabilities: conversation(day),
      },
    ],
  },
  {
    id: 'compliance',
    name: 'Compliance',
    type: 'production',
    region: EUROPE,
    opened: '2025-11-03',
    users: DEPARTMENTS.legal.slice(3),
    customers: false,
    actionsPerDay: 4,
    resources: (day) => [
      {
        weight: 1,
        caller: 'cloud-flow',
        resource: flow('policies', 'Compare policies'),
        capabilities: prompts(day, 1, [2, 2, 0]),
      },
    ],
  },
  {
    id: 'northwind',
    name: 'Northwind (acquired)',
    type: 'production',
    region: 'unitedstates',
    opened: '2026-06-01',
    users: DEPARTMENTS.northwind,
    customers: false,
    actionsPerDay: 22,
    resources: (day) => [
      {
        weight: 2,
        caller: 'agent',
        channel: 'teams',
        resource: agent('traders', 'Trader desk'),
        capabilities: conversation(day, { grounded: 1 }),
      },
      {
        weight: 1,
        caller: 'agent-flow',
        resource: flow('shipments', 'Track shipments'),
        capabilities: [read(1, 'agent-flow-actions', { unit: 'actions', mean: 8 })],
      },
    ],
  },
  {
    id: 'trade-fair',
    name: 'Trade fair 2026',
    type: 'trial',
    region: EUROPE,
    opened: '2026-01-05',
    closed: '2026-02-27',
    users: DEPARTMENTS.marketing.slice(0, 5),
    customers: false,
    actionsPerDay: 25,
    resources: (day) => [
      {
        weight: 1,
        caller: 'canvas-app',
        resource: app('stand', 'Stand visitors'),
        capabilities: [
          read(2, 'business-card-reader', pages(1)),
          read(1, 'text-recognition', pages(1)),
          ...prompts(day, 1, [1, 1, 0]),
        ],
      },
    ],
  },
  {
    id: 'training-room',
    name: 'Training room',
    type: 'sandbox',
    region: EUROPE,
    opened: '2025-11-03',
    users: everybody().slice(60, 90),
    customers: false,
    actionsPerDay: 7,
    resources: (day) => [
      {
        weight: 2,
        caller: 'canvas-app',
        mode: 'test',
        resource: app('course', 'Course app'),
        capabilities: prompts(day, 1, [2, 1, 0]),
      },
      {
        weight: 1,
        caller: 'cloud-flow',
        resource: flow('course', 'Course flow'),
        capabilities: [read(1, 'text-recognition', pages(1)), { weight: 1, capability: 'AISummarize' }],
      },
    ],
  },
];
