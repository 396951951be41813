// Imports: files of consumption that another product has measured, recorded as history: shown first, recorded then, held against what is
// exported again at any time.

import { type Static, Type } from 'typebox';
import { credits as creditsOf, formatCredits } from '../core/credits.ts';
import { MOST_BELOW_THOUSAND } from '../core/import-value.ts';
import { IMPORT_VIEWS } from '../core/import-view.ts';
import { type Day, formatInstant } from '../core/month.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { nothingDone } from '../store/audit.ts';
import type { Import } from '../store/import.ts';
import { differencesOf } from './import-difference.ts';
import { type ImportOutcome, runImport } from './import-run.ts';
import { answer, type Route, route, TENANT_ADMINS } from './route.ts';
import { amount, currency, day, fields, id, nullable, oneOf, pageOf, pageQuery, pageRequest, text } from './schema.ts';

const CONCEPT = 'Imports';
const params = fields({ id });
/** Larger files come in parts. */
const MOST_BYTES = 20 * 1024 * 1024;
const MOST_PARTS = 10_000;
const USUAL_BELOW_THOUSAND = 500;
/** Where rows are recorded that do not say their environment. */
const USUAL_ENVIRONMENT = { id: 'imported', name: 'Imported, environment not said' };

const view = oneOf(IMPORT_VIEWS);
const yesOrNo = oneOf(['true', 'false']);
const count = Type.Integer();

const problemOfRow = fields(
  { line: Type.Integer(), column: Type.Optional(Type.String()), detail: Type.String() },
  { title: 'ImportProblem' },
);

const importRun = fields(
  {
    id: Type.Optional(Type.String({ description: 'absent in a dry run, and where no row could be read' })),
    dryRun: Type.Boolean(),
    view,
    rows: Type.Integer({ description: 'recorded (or wouldRecord) + unchanged + problemCount' }),
    wouldRecord: Type.Optional(Type.Integer({ description: 'of a dry run' })),
    recorded: Type.Optional(count),
    unchanged: Type.Integer({ description: 'were there already, with the same figures' }),
    environmentsToMake: Type.Optional(
      Type.Array(fields({ id: Type.String(), name: Type.String() }), { description: 'of a dry run' }),
    ),
    environmentsMade: Type.Optional(Type.Array(fields({ id: Type.String(), name: Type.String() }))),
    currencies: Type.Array(
      fields({
        currency,
        credits: Type.String({ ...amount, description: 'of all rows that can be read' }),
        nonBilled: amount,
        recorded: Type.String({ ...amount, description: 'what this adds, or would add, to the consumption' }),
      }),
    ),
    from: nullable(Type.String({ description: 'the first day; null where no row could be read' })),
    to: nullable(Type.String()),
    sameDays: Type.Array(fields({ id: Type.String(), view, from: Type.String(), to: Type.String() }), {
      description: 'imports that show the same Copilot Credits in another way: recording is refused unless countAgain is true',
    }),
    identifiedBy: Type.Array(Type.String(), { description: 'the columns that tell rows from others' }),
    ignoredColumns: Type.Array(Type.String()),
    problemCount: count,
    problems: Type.Array(problemOfRow, { description: 'the first 100 rows that are not recorded, and why' }),
    notes: Type.Array(
      fields({ rows: Type.Optional(Type.Integer({ description: 'how many rows it is of' })), detail: Type.String() }),
    ),
  },
  { title: 'ImportRun' },
);

function runAnswer(outcome: ImportOutcome, dryRun: boolean): Static<typeof importRun> {
  const { view: of, rows, recorded, unchanged, environments, totals, days, sameDays, problemCount, problems } = outcome;
  return {
    ...(dryRun || days === null ? {} : { id: outcome.id }),
    dryRun,
    view: of,
    rows,
    ...(dryRun ? { wouldRecord: recorded } : { recorded }),
    unchanged,
    ...(dryRun ? { environmentsToMake: environments } : { environmentsMade: environments }),
    currencies: totals.map((total) => ({
      currency: total.currency,
      credits: formatCredits(total.credits),
      nonBilled: formatCredits(total.nonBilled),
      recorded: formatCredits(total.recorded),
    })),
    from: days?.from ?? null,
    to: days?.to ?? null,
    sameDays,
    identifiedBy: outcome.identifiedBy,
    ignoredColumns: outcome.ignoredColumns,
    problemCount,
    problems,
    notes: outcome.notes,
  };
}

const importFile = route({
  operation: 'importFile',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/imports',
  summary: 'Records a file of consumption as history; a dry run (the default) only tells what would be recorded.',
  description:
    'The body is the file, as text/csv: the AI Builder consumption report, or one of the three Copilot Credits exports, recognised by its header. ' +
    'A row is recorded once, however often and in whatever order it is sent. A file beyond 20 MiB is sent in parts, each with the header.',
  right: TENANT_ADMINS,
  csvBody: true,
  bodyLimit: MOST_BYTES,
  takesLong: true,
  query: fields({
    dryRun: Type.Optional(Type.Unsafe<'true' | 'false'>({ ...yesOrNo, description: 'true or false; true if left out' })),
    view: Type.Optional(
      Type.Unsafe<Static<typeof view>>({
        ...view,
        description: `where the header fits several: one of ${IMPORT_VIEWS.join(', ')}`,
      }),
    ),
    fileName: Type.Optional(text(256, 'a file name')),
    from: Type.Optional(
      Type.String({
        ...day,
        description: 'of a file without days: its first, a day such as 2026-11-21; 29 days before "to" if left out',
      }),
    ),
    to: Type.Optional(
      Type.String({
        ...day,
        description: 'of a file without days: its last, on which it is recorded; a day such as 2026-11-21, today if left out',
      }),
    ),
    belowThousandAs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MOST_BELOW_THOUSAND,
        description: `a whole number from 0 to ${MOST_BELOW_THOUSAND}: what "<1K" counts as; ${USUAL_BELOW_THOUSAND} if left out`,
      }),
    ),
    environmentId: Type.Optional(
      Type.String({
        ...id,
        description: `an id: where rows are recorded that do not say their environment; "${USUAL_ENVIRONMENT.id}" if left out`,
      }),
    ),
    countAgain: Type.Optional(
      Type.Unsafe<'true' | 'false'>({
        ...yesOrNo,
        description: 'true or false: whether to record what an import of another view shows already; false if left out',
      }),
    ),
    id: Type.Optional(
      Type.String({ ...id, description: 'an id; if left out, one that the same file with the same terms has again' }),
    ),
    part: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_PARTS,
        description: 'a whole number from 1: which part of the file of this id; 1 if left out',
      }),
    ),
    parts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_PARTS,
        description: 'a whole number from 1: in how many parts the file comes; 1 if left out',
      }),
    ),
  }),
  responses: { 200: importRun, 201: importRun },
  refusals: ['CountedAlready', 'AlreadyExists', 'TooManyRequests'],
  async handle({ tenant, query, body, store }) {
    if (!Buffer.isBuffer(body))
      return refuse('InvalidRequest', 'the body: wanted a CSV file, sent with "Content-Type: text/csv"');
    const dryRun = query.dryRun !== 'false';
    if (dryRun) nothingDone(tenant);
    const part = query.part ?? 1;
    const parts = query.parts ?? 1;
    if (part > parts) return refuse('InvalidRequest', `part ${part} of ${parts}: parts are numbered from 1 to parts`);
    const environmentId = query.environmentId ?? USUAL_ENVIRONMENT.id;
    const outcome = await runImport(store, tenant, {
      bytes: body,
      dryRun,
      id: query.id,
      part,
      parts,
      view: query.view,
      fileName: query.fileName ?? null,
      from: query.from as Day | undefined,
      to: query.to as Day | undefined,
      belowThousandAs: creditsOf(String(query.belowThousandAs ?? USUAL_BELOW_THOUSAND)),
      environment: environmentId === USUAL_ENVIRONMENT.id ? USUAL_ENVIRONMENT : { id: environmentId, name: environmentId },
      countAgain: query.countAgain === 'true',
    });
    return isRefusal(outcome) ? outcome : answer(dryRun ? 200 : 201, runAnswer(outcome, dryRun));
  },
});

const importAnswer = fields(
  {
    id: Type.String(),
    view,
    fileName: nullable(Type.String()),
    from: Type.String(),
    to: Type.String(),
    createdAt: Type.String(),
    completed: Type.Boolean({ description: 'false: it was cut off; importing the file again finishes it' }),
    parts: count,
    rows: count,
    recorded: count,
    unchanged: count,
    problemCount: count,
  },
  { title: 'Import' },
);

function answerOf(of: Import): Static<typeof importAnswer> {
  const { id: importId, view: ofView, fileName, from, to, createdAt, completed, parts, rows, recorded, unchanged, problems } = of;
  return {
    id: importId,
    view: ofView,
    fileName,
    from,
    to,
    createdAt: formatInstant(createdAt),
    completed,
    parts,
    rows,
    recorded,
    unchanged,
    problemCount: problems,
  };
}

const listImports = route({
  operation: 'listImports',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/imports',
  summary: 'Lists the imports, newest first.',
  right: TENANT_ADMINS,
  query: fields(pageQuery),
  responses: { 200: pageOf(importAnswer) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { value, nextCursor } = await store.imports.list(tenant, pageRequest(query));
    return answer(200, { value: value.map(answerOf), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const notFound = (importId: string) => refuse('NotFound', `no import ${JSON.stringify(importId)} in this tenant`);

const getImport = route({
  operation: 'getImport',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/imports/{id}',
  summary: 'Shows an import.',
  right: TENANT_ADMINS,
  params,
  responses: { 200: importAnswer },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: importId }, store }) {
    const found = await store.imports.find(tenant, importId);
    return found ? answer(200, answerOf(found)) : notFound(importId);
  },
});

const difference = fields(
  {
    line: nullable(Type.Integer({ description: 'of the file; null: the file has no such row' })),
    row: Type.Array(fields({ column: Type.String(), text: Type.String() }), { description: 'what tells the row from others' }),
    column: Type.String(),
    imported: nullable(Type.String({ description: 'null: not in the file' })),
    now: nullable(Type.String({ description: 'null: not in the export' })),
  },
  { title: 'ImportDifference' },
);

const getImportDifferences = route({
  operation: 'getImportDifferences',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/imports/{id}/differences',
  summary: 'Exports the days of an import again and says where that differs from the file, figure by figure.',
  right: TENANT_ADMINS,
  takesLong: true,
  params,
  query: fields({ limit: pageQuery.limit }),
  responses: {
    200: fields({
      rows: Type.Integer({ description: 'rows of the file that were compared' }),
      unreadable: Type.Integer({ description: 'rows of the file that cannot be read' }),
      exported: Type.Integer({ description: 'rows of the export' }),
      differences: Type.Integer({ description: 'how many there are; value has the first ones' }),
      value: Type.Array(difference),
    }),
  },
  refusals: ['NotFound', 'TooManyRequests'],
  async handle({ tenant, params: { id: importId }, query, store }) {
    const found = await store.imports.find(tenant, importId);
    if (!found) return notFound(importId);
    return answer(200, await differencesOf(store, tenant, found, pageRequest(query).limit));
  },
});

export const importRoutes: Route[] = [importFile, listImports, getImport, getImportDifferences];
