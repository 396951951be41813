// How lists of 10,000 environments feel: until they are there, until they show what was typed, how evenly they scroll, and what they ask
// while much happens.

import type { Browser, Page } from 'playwright-core';
import { newPage, type Session } from './page-browser.ts';
import { ALLOCATED_EVERY, ENVIRONMENTS, environmentId, keepActing } from './page-data.ts';
import type { Watched } from './page-probe.ts';

const ROW = '[role=table] [role=rowgroup]:last-child [role=row]:not([aria-hidden])';
/** Each key leaves fewer, or brings back more: so that each is seen in the list. */
const TYPED = ['3', '35', '355', '35', '3', ''];
const TYPED_TIMES = 5;
const SCROLL_SECONDS = 5;
/** Of a wheel; turned as often as the page draws. */
const NOTCH_PX = 120;
const ACT_SECONDS = 15;

export const ACTIONS_PER_SECOND = 20;

/** With its list, and what is typed where in the pickers. */
const LISTS = [
  { name: 'Environments', path: '/environments', rows: ENVIRONMENTS },
  { name: 'Capacity add-ons', path: '/licensing/add-ons', rows: ENVIRONMENTS / ALLOCATED_EVERY },
] as const;

const PICKERS = [
  { name: 'Assign credits', path: '/licensing/add-ons?panel=assign' },
  { name: 'Environment of the playground', path: '/playground' },
] as const;

export interface ListFeel {
  name: string;
  rows: number;
  shownMs: number;
  /** From a key to the frame that shows the list of it. */
  typedMs: number[];
  scrolled: Watched;
  mostRowsInPage: number;
}

export interface PickerFeel {
  name: string;
  openedMs: number;
  typedMs: number[];
}

export interface BusyFeel {
  name: string;
  seconds: number;
  actions: number;
  requestsPerSecond: number;
  bytesPerSecond: number;
  watched: Watched;
  /** From a change by somebody else until it is shown, while all of this goes on. */
  seenMs: number[];
}

interface Options {
  url: string;
  session: Session;
  log: (line: string) => void;
}

export async function measureLists(browser: Browser, options: Options): Promise<ListFeel[]> {
  const feels: ListFeel[] = [];
  for (const { name, path, rows } of LISTS) {
    options.log(`the list of ${rows} rows in ${name}`);
    const { page, shownMs } = await open(browser, options, path);
    const search = page.getByRole('searchbox').first();
    await search.focus();
    const typedMs: number[] = [];
    for (let time = 0; time < TYPED_TIMES; time += 1) {
      for (const [index, typed] of TYPED.entries()) {
        const key = typed.length > (TYPED[index - 1] ?? '').length ? typed.at(-1)! : 'Backspace';
        typedMs.push(await pressed(page, key, "document.querySelector('main [aria-live=polite]').textContent"));
      }
    }
    const scrolled = await scroll(page);
    feels.push({ name, rows, shownMs, typedMs, ...scrolled });
    await page.context().close();
  }
  return feels;
}

export async function measurePickers(browser: Browser, options: Options): Promise<PickerFeel[]> {
  const feels: PickerFeel[] = [];
  for (const { name, path } of PICKERS) {
    options.log(`the choice of an environment: ${name}`);
    const { page } = await open(browser, options, path, ['h1']);
    const picker = page.getByRole('combobox', { name: /environment/i }).first();
    await picker.focus();
    await page.evaluate('probe.begun = performance.now()');
    await page.keyboard.press('ArrowDown');
    const openedMs = await page.evaluate<number>(
      "probe.when(() => document.querySelectorAll('[role=option]').length > 40).then((now) => now - probe.begun)",
    );
    const typedMs: number[] = [];
    // The first one that is offered is another with each key.
    for (const key of ['4', '2', '1', 'Backspace', 'Backspace', '7', '7', '3']) {
      typedMs.push(
        await pressed(page, key, "[...document.querySelectorAll('[role=option]')].map((each) => each.textContent).join()"),
      );
    }
    feels.push({ name, openedMs, typedMs });
    await page.context().close();
  }
  return feels;
}

/** While so many actions a second happen; and how soon a change of an allocation is seen. */
export async function measureBusy(browser: Browser, options: Options & { key: string }): Promise<BusyFeel[]> {
  const feels: BusyFeel[] = [];
  for (const { name, path } of LISTS) {
    options.log(`${ACTIONS_PER_SECOND} actions a second, looked at in ${name}`);
    const { page } = await open(browser, options, `${path}?find=00005`);
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    let requests = 0;
    let bytes = 0;
    page.on('requestfinished', (request) => {
      requests += 1;
      void request
        .sizes()
        .then(({ responseBodySize }) => {
          bytes += responseBodySize;
        })
        .catch(() => {});
    });
    const begun = performance.now();
    const stop = keepActing(options.url, options.key, ACTIONS_PER_SECOND);
    await page.evaluate('probe.watch()');
    const seenMs: number[] = [];
    for (let credits = 20_001; performance.now() - begun < ACT_SECONDS * 1_000; credits += 1) {
      const changed = performance.now();
      const answer = await fetch(`${options.url}/v1/environments/${environmentId(5)}/allocations/copilot-credits`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${options.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ credits: String(credits) }),
      });
      if (!answer.ok) throw new Error(`an allocation was answered ${answer.status}: ${await answer.text()}`);
      await page.getByText(credits.toLocaleString('en-US')).first().waitFor();
      seenMs.push(performance.now() - changed);
    }
    const seconds = (performance.now() - begun) / 1_000;
    const watched = await page.evaluate<Watched>('probe.watched()');
    const actions = await stop();
    feels.push({
      name,
      seconds,
      actions,
      requestsPerSecond: requests / seconds,
      bytesPerSecond: bytes / seconds,
      watched,
      seenMs,
    });
    await page.context().close();
  }
  return feels;
}

async function open(
  browser: Browser,
  { url, session }: Options,
  path: string,
  selectors: readonly string[] = [ROW],
): Promise<{ page: Page; shownMs: number }> {
  const page = await newPage(browser, session);
  await page.goto(`${url}/#${path}`, { waitUntil: 'commit' });
  const shownMs = await page.evaluate<number>(`probe.when(() => probe.isShown(${JSON.stringify(selectors)}))`);
  return { page, shownMs };
}

/** From the key until what the expression says is another, and drawn. */
async function pressed(page: Page, key: string, shown: string): Promise<number> {
  await page.evaluate(`(() => {
    const before = ${shown};
    probe.pressed = new Promise((resolve) =>
      addEventListener('keydown', (event) =>
        probe.when(() => ${shown} !== before).then((now) => resolve(now - event.timeStamp)), { capture: true, once: true }));
  })()`);
  await page.keyboard.press(key);
  return page.evaluate<number>('probe.pressed');
}

/** By the wheel, down and up again, as fast as a hand does. */
async function scroll(page: Page): Promise<{ scrolled: Watched; mostRowsInPage: number }> {
  await page.mouse.move(800, 600);
  await page.evaluate('probe.watch()');
  let mostRowsInPage = 0;
  const begun = performance.now();
  for (let turn = 0; performance.now() - begun < SCROLL_SECONDS * 1_000; turn += 1) {
    await page.mouse.wheel(0, turn % 80 < 60 ? NOTCH_PX : -NOTCH_PX);
    if (turn % 20 === 0)
      mostRowsInPage = Math.max(mostRowsInPage, await page.evaluate<number>(`document.querySelectorAll('${ROW}').length`));
  }
  return { scrolled: await page.evaluate<Watched>('probe.watched()'), mostRowsInPage };
}
