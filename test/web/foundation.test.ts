// The admin centre in a browser: sign in, see the capacity, see an action appear while it is open, read why it was decided as it was;
// what every page has: navigation, themes, widths, a sub-path, a server that was away.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, it } from 'vitest';
import { entrySize } from '../../scripts/build-web.ts';
import { aContoso, describeInBrowser, NARROW, sidewaysOverflow } from '../support/a-browser.ts';
import { ACTION } from '../support/call.ts';
import { signInByKey } from '../support/sign-in-by-key.ts';

const MOST_BYTES = 250_000;
const SUMMARY = '/licensing/capacity';

describeInBrowser('the admin centre', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  it('loads little for the first page, with all that comes late, compressed', async () => {
    const page = await web.open(null);
    const loaded = async () => {
      const scripts = await page.evaluate<{ name: string; encodedBodySize: number; decodedBodySize: number }[]>(
        "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).map((entry) => entry.toJSON())",
      );
      for (const { encodedBodySize, decodedBodySize } of scripts)
        if (decodedBodySize > 1_000) expect(encodedBodySize).toBeLessThan(decodedBodySize);
      return [...new Map(scripts.map(({ name, encodedBodySize }) => [name, encodedBodySize])).values()].reduce(
        (a, b) => a + b,
        0,
      );
    };
    await page.getByLabel('Key of your tenant').waitFor();
    const signIn = await loaded();
    await signInByKey(page, key);
    await page.getByText('Some environments have consumed all').first().waitFor();
    // Anew, as one who is signed in already: without the sign-in, and without what waits for somebody to do something.
    await page.reload();
    await page
      .getByText(/^Expected by the month’s end/)
      .first()
      .waitFor();
    await page.getByRole('table', { name: 'Environments near or over' }).waitFor();
    await page.getByRole('button', { name: 'Account' }).and(page.locator(':enabled')).waitFor();
    // The stream stays open: what is waited for is that no script comes any more.
    let home = await loaded();
    await expect
      .poll(
        async () => {
          const before = home;
          home = await loaded();
          return home === before;
        },
        { interval: 1_500, timeout: 15_000 },
      )
      .toBe(true);
    console.log(`entry scripts: ${entrySize()} bytes with gzip; as served, sign-in: ${signIn}, all of Home: ${home}`);
    expect(entrySize()).toBeLessThan(MOST_BYTES);
    expect(signIn).toBeLessThan(MOST_BYTES);
    expect(home).toBeGreaterThan(signIn);
    expect(home).toBeLessThan(MOST_BYTES);
  });

  it('signs in with a key, and says where one is found', async () => {
    const page = await web.open(null, SUMMARY);
    await page.getByText('Where do I find a key?').waitFor();
    await web.inspect(page, 'sign-in');
    await signInByKey(page, key);
    await page.getByRole('heading', { name: 'Capacity summary', level: 1 }).waitFor();
    // No script holds the key, or the session.
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).toBe('[{},{},""]');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('Key of your tenant').waitFor();
    await page.reload();
    await page.getByLabel('Key of your tenant').waitFor();
  });

  it('shows the capacity, an action as it happens, and why it was decided', async () => {
    const page = await web.open(key, SUMMARY);
    await page.getByText('Contoso').waitFor();
    await page.getByText('Sandbox clock: Dec 10, 2025').waitFor();
    await page.getByText('250,000 of 1,025,000 assigned').waitFor();
    const aiBuilder = page.getByRole('region', { name: 'AI Builder credits' });
    await aiBuilder.getByText('AI Builder capacity add-on T1').waitFor();
    await aiBuilder.getByText('Capped').waitFor();

    const sales = page.getByRole('row', { name: /^Sales/ });
    await sales.getByText('0 of 249,000').waitFor();
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    await web.call(key, 'POST /v1/consumptions', { ...ACTION, userId: 'hedy', usage: { pages: 249 } });
    // Nobody presses refresh.
    await sales.getByText('24,900 of 249,000').waitFor();
    await sales.getByText('10\u00a0%').waitFor();
    const row = page.getByRole('row', { name: /hedy/ });
    await row.getByText('Charged').waitFor();
    await web.inspect(page, 'capacity-summary');

    await row.click();
    const panel = page.getByRole('dialog');
    await panel.getByText('24,900 AI Builder credits from: Allocation').waitFor();
    await panel.getByText(/^AI Builder, then Copilot Credits/).waitFor();
    await panel.getByText('Has room: 0 used of 249,000.').waitFor();
    expect(page.url()).toContain('record=');
    await web.inspect(page, 'explanation');

    // The address is the state: it survives a reload, and Escape leads back.
    await page.reload();
    await panel.getByText('24,900 AI Builder credits from: Allocation').waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('record=');
  });

  it('searches, sorts and chooses the columns of a list, in the address', async () => {
    const page = await web.open(key, '/environments');
    const rows = page.getByRole('table', { name: 'Environments' }).getByRole('row');
    await rows.nth(5).waitFor();
    await page.getByRole('columnheader', { name: 'AI Builder credits: used' }).getByRole('button').click();
    await page.getByRole('columnheader', { name: 'AI Builder credits: used' }).getByRole('button').click();
    await expect.poll(() => rows.nth(1).textContent()).toMatch(/^Customer support/);
    await page.getByRole('searchbox').pressSequentially('sandbox');
    await page.getByText('1 of 5').waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'AI Builder credits: consumed' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Type' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'AI Builder credits: consumed' }).waitFor();
    await expect.poll(() => page.url()).toContain('find=sandbox');
    await page.reload();
    await page.getByText('1 of 5').waitFor();
    await page.getByRole('columnheader', { name: 'AI Builder credits: consumed' }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Type' }).count()).toBe(0);

    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as CSV' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('environments.csv');
    const chunks: Uint8Array[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Uint8Array);
    const lines = Buffer.concat(chunks).toString().split('\r\n');
    expect(lines[0]).toMatch(/^\ufeffName,AI Builder credits: status,AI Builder credits: used,AI Builder credits: consumed,/);
    expect(lines[1]).toMatch(/^Finance,/);
    expect(lines).toHaveLength(3);
  });

  it('opens a decision by keyboard alone, and gives the focus back', async () => {
    const page = await web.open(key, '/activity?status=refused');
    await page.getByRole('row', { name: /alan/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByRole('button', { name: /^Explain the action/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Refused').first().waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Buy Copilot Credits' }).waitFor();
    await web.inspect(page, 'refusal');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/^Explain the action/);
  });

  it('leads to every page, by name, and says where one is', async () => {
    const page = await web.open(key);
    const navigation = page.getByRole('navigation', { name: 'Pages' });
    const names = await navigation.getByRole('link').allTextContents();
    expect(names.length).toBeGreaterThanOrEqual(12);
    for (const name of names) {
      await navigation.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
      expect(await navigation.locator('[aria-current=page]').textContent()).toBe(name);
      await expect.poll(() => page.title()).toBe(`${name} · Bursar`);
    }
  });

  it('says what to do with a key that does not open a tenant', async () => {
    web.expectTrouble(/status of (401|403)/);
    const page = await web.open(null);
    await signInByKey(page, 'not-a-key');
    await page.getByText('Bursar knows no tenant with this key').waitFor();
    await signInByKey(page, 'ключ 🔑');
    await page.getByText('Bursar knows no tenant with this key').waitFor();
    await signInByKey(page, web.server.operatorKey);
    await page.getByText('The operator key only creates tenants').waitFor();
    const { key: service } = await web.call(key, 'POST /v1/keys', { role: 'service' });
    await signInByKey(page, service);
    await page.getByText('A service key only meters').waitFor();
    await web.screenshot(page, 'sign-in-refused-light');
  });

  it('signs out where the key is revoked, and says so', async () => {
    web.expectTrouble(/status of 401/);
    const { id, key: reader } = await web.call(key, 'POST /v1/keys', { role: 'reader' });
    const page = await web.open(reader, SUMMARY);
    await page.getByText('250,000 of 1,025,000 assigned').waitFor();
    await web.call(key, `DELETE /v1/keys/${id}`);
    await page.getByText('You were signed out').waitFor();
    expect(await page.getByText('250,000 of 1,025,000 assigned').count()).toBe(0);
  });

  it('says what to do first in a tenant that has nothing yet', async () => {
    const empty = await web.server.tenant('Fabrikam');
    const page = await web.open(empty.key, SUMMARY);
    await page.getByRole('heading', { name: 'No credits yet' }).waitFor();
    await page.getByRole('heading', { name: 'No environments yet' }).waitFor();
    await page.getByRole('heading', { name: 'No activity yet' }).waitFor();
    await web.inspect(page, 'empty');
  });

  it('is light or dark as somebody chose, also next time', async () => {
    const page = await web.open(key, '/', { colorScheme: 'light' });
    const background = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    const light = await background();
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await expect.poll(background).not.toBe(light);
    const dark = await background();
    await page.reload();
    await page.getByRole('button', { name: 'Theme' }).click();
    expect(await background()).toBe(dark);
    await page.getByRole('menuitemradio', { name: 'As the system' }).click();
    await expect.poll(background).toBe(light);
  });

  for (const viewport of [NARROW, { width: 2560, height: 1300 }]) {
    it(`never scrolls sideways at ${viewport.width} px`, async () => {
      const page = await web.open(key, SUMMARY, { viewport });
      await page.getByRole('row', { name: /alan/ }).waitFor();
      await web.inspect(page, `capacity-summary-${viewport.width}`);
      if (viewport === NARROW) {
        await page.getByRole('button', { name: 'Show the pages' }).click();
        await page.getByRole('dialog').getByRole('link', { name: 'Activity', exact: true }).waitFor();
        await web.inspect(page, 'navigation-360');
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await page
        .getByRole('button', { name: /^Explain the action/ })
        .last()
        .click();
      await page.getByRole('dialog').getByText('Sources tried').waitFor();
      expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
      await web.screenshot(page, `explanation-${viewport.width}`);
    });
  }

  it('works under a sub-path', async () => {
    const gateway = createServer(async (request, response) => {
      const body: Uint8Array[] = [];
      for await (const chunk of request) body.push(chunk as Uint8Array);
      const passed = ['accept', 'cookie', 'origin', 'content-type', 'x-bursar-csrf', 'sec-fetch-site'];
      const headers = passed.flatMap((name) => (request.headers[name] ? [[name, String(request.headers[name])]] : []));
      const answer = await fetch(web.server.url + request.url!.replace(/^\/ai\/credits/, ''), {
        method: request.method!,
        headers: Object.fromEntries(headers),
        ...(body.length > 0 ? { body: Buffer.concat(body) } : {}),
      });
      const kept = ['content-type', 'content-security-policy', 'set-cookie'];
      response.writeHead(answer.status, Object.fromEntries(kept.flatMap((name) => [[name, answer.headers.get(name) ?? '']])));
      for await (const chunk of answer.body ?? []) response.write(chunk);
      response.end();
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    try {
      const page = await web.open(null, '', { origin: `${origin}/ai/credits` });
      await page.goto(`${origin}/ai/credits/#/environments`);
      await signInByKey(page, key);
      await page.getByRole('row', { name: /Finance/ }).waitFor();
      await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
      await page.getByRole('link', { name: 'Capacity summary' }).click();
      await page.getByText('250,000 of 1,025,000 assigned').waitFor();
      expect((await page.context().cookies(`${origin}/ai/credits/v1/tenant`)).map(({ name, path }) => [name, path])).toEqual([
        ['bursar_session', '/ai/credits/v1'],
      ]);
      await page.context().close();
    } finally {
      gateway.closeAllConnections();
      gateway.close();
    }
  });

  it('goes on when the server was away', async () => {
    web.expectTrouble(/ERR_INTERNET_DISCONNECTED/);
    const page = await web.open(key, SUMMARY);
    await page.getByText('250,000 of 1,025,000 assigned').waitFor();
    await page.context().setOffline(true);
    await page.getByText('Bursar does not answer at the moment').waitFor();
    await page.getByText('250,000 of 1,025,000 assigned').waitFor();
    await page.context().setOffline(false);
    await page.getByText('Bursar does not answer at the moment').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
  });

  it('asks of each thing twice a second at most, however much happens', async () => {
    const page = await web.open(key, SUMMARY);
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    await page.getByRole('row', { name: /alan/ }).waitFor();
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/capacity')) asked += 1;
    });
    const begun = performance.now();
    for (let done = 0; done < 60; done += 1) await web.call(key, 'POST /v1/consumptions', { ...ACTION, userId: `burst-${done}` });
    const last = page.getByRole('row', { name: /burst-59/ });
    await last.waitFor();
    const seconds = (performance.now() - begun) / 1000;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(Math.ceil(seconds * 2) + 1);
  });

  it('keeps a long list short in the page, and says how long it is', async () => {
    const { key: large } = await web.server.tenant('Large', '2025-12-10T08:00:00Z');
    const ids = Array.from({ length: 150 }, (_, index) => `e-${String(index).padStart(3, '0')}`);
    await Promise.all(ids.map((id) => web.call(large, 'POST /v1/environments', { id, name: `Environment ${id}` })));
    const page = await web.open(large, '/environments');
    const table = page.getByRole('table', { name: 'Environments' });
    await table.getByRole('row', { name: /e-000/ }).waitFor();
    expect(await table.getAttribute('aria-rowcount')).toBe('151');
    // While the code for long lists is fetched, its first hundred rows stand there.
    await expect.poll(() => table.getByRole('row').count()).toBeLessThan(60);
    const last = table.getByRole('row', { name: /e-149/ });
    await expect
      .poll(async () => {
        await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
        return last.count();
      })
      .toBe(1);
    expect(await last.getAttribute('aria-rowindex')).toBe('151');
    await web.inspect(page, 'long-list');
  });

  it('holds still when it is paused', async () => {
    const page = await web.open(key, SUMMARY);
    await page.getByText('250,000 of 1,025,000 assigned').waitFor();
    await page.getByRole('button', { name: 'Live', exact: true }).click();
    await page.getByRole('button', { name: 'Paused', exact: true }).waitFor();
    await web.call(key, 'POST /v1/consumptions', { ...ACTION, userId: 'margaret' });
    await page.getByRole('link', { name: 'Home', exact: true }).click();
    await page.getByRole('button', { name: 'Paused', exact: true }).click();
    await page.getByRole('link', { name: 'Capacity summary' }).click();
    await page.getByRole('row', { name: /margaret/ }).waitFor();
  });
});
