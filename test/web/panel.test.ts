// What every panel for a form does, on that of a new environment: it is in the address, says what the server said at its field, asks
// before it loses what was entered, and gives the focus back.

import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser } from '../support/a-browser.ts';

describeInBrowser('a panel', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  async function opened(path = '/environments'): Promise<{ page: Page; panel: ReturnType<Page['getByRole']> }> {
    const page = await web.open(key, path);
    if (path === '/environments') await page.getByRole('button', { name: 'New environment' }).click();
    const panel = page.getByRole('dialog', { name: 'New environment' });
    await panel.waitFor();
    return { page, panel };
  }
  const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent');

  it('is in the address: it survives a reload, and Back closes it', async () => {
    const { page, panel } = await opened();
    expect(page.url()).toContain('?panel=');
    await page.reload();
    await panel.waitFor();
    await page.goBack();
    await panel.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('panel=');
  });

  it('says at the field what the server said of it, and keeps what was entered', async () => {
    web.expectTrouble(/status of 422/);
    const { page, panel } = await opened();
    await panel.getByLabel('Name').fill('Marketing');
    await panel.getByLabel('Id').fill('märketing');
    await panel.getByRole('button', { name: 'Create' }).click();
    await panel.getByRole('alert').getByText('The request is not what the route takes').waitFor();
    await panel.getByText(/^Wanted an id/).waitFor();
    expect(await panel.getByLabel('Id').getAttribute('aria-invalid')).toBe('true');
    expect(await panel.getByLabel('Name').inputValue()).toBe('Marketing');
    await web.inspect(page, 'panel-refused');
    await panel.getByLabel('Id').fill('marketing');
    await page.keyboard.press('Enter');
    await panel.waitFor({ state: 'detached' });
    await page.getByText('Created Marketing').first().waitFor();
    await page.getByRole('row', { name: /Marketing/ }).waitFor();
    await expect.poll(() => focused(page)).toBe('New environment');
  });

  it('asks before it loses what was entered, by Escape, Cancel or Back', async () => {
    const { page, panel } = await opened();
    await panel.getByLabel('Name').fill('Marketing');
    const question = panel.getByRole('alert').filter({ hasText: 'Discard what you entered?' });
    const leave = [
      () => page.keyboard.press('Escape'),
      () => panel.getByRole('button', { name: 'Cancel' }).click(),
      () => page.evaluate('history.back()'),
    ];
    for (const each of leave) {
      await each();
      await question.waitFor();
      expect(await focused(page)).toBe('Keep editing');
      await page.keyboard.press('Enter');
      await question.waitFor({ state: 'detached' });
      expect(await panel.getByLabel('Name').inputValue()).toBe('Marketing');
      expect(page.url()).toContain('panel=');
    }
    await page.keyboard.press('Escape');
    await web.inspect(page, 'panel-discard');
    await question.getByRole('button', { name: 'Discard' }).click();
    await panel.waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('New environment');
    // It begins anew.
    await page.keyboard.press('Enter');
    expect(await panel.getByLabel('Name').inputValue()).toBe('');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
  });

  it('is not offered to who may not, who is told why', async () => {
    const { key: reader } = await web.call(key, 'POST /v1/keys', { role: 'reader' });
    const page = await web.open(reader, '/environments');
    const button = page.getByRole('button', { name: 'New environment' });
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await button.focus();
    await page.getByText('Your role, Reader, may not do this. Ask a tenant administrator.').waitFor();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});
