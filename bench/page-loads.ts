// How long it takes from nothing to a page that can be used, and how much is loaded for the first one.

import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { newPage, type Session } from './page-browser.ts';

/** The first figures, rows or fields of each page. */
const SHOWS = {
  '/': ['[role=table] [role=rowgroup]:last-child [role=row]', 'section + ul', '[role=img]'],
  '/licensing/capacity': ['[aria-label=Environments] [role=rowgroup]:last-child [role=row]', '[aria-label=Activity] [role=cell]'],
  '/licensing/add-ons': ['[role=table] [role=rowgroup]:last-child [role=row]', '[role=img]'],
  '/licensing/copilot-studio': ['[role=table] [role=rowgroup]:last-child [role=row]', '[role=img]'],
  '/environments': ['[role=table] [role=rowgroup]:last-child [role=row]'],
  '/environments/$environmentId': ['[role=img]', 'section'],
  '/reports': ['[role=table] [role=rowgroup]:last-child [role=row]'],
  '/imports': ['[role=table] [role=rowgroup]:last-child [role=row]', 'button'],
  '/activity': ['[role=table] [role=rowgroup]:last-child [role=row]'],
  '/playground': ['[role=combobox]', 'section + section'],
  '/calculator': ['select', 'button'],
  '/notices': ['[role=table] [role=rowgroup]:last-child [role=row]'],
  '/audit': ['[role=table] [role=rowgroup]:last-child [role=row]'],
  '/settings': ['section button'],
} as const;
type PagePath = keyof typeof SHOWS;

/** As text: the table of pages itself needs the browser. */
const PAGES = readFileSync(new URL('../src/web/pages.ts', import.meta.url), 'utf8');
for (const [, path] of PAGES.matchAll(/^ {4}path: '([^']+)'/gm))
  if (!(path! in SHOWS)) throw new Error(`bench/page-loads.ts does not say what page ${path} shows; add it to SHOWS`);

const ENVIRONMENT = 'sales';
/** Whatever is loaded late has begun by then. */
const SETTLED_MS = 2_000;

export interface Load {
  path: PagePath;
  /** From the beginning until it is shown whole. */
  shownMs: number[];
  /** Until a click by the driver, made as soon as it is shown, is answered by a menu that opens. */
  clickedMs: number[];
}

export async function measureLoads(
  browser: Browser,
  options: { url: string; session: Session; rounds: number; log: (line: string) => void },
): Promise<Load[]> {
  const { url, session, rounds, log } = options;
  const loads = (Object.keys(SHOWS) as PagePath[]).map((path): Load => ({ path, shownMs: [], clickedMs: [] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const load of loads) {
      const page = await newPage(browser, session);
      await page.goto(`${url}/#${load.path.replace('$environmentId', ENVIRONMENT)}`, { waitUntil: 'commit' });
      const shown = await page.evaluate<number>(`probe.when(() => probe.isShown(${JSON.stringify(SHOWS[load.path])}))`);
      await page.getByRole('button', { name: 'Theme' }).click();
      const clicked = await page.evaluate<number>("probe.when(() => document.querySelector('[role=menu]') !== null)");
      await page.context().close();
      // The first round warms the server up.
      if (round === 0) continue;
      load.shownMs.push(shown);
      load.clickedMs.push(clicked);
    }
    log(`round ${round} of ${rounds} of cold loads`);
  }
  return loads;
}

export interface Loaded {
  scripts: number;
  /** As the browser was given them. */
  bytes: number;
  names: { name: string; bytes: number }[];
  /** All else: the document, styles, pictures, answers of the API. */
  otherBytes: number;
}

/** All that Home loads, of itself, until it rests. */
export async function measureHome(browser: Browser, { url, session }: { url: string; session: Session }): Promise<Loaded> {
  const page = await newPage(browser, session);
  await page.goto(`${url}/#/`);
  await page.evaluate(`probe.when(() => probe.isShown(${JSON.stringify(SHOWS['/'])}))`);
  await page.waitForTimeout(SETTLED_MS);
  const entries = await page.evaluate<{ name: string; encodedBodySize: number }[]>(
    "performance.getEntriesByType('resource').map((entry) => entry.toJSON())",
  );
  await page.context().close();
  const sizes = new Map(entries.map(({ name, encodedBodySize }) => [name, encodedBodySize]));
  const names = [...sizes]
    .filter(([name]) => name.endsWith('.js'))
    .map(([name, bytes]) => ({ name: new URL(name).pathname.slice(1), bytes }));
  const bytes = names.reduce((sum, each) => sum + each.bytes, 0);
  const all = [...sizes.values()].reduce((sum, each) => sum + each, 0);
  return { scripts: names.length, bytes, names, otherBytes: all - bytes };
}
