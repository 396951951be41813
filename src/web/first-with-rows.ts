// A page of few matches may be empty and yet not the last: what is asked for at a press goes on to one with rows.

import type { Page } from '../../sdk/src/index.ts';

const MOST_PAGES_AT_ONCE = 20;

/** From `cursor` on; undefined: from the beginning. After 20 empty pages it answers the last of them. */
export async function firstWithRows<T>(
  page: (cursor: string | undefined) => Promise<Page<T>>,
  cursor: string | undefined,
): Promise<Page<T>> {
  let found = await page(cursor);
  for (let pages = 1; found.value.length === 0 && found.nextCursor !== undefined && pages < MOST_PAGES_AT_ONCE; pages++)
    found = await page(found.nextCursor);
  return found;
}
