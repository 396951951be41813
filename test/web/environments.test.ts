// The environments in the admin centre: one with all that is known of it, its switches and limits, made and deleted; what a maker and a
// reader see of it; ten thousand of them.

import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser, NARROW, sidewaysOverflow } from '../support/a-browser.ts';
import { ACTION } from '../support/call.ts';

describeInBrowser('the environments', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
    await web.call(key, 'POST /v1/consumptions/batch', {
      actions: [
        ...Array.from({ length: 4 }, (_, index) => ({
          ...ACTION,
          userId: `user-${index}`,
          usage: { pages: 40 + index },
          resource: { type: 'flow', id: 'f-17', name: 'Read receipts', app: 'a-3' },
        })),
        { ...ACTION, resource: { type: 'app', id: 'a-9', name: 'Expenses' }, caller: 'canvas-app' },
        { ...ACTION, resource: { type: 'app', id: 'a-9', name: 'Expenses' }, caller: 'canvas-app', mode: 'test' },
        {
          ...ACTION,
          caller: 'agent',
          capability: 'prompt',
          model: 'gpt-4.1',
          usage: { inputTokens: 3_100, outputTokens: 1_500 },
          resource: { type: 'agent', id: 'g-1', name: 'Concierge' },
        },
      ],
    });
  });

  it('opens from the list, and says how it stands and where the month is heading, live', async () => {
    const page = await web.open(key, '/environments');
    await page.getByRole('link', { name: 'Sales', exact: true }).click();
    await page.getByRole('heading', { name: 'Sales', level: 1 }).waitFor();
    const aiBuilder = page.getByRole('region', { name: 'AI Builder credits', exact: true });
    await aiBuilder.getByText('16,700 of 249,000 used').waitFor();
    await aiBuilder.getByText('Within capacity').waitFor();
    await aiBuilder.getByText('Expected by the end of December 2025').waitFor();
    await aiBuilder.getByRole('img', { name: /expected by the month’s end; 249,000 available/ }).waitFor();
    await page.getByRole('heading', { name: 'AI Builder credits by product' }).waitFor();
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    await web.call(key, 'POST /v1/consumptions', ACTION);
    await aiBuilder.getByText('16,800 of 249,000 used').waitFor();
    await web.inspect(page, 'environment');
  });

  it('shows what uses credits: by app, flow and agent, by user, by model', async () => {
    const page = await web.open(key, '/environments/sales?tab=usage');
    const grid = page.getByRole('table', { name: 'By app, flow and agent, month to date' });
    const flow = grid.getByRole('row', { name: /Read receipts/ });
    await flow.getByText('Flow', { exact: true }).waitFor();
    await flow.getByText('16,600').waitFor();
    await flow.getByText('Power Automate').waitFor();
    const app = grid.getByRole('row', { name: /Expenses/ });
    // Beside the billed action the free one stands in its own column.
    expect(await app.getByRole('cell').allTextContents()).toEqual(expect.arrayContaining(['100', '1']));
    await page
      .getByRole('table', { name: 'By user, month to date' })
      .getByRole('row', { name: /user-3/ })
      .waitFor();
    await page
      .getByRole('table', { name: 'By model, month to date' })
      .getByRole('row', { name: /gpt-4\.1/ })
      .waitFor();
    await web.inspect(page, 'environment-usage');
    await flow.getByRole('link', { name: 'Read receipts' }).click();
    await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBe(5);
  });

  it('says which apps are premium and why, and takes what is declared', async () => {
    const page = await web.open(key, '/environments/sales?tab=resources');
    await page
      .getByRole('row', { name: /Expenses/ })
      .getByText('Premium: an AI action of this app was seen.')
      .waitFor();
    await page.getByRole('button', { name: 'Declare', exact: true }).click();
    expect(page.url()).toContain('panel=declare');
    const panel = page.getByRole('dialog');
    await panel.getByLabel('Id').fill('a-55');
    await panel.getByLabel('Name').fill('Onboarding');
    await panel.getByRole('button', { name: 'Declare' }).click();
    await page
      .getByRole('row', { name: /Onboarding/ })
      .getByText('Declared, not seen')
      .waitFor();
    await panel.waitFor({ state: 'detached' });
    await web.inspect(page, 'environment-resources');
  });

  it('sets, changes and deletes a limit', async () => {
    const page = await web.open(key, '/environments/sales?tab=limits');
    await page.getByRole('heading', { name: 'No limit applies here' }).waitFor();
    await page.getByRole('button', { name: 'New limit' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByLabel('Id of the limit').fill('sales-copilot');
    await panel.getByLabel('Credits a month').fill('a lot');
    await panel.getByText('Credits: a number such as 5000 or 12.5.').waitFor();
    await panel.getByLabel('Credits a month').fill('10');
    await web.inspect(page, 'environment-limit-panel');
    await panel.getByRole('button', { name: 'Set the limit' }).click();
    const row = page.getByRole('row', { name: /sales-copilot/ });
    await row.getByText('7.5 of 10').waitFor();
    await row.getByText('Alerts only').waitFor();
    await row.getByRole('button', { name: 'Change' }).click();
    await panel.getByLabel('Refuse actions beyond it').check();
    await panel.getByRole('button', { name: 'Set the limit' }).click();
    await row.getByText('Stops').waitFor();
    await web.inspect(page, 'environment-limits');
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No limit applies here' }).waitFor();
  });

  it('is created, changed and deleted', async () => {
    // What asks once more for what has just been deleted.
    web.expectTrouble(/status of 404/);
    const page = await web.open(key, '/environments');
    await page.getByRole('button', { name: 'New environment' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByLabel('Name').fill('Field service');
    await panel.getByLabel('Id').fill('field');
    await panel.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'Field service', exact: true }).click();
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await panel.getByRole('switch', { name: 'Stop at the allocation' }).check();
    await panel.getByRole('switch', { name: 'Allow preview models' }).uncheck();
    await web.inspect(page, 'environment-switches');
    await panel.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It stops at its allocation').waitFor();
    await page.getByText('Preview models are switched off.').waitFor();
    expect(await web.call(key, 'GET /v1/environments/field')).toMatchObject({ deny: true, previewModels: false });
    await panel.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Environments', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Sales', exact: true }).waitFor();
    await expect.poll(() => page.getByRole('link', { name: 'Field service', exact: true }).count()).toBe(0);
  });

  it('tells a maker what it sees there, and shows the banner of makers', async () => {
    const { key: maker } = await web.call(key, 'POST /v1/keys', { role: 'maker', userId: 'user-3' });
    const page = await web.open(maker, '/environments/closed');
    await page.getByText('You see the usage of user-3').waitFor();
    await page.getByText('Missing Copilot Credit or AI Builder credit capacity').waitFor();
    await web.inspect(page, 'environment-maker');
  });

  it('gives a reader the reason on every disabled button', async () => {
    const { key: reader } = await web.call(key, 'POST /v1/keys', { role: 'reader' });
    const page = await web.open(reader, '/environments/sales');
    for (const name of ['Allocate', 'Change', 'Delete']) {
      const button = page.getByRole('button', { name, exact: true });
      await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true');
      await button.focus();
      await page.getByRole('tooltip').getByText('Your role, Reader, may not do this.').waitFor();
      await button.blur();
      await page.keyboard.press('Escape');
    }
  });

  it('says what is not there, and where to go', async () => {
    web.expectTrouble(/status of 404/);
    const page = await web.open(key, '/environments/nowhere');
    await page.getByText('There is no environment nowhere in this tenant.').waitFor();
    await page.getByRole('button', { name: 'All environments' }).click();
    await page.getByRole('heading', { name: 'Environments', level: 1 }).waitFor();
  });

  for (const viewport of [NARROW, { width: 2560, height: 1300 }]) {
    it(`never scrolls sideways at ${viewport.width} px`, async () => {
      const page = await web.open(key, '/environments/sales', { viewport });
      await page.getByText('Expected by the end of December 2025').first().waitFor();
      await web.inspect(page, `environment-${viewport.width}`);
      for (const tab of ['Usage', 'Apps, flows and agents', 'Limits']) {
        // Where there is no room for tabs they are a choice.
        if (viewport === NARROW) await page.getByRole('combobox', { name: 'Parts of this environment' }).selectOption(tab);
        else await page.getByRole('tab', { name: tab }).click();
        await page.getByRole('heading', { level: 2 }).first().waitFor();
        await page
          .getByRole('row')
          .or(page.getByRole('heading', { name: 'No limit applies here' }))
          .first()
          .waitFor();
        expect(await sidewaysOverflow(page), tab).toBeLessThanOrEqual(0);
        await web.screenshot(page, `environment-${tab.split(/[ ,]/)[0]!.toLowerCase()}-${viewport.width}`);
      }
    });
  }
});
