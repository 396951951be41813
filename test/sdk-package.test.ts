// The package @bursar/sdk as others get it: packed, put into a project of its own, used from plain JavaScript and type-checked from
// TypeScript; and its derived types are fresh.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sdkTypes } from '../scripts/write-sdk-types.ts';
import { OPERATIONS } from '../sdk/src/openapi.ts';
import { type AServer, startServer } from './support/a-server.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const run = promisify(execFile);
const STRICT = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''];
/** Their methods send by the path. */
const BY_PATH = new Set(['consumeBatch', 'openStream', 'getReportContent', 'exportAudit']);

let server: AServer;
let project: string;
let packed: string;

beforeAll(async () => {
  server = await startServer();
  project = await mkdtemp(join(tmpdir(), 'bursar-sdk-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', project], { cwd: join(ROOT, 'sdk') });
  // What the prepack script prints comes before the answer of npm.
  const [{ filename }] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as [{ filename: string }];
  packed = join(project, filename);
  const installed = join(project, 'node_modules/@bursar/sdk');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', packed, '--strip-components=1', '-C', installed]);
  await writeFile(join(project, 'package.json'), '{"type":"module"}');
});
afterAll(async () => {
  await server.stop();
  await rm(project, { recursive: true, force: true });
});

it('works from plain JavaScript', async () => {
  const { key } = await server.tenant();
  await writeFile(
    join(project, 'program.js'),
    `import { Bursar, BursarError } from '@bursar/sdk';
const bursar = new Bursar({ url: process.argv[2], key: process.argv[3] });
await bursar.environments.create({ id: 'sales', name: 'Sales' });
const action = { environmentId: 'sales', userId: 'ada', caller: 'agent', capability: 'generative-answer', usage: { responses: 1 } };
const refused = await bursar.consume(action);
await bursar.entitlements.create({ product: 'copilot-credit-pack', quantity: 1 });
const allowed = await bursar.consume(action);
const error = await bursar.consume({ ...action, environmentId: 'nowhere' }).catch((thrown) => thrown);
console.log(refused.code, allowed.credits, error instanceof BursarError && error.code);`,
  );
  const { stdout } = await run(process.execPath, ['program.js', server.url, key], { cwd: project });
  expect(stdout.trim()).toBe('EntitlementNotAvailable 2 NotFound');
});

it('brings its types, which tell allowed from refused', async () => {
  await writeFile(
    join(project, 'program.ts'),
    `import { Bursar, type Action, type ActivityItem } from '@bursar/sdk';
const bursar = new Bursar({ url: 'http://127.0.0.1:4600', key: 'k' });
const action: Action = { environmentId: 'sales', userId: 'ada', caller: 'api', capability: 'prompt', usage: { inputTokens: 1, outputTokens: 2 } };
const decision = await bursar.consume(action);
const told: string = decision.decision === 'refused' ? decision.code + decision.remedies.length : decision.credits + decision.replayed;
const worked = await bursar.withHold(action, async (hold) => ({ result: hold.credits.length, usage: { pages: 1 } }));
if (worked.decision === 'allowed') worked.result.toFixed();
for await (const item of bursar.activity({ status: 'refused' })) { const each: ActivityItem = item; each.code?.length; }
const page = await bursar.request('listKeys', { query: { limit: 1 } });
page.value[0]?.role;
// @ts-expect-error: a caller that is not known
await bursar.consume({ ...action, caller: 'toaster' });
// @ts-expect-error: the credits of a refusal are not there
decision.credits;
// @ts-expect-error: the parameter is missing
await bursar.request('getEnvironment');
export { told };`,
  );
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  await run(tsc, [...STRICT, 'program.ts'], { cwd: project }).catch((error) => expect.fail(error.stdout));
});

it('has a README whose examples are right', async () => {
  const readme = await readFile(join(ROOT, 'sdk/README.md'), 'utf8');
  const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);
  expect(examples.length).toBeGreaterThan(5);
  // What the examples stand in: a client, an action, a model, and Node's writing of a stream.
  const around = `import type { Action, Bursar as Client } from '@bursar/sdk';
declare const process: { env: { BURSAR_KEY: string } };
declare const action: Action;
declare const prompt: string;
declare const model: { complete(prompt: string): Promise<{ text: string; inputTokens: number; outputTokens: number }> };
declare function writeFile(path: string, content: ReadableStream<Uint8Array>): Promise<void>;
`;
  for (const [index, example] of examples.entries()) {
    const client = example.includes('new Bursar(') ? '' : 'declare const bursar: Client;\n';
    await writeFile(join(project, `example-${index + 1}.ts`), `${around}${client}${example}export {};\n`);
  }
  const files = examples.map((_, index) => `example-${index + 1}.ts`);
  await run(join(ROOT, 'node_modules/.bin/tsc'), [...STRICT, ...files], { cwd: project }).catch((error) =>
    expect.fail(error.stdout),
  );
});

it('has a method for every route that takes a key', async () => {
  const sources = await Promise.all(
    ['bursar', 'decision', 'hold', 'report', 'stream'].map((name) => readFile(join(ROOT, `sdk/src/${name}.ts`), 'utf8')),
  );
  const without = Object.entries(OPERATIONS)
    // Probes need no client, and sessions, signing in and one's own account are the page's: the client brings a key.
    .filter(([, { path }]) => path.startsWith('/v1/') && !/^\/v1\/(session|sign-in|invitation|own-)/.test(path))
    .filter(([name, { path }]) => {
      const opened = path.replace(/\{\w+\}.*/, '');
      return !sources.some((text) => text.includes(`'${name}'`) || (BY_PATH.has(name) && text.includes(opened)));
    });
  expect(without.map(([name]) => name)).toEqual([]);
});

it('holds nothing but its compiled sources', async () => {
  const { stdout } = await run('tar', ['-tzf', packed]);
  const files = stdout
    .trim()
    .split('\n')
    .map((file) => file.replace('package/', ''));
  expect(files.filter((file) => !/^(dist\/[\w-]+\.(js|d\.ts)|package\.json|README\.md)$/.test(file))).toEqual([]);
  expect(files).toContain('dist/index.js');
});

it('has types that are fresh: npm run derive', async () => {
  const document = JSON.parse(await readFile(join(ROOT, 'openapi.json'), 'utf8'));
  expect(await readFile(join(ROOT, 'sdk/src/openapi.ts'), 'utf8')).toBe(sdkTypes(document));
});
