// The admin centre in a browser, on a running server: sign in, see the capacity, see an action appear while it is open, read why it
// was decided as it was. Writes pictures for people to test/screenshots/.

import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWeb, entrySize } from '../scripts/build-web.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, call } from './support/call.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SCREENSHOTS = fileURLToPath(new URL('screenshots/', import.meta.url));
/** In the era of both currencies. */
const NOW = '2025-12-10T08:00:00Z';
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
const MOST_ENTRY_BYTES = 250_000;

const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`The tests of the page are skipped: there is no ${CHROMIUM}; apt-get install chromium brings it.`);

describe.skipIf(!hasChromium)(`the admin centre (needs ${CHROMIUM})`, () => {
  let server: AServer;
  let browser: Browser;
  let contoso: { id: string; key: string };

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await buildWeb(console.log);
    server = await startServer();
    browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
    contoso = await server.tenant('Contoso', NOW);
    await fill(contoso.key);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function post(key: string, path: string, body: unknown, method = 'POST'): Promise<void> {
    const { status, body: answer } = await call(server.url, `${method} ${path}`, { key, body });
    expect(status, `${method} ${path}: ${JSON.stringify(answer)}`).toBeLessThan(300);
  }

  async function fill(key: string): Promise<void> {
    const bought = { purchasedOn: '2025-10-01', endsOn: '2026-10-01' };
    await post(key, '/v1/entitlements', { product: 'ai-builder-add-on-t1', quantity: 1, ...bought });
    await post(key, '/v1/entitlements', { product: 'power-automate-premium', quantity: 1, ...bought });
    await post(key, '/v1/entitlements', { product: 'dynamics-365-finance-operations', quantity: 3, ...bought });
    await post(key, '/v1/entitlements', { product: 'copilot-credit-pack', quantity: 2, ...bought });
    await post(key, '/v1/environments', { id: 'sales', name: 'Sales' });
    await post(key, '/v1/environments', { id: 'support', name: 'Customer support' });
    await post(key, '/v1/environments', { id: 'finance', name: 'Finance', type: 'sandbox' });
    await post(key, '/v1/environments', { id: 'lab-7f3a2c', name: 'Innovation lab', type: 'developer' });
    await post(key, '/v1/environments', { id: 'closed', name: 'Closed' });
    await post(key, '/v1/environments/closed', { deny: true }, 'PATCH');
    const allocate = (environmentId: string, credits: string) => ({ environmentId, currency: 'ai-builder-credits', credits });
    await post(key, '/v1/allocations/changes', {
      changes: [allocate('sales', '249000'), allocate('support', '500'), allocate('lab-7f3a2c', '500')],
    });
    const actions = [
      ...Array.from({ length: 6 }, () => ({ ...ACTION, environmentId: 'support' })),
      ...Array.from({ length: 4 }, () => ({ ...ACTION, environmentId: 'lab-7f3a2c', userId: 'grace' })),
      { ...ACTION, environmentId: 'finance', mode: 'test' },
      { ...ACTION, environmentId: 'finance', usage: { pages: 900 } },
      { ...ACTION, environmentId: 'finance', caller: 'agent', capability: 'generative-answer', usage: { responses: 21_000 } },
      { ...ACTION, environmentId: 'closed', userId: 'alan' },
    ];
    await post(key, '/v1/consumptions/batch', { actions });
  }

  /** A page, with what it asked of other hosts and what went wrong in it. */
  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; foreign: string[]; errors: string[] }> {
    const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    const foreign: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== server.url) foreign.push(request.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(server.url);
    return { page, foreign, errors };
  }

  async function signIn(page: Page, key: string): Promise<void> {
    await page.getByLabel('Key of your tenant').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async function sidewaysOverflow(page: Page): Promise<number> {
    return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }

  it('loads little before the first page', () => {
    const size = entrySize();
    console.log(`entry scripts: ${size} bytes compressed`);
    expect(size).toBeLessThan(MOST_ENTRY_BYTES);
  });

  it('signs in, shows the capacity, an action as it happens, and why it was decided', async () => {
    const { page, foreign, errors } = await open();
    await page.getByText('Where do I find a key?').waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}sign-in-light.png` });
    await signIn(page, contoso.key);

    await page.getByRole('heading', { name: 'Capacity', level: 1 }).waitFor();
    await page.getByText('Contoso').waitFor();
    await page.getByText('Sandbox clock: Dec 10, 2025').waitFor();
    await page.getByText('250,000 of 1,025,000 assigned').waitFor();
    const aiBuilder = page.getByRole('region', { name: 'AI Builder credits' });
    await aiBuilder.getByText('AI Builder capacity add-on T1').waitFor();
    await aiBuilder.getByText('Capped').waitFor();

    const sales = page.getByRole('row', { name: /^Sales/ });
    await sales.getByText('0 of 249,000').waitFor();
    await post(contoso.key, '/v1/consumptions', { ...ACTION, userId: 'hedy', usage: { pages: 249 } });
    // Nobody presses refresh.
    await sales.getByText('24,900 of 249,000').waitFor();
    await sales.getByText('10\u00a0%').waitFor();
    const row = page.getByRole('row', { name: /hedy/ });
    await row.getByText('Charged').waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}capacity-light.png`, fullPage: true });

    await row.click();
    const panel = page.getByRole('dialog');
    await panel.getByText('24,900 AI Builder credits from: Allocation').waitFor();
    await panel.getByText('AI Builder, then Copilot Credits').waitFor();
    await panel.getByRole('cell', { name: /has room: 0 used of 249000/ }).waitFor();
    expect(page.url()).toContain('record=');
    await page.screenshot({ path: `${SCREENSHOTS}explanation-light.png` });

    // The address is the state: it survives a reload, and Escape leads back.
    await page.reload();
    await panel.getByText('24,900 AI Builder credits from: Allocation').waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('record=');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Key of your tenant').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('searches and sorts the environments, and filters the activity, in the address', async () => {
    const { page, errors } = await open();
    await signIn(page, contoso.key);
    await page.getByRole('link', { name: 'Environments' }).click();
    const rows = page.getByRole('table', { name: 'Environments' }).getByRole('row');
    await rows.nth(5).waitFor();
    await page.getByRole('columnheader', { name: 'AI Builder credits: used' }).getByRole('button').click();
    await page.getByRole('columnheader', { name: 'AI Builder credits: used' }).getByRole('button').click();
    await expect.poll(() => rows.nth(1).textContent()).toMatch(/^Customer support/);
    await page.screenshot({ path: `${SCREENSHOTS}environments-light.png` });
    await page.getByRole('searchbox').fill('sandbox');
    await page.getByText('1 of 5 environments').waitFor();
    await page.reload();
    await page.getByText('1 of 5 environments').waitFor();

    await page.getByRole('link', { name: 'Activity', exact: true }).click();
    await page.getByRole('combobox', { name: 'Status' }).selectOption('refused');
    await page.getByRole('row', { name: /alan/ }).waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
    await page.screenshot({ path: `${SCREENSHOTS}activity-light.png` });
    // By keyboard alone.
    await page.getByRole('button', { name: /^Explain the action/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Refused').first().waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}refusal-light.png` });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/^Explain the action/);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('says what to do with a key that does not open a tenant', async () => {
    const { page } = await open();
    await signIn(page, 'not-a-key');
    await page.getByText('Bursar does not know this key').waitFor();
    await signIn(page, 'ключ 🔑');
    await page.getByText('Bursar does not know this key').waitFor();
    await signIn(page, server.operatorKey);
    await page.getByText('The operator key only creates tenants').waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}sign-in-refused-light.png` });
    await page.context().close();
  });

  it('says what to do first in a tenant that has nothing yet', async () => {
    const empty = await server.tenant('Fabrikam');
    const { page, errors } = await open({ colorScheme: 'dark' });
    await signIn(page, empty.key);
    await page.getByRole('heading', { name: 'No credits yet' }).waitFor();
    await page.getByRole('heading', { name: 'No environments yet' }).waitFor();
    await page.getByRole('heading', { name: 'No activity yet' }).waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}empty-dark.png`, fullPage: true });
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('is dark where the system is', async () => {
    const { page, errors } = await open({ colorScheme: 'dark' });
    await page.screenshot({ path: `${SCREENSHOTS}sign-in-dark.png` });
    await signIn(page, contoso.key);
    await page
      .getByRole('row', { name: /Finance/ })
      .first()
      .waitFor();
    await page.getByRole('row', { name: /alan/ }).waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}capacity-dark.png`, fullPage: true });
    await page.getByRole('row', { name: /alan/ }).click();
    await page.getByRole('dialog').getByText('Refused').first().waitFor();
    await page.getByRole('dialog').getByText('Environment closed has no capacity that cloud-flow may use').waitFor();
    await page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'Buy Copilot Credits' }).waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}refusal-dark.png` });
    expect(errors).toEqual([]);
    await page.context().close();
  });

  for (const viewport of [NARROW, { width: 800, height: 1000 }, { width: 2560, height: 1300 }]) {
    it(`never scrolls sideways at ${viewport.width} px`, async () => {
      const { page } = await open({ viewport });
      expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
      await signIn(page, contoso.key);
      await page.getByRole('row', { name: /alan/ }).waitFor();
      await page.screenshot({ path: `${SCREENSHOTS}capacity-${viewport.width}.png`, fullPage: true });
      expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
      await page
        .getByRole('button', { name: /^Explain the action/ })
        .last()
        .click();
      await page.getByRole('dialog').getByText('Sources tried').waitFor();
      expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
      await page.screenshot({ path: `${SCREENSHOTS}explanation-${viewport.width}.png` });
      await page.context().close();
    });
  }

  it('works under a sub-path', async () => {
    const gateway = createServer(async (request, response) => {
      const answer = await fetch(server.url + request.url!.replace(/^\/ai\/credits/, ''), {
        headers: { accept: request.headers.accept ?? '*/*', authorization: request.headers.authorization ?? '' },
      });
      const kept = ['content-type', 'content-security-policy'].map((name) => [name, answer.headers.get(name) ?? '']);
      response.writeHead(answer.status, Object.fromEntries(kept)).end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    try {
      const { page, errors } = await open();
      await page.goto(`${origin}/ai/credits/#/environments`);
      await signIn(page, contoso.key);
      await page.getByRole('row', { name: /Finance/ }).waitFor();
      await page.getByRole('link', { name: 'Capacity' }).click();
      await page.getByText('250,000 of 1,025,000 assigned').waitFor();
      expect(errors).toEqual([]);
      await page.context().close();
    } finally {
      gateway.closeAllConnections();
      gateway.close();
    }
  });

  it('goes on when the server was away', async () => {
    const { page } = await open();
    await signIn(page, contoso.key);
    await page.getByText('250,000 of 1,025,000 assigned').waitFor();
    await page.context().setOffline(true);
    await page.getByText('Bursar does not answer at the moment').waitFor();
    await page.getByText('250,000 of 1,025,000 assigned').waitFor();
    await page.context().setOffline(false);
    await page.getByText('Bursar does not answer at the moment').waitFor({ state: 'detached' });
    await page.context().close();
  });
});
