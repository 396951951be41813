// Settings: they are changed in panels, keys and secrets are shown once, the clock of a sandbox moves forward, the views are compared.

import { beforeAll, expect, it } from 'vitest';
import { ROUTES } from '../../src/api/routes.ts';
import { scopeOf } from '../../src/api/scope.ts';
import { SCOPES_OF_ROLE } from '../../src/web/settings/key-scope.ts';
import { aContoso, describeInBrowser, NARROW } from '../support/a-browser.ts';
import { ACTION } from '../support/call.ts';

it.each(Object.entries(SCOPES_OF_ROLE))('of the scopes of %s each lets it do something', (role, scopes) => {
  const may = ROUTES.filter(({ right }) => Array.isArray(right) && right.includes(role)).map(scopeOf);
  for (const scope of scopes) expect(may).toContain(scope);
});

describeInBrowser('the settings', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('changes who may use unassigned credits, and asks before what was entered is lost', async () => {
    const page = await web.open(key, '/settings');
    await page.getByText('Allow users to consume unassigned credits').waitFor();
    await web.inspect(page, 'settings-credits');
    await page.getByRole('button', { name: 'Change' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByRole('switch', { name: 'Allow users to consume unassigned credits' }).uncheck();
    await panel.getByLabel('Late usage').fill('40');
    await panel.getByText('A whole number from 0 to 31.').waitFor();
    await web.inspect(page, 'settings-credits-panel');
    await page.keyboard.press('Escape');
    await panel.getByRole('alert').getByRole('button', { name: 'Keep editing' }).click();
    await panel.getByLabel('Late usage').fill('5');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.waitFor({ state: 'detached' });
    await page.getByText('5 days').waitFor();
    expect(await web.call(key, 'GET /v1/tenant/settings')).toMatchObject({
      consumeUnallocatedAiBuilderCredits: false,
      lateUsageDays: 5,
    });
  });

  it('compares the two views in pictures', async () => {
    const page = await web.open(key, '/settings?tab=enforcement');
    await page.getByLabel('Figures late by (days)').fill('2');
    await page.getByRole('button', { name: 'Compare' }).click();
    for (const picture of ['Actions by decision', 'Refused actions a day'])
      await page.getByRole('region', { name: picture }).locator('svg text').first().waitFor();
    expect(page.url()).toMatch(/from=2025-12-01.*to=2025-12-10.*delay=2/);
    await web.inspect(page, 'settings-enforcement');
  });

  it('makes a key, shows it once, and revokes it', async () => {
    const page = await web.open(key, '/settings?tab=keys');
    await page.getByRole('button', { name: 'New key' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByLabel('Name').fill('Sales team');
    await panel.getByRole('radio', { name: /^Environment administrator/ }).check();
    const create = panel.getByRole('button', { name: 'Create' });
    expect(await create.getAttribute('aria-disabled')).toBe('true');
    await panel.getByRole('searchbox', { name: 'Search environments' }).fill('sal');
    await panel.getByRole('group', { name: 'Environments' }).getByRole('checkbox', { name: 'Sales', exact: true }).check();
    await web.inspect(page, 'settings-key-panel');
    await create.click();
    const dialog = page.getByRole('alertdialog', { name: 'The new key' });
    const secret = await dialog.getByRole('textbox', { name: 'Secret' }).inputValue();
    expect(secret).toMatch(/^bursar_/);
    await web.inspect(page, 'settings-key-made');
    await dialog.getByRole('button', { name: 'I have it' }).click();
    expect(await web.call(secret, 'GET /v1/tenant')).toMatchObject({ name: 'Contoso' });
    expect(await page.content()).not.toContain(secret);

    const row = page.getByRole('row', { name: /^Sales team/ });
    await row.getByText('Environment administrator').waitFor();
    await web.inspect(page, 'settings-keys');
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('Revoked').waitFor();
  });

  it('makes a key that may little, somewhere, for a time, and gives it another secret', async () => {
    const page = await web.open(key, '/settings?tab=keys', { viewport: NARROW });
    await page.getByRole('button', { name: 'New key' }).click();
    const panel = page.getByRole('dialog');
    const create = panel.getByRole('button', { name: 'Create' });
    await panel.getByLabel('Name').fill('Flow runner');
    await panel.getByRole('radio', { name: /^Service/ }).check();
    const may = panel.getByRole('group', { name: 'What it may do' });
    await may.getByRole('checkbox', { name: 'Everything its role may' }).uncheck();
    expect(await create.getAttribute('aria-disabled')).toBe('true');
    expect(await may.getByRole('checkbox').count()).toBe(3);
    await may.getByRole('checkbox', { name: /^Check/ }).check();
    const environments = panel.getByRole('group', { name: 'Environments' });
    await environments.getByRole('checkbox', { name: 'Sales', exact: true }).check();
    const expiry = panel.getByLabel('Expires on');
    await expiry.fill('2026-01-31');
    await panel.getByText('Choose a day after today (UTC).').waitFor();
    expect(await create.getAttribute('aria-disabled')).toBe('true');
    await expiry.fill('2127-01-31');
    await web.inspect(page, 'settings-key-panel-narrow');
    await create.click();
    const made = page.getByRole('alertdialog', { name: 'The new key' });
    const first = await made.getByRole('textbox', { name: 'Secret' }).inputValue();
    await made.getByRole('button', { name: 'I have it' }).click();
    const listed = async () =>
      (await web.call(key, 'GET /v1/keys')).value.find((each: { name: string }) => each.name === 'Flow runner');
    expect(await listed()).toMatchObject({ scopes: ['check'], expiresAt: '2127-01-31T00:00:00Z', environmentIds: ['sales'] });

    const row = page.getByRole('row', { name: /Flow runner/ });
    await row.getByText('Only: Check').waitFor();
    await row.getByRole('button', { name: 'Rotate' }).click();
    const rotating = page.getByRole('dialog', { name: 'Another secret for “Flow runner”' });
    expect(await rotating.getByRole('radio', { name: 'A day' }).isChecked()).toBe(true);
    await rotating.getByRole('radio', { name: 'A week' }).check();
    await web.inspect(page, 'settings-key-rotate-narrow');
    await rotating.getByRole('button', { name: 'Rotate' }).click();
    const another = page.getByRole('alertdialog', { name: 'The new secret' });
    const second = await another.getByRole('textbox', { name: 'Secret' }).inputValue();
    await another.getByRole('button', { name: 'I have it' }).click();
    await row.getByText(/^Rotated: the old secret works until/).waitFor();
    await web.inspect(page, 'settings-keys-narrow');
    for (const secret of [first, second]) await web.call(secret, 'POST /v1/checks', ACTION);
    const { rotatedUntil } = await listed();
    expect(Math.abs(Date.parse(rotatedUntil) - Date.now() - 7 * 86_400_000)).toBeLessThan(60_000);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('columnheader', { name: 'Last used (UTC)' }).waitFor();
    await row.getByText('Jan 31, 2127, 00:00:00').waitFor();
    await web.inspect(page, 'settings-keys-rotated');
  });

  it('says why the last key that can administer the tenant stays', async () => {
    web.expectTrouble(/403/);
    const { key: own } = await web.server.tenant('Fabrikam', '2025-10-10T08:00:00Z');
    const page = await web.open(own, '/settings?tab=keys');
    await page.getByRole('button', { name: /^Revoke the key/ }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/the last key that can administer this tenant for good; make another one/)
      .waitFor();
    await web.inspect(page, 'settings-key-last');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('This session').waitFor();
  });

  it('makes a webhook, sends a test and shows what came of it', async () => {
    const page = await web.open(key, '/settings?tab=notices');
    await page.getByText('This installation sends no mail').waitFor();
    await page.getByRole('button', { name: 'New webhook' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByLabel('URL').fill('https://hooks.example/notices');
    await panel.getByRole('checkbox', { name: 'Blocked', exact: true }).check();
    await web.inspect(page, 'settings-webhook-panel');
    await panel.getByRole('button', { name: 'Create' }).click();
    await expect.poll(() => page.getByRole('textbox', { name: 'Secret' }).inputValue()).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('button', { name: 'https://hooks.example/notices', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send a test' }).click();
    await page.getByRole('dialog').getByText('Waiting').waitFor();
    await web.inspect(page, 'settings-deliveries');
  });

  it('mails notices to the addresses that are given, and names the one that is none', async () => {
    web.expectTrouble(/422/);
    const page = await web.open(key, '/settings?tab=notices');
    await page.getByRole('button', { name: 'Change' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByLabel('Notices are mailed to').fill('ada@contoso.com\nnobody');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByRole('alert').waitFor();
    await panel.getByLabel('Notices are mailed to').fill('ada@contoso.com, bob@contoso.com');
    await panel.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('listitem').getByText('bob@contoso.com').waitFor();
  });

  it('moves the clock of a sandbox forward, and computes', async () => {
    const { key: own } = await web.server.tenant('Fabrikam', '2025-10-10T08:00:00Z');
    const page = await web.open(own, '/settings?tab=clock');
    await page.getByText('Oct 10, 2025, 08:00:00', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Move forward' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByRole('button', { name: '+ 1 day' }).click();
    await panel.getByRole('button', { name: 'Move forward' }).click();
    await page.getByText('Oct 11, 2025, 08:00:00', { exact: true }).waitFor();
    await page.getByRole('row', { name: /Oct 11, 2025, 00:00:00.*Daily/ }).waitFor();
    await page.getByRole('button', { name: 'Compute now' }).click();
    await page.getByRole('row', { name: /Oct 11, 2025, 08:00:00.*On demand/ }).waitFor();
    await web.inspect(page, 'settings-clock');
  });

  it('gives a trial while the clock allows it, and says why not after', async () => {
    const { key: own } = await web.server.tenant('Fabrikam', '2025-10-10T08:00:00Z');
    const page = await web.open(own, '/settings?tab=trials');
    await page.getByRole('button', { name: 'Start a trial' }).click();
    await page.getByRole('dialog').getByLabel('User').fill('ada@contoso.com');
    await page.getByRole('dialog').getByRole('button', { name: 'Start a trial' }).click();
    await page.getByRole('row', { name: /^ada@contoso\.com/ }).waitFor();
    await page.getByRole('button', { name: 'Extend this month' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Extend this month' }).click();
    await page.getByRole('row', { name: /October 2025/ }).waitFor();
    await web.inspect(page, 'settings-trials');
    await web.call(own, 'PUT /v1/tenant/clock', { now: '2025-11-01T00:00:00Z' });
    const start = page.getByRole('button', { name: 'Start a trial' });
    await expect.poll(() => start.getAttribute('aria-disabled')).toBe('true');
    await start.focus();
    await page
      .getByRole('tooltip')
      .getByText(/Trials ended on 31 October 2025/)
      .waitFor();
  });

  it('shows a reader what is set, and why it cannot be changed', async () => {
    const reader = await web.call(key, 'POST /v1/keys', { role: 'reader' });
    const page = await web.open(reader.key, '/settings');
    const change = page.getByRole('button', { name: 'Change' });
    expect(await change.getAttribute('aria-disabled')).toBe('true');
    await change.focus();
    await page
      .getByRole('tooltip')
      .getByText(/Your role, Reader, may not do this/)
      .waitFor();
    await page.getByRole('tab', { name: 'Keys' }).click();
    await page
      .getByText(/Your role, Reader, may not do this/)
      .first()
      .waitFor();
  });
});
