// The admin centre in Chromium, on a running server of its own. Whatever a test does, it fails where the page asked another host, broke
// its Content-Security-Policy, opened a dialog of the browser, or wrote an error or a warning to the console.

import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { buildWeb } from '../../scripts/build-web.ts';
import { type AServer, type AServerOptions, startServer } from './a-server.ts';
import { ACTION, call } from './call.ts';
import { signInByKey } from './sign-in-by-key.ts';

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
const SCREENSHOTS = fileURLToPath(new URL('../screenshots/', import.meta.url));
/** They are for people to look at; nobody does in CI. */
const TAKES_PICTURES = process.env.CI === undefined;
/** Fluent's: where the focus enters and leaves a group; it never stays there. */
const PASSES_FOCUS_ON = '[data-tabster-dummy]';
/** Another theme is drawn, and whatever moves to it has come there; what moves for ever goes on. */
const SETTLED = `(async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  const moving = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(moving.map((each) => each.finished));
})()`;
const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 360, height: 740 };
/** Of Contoso: in the era of both currencies. */
export const CONTOSO_NOW = '2025-12-10T08:00:00Z';

const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`The tests of the page are skipped: there is no ${CHROMIUM}; apt-get install chromium brings it.`);

export interface ABrowser {
  server: AServer;
  /** A page, signed in with the key where there is one; `path` as in the address: `/reports?find=x`. */
  open(key: string | null, path?: string, options?: BrowserContextOptions & { origin?: string }): Promise<Page>;
  /** Pictures for people in both themes, `NAME-light.png` and `NAME-dark.png` (not in CI); axe finds nothing; the page does not scroll sideways. */
  inspect(page: Page, name: string): Promise<void>;
  screenshot(page: Page, name: string): Promise<void>;
  /** What this test is going to write to the console: a refused sign-in, say. */
  expectTrouble(expected: RegExp): void;
  /** Calls the API with a key; fails where that is refused. Answers the body. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it
  call(key: string, methodAndPath: string, body?: unknown): Promise<any>;
}

/** `describeInBrowser('the reports', (web) => { it('…', async () => { const page = await web.open(key, '/reports'); … }); });` */
export function describeInBrowser(
  name: string,
  tests: (web: ABrowser) => void,
  serverOptions: () => Promise<AServerOptions> = async () => ({}),
): void {
  describe.skipIf(!hasChromium)(`${name} (needs ${CHROMIUM})`, () => {
    let browser: Browser;
    let server: AServer | undefined;
    let troubles: string[] = [];
    let expected: RegExp[] = [];

    beforeAll(async () => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await buildWeb();
      server = await startServer(await serverOptions());
      browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
    });

    afterAll(async () => {
      await browser?.close();
      await server?.stop();
    });

    afterEach(async () => {
      const unexpected = troubles.filter((trouble) => !expected.some((each) => each.test(trouble)));
      for (const context of browser.contexts()) await context.close();
      troubles = [];
      expected = [];
      expect(unexpected).toEqual([]);
    });

    const web: ABrowser = {
      get server() {
        if (!server) throw new Error('the server runs within tests and hooks only');
        return server;
      },
      expectTrouble: (trouble) => void expected.push(trouble),
      async open(key, path = '/', { origin = web.server.url, ...options } = {}) {
        const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', acceptDownloads: true, ...options });
        const page = await context.newPage();
        page.on('request', (request) => {
          const { protocol, origin: asked } = new URL(request.url());
          if (/^https?:$/.test(protocol) && asked !== new URL(origin).origin) troubles.push(`asked ${request.url()}`);
        });
        page.on('console', (message) => {
          if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text());
        });
        page.on('pageerror', (error) => troubles.push(String(error)));
        page.on('dialog', async (dialog) => {
          // The page asks so before it is left; whatever else asks is a script that is not ours.
          if (dialog.type() === 'beforeunload') return dialog.accept();
          troubles.push(`${dialog.type()}: ${dialog.message()}`);
          await dialog.dismiss();
        });
        await page.goto(`${origin}/#${path}`);
        if (key !== null) {
          await signInByKey(page, key);
          // Not by its role: where the address opens a panel, what is behind it has none.
          await page.locator('main h1').filter({ hasNotText: 'Sign in' }).waitFor();
        }
        return page;
      },
      async screenshot(page, picture) {
        if (TAKES_PICTURES) await page.screenshot({ path: `${SCREENSHOTS}${picture}.png`, fullPage: true });
      },
      async inspect(page, picture) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.evaluate(SETTLED);
          await web.screenshot(page, `${picture}-${colorScheme}`);
          // There are no frames of others, for which axe would open a page of its own each time.
          const axe = new AxeBuilder({ page }).setLegacyMode().exclude(PASSES_FOCUS_ON);
          // A theme changes colours and nothing else.
          const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(['color-contrast'])).analyze();
          const found = violations.flatMap(({ id, help, nodes }) =>
            nodes.map(({ html, failureSummary }) => `${id}: ${help} (${colorScheme})\n${html}\n${failureSummary}`),
          );
          expect(found, `${picture}: axe`).toEqual([]);
        }
        expect(await sidewaysOverflow(page), `${picture} scrolls sideways`).toBeLessThanOrEqual(0);
      },
      async call(key, methodAndPath, body) {
        const answer = await call(web.server.url, methodAndPath, { key, ...(body === undefined ? {} : { body }) });
        expect(answer.status, `${methodAndPath}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
        return answer.body;
      },
    };
    tests(web);
  });
}

export async function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** A tenant with something of everything: both currencies, environments in every status, actions of each kind. Answers its key. */
export async function aContoso(web: ABrowser): Promise<string> {
  const { key } = await web.server.tenant('Contoso', CONTOSO_NOW);
  const post = (path: string, body: unknown) => web.call(key, `POST ${path}`, body);
  const bought = { purchasedOn: '2025-10-01', endsOn: '2026-10-01' };
  await post('/v1/entitlements', { product: 'ai-builder-add-on-t1', quantity: 1, ...bought });
  await post('/v1/entitlements', { product: 'power-automate-premium', quantity: 1, ...bought });
  await post('/v1/entitlements', { product: 'dynamics-365-finance-operations', quantity: 3, ...bought });
  await post('/v1/entitlements', { product: 'copilot-credit-pack', quantity: 2, ...bought });
  await post('/v1/environments', { id: 'sales', name: 'Sales' });
  await post('/v1/environments', { id: 'support', name: 'Customer support' });
  await post('/v1/environments', { id: 'finance', name: 'Finance', type: 'sandbox' });
  await post('/v1/environments', { id: 'lab-7f3a2c', name: 'Innovation lab', type: 'developer' });
  await post('/v1/environments', { id: 'closed', name: 'Closed' });
  await web.call(key, 'PATCH /v1/environments/closed', { deny: true });
  const allocate = (environmentId: string, credits: string) => ({ environmentId, currency: 'ai-builder-credits', credits });
  await post('/v1/allocations/changes', {
    changes: [allocate('sales', '249000'), allocate('support', '500'), allocate('lab-7f3a2c', '500')],
  });
  await post('/v1/consumptions/batch', {
    actions: [
      ...Array.from({ length: 6 }, () => ({ ...ACTION, environmentId: 'support' })),
      ...Array.from({ length: 4 }, () => ({ ...ACTION, environmentId: 'lab-7f3a2c', userId: 'grace' })),
      { ...ACTION, environmentId: 'finance', mode: 'test' },
      { ...ACTION, environmentId: 'finance', usage: { pages: 900 } },
      { ...ACTION, environmentId: 'finance', caller: 'agent', capability: 'generative-answer', usage: { responses: 21_000 } },
      { ...ACTION, environmentId: 'closed', userId: 'alan' },
    ],
  });
  return key;
}
