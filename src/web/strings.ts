// Every text of the admin centre, in one place, in the words of the glossary.

import type { Caller } from '../core/action.ts';
import type { RecordStatus } from '../core/activity.ts';
import type { SourceKind } from '../core/capacity.ts';
import type { EraId } from '../core/catalogue.ts';
import type { Currency } from '../core/credits.ts';
import type { FreeReason } from '../core/free.ts';
import type { EnvironmentType } from '../core/ledger.ts';
import type { RemedyAction } from '../core/remedy.ts';
import type { Status } from '../core/status.ts';

export const strings = {
  product: 'Bursar',
  pageTitle: (page: string) => `${page} · Bursar`,
  none: '–',

  signIn: {
    title: 'Sign in to Bursar',
    lead: 'See what your AI actions may use, who pays for them, and what is left.',
    key: 'Key of your tenant',
    submit: 'Sign in',
    checking: 'Checking the key …',
    whereTitle: 'Where do I find a key?',
    where:
      'Bursar prints one when it starts for the first time, in the line “administrator of tenant "default" (sign in with): bursar_…”. A tenant administrator makes more, for every role, with',
    whereCommand: 'POST /v1/keys',
    kept: 'The key stays in this browser tab until you sign out or close it.',
    missing: 'Paste a key first.',
    wrong: 'Bursar does not know this key. Check that all of it was copied, and that it has not been deleted.',
    forbidden:
      'This key cannot read a tenant. The operator key only creates tenants, and service keys only meter: sign in with another key of your tenant, such as its administrator’s.',
    unreachable: 'Bursar does not answer. Is it running?',
    ended: 'You were signed out: the key is no longer accepted.',
  },

  frame: {
    skip: 'Skip to the content',
    navigation: 'Pages',
    capacity: 'Capacity',
    environments: 'Environments',
    activity: 'Activity',
    signOut: 'Sign out',
    sandboxClock: (clock: string) => `Sandbox clock: ${clock} UTC`,
    unreachable: 'Bursar does not answer at the moment. The figures are the last that were received; this page keeps trying.',
    notFound: 'There is no such page.',
    failed: 'This page could not be shown.',
    tryAgain: 'Try again',
    loading: 'Loading …',
  },

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
  remedyCredits: (credits: string) => `${credits} credits fill the gap`,
  remedyDate: (date: string) => `counts start again on ${date}`,

  capacity: {
    title: 'Capacity',
    lead: (month: string) => `What your tenant owns, what is assigned to environments, and what was consumed in ${month}.`,
    month: 'Month',
    era: 'Apps and flows draw',
    billingPlans: 'Active billing plans',
    allocation: 'Allocation',
    consumption: 'Consumption',
    assigned: (allocated: string, owned: string) => `${allocated} of ${owned} assigned`,
    consumed: (consumed: string, owned: string) => `${consumed} of ${owned} consumed`,
    consumedUnowned: (consumed: string) => `${consumed} consumed, none owned`,
    heldToo: (held: string) => `${held} held`,
    mark: (percent: number) => `${percent}\u00a0%`,
    unallocated: 'Unallocated',
    held: 'Held',
    payAsYouGo: 'Pay-as-you-go',
    updated: 'Last updated',
    live: 'Live',
    sources: 'Where credits come from',
    licence: 'Licence',
    quantity: 'Quantity',
    credits: 'Credits',
    capped: 'Capped',
    cappedWhy: 'This licence type brings no more than this to a tenant, however many are owned.',
    noSources: 'None owned.',
    overAllocated: (missing: string) =>
      `Over-allocated by ${missing} credits: more is assigned than owned, so every allocation counts for less until you reduce some or buy credits.`,
    unused: (names: string) => `Not in use: ${names}`,
    emptyTitle: 'No credits yet',
    emptyText: 'Enter what your tenant owns, and its capacity appears here. For example one pack of Copilot Credits:',
  },

  environments: {
    title: 'Environments',
    lead: 'What each environment draws from and how far it has come this month.',
    search: 'Search by name, id or type',
    count: (shown: number, all: number) => (shown === all ? `${all} environments` : `${shown} of ${all} environments`),
    name: 'Name',
    type: 'Type',
    status: (currency: string) => `${currency}: status`,
    used: (currency: string) => `${currency}: used`,
    source: (source: string) => `Source: ${source}`,
    consumedOf: (consumed: string, available: string) => `${consumed} of ${available}`,
    noneMatch: (text: string) => `No environment matches “${text}”.`,
    emptyTitle: 'No environments yet',
    emptyText: 'Create the first one, and it shows here what it draws from:',
  },

  activity: {
    title: 'Activity',
    latest: 'Latest activity',
    lead: 'Every AI action as it is decided, newest first. Open one to see why.',
    all: 'All activity',
    live: 'Live',
    paused: 'Paused',
    time: 'Time (UTC)',
    user: 'User',
    caller: 'Caller',
    capability: 'Capability',
    model: 'Model',
    environment: 'Environment',
    currency: 'Currency',
    credits: 'Credits',
    source: 'Source',
    status: 'Status',
    anyStatus: 'Any status',
    anyEnvironment: 'Any environment',
    open: (time: string) => `Explain the action of ${time}`,
    more: 'Show more',
    noneMatch: 'No action matches these filters.',
    emptyTitle: 'No activity yet',
    emptyText: 'Meter the first action, and it appears here at once:',
  },

  explanation: {
    title: {
      charged: 'Allowed and charged',
      'in-overage': 'Allowed in overage',
      free: 'Allowed, free of charge',
      refused: 'Refused',
    } satisfies Record<RecordStatus, string>,
    close: 'Close',
    charged: (credits: string, currency: string, source: string) => `${credits} ${currency} from: ${source}`,
    chargedNowhere: (credits: string, currency: string) => `${credits} ${currency}, from no source`,
    free: (why: string) => `No credits: ${why}.`,
    remedies: 'What helps',
    action: 'The action',
    decidedOn: 'Decided on',
    era: 'Era',
    code: 'Code',
    refused: (code: string | undefined) => `The action was refused${code === undefined ? '' : `: ${code}`}.`,
    rateCard: 'Rate card',
    tier: 'Model tier',
    feature: 'Feature',
    price: 'Price',
    priceOf: (credits: string, currency: string, units: string) => `${credits} ${currency} for ${units}`,
    units: (count: number, text: string) => (count === 1 ? `${text} unit` : `${text} units`),
    usage: 'Usage',
    resource: 'Resource',
    mode: 'Mode',
    recorded: 'Recorded',
    id: 'Id',
    sources: 'Sources tried, in order',
    order: 'No.',
    source: 'Source',
    available: 'Available',
    consumed: 'Consumed',
    held: 'Held',
    outcome: 'Outcome',
    noLimit: 'No limit',
    noSources: 'No source was tried.',
    notFound: 'This action is not among the newest 1,000 of this tenant.',
  },

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
} as const;
