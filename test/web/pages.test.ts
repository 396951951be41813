// Every page of the table of pages: axe finds nothing in either theme, nothing scrolls sideways from 360 to 2560 px, and pictures of all of
// them lie in test/screenshots for people to look at. A page that is added is met here without a line.

import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser, sidewaysOverflow } from '../support/a-browser.ts';

/** As in the address; of what varies, one that is there. */
const PATHS = [
  ...readFileSync(new URL('../../src/web/pages.ts', import.meta.url), 'utf8').matchAll(/^ {4}path: '([^']+)'/gm),
].map(([, path]) => path!.replace('$environmentId', 'sales'));
const WIDTHS = [360, 768, 1280, 2560];

describeInBrowser('every page', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('is in the table', () => expect(PATHS.length).toBeGreaterThan(10));

  for (const path of PATHS) {
    it(`${path} can be read by everybody, at every width`, async () => {
      const page = await web.open(key, path);
      await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
      await expect
        .poll(() =>
          page
            .getByRole('main')
            .getByRole('progressbar', { name: /loading/i })
            .count(),
        )
        .toBe(0);
      const name = path === '/' ? 'home' : path.slice(1).replaceAll('/', '-');
      await web.inspect(page, `page-${name}`);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await expect.poll(() => sidewaysOverflow(page), { message: `${path} at ${width} px` }).toBeLessThanOrEqual(0);
      }
    });
  }
});
