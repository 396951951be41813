// The black-box scenarios of test/conformance, against a running server: every one must pass.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AServer, startServer } from './support/a-server.ts';

const FOLDER = fileURLToPath(new URL('./conformance/', import.meta.url));
const SHARED = fileURLToPath(new URL('../../shared/conformance/', import.meta.url));

interface Result {
  id: string;
  passed: boolean;
  step?: string;
  difference?: unknown;
}

interface Scenario {
  id: string;
  title: string;
}

const files = (await readdir(join(FOLDER, 'scenarios'))).filter((name) => name.endsWith('.json')).sort();
const scenarios = (
  await Promise.all(files.map(async (name) => JSON.parse(await readFile(join(FOLDER, 'scenarios', name), 'utf8')) as Scenario[]))
).flat();

let server: AServer;
let results: Map<string, Result>;

beforeAll(async () => {
  server = await startServer();
  const folder = await mkdtemp(join(tmpdir(), 'bursar-conformance-'));
  const out = join(folder, 'results.json');
  const run = [join(FOLDER, 'run.mjs'), '--url', server.url, '--operator-key', server.operatorKey, '--json', out];
  // The runner's exit code says what the results say, scenario by scenario.
  await promisify(execFile)(process.execPath, run, { maxBuffer: 64 << 20 }).catch(() => {});
  results = new Map((JSON.parse(await readFile(out, 'utf8')).results as Result[]).map((result) => [result.id, result]));
  await rm(folder, { recursive: true });
});

afterAll(async () => {
  await server?.stop();
});

describe('conformance', () => {
  for (const { id, title } of scenarios) {
    it(`${id}: ${title}`, () => {
      const result = results.get(id);
      expect(result?.passed, JSON.stringify(result, null, 2)).toBe(true);
    });
  }

  it('the copy of the scenarios is that of ../shared/conformance, where it is there', async (context) => {
    if (!(await stat(SHARED).catch(() => null))) return context.skip('../shared/conformance is not there');
    const names = [
      'run.mjs',
      'steps.mjs',
      'match.mjs',
      ...(await readdir(join(SHARED, 'scenarios'))).map((name) => join('scenarios', name)),
    ];
    for (const name of names) {
      const copy = await readFile(join(FOLDER, name), 'utf8').catch(() => 'missing');
      expect(copy === (await readFile(join(SHARED, name), 'utf8')), `${name} differs: npm run refresh-conformance`).toBe(true);
    }
  });
});
