// The audit log (T3): what was done and refused, in pages, as CSV, and the ends of its chains, with which `bursar verify` can tell
// later that nothing was changed. A tenant's administrators see the tenant's own; the operator sees what he did, and all ends.

import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { type Static, Type } from 'typebox';
import { AUDIT_OUTCOMES, type LoggedEvent, MOST_SUBJECTS } from '../core/audit.ts';
import { formatInstant, parseInstant } from '../core/month.ts';
import { INSTALLATION, MOST_LOOKED_AT } from '../store/audit.ts';
import { type AuditFilter, type PageRequest, ROLES, type Store, type TenantAddress } from '../store/store.ts';
import { answer, type Route, route, TENANT_ADMINS } from './route.ts';
import { fields, instant, nullable, oneOf, pageOf, pageQuery, pageRequest, text } from './schema.ts';

const CONCEPT = 'Audit';

const hash = Type.String({ description: 'SHA-256 in hexadecimal digits' });
const sequence = Type.Integer({ minimum: 0, description: '1, 2, 3 … in its tenant, without gaps' });
const state = (description: string) => nullable(Type.Object({}, { additionalProperties: true, description }));

const auditEvent = fields(
  {
    sequence,
    at: Type.String(),
    actor: Type.String({ description: 'key:ID, person:ID, token:SUBJECT, operator or nobody', examples: ['operator'] }),
    actorName: nullable(Type.String()),
    role: nullable(oneOf(ROLES)),
    operation: Type.String({ description: 'the operation of the API' }),
    outcome: oneOf(AUDIT_OUTCOMES),
    code: nullable(Type.String({ description: 'why it was refused' })),
    detail: nullable(Type.String({ description: 'the same in words' })),
    times: Type.Integer({ minimum: 1, description: 'how often it was refused; those of a minute are one event' }),
    subject: nullable(Type.String({ description: 'what it was about, such as limit:ada; of several refusals the last' })),
    subjects: Type.Array(Type.String(), {
      description: `what several refusals were about, where that was more than one thing: the first ${MOST_SUBJECTS}`,
    }),
    before: state('how that was before; null: it was not there, or nothing of it was changed'),
    after: state('how it was then; null: it was gone'),
    address: Type.String({ description: 'where the request came from' }),
    agent: nullable(Type.String({ description: 'what the program called itself' })),
    requestId: Type.String(),
    hash: Type.String({ description: 'of the event before, this one’s number and its text' }),
  },
  { title: 'AuditEvent' },
);
const auditHead = fields(
  { tenantId: nullable(Type.String({ description: 'null: of the installation itself' })), sequence, hash },
  { title: 'AuditHead' },
);

type Answer = Static<typeof auditEvent>;

function eventAnswer(event: LoggedEvent): Answer {
  return { ...event, at: formatInstant(event.at), role: event.role as Answer['role'] };
}

const filterQuery = {
  actor: Type.Optional(text(256, 'an actor')),
  operation: Type.Optional(text(64, 'an operation')),
  outcome: Type.Optional(oneOf(AUDIT_OUTCOMES)),
  subject: Type.Optional(text(512, 'a subject, also one of several')),
  from: Type.Optional(Type.String({ ...instant, description: 'an RFC 3339 instant in UTC; what happened then is included' })),
  to: Type.Optional(Type.String({ ...instant, description: 'an RFC 3339 instant in UTC; what happened then is not included' })),
};
const filterFields = fields(filterQuery);

function filterOf({ from, to, actor, operation, outcome, subject }: Static<typeof filterFields>): AuditFilter {
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(operation === undefined ? {} : { operation }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(subject === undefined ? {} : { subject }),
    ...(from === undefined ? {} : { from: parseInstant(from)! }),
    ...(to === undefined ? {} : { to: parseInstant(to)! }),
  };
}

async function page(store: Store, tenant: TenantAddress, filter: AuditFilter, wanted: PageRequest) {
  const { value, nextCursor } = await store.listAuditEvents(tenant, filter, wanted);
  return answer(200, { value: value.map(eventAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
}

const OF_PAGES = `One page looks at ${MOST_LOOKED_AT.toLocaleString('en')} events at most. Where few of them are wanted it is shorter than the limit, or empty, and yet has a nextCursor: go on with it until there is none.`;

const listAuditEvents = route({
  operation: 'listAuditEvents',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/audit',
  summary: 'Lists what was done and refused in the tenant, newest first.',
  description: `Every administrative act, sign-in and refused act, with who, when, from where, and how it was before and after. ${OF_PAGES}`,
  right: TENANT_ADMINS,
  query: fields({ ...filterQuery, ...pageQuery }),
  responses: { 200: pageOf(auditEvent) },
  refusals: [],
  handle: ({ tenant, query, store }) => page(store, tenant, filterOf(query), pageRequest(query)),
});

const getAuditHead = route({
  operation: 'getAuditHead',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/audit/head',
  summary:
    "Shows the end of the tenant's chain of events; keep it elsewhere, and bursar verify tells whether anything was changed.",
  right: TENANT_ADMINS,
  responses: { 200: auditHead },
  refusals: [],
  async handle({ tenant, store }) {
    return answer(200, { tenantId: tenant.tenantId, ...(await store.auditHead(tenant)) });
  },
});

/** In the order of the file. */
const COLUMNS: [string, (event: LoggedEvent) => string][] = [
  ['sequence', (event) => String(event.sequence)],
  ['at', (event) => formatInstant(event.at)],
  ['actor', (event) => event.actor],
  ['actorName', (event) => event.actorName ?? ''],
  ['role', (event) => event.role ?? ''],
  ['operation', (event) => event.operation],
  ['outcome', (event) => event.outcome],
  ['code', (event) => event.code ?? ''],
  ['detail', (event) => event.detail ?? ''],
  ['times', (event) => String(event.times)],
  ['subject', (event) => event.subject ?? ''],
  ['subjects', (event) => (event.subjects.length === 0 ? '' : JSON.stringify(event.subjects))],
  ['before', (event) => (event.before === null ? '' : JSON.stringify(event.before))],
  ['after', (event) => (event.after === null ? '' : JSON.stringify(event.after))],
  ['address', (event) => event.address],
  ['agent', (event) => event.agent ?? ''],
  ['requestId', (event) => event.requestId],
  ['hash', (event) => event.hash],
];

const lines = (rows: string[][]) => stringify(rows, { record_delimiter: '\n', escape_formulas: true });

async function* fileOf(events: AsyncIterable<LoggedEvent[]>): AsyncGenerator<string, void> {
  yield lines([COLUMNS.map(([header]) => header)]);
  for await (const some of events) yield lines(some.map((event) => COLUMNS.map(([, cell]) => cell(event))));
}

const exportAudit = route({
  operation: 'exportAudit',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/audit/content',
  summary: 'Downloads the audit log as CSV in UTF-8, oldest first; that somebody did is in it too.',
  description:
    'Where a text begins with =, +, -, @ an apostrophe is put before it, so that no spreadsheet runs it. Two of a tenant are sent at once; others wait for their turn.',
  right: TENANT_ADMINS,
  downloads: true,
  query: fields(filterQuery),
  responses: {
    200: Type.Unsafe<Readable>({ type: 'string', contentMediaType: 'text/csv', description: 'the file' }),
  },
  refusals: [],
  async handle({ tenant, query, store, now }) {
    const filter = filterOf(query);
    await store.recordExport(tenant, query);
    return {
      ...answer(200, Readable.from(fileOf(store.auditEvents(tenant, filter)), { objectMode: false })),
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="AuditLog_${formatInstant(now()).slice(0, 10)}.csv"`,
      },
    };
  },
});

const listAuditHeads = route({
  operation: 'listAuditHeads',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/audit-heads',
  summary: 'Lists the ends of all chains of events, for bursar verify --audit-heads.',
  description:
    'By tenant; that of the installation itself comes first, with tenantId null. Who keeps them elsewhere can tell later whether any event up to them was changed, taken out or put in.',
  right: 'operator',
  query: fields(pageQuery),
  responses: { 200: pageOf(auditHead) },
  refusals: [],
  async handle({ query, store }) {
    const { value, nextCursor } = await store.listAuditHeads(pageRequest(query));
    return answer(200, {
      value: value.map((head) => ({ ...head, tenantId: head.tenantId === INSTALLATION.tenantId ? null : head.tenantId })),
      ...(nextCursor === undefined ? {} : { nextCursor }),
    });
  },
});

const listInstallationAudit = route({
  operation: 'listInstallationAudit',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/installation/audit',
  summary: 'Lists what was done with the operator key, and what was refused of whom nobody knows, newest first.',
  description: OF_PAGES,
  right: 'operator',
  query: fields({ ...filterQuery, ...pageQuery }),
  responses: { 200: pageOf(auditEvent) },
  refusals: [],
  handle: ({ query, store }) => page(store, INSTALLATION, filterOf(query), pageRequest(query)),
});

export const auditRoutes: Route[] = [listAuditEvents, getAuditHead, exportAudit, listAuditHeads, listInstallationAudit];
