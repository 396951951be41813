// Every main task by keyboard alone (issue 4, point 6): no mouse and no touch in this file. Wherever the focus goes it can be seen, it
// never gets caught, and it comes back after a panel or a dialog.

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { aContoso, describeInBrowser } from '../support/a-browser.ts';

const IN_PAGE = readFileSync(new URL('../fixtures/focus-in-page.js', import.meta.url), 'utf8');
/** More than any page has that can be reached. */
const MOST_STOPS = 150;

interface Focused {
  name: string | null;
  role: string | null;
  isInSight: boolean;
  /** What had the focus before, where that could not be seen. */
  hidden: string | null;
}

describeInBrowser('by keyboard alone', (web) => {
  /** Where the focus is; fails where it could not be seen, or was out of sight. */
  async function focused(page: Page): Promise<Focused> {
    const now = await page.evaluate<Focused>('focused.next()');
    expect(now.hidden, 'had the focus, which nothing showed').toBeNull();
    expect(now.isInSight, `${now.role} “${now.name}” has the focus out of sight`).toBe(true);
    return now;
  }

  /** Presses Tab (or what is said) until something of that name has the focus. */
  async function reach(page: Page, name: string | RegExp, by = 'Tab'): Promise<void> {
    const met: string[] = [];
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      const { name: here } = await focused(page);
      if (here !== null && (typeof name === 'string' ? here === name : name.test(here))) return;
      met.push(here ?? '–');
      await page.keyboard.press(by);
    }
    expect.fail(`${by} never led to ${name}, but to ${[...new Set(met)].join(' · ')}`);
  }

  async function press(page: Page, name: string | RegExp, key = 'Enter'): Promise<void> {
    await reach(page, name);
    await page.keyboard.press(key);
  }

  async function fill(page: Page, name: string, text: string): Promise<void> {
    await reach(page, name);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(text);
  }

  /** Once what was open is gone. */
  async function isBackAt(page: Page, name: string | RegExp): Promise<void> {
    await page.getByRole('dialog').or(page.getByRole('alertdialog')).waitFor({ state: 'detached' });
    const wanted = typeof name === 'string' ? new RegExp(`^${name}$`) : name;
    await expect.poll(async () => (await page.evaluate<Focused>('focused.next()')).name).toMatch(wanted);
  }

  const panel = (page: Page, name: string) => page.getByRole('dialog', { name });
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

  it('signs in, finds its way, opens an environment, and chooses the theme', async () => {
    const key = await aContoso(web);
    const page = await web.open(null);
    await page.getByLabel('Key of your tenant').waitFor();
    await page.evaluate(IN_PAGE);
    await fill(page, 'Key of your tenant', key);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();

    await page.reload();
    await heading(page, 'Home');
    await page.evaluate(IN_PAGE);
    await page.keyboard.press('Tab');
    expect((await focused(page)).name).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content');

    await reach(page, 'Environments', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await heading(page, 'Environments');
    await page.getByRole('row', { name: /^Sales/ }).waitFor();
    await press(page, 'Sales');
    await heading(page, 'Sales');

    await reach(page, 'Theme', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await reach(page, 'Dark', 'ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.keyboard.press('Escape');
    await isBackAt(page, 'Theme');
  });

  it('makes an environment, assigns credits, sets a limit, and is back where it was each time', async () => {
    const key = await aContoso(web);
    const page = await web.open(key, '/environments');
    await page.getByRole('row', { name: /^Sales/ }).waitFor();
    await page.evaluate(IN_PAGE);
    await press(page, 'New environment');
    await panel(page, 'New environment').waitFor();
    await fill(page, 'Name', 'Marketing');
    await fill(page, 'Id', 'marketing');
    await press(page, 'Create');
    await page.getByRole('row', { name: /^Marketing/ }).waitFor();
    await isBackAt(page, 'New environment');

    await page.goto(`${web.server.url}/#/licensing/add-ons`);
    await page.getByRole('row', { name: /Customer support/ }).waitFor();
    await press(page, 'Change Customer support, AI Builder credits');
    await panel(page, 'Assign to an environment').waitFor();
    await fill(page, 'Credits of Customer support', '700');
    await page.getByText('from its own credits').first().waitFor();
    await press(page, 'Assign');
    await page.getByRole('row', { name: /Customer support.*700/ }).waitFor();
    await isBackAt(page, 'Change Customer support, AI Builder credits');

    // A question can be answered with no, and then with yes.
    await press(page, 'Release Innovation lab, AI Builder credits');
    await page.getByRole('alertdialog').waitFor();
    await press(page, 'Cancel');
    await isBackAt(page, 'Release Innovation lab, AI Builder credits');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await press(page, 'Release');
    await page.getByRole('row', { name: /Innovation lab/ }).waitFor({ state: 'detached' });

    await page.goto(`${web.server.url}/#/environments/sales?tab=limits`);
    await page.getByRole('button', { name: 'New limit' }).waitFor();
    await press(page, 'New limit');
    await panel(page, 'Set a monthly limit').waitFor();
    await fill(page, 'Id of the limit', 'sales-monthly');
    await fill(page, 'Credits a month', '500');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /sales-monthly/ }).waitFor();
  });

  it('asks for a report, and imports a file', async () => {
    const key = await aContoso(web);
    const page = await web.open(key, '/reports');
    await page.getByText('No reports yet').waitFor();
    await page.evaluate(IN_PAGE);
    await press(page, /^New/);
    await page.getByRole('dialog').waitFor();
    await press(page, 'Submit');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('row').getByText('Completed').waitFor();

    await page.goto(`${web.server.url}/#/imports`);
    await heading(page, 'Imports');
    await reach(page, 'Choose files');
    // The browser's own dialog is not of the page: that it was asked for is.
    await page.evaluate("document.querySelector('input[type=file]').addEventListener('click', () => { window.asked = true; })");
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('window.asked')).toBe(true);
    await page.getByLabel('Files to import').setInputFiles([
      {
        name: 'october.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(
          'Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial\n2025-10-01,ada,sales,Sales,12,false\n',
        ),
      },
    ]);
    await page.getByText('Would be recorded').waitFor();
    await press(page, 'Record 1 row');
    await page
      .getByRole('row', { name: /^october\.csv/ })
      .getByText('Completed')
      .waitFor();
    await press(page, 'october.csv');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await isBackAt(page, 'october.csv');
  });

  it('finds in a landmark what was done', async () => {
    const key = await aContoso(web);
    const page = await web.open(key, '/environments?panel=new');
    await panel(page, 'New environment').getByLabel('Name').fill('Marketing');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'What was just done' }).getByText('Created Marketing').first().waitFor();
    await web.inspect(page, 'toast');
  });

  for (const at of [
    '/',
    '/licensing/capacity',
    '/licensing/add-ons',
    '/activity?filters=more',
    '/playground',
    '/settings?tab=keys',
    '/audit?filters=more',
  ]) {
    it(`is never caught, and always seen, on ${at}`, async () => {
      const key = await aContoso(web);
      const page = await web.open(key, at);
      await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
      await page.evaluate(IN_PAGE);
      for (const by of ['Tab', 'Shift+Tab']) {
        const stops: (string | null)[] = [];
        // Out of the page at its end, to where the browser's own bar would be.
        do {
          await page.keyboard.press(by);
          stops.push((await focused(page)).name);
        } while (stops.at(-1) !== null && stops.length < MOST_STOPS);
        expect(stops.at(-1), `${by}: ${stops.join(' · ')}`).toBeNull();
        expect(stops).toEqual(expect.arrayContaining(['Skip to the content', 'Environments', 'Theme']));
      }
    });
  }
});
