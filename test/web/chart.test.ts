// What every chart has: a picture that can be read with its legend, the same figures as a table and as CSV; drawn under the page's strict
// Content-Security-Policy, in both themes.

import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser, NARROW } from '../support/a-browser.ts';

describeInBrowser('a chart', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  for (const [width, viewport] of [
    ['wide', { width: 1440, height: 900 }],
    ['narrow', NARROW],
  ] as const) {
    it(`is drawn where the page is ${width}`, async () => {
      const page = await web.open(key, '/licensing/copilot-studio', { viewport });
      await page.getByRole('region', { name: 'Total consumption trend' }).locator('svg path').first().waitFor();
      await page.getByRole('region', { name: 'Usage by environment' }).getByText('Finance').first().waitFor();
      await web.inspect(page, `charts-${width}`);
    });
  }

  it('says the same in a table and in CSV, exactly', async () => {
    const page = await web.open(key, '/licensing/copilot-studio');
    const chart = page.getByRole('region', { name: 'Usage by environment' }).first();
    await chart.getByRole('button', { name: 'Show as a table' }).click();
    await chart
      .getByRole('row', { name: /Finance/ })
      .getByText('42,000')
      .waitFor();
    const downloading = page.waitForEvent('download');
    await chart.getByRole('button', { name: 'Download as CSV' }).click();
    expect(await readFile(await (await downloading).path(), 'utf8')).toMatch(/\r\nFinance,.*\b42000\b/);
    await chart.getByRole('button', { name: 'Show as a chart' }).click();
    await chart.getByRole('button', { name: 'Show as a table' }).waitFor();
  });
});
