// Turns of requests that take long: few at once, fewer of one tenant, and no more waiting than the server can hold.

import { expect, it } from 'vitest';
import { OF_LONG_WORK, Turns } from '../src/server/turns.ts';

/** Work that lasts until it is told to end. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const run = () => {
    each.begun = true;
    return promise;
  };
  const each = { begun: false, end: resolve, fail: reject, run };
  return each;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('of a tenant two are under way, of the process three; who comes first goes first, but past a tenant that has its two', async () => {
  const turns = new Turns(OF_LONG_WORK);
  const all = ['a', 'a', 'a', 'b', 'b', 'c'].map((tenantId) => {
    const each = work();
    return { each, taken: turns.take(tenantId, each.run) };
  });
  const begun = () => all.map(({ each }) => each.begun);
  await settled();
  expect(begun()).toEqual([true, true, false, true, false, false]);
  all[3]!.each.end('done');
  await settled();
  expect(begun()).toEqual([true, true, false, true, true, false]);
  all[0]!.each.fail(new Error('broken'));
  await expect(all[0]!.taken).rejects.toThrow('broken');
  await settled();
  expect(begun()).toEqual([true, true, true, true, true, false]);
  for (const { each } of all) each.end('done');
  expect(await Promise.all(all.slice(1).map(({ taken }) => taken))).toEqual(Array(5).fill('done'));
});

it('of a tenant eight may wait, of all forty: then they are refused, and taken again when there is room', async () => {
  const turns = new Turns(OF_LONG_WORK);
  const under: ReturnType<typeof work>[] = [];
  const take = (tenantId: string) => {
    const each = work();
    under.push(each);
    return turns.take(tenantId, each.run);
  };
  const taken = Array.from({ length: 10 }, () => take('a'));
  expect(await take('a')).toMatchObject({ refused: 'TooManyRequests' });
  // One of b begins; eight of each tenant wait: forty with those of a.
  for (let index = 0; index < 33; index += 1) taken.push(take(`b${index % 4}`));
  expect(await take('c')).toMatchObject({ refused: 'Unavailable' });
  for (const each of under) each.end('done');
  expect(await Promise.all(taken)).toEqual(Array(43).fill('done'));
  const after = take('a');
  under.at(-1)!.end('done');
  expect(await after).toBe('done');
});
