// Reports: one is asked for, its status follows by itself, it is downloaded, and expires after 30 days (M4).

import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser } from '../support/a-browser.ts';

describeInBrowser('the page of reports', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('asks for a report, follows its status without a refresh, and downloads it', async () => {
    const page = await web.open(key, '/reports');
    await page.getByText('Choose New, then a report, then Submit.').waitFor();
    await page.getByRole('button', { name: 'New' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByRole('radio', { name: /^Copilot Credits by environment/ }).check();
    expect(page.url()).toContain('panel=new');
    await web.inspect(page, 'report-new');
    await panel.getByRole('button', { name: 'Submit' }).click();
    await panel.waitFor({ state: 'detached' });

    const row = page.getByRole('row', { name: /^Copilot Credits by environment/ });
    await row.getByText('Completed').waitFor();
    await web.inspect(page, 'reports');
    const downloading = page.waitForEvent('download');
    await row.getByRole('link', { name: /^Download Copilot Credits by environment/ }).click();
    const chunks: Uint8Array[] = [];
    for await (const chunk of await (await downloading).createReadStream()) chunks.push(chunk as Uint8Array);
    expect(Buffer.concat(chunks).toString()).toMatch(/Environment Id,.*\n.*finance/s);
  });

  it('shows a report that has expired, and deletes it after a question', async () => {
    const { key: own } = await web.server.tenant('Fabrikam', '2025-12-10T08:00:00Z');
    await web.call(own, 'POST /v1/reports', { type: 'ai-builder-consumption' });
    const page = await web.open(own, '/reports');
    const row = page.getByRole('row', { name: /^AI Builder consumption/ });
    await row.getByText('Completed').waitFor();
    await web.call(own, 'PUT /v1/tenant/clock', { now: '2026-01-10T08:00:01Z' });
    await row.getByText('Expired').waitFor();
    expect(await row.getByRole('link').count()).toBe(0);
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No reports yet').waitFor();
  });

  it('tells a maker, who sees no reports, whom to ask', async () => {
    const maker = await web.call(key, 'POST /v1/keys', { role: 'maker', userId: 'ada' });
    const page = await web.open(maker.key, '/reports');
    await page.getByText(/Your role, Maker, may not do this/).waitFor();
  });
});
