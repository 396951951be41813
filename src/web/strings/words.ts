// The words of the domain, as people read them: one place for every page.

import type { Caller } from '../../core/action.ts';
import type { RecordStatus } from '../../core/activity.ts';
import type { SourceKind } from '../../core/capacity.ts';
import type { EraId } from '../../core/catalogue.ts';
import type { Currency } from '../../core/credits.ts';
import type { FreeReason } from '../../core/free.ts';
import type { EnvironmentType } from '../../core/ledger.ts';
import type { RemedyAction } from '../../core/remedy.ts';
import type { Status } from '../../core/status.ts';

export const words = {
  product: 'Bursar',
  pageTitle: (page: string) => `${page} · Bursar`,
  none: '–',

  currencies: {
    'ai-builder-credits': 'AI Builder credits',
    'copilot-credits': 'Copilot Credits',
    'copilot-sessions': 'Copilot sessions',
  } satisfies Record<Currency, string>,

  statuses: {
    'within-capacity': 'Within capacity',
    'near-capacity': 'Near capacity',
    'covered-overage': 'Covered overage',
    overage: 'Overage',
    blocked: 'Blocked',
    'no-capacity': 'No capacity',
  } satisfies Record<Status, string>,

  recordStatuses: {
    charged: 'Charged',
    'in-overage': 'In overage',
    free: 'Free',
    refused: 'Refused',
  } satisfies Record<RecordStatus, string>,

  sources: {
    trial: 'Trial',
    allocation: 'Allocation',
    pool: 'Pool',
    extension: 'Extension',
    'pre-purchase': 'Pre-purchase',
    'pay-as-you-go': 'Pay-as-you-go',
    none: 'None',
  } satisfies Record<SourceKind | 'none', string>,

  callers: {
    'canvas-app': 'Canvas app',
    'model-driven-app': 'Model-driven app',
    'cloud-flow': 'Cloud flow',
    agent: 'Agent',
    'agent-flow': 'Agent flow',
    api: 'API',
  } satisfies Record<Caller, string>,

  environmentTypes: {
    production: 'Production',
    sandbox: 'Sandbox',
    trial: 'Trial',
    developer: 'Developer',
    default: 'Default',
  } satisfies Record<EnvironmentType, string>,

  eras: {
    capacity: 'AI Builder only',
    'dual-mode': 'AI Builder, then Copilot Credits',
    'add-on-only': 'Add-ons only, then Copilot Credits',
  } satisfies Record<EraId, string>,

  freeReasons: {
    test: 'a test from the makers’ pages',
    training: 'training a model',
    preview: 'a preview scenario',
    'zero-rated': 'zero-rated: a Microsoft 365 Copilot licence in an internal channel',
    'free-capability': 'a free capability',
  } satisfies Record<FreeReason, string>,

  remedies: {
    reallocate: 'Reallocate AI Builder credits to this environment',
    'buy-add-on': 'Buy an AI Builder add-on',
    'buy-copilot-credits': 'Buy Copilot Credits',
    'allocate-copilot-credits': 'Allocate Copilot Credits to this environment',
    'link-pay-as-you-go': 'Link a pay-as-you-go billing plan',
    wait: 'Wait for the new month',
  } satisfies Record<RemedyAction, string>,

  usage: {
    pages: 'pages',
    images: 'images',
    characters: 'characters',
    rows: 'rows',
    responses: 'responses',
    actions: 'actions',
    messages: 'messages',
    minutes: 'minutes',
    sessions: 'sessions',
    inputTokens: 'input tokens',
    outputTokens: 'output tokens',
  },

  remedyCredits: (credits: string) => `${credits} credits fill the gap`,
  remedyDate: (date: string) => `counts start again on ${date}`,
} as const;
