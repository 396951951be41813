// The calculator (K1): volumes become credits in both currencies, and what to buy after what is owned; nothing is recorded.

import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser, NARROW, sidewaysOverflow } from '../support/a-browser.ts';

describeInBrowser('the calculator', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('tells what a month costs and what to buy, and keeps what was typed in the address', async () => {
    const page = await web.open(key, '/calculator');
    const first = page.getByRole('group', { name: /^1\./ });
    await first.getByLabel('Capability', { exact: true }).selectOption({ label: 'Receipt processing' });
    await first.getByLabel('Actions a month').fill('20000');
    await first.getByLabel('Pages each').fill('2');
    await first.getByText('1,280,000 AI Builder credits').waitFor();
    await first.getByText('320,000 Copilot Credits').waitFor();

    await page.getByRole('button', { name: 'Add a capability' }).click();
    const second = page.getByRole('group', { name: /^2\./ });
    await second.getByLabel('Capability', { exact: true }).selectOption({ label: 'Prompt' });
    await second.getByLabel('Model').selectOption('gpt-4.1');
    await second.getByLabel('Actions a month').fill('1000');
    await second.getByLabel('Input tokens each').fill('3100');
    await second.getByLabel('Output tokens each').fill('1500');
    await second.getByText('152,000 AI Builder credits').waitFor();
    await second.getByText('7,500 Copilot Credits').waitFor();

    // 1,432,000 cost, 1,025,000 owned; 327,500 cost, 50,000 owned.
    await page.getByRole('region', { name: 'AI Builder credits', exact: true }).getByText('407,000').waitFor();
    await page.getByText('Buy 12 × Copilot Credit pack').waitFor();
    await web.inspect(page, 'calculator');

    await page.reload();
    await page.getByText('Buy 12 × Copilot Credit pack').waitFor();
    await page.setViewportSize(NARROW);
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
    await web.screenshot(page, 'calculator-narrow');

    await second.getByLabel('Actions a month').fill('a few');
    await second.getByText('A whole number from 1 to 1,000,000,000.').waitFor();
    await second.getByText('Fill in this line').waitFor();
    const { value } = await web.call(key, 'GET /v1/activity?userId=nobody');
    expect(value).toEqual([]);
  });

  it('fills in an example for who wants to see how it works', async () => {
    const page = await web.open(key, '/calculator');
    await page.getByRole('button', { name: 'Fill in an example' }).click();
    await page.getByRole('group', { name: /^3\./ }).getByText('60,000 Copilot Credits').waitFor();
    await page.getByRole('button', { name: 'Start again' }).waitFor();
  });

  it('takes any address for a calculation that can be begun', async () => {
    for (const volumes of ['{', '[[1]]', '"x"', '[["no-such-capability","","5","5"]]']) {
      const page = await web.open(key, `/calculator?volumes=${encodeURIComponent(volumes)}`);
      await page.getByLabel('Capability', { exact: true }).waitFor();
    }
  });
});
