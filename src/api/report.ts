// Reports (M4, M5): asked for, prepared in the background, downloaded as CSV for 30 days. They show what everybody consumed everywhere, so
// a maker, who sees only its own (M6), and an environment administrator (T3) get none.

import { Readable } from 'node:stream';
import { type Static, Type } from 'typebox';
import { type Day, formatInstant } from '../core/month.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { daysDone, daysOf, fileNameOf, REPORT_DAYS, REPORT_STATUSES, REPORT_TYPES, type Report } from '../core/report.ts';
import { answer, type Route, route, SEEING_ALL, TENANT_ADMINS } from './route.ts';
import { day, fields, id, nullable, oneOf, pageOf, pageQuery, pageRequest } from './schema.ts';

const CONCEPT = 'Reports';
const params = fields({ id });
const type = oneOf(REPORT_TYPES);
const count = Type.Integer({ minimum: 0 });

const report = fields(
  {
    id: Type.String(),
    type,
    status: oneOf(REPORT_STATUSES),
    firstDay: Type.String(),
    targetDate: Type.String({ description: 'the last day; included' }),
    days: count,
    createdAt: Type.String(),
    completedAt: nullable(Type.String()),
    expiresAt: nullable(Type.String({ description: 'from then on it is Expired and cannot be downloaded' })),
    progress: fields({
      rows: Type.Integer({ minimum: 0, description: 'rows written so far' }),
      days: count,
      daysDone: Type.Integer({
        minimum: 0,
        description:
          'days written completely; of reports per agent and per user, which have no days, none until they are completed',
      }),
    }),
    bytes: Type.Integer({ minimum: 0, description: 'the size of the file so far' }),
    fileName: Type.String(),
    failure: nullable(Type.String({ description: 'why it failed' })),
  },
  { title: 'Report' },
);

function reportAnswer(of: Report): Static<typeof report> {
  const days = daysOf(of);
  return {
    id: of.id,
    type: of.type,
    status: of.status,
    firstDay: of.firstDay,
    targetDate: of.lastDay,
    days,
    createdAt: formatInstant(of.createdAt),
    completedAt: formatInstant(of.completedAt),
    expiresAt: formatInstant(of.expiresAt),
    progress: { rows: of.rows, days, daysDone: daysDone(of) },
    bytes: of.bytes,
    fileName: fileNameOf(of),
    failure: of.failure,
  };
}

function notThere(reportId: string): Refusal {
  return refuse('NotFound', `no report ${JSON.stringify(reportId)} in this tenant`);
}

const createReport = route({
  operation: 'createReport',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/reports',
  summary: 'Asks for a report; it is prepared in the background.',
  description: `Ask for it again until its status is Completed, then download its content. It has the given days (default 30) up to and including targetDate (default today).

Credits are exact decimals with at most 6 places. Where a text begins with =, +, -, @ an apostrophe is put before it, so that no spreadsheet runs it. "User Email" is the user's id where that is an address; "Entitled Quantity" and the billing plan are those of now; "Non-billed credit" is what free actions would have cost; consumption without an agent has an empty one, that of a flow or an app has that in its place. What was imported is shown as its file had it.`,
  right: SEEING_ALL,
  body: fields({
    type,
    targetDate: Type.Optional(day),
    days: Type.Optional(
      Type.Enum([...REPORT_DAYS], { type: 'integer', description: `one of ${REPORT_DAYS.join(', ')}; 30 if left out` }),
    ),
  }),
  responses: { 202: report },
  refusals: ['TooManyRequests'],
  idempotent: true,
  async handle({ tenant, body, idempotency, store }) {
    const wanted = {
      id: store.newId(),
      type: body.type,
      targetDate: (body.targetDate as Day | undefined) ?? null,
      days: body.days ?? REPORT_DAYS[0],
    };
    const outcome = await store.createReport(tenant, wanted, idempotency);
    return isRefusal(outcome) ? outcome : answer(202, reportAnswer(outcome.report), outcome.replayed);
  },
});

const listReports = route({
  operation: 'listReports',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/reports',
  summary: 'Lists the reports, newest first; expired ones stay listed.',
  right: SEEING_ALL,
  query: fields(pageQuery),
  responses: { 200: pageOf(report) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { value, nextCursor } = await store.listReports(tenant, pageRequest(query));
    return answer(200, { value: value.map(reportAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const getReport = route({
  operation: 'getReport',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/reports/{id}',
  summary: 'Shows a report: its status and how far it is.',
  right: SEEING_ALL,
  params,
  responses: { 200: report },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: reportId }, store }) {
    const found = await store.findReport(tenant, reportId);
    return found ? answer(200, reportAnswer(found)) : notThere(reportId);
  },
});

const getReportContent = route({
  operation: 'getReportContent',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/reports/{id}/content',
  summary: 'Downloads a completed report as CSV in UTF-8.',
  description:
    'Refused with ReportNotAvailable unless its status is Completed; reportStatus says which it is. Two of a tenant are sent at once; others wait for their turn.',
  right: SEEING_ALL,
  downloads: true,
  params,
  responses: {
    200: Type.Unsafe<Readable>({ type: 'string', contentMediaType: 'text/csv', description: 'the file' }),
  },
  refusals: ['NotFound', 'ReportNotAvailable'],
  async handle({ tenant, params: { id: reportId }, store }) {
    const found = await store.findReport(tenant, reportId);
    if (!found) return notThere(reportId);
    if (found.status !== 'Completed') return refuse('ReportNotAvailable', whyNot(found), { reportStatus: found.status });
    return {
      ...answer(200, Readable.from(store.reportContent(tenant, reportId), { objectMode: false })),
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-length': String(found.bytes),
        'content-disposition': `attachment; filename="${fileNameOf(found)}"`,
      },
    };
  },
});

function whyNot({ status, expiresAt }: Report): string {
  switch (status) {
    case 'Failed':
      return 'the report failed; its failure says why, ask for a new one';
    case 'Expired':
      return `the report expired at ${formatInstant(expiresAt!)}; ask for a new one`;
    default:
      return `the report is not completed yet, it is ${status}; ask again in a moment`;
  }
}

const deleteReport = route({
  operation: 'deleteReport',
  concept: CONCEPT,
  method: 'DELETE',
  path: '/v1/reports/{id}',
  summary: 'Deletes a report; one that is being prepared is given up.',
  right: TENANT_ADMINS,
  params,
  responses: { 204: null },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: reportId }, store }) {
    return (await store.deleteReport(tenant, reportId)) ? answer(204) : notThere(reportId);
  },
});

export const reportRoutes: Route[] = [createReport, listReports, getReport, getReportContent, deleteReport];
