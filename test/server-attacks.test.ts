// What attacks on the running server found: each is refused with a reason, and none is answered with more than it deserves.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AServer, startServer } from './support/a-server.ts';
import { sendBytes } from './support/bytes.ts';
import { ACTION, call } from './support/call.ts';

let server: AServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
  ({ key } = await server.tenant('Attacked', '2026-03-10T08:00:00Z'));
  await call(server.url, 'POST /v1/environments', { key, body: { id: 'sales', name: 'Sales' } });
});

afterAll(async () => {
  await server?.stop();
});

it('an environment administrator of many environments is told a few of them', async () => {
  const environmentIds = Array.from({ length: 30 }, (_, index) => `team-${index}`);
  for (const id of environmentIds) await call(server.url, 'POST /v1/environments', { key, body: { id, name: id } });
  const made = await call(server.url, 'POST /v1/keys', { key, body: { role: 'environment-admin', environmentIds } });
  const refused = await call(server.url, 'POST /v1/consumptions', { key: made.body.key, body: ACTION });
  expect(refused.status).toBe(403);
  expect(refused.body.detail).toContain('team-9 and 20 more, not sales');
});

it('two Idempotency-Key headers are no key', async () => {
  const body = JSON.stringify(ACTION);
  const answer = await sendBytes(
    Number(new URL(server.url).port),
    [
      'POST /v1/consumptions HTTP/1.1',
      'Host: bursar',
      'Connection: close',
      `Authorization: Bearer ${key}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Idempotency-Key: a',
      'Idempotency-Key: b',
      '',
      body,
    ].join('\r\n'),
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('the header Idempotency-Key is there more than once; send one');
});

it('a body that says it is compressed is refused, not read as if it were not', async () => {
  const headers = { 'content-encoding': 'gzip' };
  const refused = await call(server.url, 'POST /v1/consumptions', { key, body: ACTION, headers });
  expect([refused.status, refused.body.code]).toEqual([415, 'UnsupportedMediaType']);
});

it('the name of an unknown field is not repeated at its full length', async () => {
  const refused = await call(server.url, 'POST /v1/environments', { key, body: { name: 'Sales', ['x'.repeat(100_000)]: 1 } });
  expect(refused.status).toBe(422);
  expect(refused.body.errors).toMatchObject([{ pointer: `/${'x'.repeat(200)}…` }]);
});

it('an item of a batch that is no object at all spoils no other', async () => {
  const raw = `{"actions":[1e5,"\\ud800",{"a":1,"a":2},${JSON.stringify({ ...ACTION, recordOnly: true })}]}`;
  const answer = await call(server.url, 'POST /v1/consumptions/batch', { key, raw });
  expect(answer.body.results.map((each: { status: number }) => each.status)).toEqual([422, 422, 400, 201]);
});

it('a request says nothing of how many others there were', async () => {
  const ids = [];
  for (let count = 0; count < 2; count += 1) ids.push((await call(server.url, 'GET /livez')).headers.get('x-request-id'));
  expect(ids[0]).toMatch(/^req-[0-9a-f-]{36}$/);
  expect(ids[1]?.slice(0, 20)).not.toBe(ids[0]?.slice(0, 20));
});

const HEADER = 'Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial\n';
const LINE = 65_536;

it.each([
  ['a million columns', `${HEADER.trim()}${','.repeat(1_000_000)}\n`, 'line 1 of the file has 1000063 bytes'],
  ['20 MB of commas', HEADER + ','.repeat(20_000_000), 'line 2 of the file has 20000000 bytes'],
  ['one cell of 20 MB', `${HEADER}2026-03-01,${'u'.repeat(20_000_000)},e,n,1,FALSE`, 'line 2 of the file has 20000023 bytes'],
  ['10 million rows without a cell', HEADER + ',\n'.repeat(10_000_000), 'the file has more than 500000 lines'],
  ['20 million empty lines', HEADER + '\n'.repeat(20_000_000), 'the file has more than 500000 lines'],
])('an import of %s is refused at once', async (_, raw, detail) => {
  const answer = await call(server.url, 'POST /v1/imports', { key, raw, headers: { 'content-type': 'text/csv' } });
  expect(answer.status).toBe(422);
  expect(answer.body.detail).toContain(detail);
});

it('an import with a line of the most bytes that are taken is read', async () => {
  const row = '2026-03-01,u,e,n,1,FALSE';
  const raw = `${HEADER}${row}${' '.repeat(LINE - row.length)}\n`;
  const answer = await call(server.url, 'POST /v1/imports', { key, raw, headers: { 'content-type': 'text/csv' } });
  expect([answer.status, answer.body.wouldRecord]).toEqual([200, 1]);
});
