// Rows of imported files as history (history.ts): one row becomes one entry for each of its figures. A row is told from others by its
// identity, never by its figures, so that the same consumption is known again in any file that shows it. What has no place of its
// own becomes a label; an imported row's labels say every column of its view, what they leave out was empty.

import type { Caller, Channel, Resource } from './action.ts';
import { currentCapabilities, FEATURES, MODELS } from './catalogue.ts';
import { type Credits, type Currency, formatCredits, minus } from './credits.ts';
import type { HistoryEntry } from './history.ts';
import { Cells, Misfit, type Remark } from './import-cells.ts';
import { MOST_BELOW_THOUSAND, quoted } from './import-value.ts';
import { type Header, plainName } from './import-view.ts';
import type { Day, Instant } from './month.ts';

export interface Period {
  from: Day;
  to: Day;
}

export interface ImportTerms {
  /** Of files whose rows have no day: they are recorded on its last. */
  period: Period;
  /** What `<1K` counts as. */
  belowThousandAs: Credits;
  /** Where rows are recorded that do not say their environment. */
  environment: { id: string; name: string };
}

export type Kind = HistoryEntry['kind'];

export interface ImportRow {
  /** Equal in every file that shows the same consumption. */
  identity: string;
  day: Day;
  environment: { id: string; name: string };
  /** At least one; a row without consumption has an entry of 0. */
  entries: HistoryEntry[];
  /** `prepaid 5, pay-as-you-go 2` */
  figures: string;
  /** To what a row of this identity can be charged at all. */
  kinds: readonly Kind[];
  remarks: Remark[];
}

export interface RowProblem {
  column?: string;
  detail: string;
}

/** What cannot be told from a file: no capability of the catalogue. */
const IMPORTED = 'imported';
/** Nobody: a file that names no users. */
const NO_USER = '';

/** `readRow(header, ['2026-05-03', …], terms)`; a problem names the column in the words of the report. */
export function readRow(header: Header, cells: readonly string[], terms: ImportTerms): ImportRow | RowProblem {
  const surplus = cells.slice(header.width);
  if (cells.length < header.width || surplus.some((cell) => cell.trim() !== ''))
    return { detail: `has ${cells.length} columns where the header has ${header.width}` };
  try {
    return read(new Cells(header, cells), terms);
  } catch (error) {
    if (error instanceof Misfit) return { column: error.column, detail: error.message };
    throw error;
  }
}

type Part = { kind: Kind; credits: Credits };
type Told = Omit<HistoryEntry, 'kind' | 'credits' | 'labels'>;

function read(cells: Cells, terms: ImportTerms): ImportRow {
  switch (cells.header.view) {
    case 'ai-builder-consumption':
      return aiBuilderRow(cells, terms);
    case 'copilot-credits-environments':
      return environmentRow(cells, terms);
    case 'copilot-credits-agents':
      return agentRow(cells, terms);
    case 'copilot-credits-users':
      return userRow(cells, terms);
  }
}

function aiBuilderRow(cells: Cells, terms: ImportTerms): ImportRow {
  const environment = cells.environment();
  const day = cells.day();
  const userId = cells.user();
  const { credits, inexact } = cells.figure('credits', terms.belowThousandAs)!;
  const kind: Kind = cells.flag('isTrial') ? 'trial' : 'prepaid';
  const told: Told = {
    ...NOTHING_TOLD,
    environmentId: environment.id,
    userId,
    day,
    caller: 'cloud-flow',
    currency: 'ai-builder-credits',
  };
  const labels = { figure: inexact ?? '' };
  return rowOf(cells, [day, userId, environment.id, kind], environment, told, labels, [{ kind, credits }]);
}

const CURRENCY_OF_CAPACITY: Record<string, Currency> = {
  '': 'copilot-credits',
  mcsmessages: 'copilot-credits',
  mcssessions: 'copilot-sessions',
};

function environmentRow(cells: Cells, terms: ImportTerms): ImportRow {
  const environment = cells.environment();
  const day = cells.day();
  const currency = CURRENCY_OF_CAPACITY[cells.text('capacityType').toLowerCase()];
  if (!currency)
    throw cells.misfit('capacityType', `is ${quoted(cells.text('capacityType'))}: taken are MCSMessages and MCSSessions`);
  const prepaid = cells.figure('prepaid', terms.belowThousandAs)!.credits;
  const payAsYouGo = cells.figure('payAsYouGo', terms.belowThousandAs)?.credits ?? (0n as Credits);
  const told: Told = { ...NOTHING_TOLD, environmentId: environment.id, userId: NO_USER, day, caller: 'agent', currency };
  const labels = {
    billingPlanId: cells.text('billingPlanId'),
    billingPlanName: cells.text('billingPlanName'),
    entitledQuantity: cells.text('entitledQuantity'),
  };
  const parts: Part[] = [
    { kind: 'prepaid', credits: prepaid },
    { kind: 'pay-as-you-go', credits: payAsYouGo },
  ];
  return rowOf(cells, [day, environment.id, currency], environment, told, labels, parts);
}

function agentRow(cells: Cells, terms: ImportTerms): ImportRow {
  const environment = cells.environment();
  const [product, feature, channel, model] = ['product', 'feature', 'channel', 'model'].map((name) => cells.text(name)) as [
    string,
    string,
    string,
    string,
  ];
  const known = featureOf(feature);
  if (!known) cells.remarks.push({ about: 'feature', of: feature });
  const billed = cells.figure('billed', terms.belowThousandAs)!.credits;
  const nonBilled = cells.figure('nonBilled', terms.belowThousandAs)?.credits ?? (0n as Credits);
  const caller = callerOf(product, known?.feature ?? null);
  if (!caller) cells.remarks.push({ about: 'product', of: product });
  const told: Told = {
    ...NOTHING_TOLD,
    environmentId: environment.id,
    userId: NO_USER,
    day: terms.period.to,
    caller: caller ?? 'agent',
    resource: resourceOf(cells, caller ?? 'agent'),
    capability: known?.capability ?? IMPORTED,
    feature: known?.feature ?? null,
    model: model === '' ? null : (modelsByPlainName.get(plainName(model)) ?? model),
    channel: CHANNEL_OF[plainName(channel)] ?? null,
    currency: 'copilot-credits',
  };
  const labels = {
    product,
    feature,
    channel,
    model,
    knowledgeSources: cells.text('knowledgeSources'),
    toolUsed: cells.text('toolUsed'),
    scenarioName: cells.text('scenarioName'),
  };
  const parts: Part[] = [
    { kind: 'prepaid', credits: billed },
    { kind: 'non-billed', credits: nonBilled },
  ];
  const identity = [
    terms.period.from,
    terms.period.to,
    cells.text('agentId'),
    product,
    feature,
    channel,
    labels.knowledgeSources,
    labels.toolUsed,
    model,
    labels.scenarioName,
    environment.id,
  ];
  return rowOf(cells, identity, environment, told, labels, parts);
}

function userRow(cells: Cells, terms: ImportTerms): ImportRow {
  const billed = cells.figure('billed', terms.belowThousandAs)!.credits;
  const used = cells.figure('used', terms.belowThousandAs)?.credits ?? billed;
  if (used < billed)
    throw cells.misfit('used', `is ${formatCredits(used)}, less than the ${formatCredits(billed)} that were billed of it`);
  const userId = cells.user();
  const told: Told = {
    ...NOTHING_TOLD,
    environmentId: terms.environment.id,
    userId,
    day: terms.period.to,
    caller: 'agent',
    resource: resourceOf(cells, 'agent'),
    m365Copilot: cells.flag('m365Copilot'),
    currency: 'copilot-credits',
  };
  const parts: Part[] = [
    { kind: 'prepaid', credits: billed },
    { kind: 'non-billed', credits: minus(used, billed) },
  ];
  const identity = [terms.period.from, terms.period.to, userId, cells.text('agentId')];
  const labels = { userEmail: cells.text('userEmail') };
  return rowOf(cells, identity, terms.environment, told, labels, parts);
}

const NOTHING_TOLD = {
  resource: null,
  capability: IMPORTED,
  feature: null,
  model: null,
  channel: null,
  m365Copilot: false,
} as const;

function rowOf(
  cells: Cells,
  identity: readonly string[],
  environment: { id: string; name: string },
  told: Told,
  labels: Readonly<Record<string, string>>,
  parts: readonly Part[],
): ImportRow {
  const { view } = cells.header;
  const consumed = parts.filter((part) => part.credits > 0n);
  const recorded = consumed.length > 0 ? consumed : parts.slice(0, 1);
  const said = Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== ''));
  return {
    identity: JSON.stringify([view, ...identity]),
    day: told.day,
    environment,
    entries: recorded.map(({ kind, credits }) => ({ ...told, kind, credits, labels: { view, ...said } })),
    figures: figuresOf(recorded),
    kinds: parts.map((part) => part.kind),
    remarks: cells.remarks,
  };
}

/** The figures of a row, or of what was recorded of it. */
export function figuresOf(parts: readonly { kind: Kind; credits: Credits }[]): string {
  return parts.map(({ kind, credits }) => `${kind} ${formatCredits(credits)}`).join(', ');
}

const CHANNEL_OF: Record<string, Channel> = {
  teams: 'teams',
  microsoftteams: 'teams',
  sharepoint: 'sharepoint',
  m365copilot: 'm365-copilot',
  microsoft365copilot: 'm365-copilot',
  web: 'web',
  custom: 'custom',
};

/** C4 the other way round: what runs in a product. */
const CALLER_OF: Record<string, Caller> = {
  '': 'agent',
  copilotstudio: 'agent',
  powerautomate: 'cloud-flow',
  powerapps: 'canvas-app',
  api: 'api',
};

function callerOf(product: string, feature: string | null): Caller | undefined {
  const caller = CALLER_OF[plainName(product)];
  return caller === 'agent' && feature === 'agent-flow-actions' ? 'agent-flow' : caller;
}

function resourceOf(cells: Cells, caller: Caller): Resource | null {
  const id = cells.text('agentId');
  if (id === '') return null;
  const name = cells.text('agentName');
  const type = caller === 'cloud-flow' ? 'flow' : caller === 'canvas-app' ? 'app' : 'agent';
  return { type, id, ...(name === '' ? {} : { name }) };
}

const capabilities = currentCapabilities(Number.MAX_SAFE_INTEGER as Instant);
const capabilitiesByName = new Map(capabilities.map((row) => [plainName(row.name), row.id]));
const capabilityIds = new Set(capabilities.map((row) => row.id));
const featuresByName = new Map(FEATURES.map((feature) => [plainName(feature.name), feature.id]));
const modelsByPlainName = new Map(MODELS.map((model) => [plainName(model.id), model.id]));

/** A feature by its name, with the capability of the same name where there is one. */
function featureOf(name: string): { feature: string; capability: string } | undefined {
  const feature = featuresByName.get(plainName(name));
  if (feature === undefined) return undefined;
  return { feature, capability: capabilitiesByName.get(plainName(name)) ?? (capabilityIds.has(feature) ? feature : IMPORTED) };
}

/** What is to know of the rows with a remark, in words. */
export function noteOf({ about, of = '' }: Remark, terms: ImportTerms): string {
  switch (about) {
    case 'below-thousand':
      return `<1K is no exact figure: counted as ${formatCredits(terms.belowThousandAs)} (belowThousandAs, 0 to ${MOST_BELOW_THOUSAND})`;
    case 'rounded':
      return 'a figure is rounded to thousands or millions: counted as written';
    case 'feature':
      return `the feature ${quoted(of)} is not in the catalogue: kept as a label, with the capability "${IMPORTED}"`;
    case 'product':
      return `the product ${quoted(of)} is not known here: kept as a label, counted as an agent's`;
    case 'no-user':
      return 'no user is named';
  }
}
