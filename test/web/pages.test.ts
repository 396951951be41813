// Every page of the table of pages: axe finds nothing in either theme, nothing scrolls sideways from 360 to 2560 px, and pictures of all of
// them lie in test/screenshots for people to look at. A page that is added is met here without a line.

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser, sidewaysOverflow } from '../support/a-browser.ts';

/** As in the address; of what varies, one that is there. */
const PATHS = [
  ...readFileSync(new URL('../../src/web/pages.ts', import.meta.url), 'utf8').matchAll(/^ {4}path: '([^']+)'/gm),
].map(([, path]) => path!.replace('$environmentId', 'sales'));
/** What one path shows in several ways. */
const MORE_PATHS = ['/settings?tab=people', '/settings?tab=keys', '/audit?filters=more'];
const WIDTHS = [360, 768, 1280, 2560];

function loaded(page: Page): Promise<void> {
  const loading = page.getByRole('main').getByRole('progressbar', { name: /loading/i });
  return expect.poll(() => loading.count()).toBe(0);
}

describeInBrowser('every page', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('is in the table', () => expect(PATHS.length).toBeGreaterThan(10));

  for (const path of [...PATHS, ...MORE_PATHS]) {
    it(`${path} can be read by everybody, at every width`, async () => {
      const page = await web.open(key, path);
      await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
      await loaded(page);
      const name = path === '/' ? 'home' : path.slice(1).replaceAll(/[/?=]/g, '-');
      await web.inspect(page, `page-${name}`);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await expect.poll(() => sidewaysOverflow(page), { message: `${path} at ${width} px` }).toBeLessThanOrEqual(0);
      }
    });
  }

  it.each([
    ['an environment administrator', { role: 'environment-admin', environmentIds: ['finance'] }],
    ['a maker', { role: 'maker', userId: 'ada' }],
    ['a reader', { role: 'reader' }],
  ])('asks for nothing that %s may not see, and says so where there is nothing else', async (_who, body) => {
    const own = await web.call(key, 'POST /v1/keys', body);
    const page = await web.open(own.key);
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`);
    });
    for (const path of [...PATHS, ...MORE_PATHS, '/settings?tab=trials']) {
      await page.goto(`${web.server.url}/#${path.replace('/sales', '/finance')}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await loaded(page);
      expect(await page.getByText('This page could not be shown').count(), path).toBe(0);
    }
    expect(refused).toEqual([]);
  });
});
