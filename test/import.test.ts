// Imports against a running server: what is recorded, that doing it again changes nothing, and that exporting the same days says the
// same (issue 3, point 8).

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerOf, type ReportType } from '../src/core/report.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, type Called, call } from './support/call.ts';

let server: AServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

interface ATenant {
  key: string;
  ask: (methodAndPath: string, options?: Parameters<typeof call>[2]) => Promise<Called>;
  send: (file: string | Uint8Array<ArrayBuffer>, query?: string) => Promise<Called>;
  record: (file: string | Uint8Array<ArrayBuffer>, query?: string) => Promise<Called>;
  usage: (
    from: string,
    to: string,
    groupBy?: string,
  ) => Promise<{ currency: string | null; credits: string; [name: string]: unknown }[]>;
}

/** A sandbox that began long after the days of the files, so that it takes the months before. */
async function aTenant(now = '2026-11-21T08:00:00Z'): Promise<ATenant> {
  const { key } = await server.tenant('Contoso', now);
  const ask: ATenant['ask'] = (methodAndPath, options = {}) => call(server.url, methodAndPath, { key, ...options });
  const send: ATenant['send'] = (raw, query = '') =>
    ask(`POST /v1/imports?${query}`, { raw, headers: { 'content-type': 'text/csv' } });
  return {
    key,
    ask,
    send,
    record: (raw, query = '') => send(raw, `dryRun=false&${query}`),
    usage: async (from, to, groupBy = 'environment') =>
      (await ask(`GET /v1/usage?from=${from}&to=${to}&granularity=month&groupBy=${groupBy}`)).body.value,
  };
}

const AI = 'Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial\n';
const AI_ROWS =
  '2026-03-10,ada,sales,Sales,200,FALSE\n2026-03-10,ada,sales,Sales,40,TRUE\n2026-03-11,bob,finance,"Finance, Europe",32,FALSE\n';

async function exported(tenant: ATenant, type: ReportType, targetDate: string, days = 30): Promise<string> {
  const { body: report } = await tenant.ask('POST /v1/reports', { body: { type, targetDate, days } });
  for (;;) {
    const { body } = await tenant.ask(`GET /v1/reports/${report.id}`);
    if (body.status === 'Completed') return (await tenant.ask(`GET /v1/reports/${report.id}/content`)).body;
    if (body.status !== 'Submitted' && body.status !== 'InProgress') throw new Error(JSON.stringify(body));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const sorted = (csv: string) => csv.trim().split(/\r?\n/).sort();

describe('a file of AI Builder consumption', () => {
  it('is shown in a dry run, which records nothing', async () => {
    const tenant = await aTenant();
    const { status, body } = await tenant.send(AI + AI_ROWS);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        dryRun: true,
        view: 'ai-builder-consumption',
        rows: 3,
        wouldRecord: 3,
        unchanged: 0,
        environmentsToMake: [
          { id: 'sales', name: 'Sales' },
          { id: 'finance', name: 'Finance, Europe' },
        ],
        currencies: [{ currency: 'ai-builder-credits', credits: '272', nonBilled: '0', recorded: '272' }],
        from: '2026-03-10',
        to: '2026-03-11',
        sameDays: [],
        identifiedBy: ['Date', 'UserId', 'EnvironmentId', 'IsTrial'],
        ignoredColumns: [],
        problemCount: 0,
        problems: [],
        notes: [{ detail: 'the file does not say what ran: it is recorded as of cloud flows, with the capability "imported"' }],
      },
    });
    expect((await tenant.ask('GET /v1/environments')).body.value).toEqual([]);
    expect(await tenant.usage('2026-03-01', '2026-03-31')).toEqual([]);
    expect((await tenant.ask('GET /v1/imports')).body.value).toEqual([]);
  });

  it('is recorded once, in any order, however often it is sent', async () => {
    const tenant = await aTenant();
    const first = await tenant.record(AI + AI_ROWS, 'fileName=march.csv&id=march');
    expect(first).toMatchObject({ status: 201, body: { id: 'march', recorded: 3, unchanged: 0, problemCount: 0 } });
    const usage = await tenant.usage('2026-03-01', '2026-03-31', 'environment,user,source');
    expect(usage.map(({ environment, user, source, credits }) => [environment, user, source, credits])).toEqual([
      ['finance', 'bob', 'pool', '32'],
      ['sales', 'ada', 'pool', '200'],
      ['sales', 'ada', 'trial', '40'],
    ]);
    const again = await tenant.record(
      '\ufeffIsTrial,Environment Id,AI Consumption,user-id,DATE\r\nfalse,finance,32.0,bob,3/11/2026\r\nTRUE,sales,40,ada,3/10/2026\r\n"FALSE","sales","200","ada","3/10/2026 12:00:00 AM"\r\n',
    );
    expect(again).toMatchObject({ status: 201, body: { recorded: 0, unchanged: 3, problemCount: 0 } });
    expect((await tenant.send(AI + AI_ROWS)).body).toMatchObject({ wouldRecord: 0, unchanged: 3 });
    expect(await tenant.usage('2026-03-01', '2026-03-31', 'environment,user,source')).toEqual(usage);
    expect((await tenant.ask('GET /v1/imports/march')).body).toMatchObject({
      id: 'march',
      fileName: 'march.csv',
      from: '2026-03-10',
      to: '2026-03-11',
      completed: true,
      rows: 3,
      recorded: 3,
    });
  });

  it('in UTF-16 with tabs, as a spreadsheet saves "Unicode text"', async () => {
    const tenant = await aTenant();
    const text = (AI + AI_ROWS.replaceAll('"Finance, Europe"', 'Finanças')).replaceAll(',', '\t');
    const file = new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));
    expect((await tenant.record(file)).body).toMatchObject({
      recorded: 3,
      environmentsMade: [{ id: 'sales' }, { name: 'Finanças' }],
    });
  });

  it('adds what an overlapping file brings, and never changes a figure that is recorded', async () => {
    const tenant = await aTenant();
    await tenant.record(AI + AI_ROWS);
    const { body } = await tenant.record(`${AI}2026-03-10,ada,sales,Sales,999,FALSE\n2026-03-12,ada,sales,Sales,5,FALSE\n`);
    expect(body).toMatchObject({
      rows: 2,
      recorded: 1,
      unchanged: 0,
      problemCount: 1,
      problems: [
        {
          line: 2,
          detail: 'recorded as prepaid 200 on 2026-11-21, the file says prepaid 999; figures that are recorded are not changed',
        },
      ],
    });
    expect((await tenant.usage('2026-03-01', '2026-03-31', 'currency'))[0]).toMatchObject({ credits: '277' });
  });

  it('rows that are about the same are all recorded, and known again in another order', async () => {
    const tenant = await aTenant();
    const [a, b, c] = [
      '2026-03-10,ada,sales,Sales,1,FALSE\n',
      '2026-03-10,ada,sales,Sales,2,FALSE\n',
      '2026-03-11,ada,sales,Sales,4,FALSE\n',
    ];
    expect((await tenant.record(AI + a + b + c + a)).body).toMatchObject({ recorded: 4, problemCount: 0 });
    expect((await tenant.record(AI + b + c + a + a)).body).toMatchObject({ recorded: 0, unchanged: 4, problemCount: 0 });
    expect((await tenant.usage('2026-03-01', '2026-03-31', 'currency'))[0]).toMatchObject({ credits: '8' });
  });

  it('names every line that it cannot take, and records the others', async () => {
    const tenant = await aTenant();
    const lines = [
      '2026-03-10,ada,sales,Sales,200,FALSE',
      '',
      '2026-03-10,ada,sales',
      '2026-03-10,"ada\r\nlovelace",sales,Sales,1,FALSE',
      '2026-03-10,eve,sales,Sales,a lot,FALSE',
      '2027-01-01,eve,sales,Sales,1,FALSE',
      '2026-03-10,eve,sales,Sales,"1,234",FALSE',
    ];
    const { body } = await tenant.record(AI + lines.join('\r\n'));
    expect(body).toMatchObject({ rows: 6, recorded: 2, problemCount: 4 });
    expect(body.problems).toEqual([
      { line: 4, detail: 'has 3 columns where the header has 6' },
      { line: 5, column: 'UserId', detail: 'has a control character in it' },
      { line: 7, column: 'AIConsumption', detail: 'is "a lot": wanted credits such as 1200, 1,200 or 7.5' },
      { line: 8, detail: '2027-01-01 is in the future: it is 2026-11-21' },
    ]);
  });

  it('says from where on a file cannot be read, and records what comes before', async () => {
    const tenant = await aTenant();
    const { body } = await tenant.record(
      `${AI}2026-03-10,ada,sales,Sales,200,FALSE\n2026-03-10,"bob,sales,Sales,1,FALSE\n2026-03-11,eve,sales,Sales,1,FALSE\n`,
    );
    expect(body).toMatchObject({ rows: 2, recorded: 1, problemCount: 1 });
    expect(body.problems[0]).toMatchObject({ line: 3, detail: expect.stringContaining('not closed') });
  });

  it('<1K counts as 500 unless it is said otherwise, and is exported as <1K', async () => {
    const tenant = await aTenant();
    const file = `${AI}2026-03-10,ada,sales,Sales,<1K,FALSE\n2026-03-11,ada,sales,Sales,2.5K,FALSE\n`;
    const dry = await tenant.send(file, 'belowThousandAs=0');
    expect(dry.body.currencies[0].recorded).toBe('2500');
    const { body } = await tenant.record(file, 'id=rough');
    expect(body.currencies[0].recorded).toBe('3000');
    expect(body.notes).toContainEqual({ rows: 1, detail: '<1K is no exact figure: counted as 500 (belowThousandAs, 0 to 999)' });
    expect(sorted(await exported(tenant, 'ai-builder-consumption', '2026-03-11'))).toEqual(sorted(file));
    expect((await tenant.ask('GET /v1/imports/rough/differences')).body).toMatchObject({ rows: 2, differences: 0 });
  });

  it('months that are closed take it only before the tenant began here (C3)', async () => {
    const tenant = await aTenant('2026-03-10T08:00:00Z');
    await tenant.ask('PUT /v1/tenant/clock', { body: { now: '2026-06-20T08:00:00Z' } });
    const row = (day: string) => `${day},ada,sales,Sales,1,FALSE\n`;
    const file = AI + row('2026-02-28') + row('2026-03-31') + row('2026-06-20');
    const dry = (await tenant.send(file)).body;
    expect(dry).toMatchObject({
      wouldRecord: 2,
      problemCount: 1,
      problems: [{ line: 3, detail: expect.stringContaining('2026-03 is closed') }],
    });
    expect((await tenant.record(file)).body).toMatchObject({ recorded: 2, problems: dry.problems });
  });

  it('says where consumption was metered here on the same days', async () => {
    const tenant = await aTenant('2026-03-10T08:00:00Z');
    await tenant.ask('POST /v1/environments', { body: { id: 'sales', name: 'Sales here' } });
    await tenant.ask('POST /v1/entitlements', { body: { product: 'power-automate-premium', quantity: 1 } });
    await tenant.ask('POST /v1/consumptions', { body: ACTION });
    const { notes } = (await tenant.send(`${AI}2026-03-10,ada,sales,Sales,1,FALSE\n`)).body;
    expect(notes.map((note: { detail: string }) => note.detail)).toEqual([
      'on 1 of the days from 2026-03-10 to 2026-03-10 consumption was metered here: what the file says comes on top of it',
      'names of environments stay as they are: sales is called "Sales here" here, "Sales" in the file',
      'the file does not say what ran: it is recorded as of cloud flows, with the capability "imported"',
    ]);
  });

  it('counts against the open month, beside what was metered (A6)', async () => {
    const tenant = await aTenant('2026-03-10T08:00:00Z');
    await tenant.ask('POST /v1/entitlements', { body: { product: 'power-automate-premium', quantity: 1 } });
    await tenant.record(`${AI}2026-03-10,ada,sales,Sales,700,FALSE\n2025-01-10,ada,sales,Sales,900,FALSE\n`);
    const of = async () => (await tenant.ask('GET /v1/environments/sales/capacity')).body.currencies[0].consumed;
    expect(await of()).toBe('700');
    await tenant.ask('POST /v1/consumptions', { body: ACTION });
    expect(await of()).toBe('800');
    await tenant.record(`${AI}2025-01-11,ada,sales,Sales,50,FALSE\n`);
    expect(await of()).toBe('800');
    expect((await tenant.usage('2025-01-01', '2025-01-31', 'currency'))[0]).toMatchObject({ credits: '950' });
  });
});

const ENVIRONMENTS_BEYOND = `Environment Id,Prepaid Consumed Quantity,Usage Date\n${Array.from({ length: 5001 }, (_, index) => `e${index},1,3/1/2026`).join('\n')}`;

describe('refuses', () => {
  const TEXTS: [string, string | Uint8Array<ArrayBuffer>, string, number, RegExp][] = [
    ['an empty file', '', '', 422, /the file is empty/],
    ['a file with another header', 'Name,Price\nA,1\n', '', 422, /the header is that of none of/],
    ['a file without a needed column', 'Date,UserId,EnvironmentId,IsTrial\n', '', 422, /AIConsumption is missing/],
    ['what is no text', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0xff]), '', 400, /no text in UTF-8/],
    ['UTF-16 that is broken', new Uint8Array([0xff, 0xfe, 0x00, 0xd8]), '', 400, /no text in UTF-8/],
    ['a period for a file with days', AI + AI_ROWS, 'from=2026-03-01', 422, /has a day in each row/],
    ['another view than the header is of', AI + AI_ROWS, 'view=copilot-credits-users', 422, /not that of copilot-credits-users/],
    ['a figure for <1K that is not below', AI + AI_ROWS, 'belowThousandAs=1000', 422, /belowThousandAs/],
    ['a parameter that is not known', AI + AI_ROWS, 'dryrun=false', 422, /dryrun/],
    ['a header of many columns', `${','.repeat(60_000)}\n`, '', 422, /60001 columns, at most 500/],
    ['more environments than anybody has', ENVIRONMENTS_BEYOND, '', 422, /5001 environments, at most 5000/],
    ['a part beyond the last', AI + AI_ROWS, 'part=3&parts=2', 422, /part 3 of 2/],
  ];
  for (const [what, file, query, status, detail] of TEXTS) {
    it(what, async () => {
      const answer = await (await aTenant()).record(file, query);
      expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(detail) } });
    });
  }

  it('JSON, saying what is wanted; and CSV on a route that takes JSON', async () => {
    const tenant = await aTenant();
    expect(await tenant.ask('POST /v1/imports', { body: {} })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('text/csv') },
    });
    const csv = { raw: AI, headers: { 'content-type': 'text/csv' } };
    expect(await tenant.ask('POST /v1/environments', csv)).toMatchObject({ status: 415 });
  });

  it('a file of more than 20 MiB', async () => {
    const tenant = await aTenant();
    expect(await tenant.record(AI + 'x'.repeat(20 * 1024 * 1024))).toMatchObject({ status: 413, body: { code: 'TooLarge' } });
  });

  it('every key but that of a tenant administrator (T3); and shows nothing of one tenant to another (T1)', async () => {
    const tenant = await aTenant();
    await tenant.record(AI + AI_ROWS, 'id=march');
    for (const role of ['billing-admin', 'environment-admin', 'maker', 'reader', 'service']) {
      const own = role === 'environment-admin' ? { environmentIds: ['sales'] } : role === 'maker' ? { userId: 'ada' } : {};
      const { key } = (await tenant.ask('POST /v1/keys', { body: { role, ...own } })).body;
      for (const path of ['GET /v1/imports', 'GET /v1/imports/march', 'GET /v1/imports/march/differences'])
        expect([role, path, (await tenant.ask(path, { key })).status]).toEqual([role, path, 403]);
      const sent = await tenant.ask('POST /v1/imports', { key, raw: AI, headers: { 'content-type': 'text/csv' } });
      expect([role, sent.status]).toEqual([role, 403]);
    }
    const other = await aTenant();
    expect((await other.ask('GET /v1/imports')).body.value).toEqual([]);
    expect((await other.ask('GET /v1/imports/march')).status).toBe(404);
    expect((await other.ask('GET /v1/imports/march/differences')).status).toBe(404);
    expect((await other.record(AI + AI_ROWS, 'id=march')).body).toMatchObject({ recorded: 3 });
  });
});

const USERS = `${headerOf('copilot-credits-users').join(',')}\n`;
const AGENTS = `${headerOf('copilot-credits-agents').join(',')}\n`;
const ENVIRONMENTS = `${headerOf('copilot-credits-environments').join(',')}\n`;

describe('the three Copilot Credits exports show the same consumption', () => {
  const environments = `${ENVIRONMENTS},,sales,Sales,MCSMessages,0,8,0,3/10/2026 12:00:00 AM\n`;
  const agents = `${AGENTS}Helper,bot,Copilot Studio,Classic answer,8,3,Teams,,,,,sales,Sales\n`;

  it('so that a second view of the same days is refused unless it is other consumption', async () => {
    const tenant = await aTenant();
    await tenant.record(environments, 'id=by-environment');
    const period = 'from=2026-03-01&to=2026-03-30';
    const dry = await tenant.send(agents, period);
    expect(dry.body).toMatchObject({
      wouldRecord: 1,
      sameDays: [{ id: 'by-environment', from: '2026-03-10', to: '2026-03-10' }],
    });
    const refused = await tenant.record(agents, period);
    expect(refused).toMatchObject({ status: 409, body: { code: 'CountedAlready', imports: [{ id: 'by-environment' }] } });
    expect(await tenant.usage('2026-03-01', '2026-03-31', 'currency')).toMatchObject([{ credits: '8' }]);
    expect((await tenant.record(agents, 'from=2026-03-11&to=2026-03-30')).status).toBe(201);
    expect((await tenant.record(agents, `${period}&countAgain=true`)).body).toMatchObject({ recorded: 1 });
  });

  it('so that a period that overlaps another of the same view is refused, and the same period is known again', async () => {
    const tenant = await aTenant();
    expect((await tenant.record(agents)).body).toMatchObject({ recorded: 1, from: '2026-10-23', to: '2026-11-21' });
    expect((await tenant.record(agents)).body).toMatchObject({ recorded: 0, unchanged: 1 });
    await tenant.ask('PUT /v1/tenant/clock', { body: { now: '2026-11-22T08:00:00Z' } });
    expect((await tenant.record(agents)).body).toMatchObject({ code: 'CountedAlready' });
    expect((await tenant.record(agents, 'from=2026-10-23&to=2026-11-21')).body).toMatchObject({ unchanged: 1 });
  });

  it('and a file of users is recorded in the environment that is named', async () => {
    const tenant = await aTenant();
    const file = `${USERS}u1,ada@contoso.com,bot,Helper,278,718,TRUE\n`;
    expect((await tenant.send(file)).body.environmentsToMake).toEqual([
      { id: 'imported', name: 'Imported, environment not said' },
    ]);
    const { body } = await tenant.record(file, 'environmentId=sales');
    expect(body).toMatchObject({ environmentsMade: [{ id: 'sales' }], currencies: [{ credits: '278', nonBilled: '440' }] });
    expect(sorted(await exported(tenant, 'copilot-credits-users', '2026-11-21'))).toEqual(sorted(file));
  });
});

it('cells that a spreadsheet would run come back as they were made safe', async () => {
  const tenant = await aTenant();
  const file = `${AGENTS}'=HYPERLINK(1),bot,Copilot Studio,Classic answer,8,3,Teams,'+SharePoint,"'@tool, ""quoted""",'-model,,sales,'=Sales\n`;
  expect((await tenant.record(file, 'id=formulas')).body).toMatchObject({ recorded: 1, problemCount: 0 });
  expect((await tenant.ask('GET /v1/environments/sales')).body.name).toBe('=Sales');
  expect(await exported(tenant, 'copilot-credits-agents', '2026-11-21')).toBe(file);
  expect((await tenant.ask('GET /v1/imports/formulas/differences')).body.differences).toBe(0);
});

it('differences are told row by row: what came on top, what another name has, what could not be recorded', async () => {
  const tenant = await aTenant('2026-03-10T08:00:00Z');
  await tenant.ask('POST /v1/environments', { body: { id: 'finance', name: 'Finance here' } });
  await tenant.ask('POST /v1/entitlements', { body: { product: 'power-automate-premium', quantity: 1 } });
  const file = `${AI}2026-03-10,ada,sales,Sales,200,FALSE\n2026-03-10,bob,finance,Finance,32,FALSE\n2027-01-01,bob,sales,Sales,1,FALSE\n`;
  await tenant.record(file, 'id=one');
  await tenant.ask('POST /v1/consumptions', { body: ACTION });
  await tenant.ask('POST /v1/consumptions', { body: { ...ACTION, userId: 'eve' } });
  const { body } = await tenant.ask('GET /v1/imports/one/differences');
  const row = (user: string, environment: string, day = '2026-03-10') => [
    { column: 'Date', text: day },
    { column: 'UserId', text: user },
    { column: 'EnvironmentId', text: environment },
    { column: 'IsTrial', text: 'FALSE' },
  ];
  expect(body).toMatchObject({ rows: 3, exported: 3, unreadable: 0, differences: 4 });
  expect(body.value).toEqual(
    expect.arrayContaining([
      { line: 2, row: row('ada', 'sales'), column: 'AIConsumption', imported: '200', now: '300' },
      { line: 3, row: row('bob', 'finance'), column: 'EnvironmentName', imported: 'Finance', now: 'Finance here' },
      { line: 4, row: row('bob', 'sales', '2027-01-01'), column: 'AIConsumption', imported: '1', now: null },
      { line: null, row: row('eve', 'sales'), column: 'AIConsumption', imported: null, now: '100' },
    ]),
  );
  expect((await tenant.ask('GET /v1/imports/one/differences?limit=1')).body).toMatchObject({ differences: 4, value: [{}] });
});

describe('files in parts', () => {
  const part = (...rows: string[]) => `Bursar Line,${AI}${rows.join('\n')}\n`;
  const first = part('2,2026-03-10,ada,sales,Sales,200,FALSE', '3,2026-03-10,bob,sales,Sales,oops,FALSE');
  const second = part('90,2026-04-11,bob,finance,Finance,32,FALSE', '91,2026-04-11,bob,finance,Finance,32');

  it('are one import, complete with its last part, with the lines of the whole file', async () => {
    const tenant = await aTenant();
    await tenant.record(first, 'id=long&part=1&parts=2');
    expect((await tenant.ask('GET /v1/imports/long')).body).toMatchObject({ completed: false, rows: 2 });
    const { body } = await tenant.record(second, 'id=long&part=2&parts=2');
    expect(body.problems).toEqual([{ line: 91, detail: 'has 6 columns where the header has 7' }]);
    const whole = {
      completed: true,
      parts: 2,
      rows: 4,
      recorded: 2,
      unchanged: 0,
      problemCount: 2,
      from: '2026-03-10',
      to: '2026-04-11',
    };
    expect((await tenant.ask('GET /v1/imports/long')).body).toMatchObject(whole);
    // Its answer was lost: the same again.
    await tenant.record(second, 'id=long&part=2&parts=2');
    expect((await tenant.ask('GET /v1/imports/long')).body).toMatchObject(whole);
    expect((await tenant.ask('GET /v1/imports/long/differences')).body).toMatchObject({ rows: 2, unreadable: 2, differences: 0 });
  });

  it('keep to what their first one said', async () => {
    const tenant = await aTenant();
    await tenant.record(first, 'id=long&part=1&parts=2');
    for (const other of ['parts=3&part=2', 'parts=2&part=2&belowThousandAs=1', 'parts=2&part=2&fileName=other.csv'])
      expect(await tenant.record(second, `id=long&${other}`)).toMatchObject({ status: 409, body: { code: 'AlreadyExists' } });
  });
});

it('imports are listed newest first, page by page', async () => {
  const tenant = await aTenant();
  for (const id of ['a', 'c', 'b']) await tenant.record(AI + AI_ROWS, `id=${id}`);
  const first = (await tenant.ask('GET /v1/imports?limit=2')).body;
  const rest = (await tenant.ask(`GET /v1/imports?limit=2&cursor=${first.nextCursor}`)).body;
  expect([...first.value, ...rest.value].map((each: { id: string }) => each.id)).toEqual(['c', 'b', 'a']);
  expect(rest.nextCursor).toBeUndefined();
});

const SAMPLES = fileURLToPath(new URL('../../shared/data/copilot-credit-exports/', import.meta.url));

describe.skipIf(!existsSync(SAMPLES))('the sample exports (skipped where ../shared/data is not there)', () => {
  const FILES: [ReportType, string, string, string, number][] = [
    ['copilot-credits-environments', 'EntitlementConsumptionTenantDetailsReport_MCSMessages_30.csv', '2026-07-31', '', 90],
    [
      'copilot-credits-agents',
      'EntitlementConsumptionTenantPerAgentDetailsReport_MCSMessages_30.csv',
      '2026-07-31',
      'to=2026-07-31',
      30,
    ],
    [
      'copilot-credits-users',
      'EntitlementConsumptionTenantPerUserDetailsReport_MCSMessages_30.csv',
      '2026-07-31',
      'to=2026-07-31',
      30,
    ],
  ];
  for (const [type, name, lastDay, query, days] of FILES) {
    it(`${type}: imported twice, exported line by line as it was`, async () => {
      const tenant = await aTenant();
      const file = await readFile(SAMPLES + name, 'utf8');
      const rows = parse(file, { columns: true }) as Record<string, string>[];
      const dry = (await tenant.send(file, query)).body;
      expect(dry).toMatchObject({ view: type, rows: rows.length, wouldRecord: rows.length, problemCount: 0 });
      expect((await tenant.record(file, `${query}&id=sample`)).body).toMatchObject({
        recorded: rows.length,
        problemCount: 0,
        currencies: dry.currencies,
      });
      expect((await tenant.record(file, query)).body).toMatchObject({ recorded: 0, unchanged: rows.length, problemCount: 0 });
      expect(sorted(await exported(tenant, type, lastDay, days))).toEqual(sorted(file));
      expect((await tenant.ask('GET /v1/imports/sample/differences')).body).toMatchObject({
        rows: rows.length,
        exported: rows.length,
        differences: 0,
      });
    });
  }
});
