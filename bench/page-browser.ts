// Debian's Chromium for the benchmark: fresh contexts, in which nothing is cached, signed in by the session's cookie.

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { signInByKey } from '../test/support/sign-in-by-key.ts';
import { PROBE } from './page-probe.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const VIEWPORT = { width: 1440, height: 900 };

export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`there is no ${CHROMIUM}; apt-get install chromium brings it`);
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

export type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Signs in as a person does; answers the cookie. */
export async function signIn(browser: Browser, url: string, key: string): Promise<Session> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.goto(url);
  await signInByKey(page, key);
  await page.locator('main h1').filter({ hasNotText: 'Sign in' }).waitFor();
  const session = await context.storageState();
  await context.close();
  return session;
}

/** A page in a context of its own; the caller closes the context. */
export async function newPage(browser: Browser, session: Session): Promise<Page> {
  const context = await browser.newContext({ viewport: VIEWPORT, storageState: session });
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.addInitScript({ content: PROBE });
  return page;
}
