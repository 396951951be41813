// Notices (N1, N2): what needs attention, what crossed a threshold, and whom it was told to.

import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser } from '../support/a-browser.ts';
import { ACTION } from '../support/call.ts';

describeInBrowser('the page of notices', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('shows the banners and every crossing, a new one as it happens', async () => {
    const page = await web.open(key, '/notices');
    await page.getByText('Some environments have consumed all or almost all AI Builder credits.').waitFor();
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    const row = page.getByRole('row', { name: /Environment Sales \(sales\) has consumed almost all AI Builder credits/ });
    expect(await row.count()).toBe(0);
    await web.call(key, 'POST /v1/consumptions', { ...ACTION, usage: { pages: 2000 } });
    await row.getByText('Near capacity').waitFor();
    await web.inspect(page, 'notices');

    await row.getByRole('button', { name: /^Environment Sales/ }).focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog');
    await panel.getByText(/200,000 of 249,000 AI Builder credits were consumed/).waitFor();
    await panel.getByText('It was sent to nobody').waitFor();
    expect(page.url()).toContain('panel=notice');
    await web.inspect(page, 'notice');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });

    await page.getByRole('combobox', { name: 'Kind' }).selectOption('blocked');
    await expect.poll(() => page.url()).toContain('kind=blocked');
    await row.waitFor({ state: 'detached' });
  });

  it('shows a maker what it should know in its environment', async () => {
    const maker = await web.call(key, 'POST /v1/keys', { role: 'maker', userId: 'grace' });
    const page = await web.open(maker.key, '/notices');
    await page.getByText('Choose the environment that you are in').waitFor();
    await page.getByRole('combobox', { name: 'Environment' }).selectOption('support');
    await page.getByText("You've consumed all your AI Builder credits.").waitFor();
    expect(page.url()).toContain('environment=support');
    await web.inspect(page, 'notices-maker');
  });
});
