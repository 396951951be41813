// Licensing in a browser: the administrator assigns credits, sees before what it does, and another one sees it at once; the billing
// administrator buys and sees the pool grow; what happens when credits are spent; who may not, and why.

import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { aContoso, describeInBrowser, NARROW } from '../support/a-browser.ts';
import { ACTION } from '../support/call.ts';

const ADD_ONS = '/licensing/add-ons';
const SUMMARY = '/licensing/capacity';
const COPILOT = '/licensing/copilot-studio';

describeInBrowser('licensing', (web) => {
  /** What the page asks from here on that changes something: `POST /v1/allocations/changes`. */
  function changesOf(page: Page): string[] {
    const changes: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (request.method() !== 'GET' && !pathname.endsWith('/previews')) changes.push(`${request.method()} ${pathname}`);
    });
    return changes;
  }

  /** What is said at the edge of the page when something was done. */
  const said = (page: Page, text: string) => page.locator('.fui-ToastTitle', { hasText: text });

  it('an administrator assigns credits, sees before what it does, and another sees the status change at once', async () => {
    const key = await aContoso(web);
    const other = await web.open(key, '/environments');
    const support = other.getByRole('row', { name: /Customer support/ });
    await support.getByText('500 of 500').waitFor();

    const page = await web.open(key, ADD_ONS);
    await page.getByText('775,000 of 1,025,000 unassigned').waitFor();
    await page.getByRole('button', { name: 'Change Customer support, AI Builder credits' }).click();
    const panel = page.getByRole('dialog', { name: 'Assign to an environment' });
    await panel.getByText('Now 500').waitFor();
    await panel.getByText('Fill in the fields above').waitFor({ state: 'detached' });
    await panel.getByLabel('Credits of Customer support').fill('10,000');
    const preview = panel.getByRole('region', { name: 'What this does' });
    await preview.getByText('775,000').waitFor();
    await preview.getByText('765,500').waitFor();
    await preview.getByText('Within capacity').waitFor();
    await preview.getByText('500 of 10,000 used (5\u00a0%), from its own credits').waitFor();
    await preview.getByText('The status of no other environment changes.').waitFor();
    await panel.getByRole('button', { name: 'Assign', exact: true }).click();
    await said(page, 'Assigned 10,000 AI Builder credits to Customer support').waitFor();
    await page.getByText('765,500 of 1,025,000 unassigned').waitFor();
    // Nobody presses refresh.
    await support.getByText('500 of 10,000').waitFor();
    await support.getByText('Within capacity').waitFor();
  });

  it('several environments in one go, all or none, and what it does to those that share the pool', async () => {
    const key = await aContoso(web);
    const page = await web.open(key, ADD_ONS);
    await page.goto(`${web.server.url}/#${ADD_ONS}?panel=assign&environment=sales,lab-7f3a2c&currency=ai-builder-credits`);
    const panel = page.getByRole('dialog', { name: 'Assign to an environment' });
    await panel.getByLabel('Credits of Sales').fill('2000000');
    await panel.getByText('Not enough is left: at most 1,024,500 AI Builder credits').waitFor();
    await panel.getByLabel('Credits of Sales').fill('923500');
    await panel.getByLabel('Credits of Innovation lab').fill('1000');
    // Finance has used 90,000 of what was a large pool.
    await panel.getByText('The status of 1 other environment changes:').waitFor();
    await panel.getByText('Finance', { exact: true }).waitFor();
    await panel.getByRole('button', { name: 'Add an environment' }).click();
    await panel.getByRole('combobox', { name: 'Environment' }).last().click();
    await panel.getByRole('combobox', { name: 'Environment' }).last().pressSequentially('fin');
    await page.getByRole('option', { name: 'Finance (finance)' }).click();
    await panel.getByLabel('Credits of Finance').fill('100000');
    await panel
      .getByRole('region', { name: 'What this does' })
      .getByText('90,000 of 100,000 used (90\u00a0%), from its own credits')
      .waitFor();
    await web.inspect(page, 'assign-several');
    await panel.getByRole('button', { name: 'Assign', exact: true }).click();
    await said(page, 'Changed the credits of 3 environments').waitFor();
    await page.getByText('0 of 1,025,000 unassigned', { exact: true }).waitFor();

    await page
      .getByRole('row', { name: /Finance/ })
      .getByRole('button', { name: 'Release' })
      .click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Release' }).click();
    await page.getByText('100,000 of 1,025,000 unassigned', { exact: true }).waitFor();
    expect(await page.getByRole('row', { name: /Finance/ }).count()).toBe(0);
  });

  it('a remedy leads to the panel, filled in with what is missing', async () => {
    const key = await aContoso(web);
    const page = await web.open(key, ADD_ONS);
    await page.goto(`${web.server.url}/#${ADD_ONS}?panel=assign&environment=lab-7f3a2c&currency=ai-builder-credits&more=250.5`);
    const panel = page.getByRole('dialog', { name: 'Assign to an environment' });
    expect(await panel.getByLabel('Credits of Innovation lab').inputValue()).toBe('750.5');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard' }).click();
    await panel.waitFor({ state: 'detached' });
    await expect.poll(() => page.url()).not.toContain('panel=');
    expect((await web.call(key, 'GET /v1/allocations')).value).toContainEqual({
      environmentId: 'lab-7f3a2c',
      currency: 'ai-builder-credits',
      credits: '500',
    });
  });

  it('a billing administrator buys, and sees the pool grow; and ends what was bought', async () => {
    const key = await aContoso(web);
    const { key: billing } = await web.call(key, 'POST /v1/keys', { role: 'billing-admin' });
    const page = await web.open(billing, SUMMARY);
    const copilot = page.getByRole('region', { name: 'Copilot Credits' });
    await copilot.getByText('0 of 50,000 assigned').waitFor();
    await page.getByRole('button', { name: 'Enter a purchase' }).click();
    const panel = page.getByRole('dialog', { name: 'Enter a purchase' });
    await panel.getByLabel('Product').selectOption('copilot-credit-pack');
    await panel.getByLabel('Quantity').fill('3');
    await panel.getByText('Brings 75,000 Copilot Credits a month.').waitFor();
    await web.inspect(page, 'purchase');
    await panel.getByRole('button', { name: 'Enter', exact: true }).click();
    await copilot.getByText('0 of 125,000 assigned').waitFor();

    // What the rules of the day refuse is said in the server's words, and what was entered stays.
    web.expectTrouble(/status of 422/);
    await page.goto(`${web.server.url}/#${SUMMARY}?panel=purchase&product=ai-builder-add-on-t3`);
    await panel.getByLabel('Quantity').fill('2');
    await panel.getByRole('button', { name: 'Enter', exact: true }).click();
    await panel
      .getByText(/is sold from 50 in one purchase/)
      .first()
      .waitFor();
    expect(await panel.getByLabel('Quantity').inputValue()).toBe('2');
    await panel.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();

    const bought = page.getByRole('table', { name: 'What your tenant bought' }).getByRole('row', { name: /75,000/ });
    await bought.getByRole('button', { name: 'End' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End' }).click();
    await copilot.getByText('0 of 50,000 assigned').waitFor();
    await bought.getByText('Ended').waitFor();

    // Assigning is for others.
    await page.getByRole('link', { name: 'Capacity add-ons' }).click();
    const assign = page.getByRole('button', { name: 'Assign to an environment' });
    await assign.waitFor();
    expect(await assign.getAttribute('aria-disabled')).toBe('true');
    await assign.focus();
    await page
      .getByRole('tooltip')
      .filter({ hasText: 'Your role, Billing administrator, may not do this.', visible: true })
      .first()
      .waitFor();
  });

  it('shows what is prepaid and billed, and manages what happens when credits are spent', async () => {
    const key = await aContoso(web);
    const page = await web.open(key, COPILOT);
    await page.getByRole('heading', { name: 'No billing plans yet' }).waitFor();
    const prepaid = page.getByRole('region', { name: 'Prepaid capacity' });
    await prepaid.getByText('42,008 of 50,000 consumed').waitFor();
    await page.getByRole('button', { name: 'New billing plan' }).click();
    const planPanel = page.getByRole('dialog', { name: 'New billing plan' });
    await planPanel.getByLabel('Name').fill('Azure subscription');
    await planPanel.getByLabel('Monthly limit').fill('5,000');
    await web.inspect(page, 'billing-plan');
    await planPanel.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('row', { name: /Azure subscription/ }).waitFor();

    await page.getByRole('button', { name: 'Manage capacity' }).click();
    const panel = page.getByRole('dialog', { name: 'Manage capacity' });
    await panel.getByRole('combobox', { name: 'Environment' }).click();
    await panel.getByRole('combobox', { name: 'Environment' }).pressSequentially('fin');
    await page.getByRole('option', { name: 'Finance (finance)' }).click();
    await panel.getByText('42,008 of 50,000 used (84.02\u00a0%), from the pool').waitFor();
    await panel.getByLabel('Assigned Copilot Credits').fill('42000');
    await panel.getByLabel('Draw from the tenant’s capacity').uncheck();
    const preview = panel.getByRole('region', { name: 'What this does' });
    await preview.getByText('42,000 of 42,000 used (100\u00a0%), from its own credits').waitFor();
    await preview.getByText('Overage', { exact: true }).waitFor();
    await panel.getByLabel('Bill to a plan').selectOption('Azure subscription');
    await preview.getByText('Covered overage').first().waitFor();
    await web.inspect(page, 'manage');
    const changing = changesOf(page);
    await panel.getByRole('button', { name: 'Save' }).click();
    await said(page, 'Changed the capacity of Finance').waitFor();
    await said(page, 'Changed the capacity of Finance').waitFor({ state: 'detached' });
    expect(await web.call(key, 'GET /v1/environments/finance')).toMatchObject({ drawFromTenantPool: false, deny: false });
    // In one request, so that a refusal leaves nothing half done.
    expect(changing).toEqual(['POST /v1/allocations/changes']);

    await web.call(key, 'POST /v1/consumptions', {
      ...ACTION,
      environmentId: 'finance',
      caller: 'agent',
      capability: 'generative-answer',
      usage: { responses: 100 },
    });
    const payAsYouGo = page.getByRole('region', { name: 'Pay-as-you-go' });
    await payAsYouGo.getByText('200', { exact: true }).waitFor();
    await payAsYouGo.getByText('$2.00').waitFor();
    await page
      .getByRole('region', { name: 'Consumption by product', exact: true })
      .getByRole('button', { name: /table/i })
      .click();
    await page
      .getByRole('region', { name: 'Consumption by product', exact: true })
      .getByRole('row', { name: /Copilot Studio/ })
      .waitFor();
    await page.getByRole('button', { name: 'Show as a chart' }).click();
    await page.getByLabel('Show', { exact: true }).selectOption('Each day');
    await expect.poll(() => page.url()).toContain('trend=daily');
    await page.mouse.move(0, 0);
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
    await web.inspect(page, 'copilot-studio');
  });

  it('says why pay-as-you-go is not for an environment', async () => {
    const key = await aContoso(web);
    const page = await web.open(key, COPILOT);
    await page.goto(`${web.server.url}/#${COPILOT}?panel=manage&environment=lab-7f3a2c`);
    const panel = page.getByRole('dialog', { name: 'Manage capacity' });
    await panel.getByText('Pay-as-you-go is for production and sandbox environments; this one is Developer.').waitFor();
    expect(await panel.getByLabel('Bill to a plan').isDisabled()).toBe(true);
  });

  // Every width and page: pages.test.ts; this is what stands there besides.
  it('never scrolls sideways at 360 px', async () => {
    const key = await aContoso(web);
    await web.call(key, 'POST /v1/billing-plans', { name: 'Azure subscription', monthlyLimit: '5000' });
    const page = await web.open(key, ADD_ONS, { viewport: NARROW });
    await page.getByText('Innovation lab').first().waitFor();
    await web.inspect(page, 'add-ons-360');
    await page.goto(`${web.server.url}/#${ADD_ONS}?panel=assign&environment=sales&currency=ai-builder-credits`);
    await page.getByRole('region', { name: 'What this does' }).getByText('of 249,000 used').waitFor();
    await web.inspect(page, 'assign-360');
    await page.goto(`${web.server.url}/#${COPILOT}`);
    await page.getByRole('row', { name: /Azure subscription/ }).waitFor();
    await web.inspect(page, 'copilot-studio-360');
  });
});
