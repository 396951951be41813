// Nobody forgets to say who may: a route without a right does not compile, and a path that the server has beside the table of routes is on
// a list that says why it needs none (T3).

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, READERS, route, streamRoute } from '../src/api/route.ts';
import { ROUTES } from '../src/api/routes.ts';
import { buildServer } from '../src/server/app.ts';
import { type OpenStore, openStore } from '../src/store/open-store.ts';
import { ROLES } from '../src/store/store.ts';
import { type ADatabase, aDatabase } from './support/a-database.ts';
import { PAGES_WITHOUT_ROW } from './support/pages-without-row.ts';

describe('a row', () => {
  const said = { operation: 'x', concept: 'X', method: 'GET', path: '/v1/x', summary: 'x', refusals: [] } as const;
  const row = { ...said, responses: { 204: null }, handle: () => answer(204) } as const;
  const stream = { ...said, event: Type.String(), open: async () => (async function* () {})() } as const;

  // What is asserted here is that it compiles, or does not: `npm run check`, and tidy.test.ts.
  it('compiles with a right', () => {
    expect(route({ ...row, right: READERS }).right).toBe(READERS);
    expect(route({ ...row, right: 'operator' }).right).toBe('operator');
    expect(streamRoute({ ...stream, right: READERS }).right).toBe(READERS);
  });

  it('does not compile without one, or with one that is none', () => {
    // @ts-expect-error: no right
    route(row);
    // @ts-expect-error: no right
    streamRoute(stream);
    // @ts-expect-error: not said
    route({ ...row, right: undefined });
    // @ts-expect-error: no such right
    route({ ...row, right: 'everybody' });
    // @ts-expect-error: no such role
    route({ ...row, right: ['king'] });
  });

  it('names roles that there are, at least one', () => {
    for (const { operation, right } of ROUTES) {
      if (typeof right === 'string') expect(['anyone', 'page', 'operator'], operation).toContain(right);
      else expect(right.length > 0 && right.every((role) => ROLES.includes(role)), operation).toBe(true);
    }
  });

  it('is open to anyone for the two probes only, and to the page without a key for its session and to sign in only', () => {
    const pathsOf = (right: string) => [...new Set(ROUTES.filter((each) => each.right === right).map(({ path }) => path))];
    expect(pathsOf('anyone')).toEqual(['/livez', '/readyz']);
    expect(pathsOf('page').sort()).toEqual([
      '/v1/invitation',
      '/v1/session',
      '/v1/sign-in',
      '/v1/sign-in-callback-{provider}',
      '/v1/sign-in-options',
    ]);
  });
});

/** `GET /v1/keys`, of each path and method that the server's router has. */
function pathsOf(app: FastifyInstance): string[] {
  const above: string[] = [];
  return app
    .printRoutes()
    .split('\n')
    .flatMap((line) => {
      const parts = /^([│ ]*)[├└]── (.*?)(?: \(([A-Z, -]+)\))?$/.exec(line);
      if (!parts) return [];
      const depth = parts[1]!.length / 4;
      above.splice(depth, above.length, parts[2]!);
      const methods = parts[3]?.split(', ') ?? [];
      return methods.filter((method) => method !== '-').map((method) => `${method} ${above.join('')}`);
    });
}

describe('the server', () => {
  let database: ADatabase;
  let store: OpenStore;
  let webRoot: string;
  const apps: FastifyInstance[] = [];

  beforeAll(async () => {
    database = await aDatabase();
    store = await openStore({ url: database.url });
    webRoot = await mkdtemp(join(tmpdir(), 'bursar-web-root-'));
    await mkdir(join(webRoot, 'assets'));
    await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>Bursar</title>');
  });

  afterAll(async () => {
    for (const app of apps) await app.close();
    await store?.close();
    await database?.drop();
    await rm(webRoot, { recursive: true, force: true });
  });

  it.each([
    ['with the admin centre', () => webRoot],
    ['without it', () => undefined],
  ])('%s has no path but those of rows and those on the list', async (_name, root) => {
    const folder = root();
    const app = await buildServer({
      store,
      operatorKeyHash: Buffer.alloc(32),
      logLevel: 'silent',
      ...(folder === undefined ? {} : { webRoot: folder }),
    });
    apps.push(app);
    const rows = ROUTES.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
    const there = pathsOf(app);
    // Every row is seen: this reads the router's list rightly.
    expect(rows.filter((each) => !there.includes(each))).toEqual([]);
    const known = new Set([...rows, ...Object.keys(PAGES_WITHOUT_ROW).map((path) => `GET ${path}`)]);
    // A HEAD is answered as the GET is, its right included: rights.test.ts.
    expect(there.filter((each) => !known.has(each.replace(/^HEAD /, 'GET ')))).toEqual([]);
  });

  it('has every path of the list', () => {
    const there = apps.flatMap(pathsOf);
    expect(Object.keys(PAGES_WITHOUT_ROW).filter((path) => !there.includes(`GET ${path}`))).toEqual([]);
  });
});
