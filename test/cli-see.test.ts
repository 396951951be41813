// The verbs that record and show: holds, usage, activity, watch, reports, resources. Real processes, held against the API's answers.

import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bursar, PROGRAM, type Verbs, verbsOf } from './support/a-program.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION } from './support/call.ts';

let server: AServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'bursar-cli-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const REFUSED = { exitCode: 1, stdout: '' };

/** 25,000 Copilot Credits; `sales` has used 8 by Ada and 2,000 by Grace, and tested once for free. */
async function aTenant(): Promise<Verbs> {
  const verbs = await verbsOf(server, '2026-03-10T08:00:00Z');
  await verbs.api('POST /v1/environments', { id: 'sales', name: 'Sales' });
  await verbs.api('POST /v1/entitlements', { product: 'copilot-credit-pack', quantity: 1 });
  const flow = { type: 'flow', id: 'f-17', name: '=Read receipts', app: 'a-3' };
  await verbs.api('POST /v1/consumptions', { ...ACTION, resource: flow });
  await verbs.api('POST /v1/consumptions', { ...ACTION, userId: 'grace', usage: { pages: 250 } });
  await verbs.api('POST /v1/consumptions', { ...ACTION, mode: 'test' });
  return verbs;
}

it('hold, capture, release: reserves, records what was used, gives back', async () => {
  const { run, json, api } = await aTenant();
  const action = '--environment sales --user ada --caller cloud-flow --capability custom-document-processing --usage pages=10';
  const held = await json(`hold ${action} --expires-in 600`);
  expect(await api(`GET /v1/holds/${held.id}`)).toMatchObject({
    status: 'open',
    credits: '80',
    expiresAt: '2026-03-10T08:10:00Z',
  });
  const captured = await run(`capture ${held.id} --usage pages=3`);
  expect(captured).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/allowed +24 Copilot Credits from pool/) });
  const other = await run(`capture ${held.id} --usage pages=4`);
  expect(other).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('(HoldClosed)') });
  const second = await run(`hold ${action}`);
  const [, id] = /hold +(\S+)/.exec(second.stdout)!;
  expect(second.stdout).toMatch(/reserves +80 Copilot Credits from pool/);
  expect((await run(`release ${id}`)).stdout).toMatch(/status +released/);
  expect(await run(`release ${held.id}`)).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('(HoldClosed)') });
  // Without an allocation and with deny there is nothing to hold.
  await api('PATCH /v1/environments/sales', { deny: true });
  const refused = await run(`hold ${action}`);
  expect(refused).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^refused: .*\(EntitlementNotAvailable\)\n {2}what helps: /),
  });
});

describe('usage', () => {
  it('adds up by what is asked for, with exact totals apart by currency', async () => {
    const { run, json, api } = await aTenant();
    const { stdout } = await run('usage --by user');
    expect(stdout).toMatch(/2026-03-10 +grace +Copilot Credits +1 +2,000$/m);
    expect(stdout).toMatch(/^total +Copilot Credits +2 +2,008$/m);
    expect(stdout).toMatch(/^total +free +1 +0$/m);
    const rows = await json('usage --month --by capability,billable --from 2026-03-01 --to 2026-03-31');
    expect(rows).toEqual(
      (await api('GET /v1/usage?granularity=month&groupBy=capability,billable&from=2026-03-01&to=2026-03-31')).value,
    );
    expect(await json('usage --only user=grace --only billable=true')).toMatchObject([{ credits: '2000', actions: 1 }]);
    expect((await run('usage --from 2026-01-01 --to 2026-01-31')).stdout).toMatch(/^nothing was consumed in these days/);
  });

  it('writes CSV without formulas', async () => {
    const { run, api } = await aTenant();
    await api('POST /v1/consumptions', { ...ACTION, userId: '=cmd()' });
    const { stdout } = await run('usage --by user --csv');
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'period,user,currency,credits,units,actions',
      "2026-03-10,'=cmd(),copilot-credits,8,1,1",
      '2026-03-10,ada,copilot-credits,8,1,1',
    ]);
  });

  it('says what is wrong with the days, and which dimensions there are', async () => {
    const { run } = await aTenant();
    const backwards = await run('usage --from 2026-03-10 --to 2026-03-01');
    expect(backwards).toMatchObject({ ...REFUSED, stderr: expect.stringMatching(/from.*after/) });
    const unknown = await run('usage --by weather');
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/"weather" is none of environment, user/) });
    expect((await run('usage --only weather=bad')).exitCode).toBe(2);
  });
});

it('activity ID: shows one action and why', async () => {
  const { run, json, api } = await aTenant();
  const [, grace] = (await api('GET /v1/activity')).value;
  const shown = await run(`activity ${grace.id}`);
  expect(shown.stdout).toMatch(/credits +2,000, Copilot Credits, pool/);
  expect(shown.stdout).toMatch(/Copilot Credits, pool +25,000 +8 +0 +has room/);
  expect(await json(`activity ${grace.id}`)).toEqual(grace);
  const missing = await run('activity 01a1fc91-0000-7000-8000-000000000000');
  expect(missing).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('(NotFound)') });
});

it('resources and declare: what is premium, and why', async () => {
  const { run, json, api } = await aTenant();
  expect((await run('resources')).stdout).toMatch(/app +a-3 .* sales +yes /);
  expect(await json('resources --premium')).toEqual((await api('GET /v1/resources?premium=true')).value);
  const declared = await run('declare flow:f-18 --environment sales --ai-action --apps a-4');
  expect(declared).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/flow +f-18 .* not yet/) });
  expect((await json('resources --type app --premium')).map((each: { id: string }) => each.id)).toContain('a-4');
  expect((await run('declare f-18 --environment sales')).exitCode).toBe(2);
  const nowhere = await run('declare flow:f-19 --environment nowhere');
  expect(nowhere).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('(NotFound)') });
});

describe('watch', () => {
  it('shows every event once, also those of before, and ends after as many as wanted', async () => {
    const { run, api } = await aTenant();
    const watched = await run('watch --after a0.n0 --limit 2');
    expect(watched).toMatchObject({ exitCode: 0, stderr: '' });
    expect(watched.stdout).toMatch(/^1 +2026-03-10T08:00:00Z +sales +ada .* charged\n2 +.* +grace .* 2,000 .* charged\n$/);
    const lines = (await run('watch --after a0.n0 --limit 3 --json')).stdout.trim().split('\n');
    const { value } = await api('GET /v1/activity');
    expect(lines.map((line) => JSON.parse(line).data)).toEqual(value.reverse());
  });

  it('goes on until Ctrl-C, and ends with 0', async () => {
    const { key, api } = await aTenant();
    const child = spawn(PROGRAM, ['watch', '--json', '--after', 'a3.n0'], {
      env: { ...process.env, BURSAR_URL: server.url, BURSAR_KEY: key },
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await api('POST /v1/consumptions', { ...ACTION, userId: 'linus' });
    const { value } = (await lines.next()) as { value: string };
    expect(JSON.parse(value)).toMatchObject({ event: 'activity', data: { userId: 'linus' } });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  it('says what is wrong with an id, and ends with 1', async () => {
    const { run } = await aTenant();
    expect(await run('watch --after yesterday')).toMatchObject({ ...REFUSED, stderr: expect.stringMatching(/after/) });
  });
});

describe('report', () => {
  it('asks, waits and downloads each kind, as the API has it', async () => {
    const { run, json, api } = await aTenant();
    for (const kind of ['ai-builder', 'environments', 'agents', 'users']) {
      const { stdout, stderr, exitCode } = await run(`report ${kind} --days 60`);
      expect(exitCode).toBe(0);
      const [newest] = (await api('GET /v1/reports')).value;
      expect(stdout).toBe(await api(`GET /v1/reports/${newest.id}/content`));
      expect(stderr).toMatch(new RegExp(`rows, 2026-01-10 to 2026-03-10; kept until .*: bursar report download ${newest.id}`));
    }
    expect(await json('report list')).toEqual((await api('GET /v1/reports')).value);
    expect((await run('report list')).stdout).toMatch(/copilot-credits-users +2026-01-10 +2026-03-10 +Completed/);
  });

  it('writes to a file, tells of it in JSON, downloads it again, and deletes it', async () => {
    const { run, json, api } = await aTenant();
    const out = join(folder, 'environments.csv');
    const report = await json(['report', 'environments', '--target-date', '2026-03-10', '--out', out]);
    expect(report).toMatchObject({ status: 'Completed', type: 'copilot-credits-environments', file: out });
    const content = await api(`GET /v1/reports/${report.id}/content`);
    expect(await readFile(out, 'utf8')).toBe(content);
    expect(content).toMatch(/2008/);
    expect((await run(`report download ${report.id}`)).stdout).toBe(content);
    expect((await run(`report delete ${report.id}`)).stdout).toBe(`report ${report.id} is deleted\n`);
    expect(await run(`report download ${report.id}`)).toMatchObject({
      ...REFUSED,
      stderr: expect.stringContaining('(NotFound)'),
    });
    expect(await readdir(folder)).toEqual(['environments.csv']);
  });

  it('refuses days that cannot be, and a file that cannot be written', async () => {
    const { run } = await aTenant();
    expect((await run('report users --days 45')).stderr).toMatch(/wanted one of 30, 60, 90, 180/);
    const future = await run('report users --target-date 2026-04-01');
    expect(future).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('(InvalidRequest)') });
    const unwritable = await run(['report', 'users', '--out', join(folder, 'nowhere/users.csv')]);
    expect(unwritable).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('cannot be written') });
    expect(await run('report users --json')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--out FILE') });
  });
});

it('audit: lists what was done and refused, exports it, and shows where its chains end', async () => {
  const { key, run, json, api } = await aTenant();
  const refused = await run('limit delete ada');
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('(NotFound)') });
  const listed = await run('audit --limit 2');
  expect(listed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(listed.stdout).toMatch(/first administrator \(key:\S+\) +deleteLimit +limit:ada +NotFound +127\.0\.0\.1/);
  expect(listed.stdout).toMatch(/createEntitlement +entitlement:\S+ +done/);
  const lines = (await run('audit list --outcome done --subject environment:sales --json')).stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    (await api('GET /v1/audit?outcome=done&subject=environment:sales')).value,
  );
  expect((await run('audit --actor nobody')).stdout).toBe('nothing of this was done or refused\n');

  const file = join(folder, 'audit.csv');
  const exported = await run(`audit export --out ${file}`);
  expect(exported).toMatchObject({ exitCode: 0, stdout: '', stderr: `the audit log is in ${file}\n` });
  const content = await readFile(file, 'utf8');
  expect(content).toMatch(/^sequence,at,actor,/);
  expect((await run('audit export')).stdout.startsWith(content)).toBe(true);
  expect(await json(['audit', 'export', '--out', file])).toEqual({ file });
  expect(await run('audit export --json')).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('--out FILE'),
  });

  const head = await json('audit head');
  expect(head).toEqual(await api('GET /v1/audit/head'));
  expect((await run('audit head')).stdout).toContain(head.hash);
  const asOperator = { BURSAR_URL: server.url, BURSAR_OPERATOR_KEY: server.operatorKey };
  const heads = await bursar(['audit', 'heads', '--json'], asOperator);
  expect(JSON.parse(heads.stdout)).toContainEqual(head);
  expect((await bursar(['audit', 'heads'], asOperator)).stdout).toMatch(/the installation +\d+ +[0-9a-f]{64}/);
  expect((await bursar(['audit', 'installation'], asOperator)).stdout).toMatch(/operator +createTenant +tenant:\S+ +done/);
  expect(await bursar(['audit', 'heads'], { BURSAR_URL: server.url, BURSAR_OPERATOR_KEY: key })).toMatchObject(REFUSED);
});
