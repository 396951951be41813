// The command line as people and programs use it: real processes against a running server.

import { createServer } from 'node:net';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliProgram } from '../src/cli/program.ts';
import { bursar, type Ended } from './support/a-program.ts';
import { type AServer, startServer } from './support/a-server.ts';

let server: AServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const RECEIPTS = '--environment sales --user ada --caller cloud-flow --capability receipt-processing --usage pages=2'.split(' ');

/** The verbs of a new sandbox tenant. */
async function aTenant(): Promise<(line: string | readonly string[]) => Promise<Ended>> {
  const { key } = await server.tenant('Contoso', '2026-03-10T08:00:00Z');
  return (line) => bursar(typeof line === 'string' ? line.split(' ') : line, { BURSAR_URL: server.url, BURSAR_KEY: key });
}

it('takes a tenant from nothing to a first consumption', async () => {
  const operator = { BURSAR_URL: server.url, BURSAR_OPERATOR_KEY: server.operatorKey };
  const made = await bursar(
    ['tenant', 'create', 'Fabrikam', '--id', 'fabrikam', '--sandbox', '2026-03-01T00:00:00Z', '--json'],
    operator,
  );
  expect(made).toMatchObject({ exitCode: 0, stderr: '' });
  const { adminKey } = JSON.parse(made.stdout) as { adminKey: string };
  const run = (line: string) => bursar(line.split(' '), { BURSAR_URL: server.url, BURSAR_KEY: adminKey });
  expect(await run('environment create sales')).toMatchObject({ exitCode: 0 });
  expect((await run('entitle power-automate-premium 2')).stdout).toMatch(/credits a month +10,000/);
  expect((await run('allocate sales=6,000 --currency ai')).stdout).toMatch(/sales +AI Builder credits +6,000/);
  const consumed = await bursar(['consume', ...RECEIPTS], { BURSAR_URL: server.url, BURSAR_KEY: adminKey });
  expect(consumed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(consumed.stdout).toMatch(/allowed +64 AI Builder credits from allocation/);
  expect((await run('capacity')).stdout).toMatch(/sales +AI Builder credits +allocation +6,000 +64/);
  expect((await run('capacity sales')).stdout).toMatch(/run +yes/);
  expect((await run('activity')).stdout).toMatch(/1 +2026-03-01T00:00:00Z +sales +ada +cloud-flow +receipt-processing +64/);
  expect((await run('tenant clock 2026-04-01T00:00:00Z')).stdout).toMatch(/now +2026-04-01T00:00:00Z \(sandbox\)/);
  expect((await bursar(['tenant', 'list'], operator)).stdout).toMatch(/fabrikam +Fabrikam +sandbox, 2026-04-01/);
});

it('answers programs in JSON: a document, or a line for each item of a list', async () => {
  const run = await aTenant();
  await run('environment create sales --json');
  await run('entitle copilot-credit-pack 1');
  const consumed = JSON.parse((await run(['consume', ...RECEIPTS, '--json', '--idempotency-key', 'one'])).stdout);
  expect(consumed).toMatchObject({ decision: 'allowed', currency: 'copilot-credits', replayed: false });
  const again = JSON.parse((await run(['consume', ...RECEIPTS, '--json', '--idempotency-key', 'one'])).stdout);
  expect(again).toEqual({ ...consumed, replayed: true });
  const lines = (await run('activity --json')).stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).id)).toEqual([consumed.id]);
  expect(JSON.parse((await run('capacity --json')).stdout).environments[0].environmentId).toBe('sales');
});

describe('ends with 1', () => {
  it('where an action is refused, saying what helps', async () => {
    const run = await aTenant();
    await run('environment create sales');
    for (const verb of ['consume', 'check']) {
      const refused = await run([verb, ...RECEIPTS]);
      expect(refused.exitCode).toBe(1);
      expect(refused.stdout).toMatch(/^refused: .*\(EntitlementNotAvailable\)\n {2}what helps: /);
    }
  });

  it('where something is wrong with the request, saying where', async () => {
    const run = await aTenant();
    const unknown = await run('entitle toaster 1');
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '' });
    expect(unknown.stderr).toMatch(/bursar entitle --products lists them/);
  });

  it('where nothing listens, asking whether Bursar runs', async () => {
    // A port that was free a moment ago.
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    const ended = await bursar(['capacity', '--url', `http://127.0.0.1:${port}`, '--key', 'x']);
    expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ended.stderr).toMatch(/Is Bursar running\? Start it with: npm start/);
  });

  it('where the key is not known, saying where keys are', async () => {
    const ended = await bursar(['capacity', '--url', server.url, '--key', 'x']);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(/printed by the first start/);
  });
});

describe('ends with 2 on wrong usage', () => {
  const WRONG: Record<string, [line: string, said: RegExp]> = {
    'no key': ['capacity', /no key: give --key or set BURSAR_KEY/],
    'an unknown verb': ['frobnicate', /unknown command/],
    'an unknown caller': ['consume --caller toaster', /Allowed choices are canvas-app/],
    'a currency that is none': ['allocate sales=1 --currency gold', /ai-builder-credits/],
    'credits that are none': ['allocate sales=lots --currency ai --key x', /wanted credits such as 1000/],
    'no currency': ['allocate sales=1 --key x', /--currency/],
    'a quantity that is none': ['entitle copilot-credit-pack x --key x', /wanted a whole number/],
    'usage without a count': ['check --environment e --user u --caller api --capability c --usage pages', /wanted UNIT=COUNT/],
    'an address that is none': ['capacity --key x --url nowhere', /no URL/],
    'a file that is not there': ['replay nowhere.csv --key x', /there is no file/],
    '--speed without --play': ['replay nowhere.csv --speed 2 --key x', /--speed goes with --play/],
  };
  for (const [title, [line, said]] of Object.entries(WRONG)) {
    it(title, async () => {
      const ended = await bursar(line.split(' '));
      expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
      expect(ended.stderr).toMatch(said);
    });
  }
});

describe('the help', () => {
  it('has an example of every verb', () => {
    const without: string[] = [];
    for (const [path, verb] of leavesOf(cliProgram())) {
      let help = '';
      verb.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      if (!help.includes(`Example:\n  bursar ${path}`)) without.push(path);
    }
    expect(without).toEqual([]);
  });

  it('shows every verb under a task', async () => {
    const { exitCode, stdout } = await bursar(['--help']);
    expect(exitCode).toBe(0);
    const verbs = [...stdout.matchAll(/^ {2}([a-z]+)\b/gm)].map((match) => match[1]);
    const operators = ['serve', 'migrate', 'verify', 'backup', 'restore'];
    expect(verbs).toEqual([...cliProgram().commands.map((each) => each.name()), ...operators]);
    // What has no task would stand under this heading.
    expect(stdout).not.toMatch(/^Commands:/m);
  });
});

/** The verbs that do something, with what is typed to reach them. */
function leavesOf(command: Command, path = ''): [path: string, verb: Command][] {
  return command.commands.flatMap((each): [string, Command][] => {
    const own = `${path} ${each.name()}`.trim();
    return each.commands.length > 0 ? leavesOf(each, own) : [[own, each]];
  });
}
