// Home in a browser: what needs attention, how far the month has come, the three tasks; what a maker sees; a tenant that has nothing yet.

import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser, NARROW } from '../support/a-browser.ts';
import { ACTION } from '../support/call.ts';

describeInBrowser('home', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('says what needs attention, and how far the month has come', async () => {
    const page = await web.open(key);
    await page.getByText('Some environments have consumed all or almost all AI Builder credits').waitFor();
    const banner = page.getByRole('region', { name: 'What needs attention' });
    await banner.getByRole('link', { name: 'Customer support' }).first().waitFor();
    await page.getByText('Day 10 of 31. Counts start again on Jan 1, 2026.').waitFor();
    await page
      .getByText(/^42,008 of 50,000 consumed/)
      .first()
      .waitFor();
    await page
      .getByText(/^Expected by the month’s end/)
      .first()
      .waitFor();
    const near = page.getByRole('table', { name: 'Environments near or over' });
    await near.getByRole('row', { name: /Customer support.*500 of 500 \(100\s%\).*Spent/ }).waitFor();
    await web.inspect(page, 'home');

    // As it happens: support gets more than it has used, and is no longer named.
    await web.call(key, 'PUT /v1/environments/support/allocations/ai-builder-credits', { credits: '5000' });
    await near.getByRole('row', { name: /Customer support.*AI Builder credits/ }).waitFor({ state: 'detached' });
    await near.getByRole('row', { name: /Customer support.*Copilot Credits/ }).waitFor();
  });

  it('leads from what needs attention, and from the tasks, to where it is done', async () => {
    const page = await web.open(key);
    await page.getByRole('button', { name: 'Assign credits' }).first().click();
    const panel = page.getByRole('dialog', { name: 'Assign to an environment' });
    await panel.getByLabel('Credits of Innovation lab').waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    for (const [task, heading] of [
      ['Choose a report', 'Reports'],
      ['Open', 'Activity'],
    ] as const) {
      await page.getByRole('link', { name: 'Home', exact: true }).first().click();
      await page.getByRole('main').getByRole('button', { name: task, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    }
  });

  it('tells a maker how its environment stands, and shows its own activity', async () => {
    const { key: maker } = await web.call(key, 'POST /v1/keys', { role: 'maker', userId: 'alan' });
    await web.call(key, 'POST /v1/consumptions', { ...ACTION, environmentId: 'lab-7f3a2c', userId: 'alan', mode: 'test' });
    await web.call(key, 'POST /v1/consumptions', { ...ACTION, environmentId: 'sales', userId: 'somebody-else', mode: 'test' });
    const page = await web.open(maker);
    await page.getByText('You can use AI in this environment.').waitFor();
    await page.getByRole('row', { name: /alan/ }).first().waitFor();
    expect(await page.getByRole('row', { name: /somebody-else/ }).count()).toBe(0);
    // Denied everything, and without anything of its own.
    await page.getByLabel('Environment').selectOption('Closed');
    await page.getByText('Missing Copilot Credit or AI Builder credit capacity').waitFor();
    await expect.poll(() => page.url()).toContain('environment=closed');
    await page.mouse.move(0, 0);
    await web.inspect(page, 'home-maker');
  });

  it('says where to begin in a tenant that has nothing yet', async () => {
    const empty = await web.server.tenant('Fabrikam');
    const page = await web.open(empty.key);
    await page.getByRole('heading', { name: 'Begin here' }).waitFor();
    await web.inspect(page, 'home-empty');
    await page.getByRole('button', { name: 'Enter a purchase' }).click();
    await page.getByRole('dialog', { name: 'Enter a purchase' }).waitFor();
  });

  // Every width and page: pages.test.ts; this is what stands there besides.
  it('never scrolls sideways at 360 px', async () => {
    const page = await web.open(key, '/', { viewport: NARROW });
    await page.getByText('Innovation lab').first().waitFor();
    await page
      .getByText(/^Expected by the month’s end/)
      .first()
      .waitFor();
    await web.inspect(page, 'home-360');
  });
});
