// The verbs that tell of crossings and post them: notices, banners, recipients, webhook. Real processes, a real receiver.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Verbs, verbsOf } from './support/a-program.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION } from './support/call.ts';

interface Posted {
  headers: Record<string, string>;
  body: string;
}

let server: AServer;
let receiver: Server;
let target: string;
const posted: Posted[] = [];
beforeAll(async () => {
  server = await startServer({ privateAddresses: true });
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      posted.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => receiver.once('listening', resolve));
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/notices`;
});
afterAll(async () => {
  await new Promise((resolve) => receiver.close(resolve));
  await server.stop();
});

const REFUSED = { exitCode: 1, stdout: '' };

/** `sales` has 1,000 Copilot Credits allocated and has used 960 of them. */
async function aTenantNearItsEnd(): Promise<Verbs> {
  const verbs = await verbsOf(server, '2026-03-10T08:00:00Z');
  await verbs.api('POST /v1/environments', { id: 'sales', name: 'Sales' });
  await verbs.api('POST /v1/entitlements', { product: 'copilot-credit-pack', quantity: 1 });
  await verbs.run('allocate sales=1000 --currency copilot');
  await verbs.api('POST /v1/consumptions', { ...ACTION, usage: { pages: 120 } });
  return verbs;
}

it('notices: what crossed a threshold', async () => {
  const { run, json, api } = await aTenantNearItsEnd();
  expect((await run('notices')).stdout).toMatch(
    /2026-03-10T08:00:00Z +near-capacity +sales +Copilot Credits +960 +1,000 +96 +2026-04-01/,
  );
  const listed = await json('notices --kind near-capacity --environment sales --month 2026-03');
  expect(listed).toEqual((await api('GET /v1/notices')).value);
  expect(listed).toHaveLength(1);
  expect((await run('notices --month 2026-02')).stdout).toBe('no notices: nothing crossed a threshold\n');
  expect(await run('notices --month march')).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('(InvalidRequest)') });
  expect((await run('notices --kind shocking')).exitCode).toBe(2);
});

it('banners: what administrators, and makers of an environment, should see now', async () => {
  const { run, json, api } = await aTenantNearItsEnd();
  expect(await json('banners')).toEqual((await api('GET /v1/banners')).value);
  expect((await run('banners')).stdout).toMatch(/almost all Copilot Credits\n {2}sales: near-capacity, 96 %\n {2}what to do: /);
  expect(await json('banners --environment sales')).toEqual((await api('GET /v1/banners?environmentId=sales')).value);
  expect(await run('banners --environment nowhere')).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('(NotFound)') });
});

it('recipients: sets, shows and empties whom notices are mailed to', async () => {
  const { run, json, api } = await verbsOf(server, '2026-03-10T08:00:00Z');
  expect((await run('recipients')).stdout).toMatch(/^notices are mailed to nobody; name who/);
  const set = await run('recipients ada@contoso.com grace@contoso.com');
  expect(set).toMatchObject({ exitCode: 0, stdout: 'notices are mailed to\nada@contoso.com\ngrace@contoso.com\n' });
  expect(set.stderr).toMatch(/sends no mail: start it with SMTP_URL/);
  expect(await json('recipients')).toEqual(await api('GET /v1/notice-recipients'));
  expect(await json('recipients --none')).toMatchObject({ emails: [] });
  expect(await run('recipients nobody')).toMatchObject({ ...REFUSED, stderr: expect.stringMatching(/email address/) });
  expect((await run('recipients ada@contoso.com --none')).exitCode).toBe(2);
});

it('webhook: adds, tests, lists what was sent, and sends it again', async () => {
  const { run, json, api } = await verbsOf(server, '2026-03-10T08:00:00Z');
  expect((await run('webhook list')).stdout).toMatch(/^no webhooks yet; add one: bursar webhook add/);
  const { secret } = await json(`webhook add ${target} --id ops --kinds near-capacity,exhausted`);
  expect(await run(`webhook add ${target} --id ops --kinds near-capacity,exhausted`)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('It was there already'),
  });
  expect((await run('webhook test ops')).stdout).toMatch(
    /^test \S+ is on its way; what came of it: bursar webhook deliveries ops/,
  );
  await server.deliver();
  const deliveries = await json('webhook deliveries ops');
  expect(deliveries).toEqual((await api('GET /v1/webhooks/ops/deliveries')).value);
  const [delivery] = deliveries;
  const received = posted.find((each) => each.headers['webhook-id'] === delivery.id)!;
  expect(new Webhook(secret).verify(received.body, received.headers)).toMatchObject({ type: 'test' });
  expect((await run('webhook deliveries ops')).stdout).toMatch(new RegExp(`${delivery.id} +\\S+ +a test +delivered +1 +204`));

  expect((await run(`webhook replay ops ${delivery.id}`)).stdout).toMatch(/is sent again/);
  await server.deliver();
  expect(posted.filter((each) => each.headers['webhook-id'] === delivery.id)).toHaveLength(2);
});

it('webhook: changes, rotates its secret, is switched off, is deleted', async () => {
  const { run, json } = await verbsOf(server, '2026-03-10T08:00:00Z');
  const { secret } = await json(`webhook add ${target} --id ops --kinds near-capacity`);
  expect((await json('webhook rotate ops')).secret).not.toBe(secret);
  const { id: delivery } = await json('webhook test ops');
  expect(await json('webhook change ops --kinds all --enabled off')).toMatchObject({ kinds: null, enabled: false });
  expect((await run('webhook list')).stdout).toMatch(/ops +http:\S+ +all +off: /);
  const disabled = await run(`webhook replay ops ${delivery}`);
  expect(disabled).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('(WebhookDisabled)') });
  expect((await run('webhook delete ops')).stdout).toBe('webhook ops is deleted\n');
  expect(await run('webhook test ops')).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('(NotFound)') });
});

it('webhook: says what is wrong with an address or a kind', async () => {
  const { run } = await verbsOf(server, '2026-03-10T08:00:00Z');
  expect(await run('webhook add gopher://example.com')).toMatchObject({ ...REFUSED, stderr: expect.stringMatching(/url/) });
  expect(await run(`webhook add ${target} --kinds shocking`)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/"shocking" is none of near-capacity, exhausted/),
  });
});
