// The activity in the admin centre: live at the top, still while somebody reads further down, into the past page by page, filtered by the
// address; each decision explained so that a person understands it, with what helps; a maker's own.

import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser, NARROW, sidewaysOverflow } from '../support/a-browser.ts';
import { ACTION } from '../support/call.ts';

/** Where something stands, once it has stood there for two frames. */
async function settledBox(page: Page, of: Locator) {
  let box = await of.boundingBox();
  for (;;) {
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const next = await of.boundingBox();
    if (JSON.stringify(next) === JSON.stringify(box)) return box;
    box = next;
  }
}

describeInBrowser('the activity', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
    await web.call(key, 'POST /v1/consumptions/batch', {
      actions: Array.from({ length: 120 }, (_, index) => ({
        ...ACTION,
        environmentId: 'finance',
        userId: `u-${index}`,
        mode: 'test',
      })),
    });
  });

  it('shows what happens at the top, and holds still what is read further down', async () => {
    const page = await web.open(key, '/activity');
    const rows = page.getByRole('table').getByRole('row');
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    await web.call(key, 'POST /v1/consumptions', { ...ACTION, userId: 'first-new' });
    await rows.nth(1).getByText('first-new').waitFor();

    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText(/^13\d$/).waitFor();
    await page.evaluate('window.scrollTo(0, 1500)');
    const inView = () =>
      page.evaluate<string>(
        "/u-\\d+/.exec(document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('tr')?.textContent ?? '')?.[0] ?? ''",
      );
    await expect.poll(inView).toMatch(/^u-/);
    const read = page.getByRole('row').filter({ hasText: await inView() });
    await read.waitFor();
    const before = await settledBox(page, read);
    await web.call(key, 'POST /v1/consumptions', { ...ACTION, userId: 'second-new' });
    await page.getByRole('button', { name: '1 newer action' }).waitFor();
    expect(await settledBox(page, read)).toEqual(before);
    await page.getByRole('button', { name: '1 newer action' }).click();
    await rows.nth(1).getByText('second-new').waitFor();
    await page.getByRole('button', { name: '1 newer action' }).waitFor({ state: 'detached' });
  });

  it('names capabilities, the tenant’s own too, and keeps their ids for the search and for CSV', async () => {
    await web.call(key, 'PUT /v1/capabilities/risk-score', { name: 'Contract risk', unit: 'page', copilotCredits: '1' });
    await web.call(key, 'POST /v1/consumptions', { ...ACTION, capability: 'risk-score', userId: 'legal' });
    const page = await web.open(key, '/activity');
    const own = page.getByRole('row', { name: /legal/ }).getByText('Contract risk', { exact: true });
    await own.waitFor();
    expect(await own.getAttribute('title')).toBe('risk-score');
    await page.getByText('Custom document processing', { exact: true }).first().waitFor();
    await page.getByRole('searchbox').fill('risk-score');
    await expect.poll(() => page.getByRole('table').getByRole('row').count()).toBe(2);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /Download/ }).click()]);
    expect(await readFile(await file.path(), 'utf8')).toContain(',Contract risk (risk-score),');
    await page.goto(`${web.server.url}/#/licensing/capacity`);
    await page.getByRole('heading', { name: 'Capacity summary' }).waitFor();
    await page.getByRole('table', { name: 'Activity' }).getByText('Contract risk', { exact: true }).waitFor();
  });

  it('filters by what is in the address', async () => {
    const page = await web.open(key, '/activity?status=refused');
    await page.getByRole('row', { name: /alan/ }).waitFor();
    await page.getByLabel('Status').selectOption('Any status');
    await page.getByRole('button', { name: 'More filters' }).click();
    await page.getByLabel('User').fill('u-7');
    await page.getByLabel('User').press('Enter');
    await expect.poll(() => page.getByRole('table').getByRole('row').count()).toBe(2);
    await expect.poll(() => page.url()).toContain('user=u-7');
    await web.inspect(page, 'activity-filters');
    await page.getByLabel('To (UTC day, included)').fill('2025-12-09');
    await page.getByLabel('To (UTC day, included)').blur();
    await page.getByText('Nothing matches these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await page.getByRole('row', { name: /u-119/ }).waitFor();
  });

  it('filters by an environment that is found by its name', async () => {
    const page = await web.open(key, '/activity');
    await page.getByRole('combobox', { name: 'Environment' }).click();
    await page.getByRole('combobox', { name: 'Environment' }).fill('lab');
    await page.getByRole('option', { name: /Innovation lab/ }).click();
    await expect.poll(() => page.getByRole('table').getByRole('row').count()).toBe(5);
    expect(page.url()).toContain('environment=lab-7f3a2c');
  });

  it('explains a decision: what paid, each source that was tried with its figures, and why this one', async () => {
    const page = await web.open(key, '/activity?environment=support');
    await page
      .getByRole('row', { name: /In overage/ })
      .or(page.getByRole('row', { name: /Charged/ }))
      .first()
      .click();
    const panel = page.getByRole('dialog');
    await panel.getByText(/^It is paid in Copilot Credits from the pool of the tenant: the first source/).waitFor();
    const tried = panel.getByRole('list').getByRole('listitem');
    expect(await tried.count()).toBe(2);
    await tried.nth(0).getByText('1. AI Builder credits: Allocation').waitFor();
    await tried.nth(0).getByText('No room').waitFor();
    await tried.nth(0).getByRole('img', { name: 'AI Builder credits: Allocation: 500 used of 500' }).waitFor();
    await tried.nth(1).getByText('Pays').waitFor();
    await panel.getByRole('link', { name: 'Customer support (support)' }).waitFor();
    await web.inspect(page, 'activity-explained');
  });

  it('leads from a refusal to what helps, and to any action by its id', async () => {
    const { value } = await web.call(key, 'GET /v1/activity?status=refused');
    const page = await web.open(key, `/?record=${value[0].id}`);
    const panel = page.getByRole('dialog');
    await panel.getByText('This environment has no credits at all that this action may use.').waitFor();
    await web.inspect(page, 'activity-refused');
    await panel.getByRole('button', { name: 'Reallocate AI Builder credits to this environment' }).click();
    await expect.poll(() => page.url()).toContain('/licensing/add-ons?panel=assign&environment=closed');
  });

  it('says so where there is no such action', async () => {
    web.expectTrouble(/status of 404/);
    const page = await web.open(key, '/activity?record=no-such-action');
    await page.getByRole('dialog').getByText('There is no such action in this tenant').waitFor();
  });

  it('shows a maker its own', async () => {
    const { key: maker } = await web.call(key, 'POST /v1/keys', { role: 'maker', userId: 'grace' });
    const page = await web.open(maker, '/activity');
    await page.getByText('Activity and usage are your own only: grace.').waitFor();
    await page.getByRole('row', { name: /grace/ }).first().waitFor();
    expect(await page.getByRole('table').getByRole('row').count()).toBe(5);
    await page.getByRole('row', { name: /grace/ }).first().click();
    const buy = page.getByRole('dialog').getByRole('heading', { name: 'Why' });
    await buy.waitFor();
    await web.inspect(page, 'activity-maker');
  });

  it('shows an environment administrator that of its environments', async () => {
    web.expectTrouble(/status of 403/);
    const body = { role: 'environment-admin', environmentIds: ['support', 'lab-7f3a2c'] };
    const { key: administrator } = await web.call(key, 'POST /v1/keys', body);
    const page = await web.open(administrator, '/activity');
    await page.getByText('you see yours only: support, lab-7f3a2c.').waitFor();
    const rows = page.getByRole('table').getByRole('row');
    await rows.filter({ hasText: 'lab-7f3a2c' }).first().waitFor();
    expect(await rows.filter({ hasText: /finance|closed/ }).count()).toBe(0);
    // From a link of somebody else: why, and a way out.
    await page.goto(`${web.server.url}/#/activity?environment=finance`);
    await page.getByText('This key is for support, lab-7f3a2c, not finance').waitFor();
    await page.getByRole('combobox', { name: 'Environment' }).waitFor();
    await page.goto(`${web.server.url}/#/environments/finance`);
    await page.getByText('This key is for support, lab-7f3a2c, not finance').waitFor();
    await page.getByRole('button', { name: 'All environments' }).click();
    await page.getByRole('row', { name: /Innovation lab/ }).waitFor();
    expect(await page.getByRole('row', { name: /Finance/ }).count()).toBe(0);
  });

  // Every width and page: pages.test.ts; this is what stands there besides.
  it('never scrolls sideways at 360 px', async () => {
    const page = await web.open(key, '/activity?filters=more&status=charged', { viewport: NARROW });
    await page.getByRole('row', { name: /grace/ }).first().waitFor();
    await web.inspect(page, 'activity-360');
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  });
});
