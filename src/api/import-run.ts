// One run of an import: every row of a file (or of a part of one) is recorded, found unchanged, or named as a problem. A dry run tells
// the same without recording. Keys are of what a row is about, so that a run that was cut off is finished by doing it again.

import { createHash } from 'node:crypto';
import type { Credits } from '../core/credits.ts';
import { createEnvironment, type NewEnvironment } from '../core/environment.ts';
import { decideHistory, type HistoryEntry } from '../core/history.ts';
import { type ImportRow, type ImportTerms, type Kind, noteOf, type Period } from '../core/import-row.ts';
import { type ImportView, isOfPeriod } from '../core/import-view.ts';
import { findEnvironment, type Ledger } from '../core/ledger.ts';
import { DAY_MS, type Day, dayOf, type Instant, startOfDay } from '../core/month.ts';
import { isRefusal, type Refusal, refuse, refuseField } from '../core/refusal.ts';
import type { NewImport, SameDays } from '../store/import.ts';
import type { Store, TenantAddress } from '../store/store.ts';
import { type ImportFile, openImportFile } from './import-file.ts';
import {
  addTotal,
  type CurrencyTotal,
  type FileProblem,
  type PlacedRow,
  portionsOf,
  type Survey,
  surveyOf,
  tellProblem,
} from './import-survey.ts';

export interface ImportRequest {
  bytes: Buffer;
  dryRun: boolean;
  /** undefined: one that the same file with the same terms has again. */
  id: string | undefined;
  part: number;
  parts: number;
  view: ImportView | undefined;
  fileName: string | null;
  from: Day | undefined;
  to: Day | undefined;
  belowThousandAs: Credits;
  environment: { id: string; name: string };
  countAgain: boolean;
}

export interface ImportOutcome {
  id: string;
  view: ImportView;
  rows: number;
  recorded: number;
  unchanged: number;
  problems: FileProblem[];
  problemCount: number;
  environments: { id: string; name: string }[];
  totals: CurrencyTotal[];
  days: Period | null;
  sameDays: SameDays[];
  identifiedBy: string[];
  ignoredColumns: string[];
  notes: Note[];
}

export interface Note {
  /** How many rows it is of, where it is of some. */
  rows?: number;
  detail: string;
}

const USUAL_DAYS = 30;
const PORTIONS_UNDER_WAY = 3;
const MOST_ENVIRONMENTS = 5_000;
/** Environments that are called otherwise here. */
const MOST_NAMED = 10;

/** Runs an import. Refuses a file that cannot be read, terms that do not fit it, and consumption that would count twice. */
export async function runImport(store: Store, tenant: TenantAddress, request: ImportRequest): Promise<ImportOutcome | Refusal> {
  const file = await openImportFile(request.bytes, request.view);
  if (isRefusal(file)) return file;
  const { now } = await store.readLedger(tenant, []);
  const period = periodOf(request, file, now);
  if (isRefusal(period)) return period;
  const terms: ImportTerms = { period, belowThousandAs: request.belowThousandAs, environment: request.environment };
  const survey = await surveyOf(file, terms);
  const importId = request.id ?? idOf(request, file, terms);
  const run = new Run(store, tenant, { ...request, id: importId }, survey);
  if (!survey.days) return run.outcome(file, []);
  if (survey.environments.size > MOST_ENVIRONMENTS)
    return refuse(
      'InvalidRequest',
      `the file names ${survey.environments.size} environments, at most ${MOST_ENVIRONMENTS} are taken; is the column of their ids the right one?`,
    );
  const days = isOfPeriod(file.header.view) ? period : survey.days;
  const wanted = { id: importId, view: file.header.view, ...days };
  const sameDays = await store.imports.ofSameDays(tenant, wanted);
  if (!request.dryRun && !request.countAgain && sameDays.length > 0) return countedAlready(wanted, sameDays);
  await run.noteMeteredDays(days);
  const ledger = await store.readLedger(tenant, [...survey.environments.keys()]);
  const missing = run.missingEnvironments(ledger);
  if (!request.dryRun) {
    const { parts, fileName, belowThousandAs, environment } = request;
    const begun: NewImport = { ...wanted, parts, fileName, belowThousandAs, environment, createdAt: now };
    const refusal = await store.imports.beginPart(tenant, begun, { number: request.part, content: file.content });
    if (refusal) return refusal;
    // One that was made by somebody else since, with another name, will do.
    await Promise.all(
      missing.map((environment) => store.submit<'create-environment'>(tenant, { do: 'create-environment', environment })),
    );
  } else {
    for (const environment of missing) createEnvironment(ledger, environment);
  }
  await run.takeAll(portionsOf(file, terms, survey.repeated), ledger);
  const outcome = run.outcome(file, missing, days, sameDays);
  if (!request.dryRun) {
    const { rows, recorded, unchanged, problemCount: problems } = outcome;
    const counts = { rows, recorded, unchanged, problems };
    await store.imports.finishPart(tenant, { importId, number: request.part, ...counts });
  }
  return outcome;
}

/** The same file with the same terms is the same import, so that one that was cut off is completed by doing it again. */
function idOf({ fileName, part, parts }: ImportRequest, { header, content }: ImportFile, terms: ImportTerms): string {
  const { period, belowThousandAs, environment } = terms;
  const days = isOfPeriod(header.view) ? period : null;
  const about = JSON.stringify([header.view, days, fileName, part, parts, String(belowThousandAs), environment.id]);
  return createHash('sha256').update(about).update(content).digest('hex').slice(0, 32);
}

/** Of files without days: those that are asked for, else the 30 days that end today. */
function periodOf({ from, to }: ImportRequest, { header }: ImportFile, now: Instant): Period | Refusal {
  const today = dayOf(now);
  if (!isOfPeriod(header.view)) {
    return from === undefined && to === undefined
      ? { from: today, to: today }
      : refuseField(
          'InvalidRequest',
          from === undefined ? '/to' : '/from',
          `${header.view} has a day in each row; from and to are for files without`,
        );
  }
  const last = to ?? today;
  if (last > today) return refuseField('InvalidRequest', '/to', `${last} is in the future: it is ${today}`);
  const first = from ?? dayOf((startOfDay(last) - (USUAL_DAYS - 1) * DAY_MS) as Instant);
  if (first > last) return refuseField('InvalidRequest', '/from', `${first} is after ${last}, the last day`);
  return { from: first, to: last };
}

function countedAlready(wanted: { view: ImportView } & Period, sameDays: ImportOutcome['sameDays']): Refusal {
  const [first] = sameDays;
  return refuse(
    'CountedAlready',
    `Copilot Credits of ${first!.from} to ${first!.to} were imported from ${first!.view} (import ${first!.id}); ` +
      `${wanted.view} of ${wanted.from} to ${wanted.to} shows the same consumption in another way and would count it twice. ` +
      'Send countAgain=true where it is other consumption',
    { imports: sameDays.map(({ id, view, from, to }) => ({ id, view, from, to })) },
  );
}

/** What becomes of the rows. */
class Run {
  readonly #store: Store;
  readonly #tenant: TenantAddress;
  readonly #request: ImportRequest & { id: string };
  readonly #survey: Survey;
  readonly #notes: Note[] = [];
  #recorded = 0;
  #unchanged = 0;

  constructor(store: Store, tenant: TenantAddress, request: ImportRequest & { id: string }, survey: Survey) {
    this.#store = store;
    this.#tenant = tenant;
    this.#request = request;
    this.#survey = survey;
  }

  /** Consumption that was metered here and is in the file as well would count twice, and only the administrator knows. */
  async noteMeteredDays(days: Period): Promise<void> {
    const currencies = [...this.#survey.totals.keys()];
    const count = await this.#store.imports.meteredDays(this.#tenant, { ...days, currencies });
    if (count > 0)
      this.#note(
        `on ${count} of the days from ${days.from} to ${days.to} consumption was metered here: what the file says comes on top of it`,
      );
  }

  #note(detail: string): void {
    this.#notes.push({ detail });
  }

  missingEnvironments(ledger: Ledger): NewEnvironment[] {
    const missing: NewEnvironment[] = [];
    const renamed: string[] = [];
    for (const [id, name] of this.#survey.environments) {
      const known = findEnvironment(ledger, id);
      if (!known) missing.push({ id, name, type: 'production', region: null });
      // A file without names says the id.
      else if (known.name !== name && name !== id)
        renamed.push(`${id} is called ${JSON.stringify(known.name)} here, ${JSON.stringify(name)} in the file`);
    }
    const more = renamed.length > MOST_NAMED ? `; and ${renamed.length - MOST_NAMED} more` : '';
    if (renamed.length > 0)
      this.#note(`names of environments stay as they are: ${renamed.slice(0, MOST_NAMED).join('; ')}${more}`);
    return missing;
  }

  /** Some portions are under way at a time, so that the database always has the next batch. */
  async takeAll(portions: AsyncIterable<readonly PlacedRow[]>, ledger: Ledger): Promise<void> {
    const underWay = new Set<Promise<void>>();
    for await (const portion of portions) {
      if (underWay.size === PORTIONS_UNDER_WAY) await Promise.race(underWay);
      const taken = this.#take(portion, ledger).then(() => void underWay.delete(taken));
      // Where another one fails, this one's failure is not waited for.
      taken.catch(() => {});
      underWay.add(taken);
    }
    await Promise.all(underWay);
  }

  async #take(portion: readonly PlacedRow[], ledger: Ledger): Promise<void> {
    const keysOf = ({ row, hash: identity, occurrence }: PlacedRow) => row.kinds.map((kind) => keyOf(identity, occurrence, kind));
    const before = await this.#store.imports.recorded(this.#tenant, portion.flatMap(keysOf));
    await Promise.all(
      portion.map(async (read) => {
        const { row, line } = read;
        const known = keysOf(read).flatMap((key) => before.get(key) ?? []);
        const other = known.find((each) => each.figures !== row.figures);
        if (other) return tellProblem(this.#survey, { line, detail: otherFigures(other, row) });
        const left = row.entries.filter((entry) => !before.has(keyOf(read.hash, read.occurrence, entry.kind)));
        const done = await Promise.all(left.map((entry) => this.#record(read, entry, ledger)));
        const refusal = done.find((each) => typeof each === 'object');
        if (refusal) return tellProblem(this.#survey, { line, detail: refusal.detail });
        if (done.includes('recorded')) this.#recorded += 1;
        else this.#unchanged += 1;
      }),
    );
  }

  async #record(
    { row, hash: identity, occurrence }: PlacedRow,
    entry: HistoryEntry,
    ledger: Ledger,
  ): Promise<'recorded' | 'replayed' | Refusal> {
    if (this.#request.dryRun) {
      const decided = decideHistory(ledger, entry);
      if (isRefusal(decided)) return decided;
      addTotal(this.#survey.totals, entry, 'recorded');
      return 'recorded';
    }
    const { replayed, outcome } = await this.#store.submit<'record-history'>(
      this.#tenant,
      { do: 'record-history', id: this.#store.newId(), entry },
      { key: keyOf(identity, occurrence, entry.kind), fingerprint: Buffer.from(row.figures).toString('hex') },
    );
    if (isRefusal(outcome)) return outcome;
    if (replayed) return 'replayed';
    addTotal(this.#survey.totals, entry, 'recorded');
    return 'recorded';
  }

  outcome(
    { header }: ImportFile,
    environments: readonly { id: string; name: string }[],
    days: Period | null = null,
    sameDays: ImportOutcome['sameDays'] = [],
  ): ImportOutcome {
    const { rows, problems, problemCount, totals, remarks, terms } = this.#survey;
    for (const { remark, count } of remarks.values()) this.#notes.push({ rows: count, detail: noteOf(remark, terms) });
    const ignored = header.ignored.map((title) => JSON.stringify(title)).join(', ');
    if (ignored !== '') this.#note(`columns that are not of ${header.view} are ignored: ${ignored}`);
    if (days && isOfPeriod(header.view))
      this.#note(`the file has no days: it is taken for ${days.from} to ${days.to} (from, to) and recorded on ${days.to}`);
    if (days && header.view === 'copilot-credits-users')
      this.#note(`the file has no environments: it is recorded in ${terms.environment.id} (environmentId)`);
    if (days && header.view === 'ai-builder-consumption')
      this.#note('the file does not say what ran: it is recorded as of cloud flows, with the capability "imported"');
    return {
      id: this.#request.id,
      view: header.view,
      rows,
      recorded: this.#recorded,
      unchanged: this.#unchanged,
      problems: problems.toSorted((a, b) => a.line - b.line),
      problemCount,
      environments: environments.map(({ id, name }) => ({ id, name })),
      totals: [...totals.values()],
      days,
      sameDays,
      identifiedBy: header.identifiedBy,
      ignoredColumns: header.ignored,
      notes: this.#notes,
    };
  }
}

function keyOf(identity: string, occurrence: number, kind: Kind): string {
  return `import:${identity}:${occurrence}:${kind}`;
}

function otherFigures({ figures, recordedAt }: { figures: string; recordedAt: Instant | null }, row: ImportRow): string {
  const on = recordedAt === null ? '' : ` on ${dayOf(recordedAt)}`;
  return `recorded as ${figures}${on}, the file says ${row.figures}; figures that are recorded are not changed`;
}
