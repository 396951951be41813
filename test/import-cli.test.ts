// `bursar import` and `bursar imports` as a person runs them; and a server that is killed in the middle of an import.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDatabase } from './support/a-database.ts';
import { aProcess } from './support/a-process.ts';
import { bursar, type Ended } from './support/a-program.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { call } from './support/call.ts';

let server: AServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'bursar-import-'));
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const HEADER = 'Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial\n';

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function aTenant(now = '2026-11-21T08:00:00Z'): Promise<(...args: string[]) => Promise<Ended>> {
  const { key } = await server.tenant('Contoso', now);
  return (...args) => bursar(args, { BURSAR_URL: server.url, BURSAR_KEY: key });
}

describe('bursar import', () => {
  it('shows in a dry run what would be recorded, and records with --yes; again it changes nothing', async () => {
    const run = await aTenant();
    const file = await fileOf(
      'march.csv',
      `${HEADER}2026-03-10,ada,sales,Sales,"1,200",FALSE\n2026-03-11,bob,sales,Sales,<1K,FALSE\n`,
    );
    const dry = await run('import', file, '--dry-run', '--below-thousand-as', '100');
    expect(dry).toMatchObject({ exitCode: 0 });
    expect(dry.stdout).toMatch(/view +ai-builder-consumption\ndays +2026-03-10 to 2026-03-11\nrows +2\nto be recorded +2\n/);
    expect(dry.stdout).toMatch(/AI Builder credits +1,300 +0 +1,300/);
    expect(dry.stderr).toContain('note: <1K is no exact figure: counted as 100 (belowThousandAs, 0 to 999) (rows: 1)');
    expect((await run('imports')).stdout).toContain('no imports yet');
    const first = await run('import', file, '--yes');
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toMatch(/Recorded 2 rows as import \S+; 0 were there already/);
    const again = await run('import', file, '--yes');
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('There is nothing to record.') });
    const [listed] = JSON.parse((await run('imports', '--json')).stdout);
    expect(listed).toMatchObject({ fileName: 'march.csv', rows: 2, recorded: 2, completed: true });
    expect(await run('imports', 'differences', listed.id)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('2 rows of the file, 2 of the export, 0 differences'),
    });
  });

  it('ends with 1 and names the lines where some cannot be recorded', async () => {
    const run = await aTenant();
    const file = await fileOf('bad.csv', `${HEADER}2026-03-10,ada,sales,Sales,1,FALSE\n\n2026-03-32,ada,sales,Sales,1,FALSE\n`);
    const { exitCode, stderr, stdout } = await run('import', file, '--yes', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { file, dryRun: { wouldRecord: 1 }, recorded: { recorded: 1, problems: [{ line: 4, column: 'Date' }] } },
    ]);
    expect(stderr).toBe('');
    const shown = await run('import', file, '--dry-run');
    expect(shown.stderr).toContain('line 4 is not recorded: Date is "2026-03-32"');
    expect(shown.exitCode).toBe(1);
  });

  const WRONG: [string, string | Uint8Array | null, string[], number, RegExp][] = [
    ['nobody to ask', HEADER, [], 2, /--yes records, --dry-run only shows/],
    ['both', HEADER, ['--yes', '--dry-run'], 2, /give one of them/],
    ['no such file', null, ['--dry-run'], 2, /there is no file/],
    ['no text', new Uint8Array([0x50, 0x4b, 3, 4, 0xff, 0xfe]), ['--dry-run'], 2, /no text in UTF-8/],
    ['another header', 'Name,Price\n', ['--dry-run'], 1, /the header is that of none of/],
    ['an empty file', '', ['--dry-run'], 1, /the file is empty/],
  ];
  for (const [what, content, flags, exitCode, message] of WRONG) {
    it(`says what is wrong: ${what}`, async () => {
      const file = content === null ? join(folder, 'nowhere.csv') : await fileOf('wrong.csv', content);
      expect(await (await aTenant())('import', file, ...flags)).toMatchObject({
        exitCode,
        stderr: expect.stringMatching(message),
      });
    });
  }

  it('sends a long file in parts as one import, with its own lines, and rows that are about the same together', async () => {
    const run = await aTenant();
    const long = 'x'.repeat(200);
    const rows = Array.from(
      { length: 11_000 },
      (_, index) => `${1 + (index % 9)}/1/2026,${long}${Math.floor(index / 9)},sales,Sales,${index % 7},FALSE`,
    );
    // The first row once more, with other figures, in the last part; and a line in another that cannot be read.
    rows[10_999] = `1/1/2026,${long}0,sales,Sales,5000,FALSE`;
    rows[7_000] = 'oops';
    const file = await fileOf('long.csv', `${HEADER}${rows.join('\r\n')}\r\n`);
    const { exitCode, stdout } = await run('import', file, '--yes', '--json');
    expect(exitCode).toBe(1);
    const [{ dryRun, recorded }] = JSON.parse(stdout);
    const problems = [{ line: 7_002, detail: 'has 2 columns where the header has 7' }];
    expect(dryRun).toMatchObject({ rows: 11_000, wouldRecord: 10_999, problemCount: 1, problems });
    expect(recorded).toMatchObject({ rows: 11_000, recorded: 10_999, unchanged: 0, problems, currencies: dryRun.currencies });
    const again = JSON.parse((await run('import', file, '--dry-run', '--json')).stdout);
    expect(again[0].dryRun).toMatchObject({ wouldRecord: 0, unchanged: 10_999, problemCount: 1 });
    expect(JSON.parse((await run('imports', '--json')).stdout)).toMatchObject([
      { id: recorded.id, parts: 4, completed: true, recorded: 10_999 },
    ]);
    const differences = await run('imports', 'differences', recorded.id);
    expect(differences).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('1 rows of the file cannot be read') });
  });

  it('of a file without days, records on the last day that is said', async () => {
    const run = await aTenant();
    const file = await fileOf('users.csv', 'User Id,Agent Id,Billable credit used,Credits used\nu1,bot,5,8\n');
    const { stdout } = await run('import', file, '--yes', '--json', '--to', '2026-07-31', '--environment', 'sales');
    expect(JSON.parse(stdout)[0].recorded).toMatchObject({
      from: '2026-07-02',
      to: '2026-07-31',
      environmentsMade: [{ id: 'sales' }],
    });
    const other = await fileOf('days.csv', 'Environment Id,Prepaid Consumed Quantity,Usage Date\nsales,5,7/4/2026\n');
    const twice = await run('import', other, '--yes');
    expect(twice).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('needs --count-again') });
    expect(await run('import', other, '--yes', '--count-again')).toMatchObject({ exitCode: 0 });
  });
});

it('an import whose server was killed half-way is finished by doing it again: nothing is lost, nothing counts twice', async () => {
  const database = await aDatabase();
  const operatorKey = 'operator-operator-operator';
  const rows = Array.from(
    { length: 12_000 },
    (_, index) =>
      `2026-0${1 + (index % 9)}-01,user-${Math.floor(index / 9)},env-${index % 5},Environment,${1 + (index % 50)},FALSE`,
  );
  const file = `${HEADER}${rows.join('\n')}\n`;
  const total = rows.reduce((sum, row) => sum + Number(row.split(',')[4]), 0);
  const send = (url: string, key: string) =>
    call(url, 'POST /v1/imports?dryRun=false', { key, raw: file, headers: { 'content-type': 'text/csv' } });
  const watcher = new pg.Client({ connectionString: database.url });
  await watcher.connect();
  try {
    const first = await aProcess(database.url, operatorKey);
    const made = await call(first.url, 'POST /v1/tenants', { key: operatorKey, body: { id: 'kill', name: 'Kill' } });
    const key = made.body.adminKey as string;
    const cut = send(first.url, key).then(
      () => 'answered',
      () => 'cut',
    );
    const recorded = async () => Number((await watcher.query('select count(*) from activity')).rows[0].count);
    let before = 0;
    while (before < 1000) before = await recorded();
    await first.end('SIGKILL');
    expect(await cut).toBe('cut');
    before = await recorded();
    expect(before).toBeLessThan(rows.length);

    const second = await aProcess(database.url, operatorKey);
    const [begun] = (await call(second.url, 'GET /v1/imports', { key })).body.value;
    expect(begun).toMatchObject({ completed: false });
    expect((await send(second.url, key)).body).toMatchObject({
      rows: rows.length,
      recorded: rows.length - before,
      unchanged: before,
      problemCount: 0,
      currencies: [{ credits: String(total) }],
    });
    const usage = await call(second.url, 'GET /v1/usage?from=2026-01-01&to=2026-09-30&granularity=month&groupBy=currency', {
      key,
    });
    const sum = usage.body.value.reduce((all: number, row: { credits: string }) => all + Number(row.credits), 0);
    expect(sum).toBe(total);
    expect(await recorded()).toBe(rows.length);
    const imports = (await call(second.url, 'GET /v1/imports', { key })).body.value;
    expect(imports).toMatchObject([{ id: begun.id, completed: true, rows: rows.length }]);
    await second.end();
  } finally {
    await watcher.end();
    await database.drop();
  }
});
