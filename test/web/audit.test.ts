// The audit log: what was done and refused appears by itself, is filtered by the address, says what was changed, and is exported.

import { beforeAll, expect, it } from 'vitest';
import { ROUTES } from '../../src/api/routes.ts';
import { isAudited } from '../../src/api/scope.ts';
import { NOBODY, signInEvent } from '../../src/core/audit.ts';
import type { Instant } from '../../src/core/month.ts';
import { refuse } from '../../src/core/refusal.ts';
import { changesOf } from '../../src/web/audit/changes.ts';
import { auditText } from '../../src/web/strings/audit.ts';
import { aContoso, describeInBrowser, NARROW } from '../support/a-browser.ts';
import { call, cookieOf, OWN_PAGE } from '../support/call.ts';
import { signInAtProvider } from '../support/sign-in-at-provider.ts';

it('has words for every act that is logged, and for no other', () => {
  const logged = ROUTES.filter(isAudited).map(({ operation }) => operation);
  const bySignIn = ['signIn', 'completeSignIn', 'signOut'];
  expect(Object.keys(auditText.operations).toSorted()).toEqual([...new Set([...logged, ...bySignIn])].toSorted());
});

it.each([
  [
    'what was made',
    null,
    { name: 'A', on: true },
    [
      ['name', undefined, 'A'],
      ['on', undefined, 'true'],
    ],
  ],
  ['what was removed', { name: 'A' }, null, [['name', 'A', undefined]]],
  ['only what is not the same', { a: 1, b: { c: 2, d: 3 } }, { a: 1, b: { c: 2, d: 4 } }, [['b.d', '3', '4']]],
  [
    'what came and what went',
    { a: 1 },
    { b: 2 },
    [
      ['a', '1', undefined],
      ['b', undefined, '2'],
    ],
  ],
  ['lists as they are', { ids: ['x'] }, { ids: ['x', 'y'] }, [['ids', '["x"]', '["x","y"]']]],
  ['an object that was nothing', { a: null }, { a: { b: 1 } }, [['a', 'null', '{"b":1}']]],
  ['nothing of nothing', null, null, []],
  ['nothing of the same', { a: [1] }, { a: [1] }, []],
] as const)('tells %s', (_name, before, after, expected) => {
  expect(changesOf(before, after).map(({ field, before, after }) => [field, before, after])).toEqual(expected);
});

describeInBrowser('the audit log', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('shows an act as it happens, with what it changed', async () => {
    const page = await web.open(key, '/audit');
    await page
      .getByRole('row', { name: /Sign in/ })
      .first()
      .waitFor();
    await web.inspect(page, 'audit');
    await web.call(key, 'PATCH /v1/tenant/settings', { lateUsageDays: 3 });
    // Nobody presses refresh.
    const row = page.getByRole('row', { name: /Change the settings/ });
    await row.getByText('Done').waitFor();
    await row.getByRole('button', { name: /^Show “Change the settings”/ }).focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog', { name: 'Change the settings' });
    const changes = panel.getByRole('table', { name: 'What was changed' });
    await changes.getByRole('row', { name: /^lateUsageDays.*7.*3$/ }).waitFor();
    expect(await changes.getByRole('row').count()).toBe(2);
    expect(page.url()).toMatch(/[?&]event=\d+/);
    await web.inspect(page, 'audit-event');
    await page.reload();
    await changes.waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await expect
      .poll(() => page.evaluate('document.activeElement.tagName'), { message: 'the focus is somewhere' })
      .toMatch(/BUTTON|MAIN|BODY/);
  });

  it('filters by outcome, act, who and days, in the address', async () => {
    const { id, key: reader } = await web.call(key, 'POST /v1/keys', { role: 'reader', name: 'Curious' });
    const { status } = await call(web.server.url, 'POST /v1/environments', { key: reader, body: { id: 'own', name: 'Own' } });
    expect(status).toBe(403);
    const page = await web.open(key, '/audit?outcome=refused');
    const rows = page.getByRole('table', { name: 'Events' }).getByRole('row');
    const refused = page.getByRole('row', { name: /Key “Curious”/ });
    await refused.getByText('Refused').waitFor();
    expect(await page.getByText('Done', { exact: true }).count()).toBe(1);
    await refused.click();
    const panel = page.getByRole('dialog', { name: 'Make an environment' });
    await panel.getByText('Forbidden', { exact: true }).first().waitFor();
    await web.inspect(page, 'audit-refused');
    await panel.getByRole('button', { name: 'Only what they did' }).click();
    await panel.waitFor({ state: 'detached' });
    expect(decodeURIComponent(page.url())).toContain(`actor=key:${id}`);
    await page.getByRole('combobox', { name: 'What' }).selectOption('Make an environment');
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByLabel('From (UTC day)').fill('2127-01-01');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing matches these filters.').waitFor();
    await web.inspect(page, 'audit-filters');
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await page
      .getByRole('row', { name: /Make a key.*Key “Curious”/ })
      .first()
      .waitFor();
    expect(page.url()).not.toMatch(/outcome|actor|operation|from/);
  });

  it('says of refusals that were gathered how many they were and what was tried', async () => {
    const [tenant] = (await web.server.store.listTenants({ limit: 1 })).value;
    const who = { ...NOBODY, operation: 'signIn', subject: 'carl', refusal: refuse('Unauthenticated', 'no such account') };
    const event = signInEvent(who, { address: '192.0.2.1', agent: null, requestId: 'req-1' }, Date.now() as Instant);
    await web.server.store.recordAct(tenant!, { ...event, times: 7, subjects: ['ada', 'bob', 'carl'] });
    const page = await web.open(key, '/audit?outcome=refused&subject=bob');
    const row = page.getByRole('row', { name: /carl, and 2 more/ });
    await row.getByText('7 times').waitFor();
    await row.click();
    const panel = page.getByRole('dialog', { name: 'Sign in' });
    await panel.getByText('ada, bob, carl', { exact: true }).waitFor();
    await web.inspect(page, 'audit-gathered');
  });

  it('says who signed in at a provider for the first time, and who signed out', async () => {
    const [tenant] = (await web.server.store.listTenants({ limit: 1 })).value;
    const grace = { subject: '1', email: 'grace@contoso.com', name: 'Grace', role: 'reader' as const, userId: null };
    await signInAtProvider(web.server.store, tenant!, { ...grace, provider: 'entra', environmentIds: [] });
    const signedIn = await call(web.server.url, 'POST /v1/session', { body: { key }, headers: OWN_PAGE });
    await call(web.server.url, 'DELETE /v1/session', { headers: { ...OWN_PAGE, cookie: cookieOf(signedIn) } });
    const page = await web.open(key, '/audit');
    await page
      .getByRole('row', { name: /Sign out/ })
      .first()
      .waitFor();
    await page.getByRole('row', { name: /Sign in at a provider.*provider:entra/ }).click();
    const panel = page.getByRole('dialog', { name: 'Sign in at a provider' });
    const made = panel.getByRole('table', { name: 'What was made' });
    await made.getByRole('row', { name: /^role.*reader$/ }).waitFor();
  });

  it('exports what matches, which becomes an event', async () => {
    const page = await web.open(key, '/audit?operation=createKey');
    await page
      .getByRole('row', { name: /Make a key/ })
      .first()
      .waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export as CSV' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^AuditLog_\d{4}-\d\d-\d\d\.csv$/);
    const chunks: Uint8Array[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Uint8Array);
    const [header, ...lines] = Buffer.concat(chunks).toString().trimEnd().split('\n');
    expect(header).toMatch(/^sequence,at,actor,/);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toContain('createKey');
    await page.goto(`${web.server.url}/#/audit?operation=exportAudit`);
    await page.getByRole('row', { name: /Export the audit log/ }).waitFor();
  });

  it('shows the end of the chain, which goes on with every event', async () => {
    const page = await web.open(key, '/audit', { permissions: ['clipboard-read', 'clipboard-write'] });
    const end = page.getByRole('region', { name: 'End of the chain' });
    const before = await web.call(key, 'GET /v1/audit/head');
    await expect.poll(() => end.locator('code').textContent()).toBe(JSON.stringify(before));
    await end.getByRole('button', { name: 'Copy' }).click();
    await end.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(JSON.stringify(before));
    const downloading = page.waitForEvent('download');
    await end.getByRole('button', { name: 'Download' }).click();
    expect((await downloading).suggestedFilename()).toBe(`audit-head-${before.sequence}.json`);
    await web.call(key, 'PATCH /v1/tenant/settings', { lateUsageDays: 9 });
    const after = await web.call(key, 'GET /v1/audit/head');
    expect(after.sequence).toBe(before.sequence + 1);
    await expect.poll(() => end.locator('code').textContent(), { timeout: 10_000 }).toBe(JSON.stringify(after));
    await end.getByRole('button', { name: 'Copy', exact: true }).waitFor();
  });

  // Every width and page: pages.test.ts; this is what stands there besides.
  it('never scrolls sideways at 360 px', async () => {
    const page = await web.open(key, '/audit?filters=more', { viewport: NARROW });
    await page
      .getByRole('row', { name: /Sign in/ })
      .first()
      .waitFor();
    await web.inspect(page, 'audit-narrow');
    await page
      .getByRole('button', { name: /^Show “/ })
      .first()
      .click();
    await page.getByRole('dialog').getByText('The event').waitFor();
    await web.inspect(page, 'audit-event-narrow');
  });

  it('tells a billing administrator, who may not see it, whom to ask', async () => {
    const billing = await web.call(key, 'POST /v1/keys', { role: 'billing-admin' });
    const page = await web.open(billing.key, '/audit');
    await page.getByText(/Your role, Billing administrator, may not do this/).waitFor();
    expect(await page.getByRole('link', { name: 'Export as CSV' }).count()).toBe(0);
  });
});
