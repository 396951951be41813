// Takes the README's pictures of a running sample, with Debian's Chromium:
//   npm start -- --sample        in one terminal; then, with the administrator's key that it printed,
//   BURSAR_KEY=bursar_… node scripts/take-pictures.ts

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { signInByKey } from '../test/support/sign-in-by-key.ts';

const FOLDER = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const SIZE = { width: 1440, height: 800 };

const url = process.env.BURSAR_URL ?? 'http://127.0.0.1:4600';
const key = process.env.BURSAR_KEY;
if (!key) throw new Error('set BURSAR_KEY to the key of the sample’s administrator');

/** The newest action that was refused for credits: its explanation has everything to show. */
async function aRefusal(): Promise<string> {
  const answer = await fetch(`${url}/v1/activity?code=QuotaExceeded&limit=1`, { headers: { authorization: `Bearer ${key}` } });
  const { value } = (await answer.json()) as { value: { id: string }[] };
  if (!value[0]) throw new Error(`${url} has no refused action; is it the sample?`);
  return value[0].id;
}

const PICTURES = [
  { name: 'capacity', path: '/licensing/capacity', colorScheme: 'light', waitFor: 'Where credits come from' },
  { name: 'explanation', path: `/activity?record=${await aRefusal()}`, colorScheme: 'dark', waitFor: 'Sources tried, in order' },
] as const;

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const { name, path, colorScheme, waitFor } of PICTURES) {
  const context = await browser.newContext({ viewport: SIZE, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${url}/#${path}`);
  await signInByKey(page, key);
  await page.getByText(waitFor).first().waitFor();
  await page.getByRole('button', { name: 'Live', exact: true, includeHidden: true }).waitFor();
  await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {});
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  console.log(`docs/pictures/${name}.png`);
  await context.close();
}
await browser.close();
