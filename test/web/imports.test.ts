// Imports: a file is checked, its bad lines are shown, it is recorded when somebody says so, and held against what is exported again.

import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser } from '../support/a-browser.ts';

const HEADER = 'Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial';
const FILE = [
  HEADER,
  '2025-10-01,ada@contoso.com,sales,Sales,120,false',
  '2025-10-01,bob@contoso.com,sales,Sales,80,false',
  '2025-10-02,bob@contoso.com,new-one,Brand new,many,false',
  '2025-10-03,bob@contoso.com,new-one,Brand new,12.5,false',
].join('\n');
/** More than one request takes. */
const LONG_ROWS = 12_000;

function csv(name: string, content: string) {
  return { name, mimeType: 'text/csv', buffer: Buffer.from(content) };
}

function longFile(): string {
  const row = (index: number) => `2025-10-0${1 + (index % 9)},user-${index}@contoso.com,sales,Sales,1.5,false`;
  return [HEADER, ...Array.from({ length: LONG_ROWS }, (_, index) => row(index))].join('\n');
}

describeInBrowser('the page of imports', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('shows what would be recorded with the bad lines, records it, and tells the differences', async () => {
    const page = await web.open(key, '/imports');
    await page.getByText('No imports yet').waitFor();
    await page.getByLabel('Files to import').setInputFiles([csv('october.csv', FILE)]);
    const card = page.getByRole('region', { name: 'october.csv', exact: true });
    await card.getByText('AI Builder consumption').waitFor();
    await card.getByText('One new environment: Brand new.').waitFor();
    const bad = page.getByRole('table', { name: 'Bad lines of october.csv' });
    await bad.getByRole('row', { name: /^4/ }).waitFor();
    await web.inspect(page, 'import-checked');
    const { value: before } = await web.call(key, 'GET /v1/imports');
    expect(before).toEqual([]);

    await card.getByRole('button', { name: 'Record 3 rows' }).click();
    await card.getByText('3 rows are recorded.').waitFor();
    const listed = page.getByRole('table', { name: 'What was imported' });
    await listed
      .getByRole('row', { name: /^october\.csv/ })
      .getByText('Completed')
      .waitFor();
    await web.inspect(page, 'imports');

    await listed.getByRole('button', { name: 'october.csv' }).click();
    const panel = page.getByRole('dialog');
    await panel.getByText('No difference').waitFor();
    expect(page.url()).toContain('panel=differences');
    await web.inspect(page, 'import-differences');
  });

  it('records a long file part by part, each row once', async () => {
    const { key: own } = await web.server.tenant('Fabrikam', '2025-12-10T08:00:00Z');
    const page = await web.open(own, '/imports');
    await page.getByLabel('Files to import').setInputFiles([csv('long.csv', longFile())]);
    const card = page.getByRole('region', { name: 'long.csv', exact: true });
    await card.getByRole('button', { name: 'Record 12,000 rows' }).click();
    await card.getByText('12,000 rows are recorded.').waitFor();
    const { value } = await web.call(own, 'GET /v1/imports');
    expect(value).toMatchObject([{ fileName: 'long.csv', parts: 3, rows: LONG_ROWS, recorded: LONG_ROWS, completed: true }]);

    // The same file again adds nothing.
    await page.getByLabel('Files to import').setInputFiles([csv('long.csv', longFile())]);
    await page.getByText('Would be recorded').waitFor();
    await page.getByRole('button', { name: 'Record 0 rows' }).waitFor();
  });

  it('says what is wrong with a file that cannot be read', async () => {
    web.expectTrouble(/422/);
    const page = await web.open(key, '/imports');
    await page
      .getByLabel('Files to import')
      .setInputFiles([
        csv('shopping.csv', 'Item,Price\nmilk,2\n'),
        { name: 'picture.csv', mimeType: 'text/csv', buffer: Buffer.from([0x89, 0x50, 0xff, 0xd8, 0x00]) },
      ]);
    await page
      .getByRole('region', { name: 'shopping.csv' })
      .getByRole('alert')
      .getByText(/header/)
      .waitFor();
    await page
      .getByRole('region', { name: 'picture.csv' })
      .getByText(/no text in UTF-8/)
      .waitFor();
    await page.getByRole('button', { name: 'Put picture.csv aside' }).click();
    await page.getByRole('region', { name: 'picture.csv' }).waitFor({ state: 'detached' });
  });
});
