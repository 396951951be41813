// Imported files: the four views of consumption that are taken (M4, M5), and which one a file's header says it is. Columns are
// found by name in any order, without regard to case, spaces and punctuation; what is missing or not known is named.

import { type Refusal, refuse } from './refusal.ts';

export const IMPORT_VIEWS = [
  'ai-builder-consumption',
  'copilot-credits-environments',
  'copilot-credits-agents',
  'copilot-credits-users',
] as const;
/** The same names as those of the reports that say such rows again. */
export type ImportView = (typeof IMPORT_VIEWS)[number];

/** What a column is to its row: it tells it from others, is its figure, or says more of it (and may be said otherwise another time). */
type Part = 'identifies' | 'figure' | 'says';

interface Column {
  title: string;
  part: Part;
  /** A file without it is not of this view. */
  needed?: true;
  otherTitles?: readonly string[];
}

/** By the names that a row is read with (import-row.ts). */
const COLUMNS = {
  'ai-builder-consumption': {
    day: { title: 'Date', part: 'identifies', needed: true },
    userId: { title: 'UserId', part: 'identifies' },
    environmentId: { title: 'EnvironmentId', part: 'identifies', needed: true },
    environmentName: { title: 'EnvironmentName', part: 'says' },
    credits: { title: 'AIConsumption', part: 'figure', needed: true, otherTitles: ['AI Builder consumption'] },
    isTrial: { title: 'IsTrial', part: 'identifies' },
  },
  'copilot-credits-environments': {
    billingPlanId: { title: 'BillingPlan Id', part: 'says' },
    billingPlanName: { title: 'BillingPlan Name', part: 'says' },
    environmentId: { title: 'Environment Id', part: 'identifies', needed: true },
    environmentName: { title: 'Environment Name', part: 'says' },
    capacityType: { title: 'Capacity Type', part: 'identifies' },
    entitledQuantity: { title: 'Entitled Quantity', part: 'says' },
    prepaid: { title: 'Prepaid Consumed Quantity', part: 'figure', needed: true },
    payAsYouGo: { title: 'Pay as you go Consumed Quantity', part: 'figure', otherTitles: ['PAYG Consumed Quantity'] },
    day: { title: 'Usage Date', part: 'identifies', needed: true },
  },
  'copilot-credits-agents': {
    agentName: { title: 'Agent Name', part: 'says' },
    agentId: { title: 'Agent Id', part: 'identifies', needed: true },
    product: { title: 'Product', part: 'identifies' },
    feature: {
      title: 'AI Feature/Billable Feature',
      part: 'identifies',
      needed: true,
      otherTitles: ['AI Feature', 'Billable Feature'],
    },
    billed: { title: 'Billed credit', part: 'figure', needed: true, otherTitles: ['Billed credits'] },
    nonBilled: { title: 'Non-billed credit', part: 'figure', otherTitles: ['Non-billed credits'] },
    channel: { title: 'Channel', part: 'identifies' },
    knowledgeSources: { title: 'Knowledge Sources', part: 'identifies' },
    toolUsed: { title: 'Tool Used', part: 'identifies' },
    model: { title: 'LLM Model', part: 'identifies' },
    scenarioName: { title: 'Scenario Name', part: 'identifies' },
    environmentId: { title: 'Environment Id', part: 'identifies', needed: true },
    environmentName: { title: 'Environment Name', part: 'says' },
  },
  'copilot-credits-users': {
    userId: { title: 'User Id', part: 'identifies', needed: true },
    userEmail: { title: 'User Email', part: 'says' },
    agentId: { title: 'Agent Id', part: 'identifies', needed: true },
    agentName: { title: 'Agent Name', part: 'says' },
    billed: {
      title: 'Billable credit used',
      part: 'figure',
      needed: true,
      otherTitles: ['Billable credits used', 'Billable credit'],
    },
    used: { title: 'Credits used', part: 'figure', otherTitles: ['Credit used'] },
    m365Copilot: { title: 'M365 Copilot Licensed', part: 'says' },
  },
} as const satisfies Record<ImportView, Record<string, Column>>;

/** A column that CLIs put before the others of a part: the line that a row has in the whole file. */
export const LINE_COLUMN = 'Bursar Line';

/** Whether its rows are of a period, not of a day each. */
export function isOfPeriod(view: ImportView): boolean {
  return view === 'copilot-credits-agents' || view === 'copilot-credits-users';
}

/** Whether it shows Copilot Credits: three views show the same consumption. */
export function showsCopilotCredits(view: ImportView): boolean {
  return view !== 'ai-builder-consumption';
}

export interface Header {
  view: ImportView;
  /** Where each column is that the file has. */
  places: ReadonlyMap<string, number>;
  /** Where the line of a row in the whole file is said. */
  linePlace: number | undefined;
  width: number;
  /** The file's own words. */
  identifiedBy: string[];
  ignored: string[];
}

/** `AI Feature/Billable Feature` → `aifeaturebillablefeature`. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

export interface NamedColumn {
  /** What a row calls it. */
  name: string;
  title: string;
  part: Part;
  needed: boolean;
}

const columns = new Map(
  IMPORT_VIEWS.map((view): [ImportView, readonly NamedColumn[]] => [
    view,
    Object.entries<Column>(COLUMNS[view]).map(([name, column]) => ({ name, needed: false, ...column })),
  ]),
);

/** The columns of a view, in the order of the report. */
export function columnsOf(view: ImportView): readonly NamedColumn[] {
  return columns.get(view)!;
}

const MOST_COLUMNS = 500;
/** Of a column that is ignored. */
const MOST_OF_A_TITLE = 100;

/** Reads a header; `asked` where it fits more than one view. Refuses `InvalidRequest` with what is missing. */
export function readHeader(titles: readonly string[], asked?: ImportView): Header | Refusal {
  if (titles.length > MOST_COLUMNS)
    return refuse('InvalidRequest', `the header has ${titles.length} columns, at most ${MOST_COLUMNS} are taken`);
  const names = titles.map(plainName);
  const twice = titles.find((_, index) => names[index] !== '' && names.indexOf(names[index]!) !== index);
  if (twice !== undefined)
    return refuse(
      'InvalidRequest',
      `the header names the column ${JSON.stringify(twice.slice(0, MOST_OF_A_TITLE).toWellFormed())} twice; keep one`,
    );
  const fits = IMPORT_VIEWS.filter((view) => missingOf(view, names).length === 0);
  if (asked !== undefined && !fits.includes(asked)) return notOfView(asked, titles, names);
  if (asked === undefined && fits.length !== 1) return fits.length === 0 ? noView(titles, names) : severalViews(fits);
  const view = asked ?? fits[0]!;
  const places = placesOf(view, names);
  const linePlace = names.indexOf(plainName(LINE_COLUMN));
  const used = new Set([...places.values(), linePlace]);
  return {
    view,
    places,
    linePlace: linePlace < 0 ? undefined : linePlace,
    width: titles.length,
    identifiedBy: columnsOf(view).flatMap(({ name, part }) =>
      part === 'identifies' && places.has(name) ? [titles[places.get(name)!]!] : [],
    ),
    ignored: titles
      .filter((title, index) => !used.has(index) && title.trim() !== '')
      .map((title) => title.slice(0, MOST_OF_A_TITLE).toWellFormed()),
  };
}

function placesOf(view: ImportView, names: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const [name, column] of Object.entries<Column>(COLUMNS[view])) {
    const place = [column.title, ...(column.otherTitles ?? [])]
      .map((title) => names.indexOf(plainName(title)))
      .find((each) => each >= 0);
    if (place !== undefined) places.set(name, place);
  }
  return places;
}

function missingOf(view: ImportView, names: readonly string[]): string[] {
  const places = placesOf(view, names);
  return columnsOf(view).flatMap(({ name, title, needed }) => (needed && !places.has(name) ? [title] : []));
}

function notOfView(view: ImportView, titles: readonly string[], names: readonly string[]): Refusal {
  const missing = missingOf(view, names);
  return refuse(
    'InvalidRequest',
    `the header is not that of ${view}: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing; it has ${shown(titles)}`,
    { missing },
  );
}

function noView(titles: readonly string[], names: readonly string[]): Refusal {
  const share = (view: ImportView) => placesOf(view, names).size / columnsOf(view).length;
  const nearest = IMPORT_VIEWS.toSorted((a, b) => share(b) - share(a))[0]!;
  if (share(nearest) > 0.3) return notOfView(nearest, titles, names);
  const wanted = IMPORT_VIEWS.map((view) => {
    const needed = columnsOf(view).flatMap((column) => (column.needed ? [column.title] : []));
    return `${view} (${needed.join(', ')})`;
  });
  return refuse('InvalidRequest', `the header is that of none of ${wanted.join('; ')}; it has ${shown(titles)}`);
}

function severalViews(fits: readonly ImportView[]): Refusal {
  return refuse('InvalidRequest', `the header fits ${fits.join(' and ')}; say which one with view`, { views: fits });
}

const MOST_SHOWN = 300;

function shown(titles: readonly string[]): string {
  const text = titles.map((title) => JSON.stringify(title)).join(', ');
  return text === '' ? 'no columns' : text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…`.toWellFormed() : text;
}
