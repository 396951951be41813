// The benchmark of the page: `npm run bench:page` (or `node bench/page.ts [--rounds 9] [--sample 1] [--only loads,lists,busy]`). Debian's
// Chromium on a server of its own: what Home loads, how long every page takes from nothing until it can be used (Contoso, a year of
// history), and how lists of 10,000 environments feel, also while much happens. Prints tables and keeps them in bench/results/page.*.
// Takes about five minutes.

import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { buildWeb, entrySize } from '../scripts/build-web.ts';
import { launchBrowser, signIn } from './page-browser.ts';
import { ENVIRONMENTS, makeLargeTenant } from './page-data.ts';
import {
  ACTIONS_PER_SECOND,
  type BusyFeel,
  type ListFeel,
  measureBusy,
  measureLists,
  measurePickers,
  type PickerFeel,
} from './page-lists.ts';
import { type Load, type Loaded, measureHome, measureLoads } from './page-loads.ts';
import type { Watched } from './page-probe.ts';
import { type PageServer, startPageServer } from './page-server.ts';

const FEWEST_ROUNDS = 9;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: String(FEWEST_ROUNDS) },
    sample: { type: 'string', default: '1' },
    only: { type: 'string', default: 'loads,lists,busy' },
  },
});
const rounds = Number(values.rounds);
if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds must be a whole number over 0, not ${values.rounds}`);
const parts = new Set(values.only.split(','));
const log = (line: string) => console.error(line);

await buildWeb(log);
const loadBefore = machineLoad();
const server = await startPageServer({ scale: values.sample, log });
const browser = await launchBrowser();
try {
  await bench(server, browser);
} finally {
  await browser.close();
  await server.stop();
}

async function bench({ url, operatorKey, sampleKey }: PageServer, browser: Browser): Promise<void> {
  const contoso = { url, session: await signIn(browser, url, sampleKey), log };
  const home = await measureHome(browser, contoso);
  const loads = parts.has('loads') ? await measureLoads(browser, { ...contoso, rounds }) : [];
  let lists: ListFeel[] = [];
  let pickers: PickerFeel[] = [];
  let busy: BusyFeel[] = [];
  if (parts.has('lists') || parts.has('busy')) {
    log(`making ${ENVIRONMENTS} environments`);
    const key = await makeLargeTenant(url, operatorKey);
    const large = { url, session: await signIn(browser, url, key), log, key };
    if (parts.has('lists')) {
      lists = await measureLists(browser, large);
      pickers = await measurePickers(browser, large);
    }
    if (parts.has('busy')) busy = await measureBusy(browser, large);
  }
  const conditions = {
    'measured at': new Date().toISOString(),
    processors: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}; server, PostgreSQL and browser share them`,
    'load of the machine before it began (1, 5, 15 minutes)': loadBefore,
    'load at its end': machineLoad(),
    browser: `Chromium ${browser.version()}, headless, 1440 × 900`,
    'cold loads': `${rounds} of each page in fresh contexts, all pages in turn; medians`,
  };
  await report({ conditions, home, loads, lists, pickers, busy });
}

interface Results {
  conditions: Record<string, string>;
  home: Loaded;
  loads: Load[];
  lists: ListFeel[];
  pickers: PickerFeel[];
  busy: BusyFeel[];
}

async function report(results: Results): Promise<void> {
  const { conditions, home, loads, lists, pickers, busy } = results;
  const tables = [
    table(
      'Scripts',
      ['', 'kB compressed'],
      [
        ['entry, before any page (gzip)', kilobytes(entrySize())],
        [`all that Home loads signed in, ${home.scripts} scripts (as served: brotli)`, kilobytes(home.bytes)],
        ['document, styles and answers of the API for Home', kilobytes(home.otherBytes)],
      ],
    ),
    table(
      'Cold loads',
      ['page', 'shown whole, ms', 'slowest, ms', 'a click is answered, ms'],
      loads.map(({ path, shownMs, clickedMs }) => [path, ms(median(shownMs)), ms(Math.max(...shownMs)), ms(median(clickedMs))]),
    ),
    table(
      'Lists',
      [
        'list',
        'rows',
        'shown, ms',
        'key to list, median ms',
        'p95 ms',
        'frames/s while scrolling',
        'longest frame, ms',
        'rows in the page at most',
      ],
      lists.map(({ name, rows, shownMs, typedMs, scrolled, mostRowsInPage }) => [
        name,
        rows,
        ms(shownMs),
        ms(median(typedMs)),
        ms(quantile(typedMs, 0.95)),
        ms(framesPerSecond(scrolled)),
        ms(Math.max(...scrolled.frames)),
        mostRowsInPage,
      ]),
    ),
    table(
      `Pickers among ${ENVIRONMENTS}`,
      ['picker', 'opened, ms', 'key to choice, median ms', 'p95 ms'],
      pickers.map(({ name, openedMs, typedMs }) => [name, ms(openedMs), ms(median(typedMs)), ms(quantile(typedMs, 0.95))]),
    ),
    table(
      `While ${ACTIONS_PER_SECOND} actions a second happen`,
      [
        'page',
        'requests/s',
        'kB/s',
        'frames/s',
        'long tasks a minute',
        'longest, ms',
        'a change is seen, median ms',
        'slowest, ms',
      ],
      busy.map(({ name, seconds, requestsPerSecond, bytesPerSecond, watched, seenMs }) => [
        name,
        requestsPerSecond.toFixed(1),
        kilobytes(bytesPerSecond),
        ms(framesPerSecond(watched)),
        ms((watched.longTasks.length / seconds) * 60),
        ms(Math.max(0, ...watched.longTasks)),
        ms(median(seenMs)),
        ms(Math.max(...seenMs)),
      ]),
    ),
  ]
    .filter((each) => each !== null)
    .join('\n\n');
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const settings = Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`);
  await writeFile(new URL('page.md', folder), `# The page\n\n${settings.join('\n')}\n\n${tables}\n`);
  await writeFile(new URL('page.json', folder), `${JSON.stringify(results, null, 2)}\n`);
  console.log(tables);
}

function table(title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): string | null {
  if (rows.length === 0) return null;
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const sides = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [`## ${title}`, '', line(head), line(sides), ...rows.map(line)].join('\n');
}

function machineLoad(): string {
  return loadavg()
    .map((each) => each.toFixed(1))
    .join(', ');
}

function framesPerSecond({ frames }: Watched): number {
  return (frames.length * 1_000) / frames.reduce((sum, each) => sum + each, 0);
}

function median(all: readonly number[]): number {
  return quantile(all, 0.5);
}

function quantile(all: readonly number[], share: number): number {
  return all.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(all.length * share) - 1)]!;
}

function ms(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function kilobytes(bytes: number): string {
  return (bytes / 1_000).toFixed(0);
}
