// The verbs that set up, own, allocate and limit, as people and programs use them: real processes, held against the API's answers.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bursar, type Verbs, verbsOf } from './support/a-program.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION } from './support/call.ts';

let server: AServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const REFUSED = { exitCode: 1, stdout: '' };

/** 25,000 Copilot Credits and one environment `sales`. */
async function aTenant(now = '2026-03-10T08:00:00Z'): Promise<Verbs> {
  const verbs = await verbsOf(server, now);
  await verbs.api('POST /v1/environments', { id: 'sales', name: 'Sales' });
  await verbs.api('POST /v1/entitlements', { id: 'pack', product: 'copilot-credit-pack', quantity: 1 });
  return verbs;
}

it('limit: sets, lists with what counts, stops, deletes', async () => {
  const { run, json, api } = await aTenant();
  const set = await run(
    'limit set ada 1,000.5 --currency copilot --user ada --capability custom-document-processing --notify-at 50 --stop',
  );
  expect(set).toMatchObject({ exitCode: 0, stderr: '' });
  expect(set.stdout).toMatch(
    /ada +user ada, capability custom-document-processing +Copilot Credits +1,000\.5 +0 +0 +stops +within-limit/,
  );
  await api('POST /v1/consumptions', ACTION);
  const listed = await json('limit list');
  expect(listed).toEqual((await api('GET /v1/limits')).value);
  expect(listed).toMatchObject([{ id: 'ada', monthly: '1000.5', consumed: '8', notifyAtPercent: 50, stop: true }]);
  await run('limit set ada 0 --currency copilot --user ada --stop');
  const stopped = await run(
    'check --environment sales --user ada --caller cloud-flow --capability custom-document-processing --usage pages=1',
  );
  expect(stopped).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('LimitReached') });
  expect(await run('limit delete ada')).toMatchObject({ exitCode: 0, stdout: 'limit ada is deleted\n' });
  expect((await run('limit list')).stdout).toMatch(/^no limits yet; set one: bursar limit set/);
  const missing = await run('limit delete ada');
  expect(missing).toMatchObject(REFUSED);
  expect(missing.stderr).toMatch(/no limit "ada".*\(NotFound\)/);
});

it('trial: starts, lists, and says why it cannot be extended yet', async () => {
  const verbs = await verbsOf(server, '2025-06-10T08:00:00Z');
  expect((await verbs.run('trial start ada')).stdout).toMatch(/ada +200,000 +0 +2025-06-10T08:00:00Z +2025-07-10T08:00:00Z +no/);
  const early = await verbs.run('trial extend ada');
  expect(early).toMatchObject(REFUSED);
  expect(early.stderr).toMatch(/\(TrialNotAvailable\)/);
  await verbs.run('tenant clock 2025-07-11T00:00:00Z');
  expect(await verbs.json('trial extend ada')).toMatchObject({ userId: 'ada', extended: true });
  expect(await verbs.json('trial list')).toEqual((await verbs.api('GET /v1/trials')).value);
});

it('extension: is given three times a month, then refused', async () => {
  const { run, json, api } = await verbsOf(server, '2025-06-10T08:00:00Z');
  expect((await run('extension give')).stdout).toMatch(/2025-06 +200,000 +2025-06-10T08:00:00Z/);
  await json('extension give');
  await json('extension give');
  const fourth = await run('extension give');
  expect(fourth).toMatchObject(REFUSED);
  expect(fourth.stderr).toMatch(/\(ExtensionNotAvailable\)/);
  const listed = await json('extension list');
  expect(listed).toHaveLength(3);
  expect(listed).toEqual((await api('GET /v1/extensions')).value);
});

it('plan and environment link: what is billed, with its cost', async () => {
  const { run, json, api } = await verbsOf(server, '2026-03-10T08:00:00Z');
  await run(['environment', 'create', 'sales', '--name', 'Sales']);
  const made = await run(['plan', 'create', 'azure-1', '--name', 'Azure, sales', '--monthly-limit', '50,000']);
  expect(made.stdout).toMatch(/azure-1 +Azure, sales +Enabled +0 +0\.00 USD +50,000/);
  expect((await run('environment link sales azure-1')).stdout).toMatch(/sales +Sales .* azure-1/);
  await api('POST /v1/consumptions', { ...ACTION, usage: { pages: 1000 } });
  const listed = await json('plan list');
  expect(listed).toEqual((await api('GET /v1/billing-plans')).value);
  expect((await run('plan list')).stdout).toMatch(/Enabled +8,000 +80\.00 USD +50,000/);
  expect(listed).toMatchObject([{ monthToDate: { credits: '8000', cost: { currency: 'USD', amount: '80.00' } } }]);
  expect(await json('plan change azure-1 --monthly-limit none --status Disabled')).toMatchObject({
    monthlyLimit: null,
    status: 'Disabled',
  });
  expect(await json('environment link sales none')).toMatchObject({ billingPlanId: null });
  await run('environment create tests --type developer');
  const wrongType = await run('environment link tests azure-1');
  expect(wrongType).toMatchObject(REFUSED);
  expect(wrongType.stderr).toMatch(/\(PayAsYouGoNotAvailable\)/);
  expect((await run('plan delete azure-1')).exitCode).toBe(0);
  expect(await run('plan delete azure-1')).toMatchObject(REFUSED);
});

it('environment delete: gives its allocation back', async () => {
  const { run, api } = await aTenant();
  await run('allocate sales=1000 --currency copilot');
  expect((await run('environment delete sales')).stdout).toBe(
    'environment sales is deleted; its allocation returned to the pool\n',
  );
  expect((await api('GET /v1/allocations')).value).toEqual([]);
  expect(await run('environment delete sales')).toMatchObject(REFUSED);
});

it('entitlement: lists what was bought and what is left of a pre-purchase, and ends it', async () => {
  const { run, json, api } = await aTenant();
  await run('entitle copilot-credit-pre-purchase 300,000 --id year');
  // The pack, then 1,000 of the pre-purchase.
  for (const responses of [25_000, 1000])
    await api('POST /v1/consumptions', { ...ACTION, caller: 'agent', capability: 'classic-answer', usage: { responses } });
  const listed = await json('entitlement list');
  expect(listed).toEqual((await api('GET /v1/entitlements')).value);
  expect((await run('entitlement list')).stdout).toMatch(/year +copilot-credit-pre-purchase .* 299,000 /);
  expect((await run('entitlement end pack')).stdout).toBe('entitlement pack has ended\n');
  expect((await api('GET /v1/capacity')).currencies[1]).toMatchObject({ currency: 'copilot-credits', owned: '0' });
  expect(await run('entitlement end nothing')).toMatchObject(REFUSED);
});

it('key: makes one for a role, which may do no more, and revokes it', async () => {
  const { run, json } = await aTenant();
  const made = await json(['key', 'create', 'reader', '--name', 'For the board']);
  const reading = (line: string) => bursar(line.split(' '), { BURSAR_URL: server.url, BURSAR_KEY: made.key });
  expect(await reading('capacity')).toMatchObject({ exitCode: 0 });
  const forbidden = await reading('limit set all 10 --currency copilot');
  expect(forbidden).toMatchObject(REFUSED);
  expect(forbidden.stderr).toMatch(/\(Forbidden\)/);
  const listed = await run('key list');
  expect(listed.stdout).toContain('For the board');
  expect(listed.stdout).not.toContain(made.key);
  expect((await run(`key revoke ${made.id}`)).stdout).toBe(`key ${made.id} is revoked\n`);
  expect((await run('key create king')).exitCode).toBe(2);
});

it('key: narrows one and lets it end, and says so in the list', async () => {
  const { run, json, api } = await aTenant();
  const made = await json(
    'key create service --scopes check,consume --expires 2127-01-31T00:00:00Z --environments sales --name Flows',
  );
  expect(made).toMatchObject({
    scopes: ['consume', 'check'],
    expiresAt: '2127-01-31T00:00:00Z',
    environmentIds: ['sales'],
    lastUsedAt: null,
  });
  expect(await json('key list')).toEqual((await api('GET /v1/keys')).value);
  const listed = (await run('key list')).stdout;
  expect(listed).toMatch(/service +Flows +sales +consume, check +\S+Z +never +2127-01-31T00:00:00Z$/m);
  expect(listed).toMatch(/tenant-admin .* all of its role .* never$/m);
  await run(`key revoke ${made.id}`);
  expect((await run('key list')).stdout).toMatch(/Flows .* revoked \S+Z$/m);
  expect(await run('key create service --scopes check,spend')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('"spend" is none of consume, check, read, administer'),
  });
  const past = await run('key create reader --expires 2026-01-31T00:00:00Z');
  expect(past).toMatchObject({ ...REFUSED, stderr: expect.stringContaining('/expiresAt') });
});

it('key: gives one another secret, and lets the old one go on for as long as is said', async () => {
  const { run, json } = await aTenant();
  const first = await json('key create reader');
  const works = async (key: string) => (await bursar(['capacity'], { BURSAR_URL: server.url, BURSAR_KEY: key })).exitCode === 0;
  const rotated = await run(`key rotate ${first.id} --grace 3600`);
  expect(rotated.stdout).toMatch(/^the old one works until +\S+Z$/m);
  const second = /^key +(\S+)$/m.exec(rotated.stdout)![1]!;
  expect([await works(first.key), await works(second)]).toEqual([true, true]);
  const third = await json(`key rotate ${first.id} --grace 0`);
  expect([await works(first.key), await works(second), await works(third.key)]).toEqual([false, false, true]);
  expect(await run('key rotate nothing')).toMatchObject(REFUSED);
  expect((await run(`key rotate ${first.id} --grace soon`)).exitCode).toBe(2);
});

it('person: invites by a link, changes, disables, gives another link and signs out', async () => {
  const { run, json, api } = await aTenant();
  const invited = await run(['person', 'invite', 'Ada@contoso.com', '--role', 'tenant-admin', '--name', 'Ada Lovelace']);
  expect(invited).toMatchObject({ exitCode: 0, stderr: '' });
  const [, link, secret] = /^link +(\S+\/invitation#(bursar-invite_\S+))$/m.exec(invited.stdout)!;
  expect(link).toBe(`${server.url}/invitation#${secret}`);
  const [person] = await json('person list');
  expect([person]).toEqual((await api('GET /v1/people')).value);
  expect((await run('person list')).stdout).toMatch(/ada@contoso\.com +Ada Lovelace +tenant-admin +– +here +invited +never$/m);
  const another = await json(`person link ${person.id}`);
  expect(another.invitation.link).not.toBe(link);
  expect((await run(`person change ${person.id} --role environment-admin --environments sales`)).stdout).toMatch(
    /environment-admin +sales/,
  );
  expect(await json(`person change ${person.id} --disabled on`)).toMatchObject({ status: 'disabled', invitedUntil: null });
  expect((await run(`person sign-out ${person.id}`)).stdout).toBe(`every session of ${person.id} is over\n`);
  const twice = await run('person invite ada@contoso.com --role reader');
  expect(twice).toMatchObject(REFUSED);
  expect(twice.stderr).toMatch(/\(AlreadyExists\)/);
  expect((await run('person invite bob@contoso.com')).exitCode).toBe(2);
  expect((await run('person invite bob@contoso.com --role service')).exitCode).toBe(2);
});

it('capability: defines one of its own and lists its rates', async () => {
  const { run, json, api } = await aTenant();
  expect((await run('capability define invoice-check --unit page --copilot 2.5')).stdout).toMatch(
    /invoice-check .* page +– +2\.5 +yes/,
  );
  const listed = await json('capability list');
  expect(listed).toEqual((await api('GET /v1/capabilities?limit=1000')).value);
  const taken = await run('capability define receipt-processing --unit page --copilot 1');
  expect(taken).toMatchObject(REFUSED);
  expect(taken.stderr).toMatch(/\(AlreadyExists\)/);
});

describe('settings', () => {
  it('are shown, changed by their paths, and shown as the API has them', async () => {
    const { run, json, api } = await aTenant();
    expect((await run('settings')).stdout).toMatch(/^enforcement\.view +realtime$/m);
    const changed = await json(
      'settings set enforcement.view=computed computation.delayDays=2 consumeUnallocatedAiBuilderCredits=off',
    );
    expect(changed).toEqual(await api('GET /v1/tenant/settings'));
    expect(changed).toMatchObject({
      consumeUnallocatedAiBuilderCredits: false,
      enforcement: { view: 'computed', fallbackAtPercent: 100 },
      computation: { delayDays: 2 },
    });
  });

  it('name what there is where one is not known, and what it takes where its value is wrong', async () => {
    const { run } = await aTenant();
    const unknown = await run('settings set enforcement.vew=computed');
    expect(unknown).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/there is no setting "enforcement\.vew"; there are .*enforcement\.view/);
    expect((await run('settings set nearAtPercent=most')).stderr).toMatch(/nearAtPercent: wanted a whole number, not "most"/);
    const refused = await run('settings set enforcement.view=yesterday');
    expect(refused).toMatchObject(REFUSED);
    expect(refused.stderr).toMatch(/\(InvalidRequest\)/);
  });
});

it('compute and computations: adds up now, and says when it did', async () => {
  const { run, json, api } = await aTenant();
  expect((await run('compute')).stdout).toBe('computed at 2026-03-10T08:00:00Z\n');
  const listed = await json('computations --limit 5');
  expect(listed).toEqual((await api('GET /v1/computations')).value);
  expect((await run('computations')).stdout).toMatch(/2026-03-10T08:00:00Z +on demand/);
  const reader = await json('key create reader');
  const refused = await bursar(['compute'], { BURSAR_URL: server.url, BURSAR_KEY: reader.key });
  expect(refused).toMatchObject(REFUSED);
});
