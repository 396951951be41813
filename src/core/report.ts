// Reports (M4, M5): the AI Builder consumption report and the three Copilot Credits reports, with the columns, dates and numbers of
// the product's own exports. Credits are exact decimals, whole ones without a point; none is ever negative. The lines end with LF.

import { CALLERS, type Channel, type ProductOfUse, productOf } from './action.ts';
import { FEATURES, RATE_CARDS } from './catalogue.ts';
import { type Credits, formatCredits } from './credits.ts';
import { DAY_MS, type Day, dayOf, type Instant, startOfDay } from './month.ts';

export const REPORT_TYPES = [
  'ai-builder-consumption',
  'copilot-credits-environments',
  'copilot-credits-agents',
  'copilot-credits-users',
] as const;
export type ReportType = (typeof REPORT_TYPES)[number];

export const REPORT_DAYS = [30, 60, 90, 180] as const;

export const REPORT_STATUSES = ['Submitted', 'InProgress', 'Completed', 'Failed', 'Expired'] as const;
export type ReportStatus = (typeof REPORT_STATUSES)[number];

export interface Report {
  id: string;
  type: ReportType;
  firstDay: Day;
  /** The target date; included. */
  lastDay: Day;
  status: ReportStatus;
  createdAt: Instant;
  completedAt: Instant | null;
  expiresAt: Instant | null;
  /** Why it failed, for the caller. */
  failure: string | null;
  /** Data rows so far. */
  rows: number;
  bytes: number;
  /** Of reports by day: the day of the last row so far. */
  reachedDay: Day | null;
}

const KEPT_MS = 30 * DAY_MS;

/** M4: until when a report that was completed then can be downloaded; from that moment on it is expired. */
export function expiryOf(completedAt: Instant): Instant {
  return (completedAt + KEPT_MS) as Instant;
}

/** The first of the `days` days up to and including the last one. */
export function firstOfDays(lastDay: Day, days: number): Day {
  return dayOf((startOfDay(lastDay) - (days - 1) * DAY_MS) as Instant);
}

export function daysOf({ firstDay, lastDay }: Pick<Report, 'firstDay' | 'lastDay'>): number {
  return (startOfDay(lastDay) - startOfDay(firstDay)) / DAY_MS + 1;
}

/** How many days are written completely. Reports that are not by day have them all at their end. */
export function daysDone(report: Report): number {
  if (report.completedAt !== null) return daysOf(report);
  return report.reachedDay === null ? 0 : (startOfDay(report.reachedDay) - startOfDay(report.firstDay)) / DAY_MS;
}

/** The row of each report, as it is read: texts as they are shown, sums in credits. */
export interface ReportRows {
  'ai-builder-consumption': {
    day: Day;
    userId: string;
    environmentId: string;
    environmentName: string;
    isTrial: string;
    /** What an imported file said in the place of an exact figure, such as `<1K`. */
    figure: string;
    credits: Credits;
  };
  'copilot-credits-environments': {
    day: Day;
    environmentId: string;
    environmentName: string;
    billingPlanId: string;
    billingPlanName: string;
    entitledQuantity: string;
    prepaid: Credits;
    payAsYouGo: Credits;
  };
  'copilot-credits-agents': {
    agentName: string;
    agentId: string;
    environmentName: string;
    environmentId: string;
    product: string;
    feature: string;
    channel: string;
    knowledgeSources: string;
    toolUsed: string;
    model: string;
    scenarioName: string;
    billed: Credits;
    nonBilled: Credits;
  };
  'copilot-credits-users': {
    userId: string;
    userEmail: string;
    agentName: string;
    agentId: string;
    billed: Credits;
    nonBilled: Credits;
    licensed: boolean;
  };
}

/** The wire's word for Copilot Credits. */
const CAPACITY_TYPE = 'MCSMessages';

type Columns<T extends ReportType> = readonly (readonly [header: string, cell: (row: ReportRows[T]) => string])[];

const COLUMNS: { [T in ReportType]: Columns<T> } = {
  'ai-builder-consumption': [
    ['Date', (row) => row.day],
    ['UserId', (row) => row.userId],
    ['EnvironmentId', (row) => row.environmentId],
    ['EnvironmentName', (row) => row.environmentName],
    ['AIConsumption', (row) => row.figure || formatCredits(row.credits)],
    ['IsTrial', (row) => row.isTrial],
  ],
  'copilot-credits-environments': [
    ['BillingPlan Id', (row) => row.billingPlanId],
    ['BillingPlan Name', (row) => row.billingPlanName],
    ['Environment Id', (row) => row.environmentId],
    ['Environment Name', (row) => row.environmentName],
    ['Capacity Type', () => CAPACITY_TYPE],
    ['Entitled Quantity', (row) => row.entitledQuantity],
    ['Prepaid Consumed Quantity', (row) => formatCredits(row.prepaid)],
    ['Pay as you go Consumed Quantity', (row) => formatCredits(row.payAsYouGo)],
    ['Usage Date', (row) => usDate(row.day)],
  ],
  'copilot-credits-agents': [
    ['Agent Name', (row) => row.agentName],
    ['Agent Id', (row) => row.agentId],
    ['Product', (row) => row.product],
    ['AI Feature/Billable Feature', (row) => row.feature],
    ['Billed credit', (row) => formatCredits(row.billed)],
    ['Non-billed credit', (row) => formatCredits(row.nonBilled)],
    ['Channel', (row) => row.channel],
    ['Knowledge Sources', (row) => row.knowledgeSources],
    ['Tool Used', (row) => row.toolUsed],
    ['LLM Model', (row) => row.model],
    ['Scenario Name', (row) => row.scenarioName],
    ['Environment Id', (row) => row.environmentId],
    ['Environment Name', (row) => row.environmentName],
  ],
  'copilot-credits-users': [
    ['User Id', (row) => row.userId],
    ['User Email', (row) => row.userEmail],
    ['Agent Id', (row) => row.agentId],
    ['Agent Name', (row) => row.agentName],
    ['Billable credit used', (row) => formatCredits(row.billed)],
    ['Credits used', (row) => formatCredits((row.billed + row.nonBilled) as Credits)],
    ['M365 Copilot Licensed', (row) => (row.licensed ? 'TRUE' : 'FALSE')],
  ],
};

export function headerOf(type: ReportType): string[] {
  return COLUMNS[type].map(([header]) => header);
}

export function cellsOf<T extends ReportType>(type: T, row: ReportRows[T]): string[] {
  return (COLUMNS[type] as Columns<T>).map(([, cell]) => cell(row));
}

/** `2026-03-10` → `3/10/2026 12:00:00 AM` */
function usDate(day: Day): string {
  const [year, month, date] = day.split('-');
  return `${Number(month)}/${Number(date)}/${year} 12:00:00 AM`;
}

/** Names as the exports write them. */
const PRODUCT_NAMES: Record<ProductOfUse, string> = {
  'copilot-studio': 'Copilot Studio',
  'power-apps': 'Power Apps',
  'power-automate': 'Power Automate',
  api: 'API',
};
export const PRODUCT_NAME_OF_CALLER: Readonly<Record<string, string>> = Object.fromEntries(
  CALLERS.map((caller) => [caller, PRODUCT_NAMES[productOf(caller)]]),
);

export const CHANNEL_NAMES: Readonly<Record<Channel, string>> = {
  teams: 'Teams',
  sharepoint: 'SharePoint',
  'm365-copilot': 'M365 Copilot',
  web: 'Web',
  custom: 'Custom',
};

export const FEATURE_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  FEATURES.map((feature) => [feature.id, feature.name]),
);

/** Of capabilities that are no billable feature (R5): they are shown by their own name. */
export const CAPABILITY_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  RATE_CARDS.flatMap((card) => [...card.rows.values()]).map((row) => [row.id, row.name]),
);

const FILE_NAMES: Record<ReportType, string> = {
  'ai-builder-consumption': 'AIBuilderConsumptionReport',
  'copilot-credits-environments': `EntitlementConsumptionTenantDetailsReport_${CAPACITY_TYPE}`,
  'copilot-credits-agents': `EntitlementConsumptionTenantPerAgentDetailsReport_${CAPACITY_TYPE}`,
  'copilot-credits-users': `EntitlementConsumptionTenantPerUserDetailsReport_${CAPACITY_TYPE}`,
};

/** `AIBuilderConsumptionReport_30_2026-03-11.csv`: the name of the export, its days, its last day. */
export function fileNameOf(report: Pick<Report, 'type' | 'firstDay' | 'lastDay'>): string {
  return `${FILE_NAMES[report.type]}_${daysOf(report)}_${report.lastDay}.csv`;
}
