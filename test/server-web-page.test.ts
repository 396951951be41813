// The admin centre's files as the server hands them out, and which paths are not pages.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../src/server/app.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { call } from './support/call.ts';

let server: AServer;
let page: Awaited<ReturnType<typeof buildServer>>;
let url: string;
let webRoot: string;
const asBrowser = { headers: { accept: 'text/html,*/*' } };

beforeAll(async () => {
  server = await startServer();
  webRoot = await mkdtemp(join(tmpdir(), 'bursar-web-'));
  await mkdir(join(webRoot, 'assets'));
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>Bursar</title>');
  await writeFile(join(webRoot, 'assets', 'main-1a2b.js'), 'export {};');
  page = await buildServer({ store: server.store, operatorKeyHash: Buffer.alloc(32), logLevel: 'silent', webRoot });
  url = await page.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await page?.close();
  await server?.stop();
  if (webRoot) await rm(webRoot, { recursive: true });
});

describe('the page', () => {
  it('refuses a range or a condition that a file does not meet, which is no fault of the server', async () => {
    for (const headers of [{ 'if-match': '"x"' }, { range: 'bytes=9999-' }] as Record<string, string>[]) {
      const { status, body } = await call(url, 'GET /', { headers: { ...asBrowser.headers, ...headers } });
      expect([status, body.code]).toEqual([400, 'MalformedRequest']);
    }
  });

  for (const path of ['/', '/environments', '/environments/sales@contoso.com']) {
    it(`is at ${path}, without scripts in line, asked for anew each time`, async () => {
      const { status, body, headers } = await call(url, `GET ${path}`, asBrowser);
      expect([status, body]).toEqual([200, '<!doctype html><title>Bursar</title>']);
      expect(headers.get('cache-control')).toBe('no-cache');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'self'; style-src/);
    });
  }

  it('keeps its assets for ever', async () => {
    const { status, headers } = await call(url, 'GET /assets/main-1a2b.js');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toContain('immutable');
  });

  for (const path of ['/assets/gone.js', '/v1/nothing', '/docs/nothing', '/problems/Nothing']) {
    it(`is not at ${path}`, async () => {
      const { status, body } = await call(url, `GET ${path}`, asBrowser);
      expect([status, body.code]).toEqual([404, 'NotFound']);
    });
  }

  it('is not for programs that ask for something that is not there', async () => {
    expect((await call(url, 'GET /nothing')).body).toMatchObject({ code: 'NotFound' });
  });
});
