// The texts of the explanation of a decision.

import type { Mode } from '../../core/action.ts';
import type { RecordStatus } from '../../core/activity.ts';
import type { SourceKind } from '../../core/capacity.ts';
import type { EraId } from '../../core/catalogue.ts';

export const explanationText = {
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
  refused: (code: string | undefined) => `The action was refused${code === undefined ? '' : `: ${code}`}.`,

  why: 'Why',
  sourcesInSentence: {
    trial: 'the user’s trial',
    allocation: 'the allocation of this environment',
    pool: 'the pool of the tenant',
    extension: 'this month’s extension',
    'pre-purchase': 'the pre-purchase',
    'pay-as-you-go': 'the pay-as-you-go plan',
  } satisfies Record<SourceKind, string>,
  wonFirst: (currency: string, source: string) =>
    `It is paid in ${currency} from ${source}: the first source, in the order of the rules, that has room.`,
  wonOverage: (currency: string, source: string) =>
    `No source has room left. It runs in overage, in ${currency} on ${source}, which is over its size but not yet so far that runs are blocked.`,
  noSourceLeft: 'No source that this action may use has room, so nothing can pay for it.',
  noRightSource: 'This environment has no credits at all that this action may use.',
  limitStops: 'A source would pay, but a monthly limit stops it.',
  previewOff: 'Preview models are switched off in this environment. That is judged before any credits are.',
  freeFirst: 'What is free is found before any source is asked, so none was.',
  imported: 'It was recorded from a consumption file as another product measured it, so nothing was decided here.',

  sources: 'Sources tried, in order',
  noSources: 'No source was tried.',
  pays: 'Pays',
  paysInOverage: 'Pays, in overage',
  hasRoom: 'Has room',
  noRoom: 'No room',
  bar: (name: string, used: string, held: string | null, available: string) =>
    `${name}: ${used} used${held === null ? '' : ` and ${held} held`} of ${available}`,

  decidedOn: 'Decided on',
  code: 'Code',
  era: 'Era',
  eras: {
    capacity: 'AI Builder only (until 1 November 2025): apps and flows draw AI Builder credits and nothing else.',
    'dual-mode': 'AI Builder, then Copilot Credits (since 1 November 2025): apps and flows draw AI Builder credits first.',
    'add-on-only':
      'Add-ons only, then Copilot Credits (since 1 November 2026): as before, but licences no longer bring AI Builder credits.',
  } satisfies Record<EraId, string>,
  agentsAlways: 'Agents and agent flows draw Copilot Credits only, in every era.',
  rateCard: 'Rate card',
  rateCardOf: (card: string) => `of ${card}`,
  tier: 'Model tier',
  feature: 'Feature',
  price: 'Price',
  noPrice: 'No rate: it was refused before it was priced',
  priceOf: (credits: string, currency: string, units: string) => `${credits} ${currency} for ${units}`,
  units: (count: number, text: string) => (count === 1 ? `${text} unit` : `${text} units`),

  action: 'The action',
  usage: 'Usage',
  resource: 'App, flow or agent',
  resourceTypes: { app: 'app', flow: 'flow', agent: 'agent' },
  mode: 'Mode',
  modes: {
    run: 'Run',
    test: 'Test, from the makers’ pages',
    train: 'Training a model',
  } satisfies Record<Mode, string>,
  recorded: 'Recorded',
  hold: 'Hold captured',
  id: 'Id',
  notFound: 'There is no such action in this tenant, or it is not yours to see.',
} as const;
