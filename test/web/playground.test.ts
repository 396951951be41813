// The playground: what an action would cost and how it would be decided, as it is entered; recorded only as a test; what a maker and a
// reader may do there.

import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser, NARROW } from '../support/a-browser.ts';

const DRAFT = '/playground?environment=sales&user=ada&capability=custom-document-processing&count=3';

describeInBrowser('the playground', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('prices and decides what is entered, and keeps it in the address', async () => {
    const page = await web.open(key, '/playground');
    await page.getByText('Choose a capability and say how much is used').waitFor();
    await page.getByRole('combobox', { name: 'Capability' }).click();
    await page.getByRole('combobox', { name: 'Capability' }).fill('custom document');
    await page
      .getByRole('option', { name: /custom document/i })
      .first()
      .click();
    await page.getByLabel('How many pages').fill('3');
    const cost = page.getByRole('table', { name: 'What it costs' });
    await cost
      .getByRole('row', { name: /AI Builder credits/ })
      .getByText('300')
      .waitFor();
    await cost
      .getByRole('row', { name: /Copilot Credits/ })
      .getByText('24')
      .waitFor();
    await page.getByRole('combobox', { name: 'Environment' }).click();
    await page.getByRole('combobox', { name: 'Environment' }).fill('sal');
    await page.getByRole('option', { name: /Sales/ }).click();
    await page.getByLabel('User').fill('ada');
    await page.getByText('Would run', { exact: true }).waitFor();
    await page.getByText('300 AI Builder credits from: Allocation').waitFor();
    await expect.poll(() => page.url()).toContain('count=3');
    await web.inspect(page, 'playground');
    await page.reload();
    await page.getByText('300 AI Builder credits from: Allocation').waitFor();
    // Nothing was recorded.
    expect((await web.call(key, 'GET /v1/activity?environmentId=sales')).value).toEqual([]);
  });

  it('fills in an example for who wants to see how it works', async () => {
    const page = await web.open(key, '/playground');
    await page.getByRole('button', { name: 'Fill in an example' }).click();
    await page.getByRole('table', { name: 'What it costs' }).getByText('96').waitFor();
    await page.getByText(/^Would (run|be refused)$/).waitFor();
    expect(await page.getByRole('button', { name: 'Fill in an example' }).count()).toBe(0);
  });

  it('shows what helps where it would be refused', async () => {
    const page = await web.open(key, DRAFT.replace('environment=sales', 'environment=closed'));
    await page.getByText('Would be refused').waitFor();
    await page.getByRole('button', { name: 'Reallocate AI Builder credits to this environment' }).waitFor();
    await web.inspect(page, 'playground-refused');
  });

  it('records a test when asked, and opens it', async () => {
    const page = await web.open(key, DRAFT);
    await page.getByText('Would run', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Record it as a test' }).click();
    await page.getByRole('dialog').getByText('No credits: a test from the makers’ pages.').waitFor();
    const { value } = await web.call(key, 'GET /v1/activity?environmentId=sales');
    expect(value).toMatchObject([{ mode: 'test', status: 'free', userId: 'ada' }]);
  });

  it('lets a maker test as itself', async () => {
    const { key: maker } = await web.call(key, 'POST /v1/keys', { role: 'maker', userId: 'grace' });
    const page = await web.open(maker, DRAFT);
    await page.getByText('You try as yourself.').waitFor();
    expect(await page.getByLabel('User').inputValue()).toBe('grace');
    expect(await page.getByLabel('Mode').getByRole('option').allTextContents()).toEqual([
      'Test, from the makers’ pages',
      'Train a model',
    ]);
    await page.getByText('No credits: a test from the makers’ pages.').waitFor();
    await web.inspect(page, 'playground-maker');
  });

  it('tells a reader the price, and why not the decision', async () => {
    const { key: reader } = await web.call(key, 'POST /v1/keys', { role: 'reader' });
    const page = await web.open(reader, DRAFT);
    await page.getByRole('table', { name: 'What it costs' }).getByText('300').waitFor();
    await page.getByText('Your role, Reader, may not do this.').first().waitFor();
    expect(await page.getByRole('button', { name: 'Record it as a test' }).getAttribute('aria-disabled')).toBe('true');
  });

  // Every width and page: pages.test.ts; this is what stands there besides.
  it('never scrolls sideways at 360 px', async () => {
    const page = await web.open(key, DRAFT, { viewport: NARROW });
    await page.getByText('Would run', { exact: true }).waitFor();
    await web.inspect(page, 'playground-360');
  });
});
