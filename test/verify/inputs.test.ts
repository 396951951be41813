// The detail of an entry reads the same whether it is taken in parts (as the product writes it) or as a whole (in any other order).

import { expect, it } from 'vitest';
import { forgetInputs, readDetail, Unreadable } from '../../src/verify/inputs.ts';

const INPUTS = { u: { pages: 2 }, p: [[0, 2, '200']], c: '2025-11', f: 'content-processing-tools' };
const TRIED = [[0, 'pool', '1000', '12.5', '0', 1, 'used', 100]];
const LABELS = { labels: { cost: ',"x":[[1]]}', centre: 'a\\' } };

it.each<[string, object]>([
  ['sources alone', { ...INPUTS, x: TRIED }],
  ['sources and a purchase', { ...INPUTS, x: TRIED, e: 'year' }],
  ['sources and a refusal that ends like them', { ...INPUTS, x: TRIED, r: { detail: 'no', members: { list: [[1]] } } }],
  ['labels that look like sources', { ...INPUTS, a: LABELS, x: TRIED, o: 1 }],
  ['labels that look like sources, and none', { ...INPUTS, a: LABELS, z: 'test' }],
  ['the outcome before the sources', { ...INPUTS, e: 'year', x: TRIED }],
  ['the inputs after the sources', { c: '2025-11', p: INPUTS.p, x: TRIED, u: INPUTS.u, f: INPUTS.f }],
  ['no sources', { ...INPUTS, z: 'test' }],
])('%s', (_, detail) => {
  const compact = JSON.stringify(detail);
  // With spaces nothing is recognised, and all is read as a whole.
  const whole = readDetail(JSON.stringify(detail, null, 1));
  forgetInputs();
  expect(readDetail(compact)).toEqual(whole);
  expect(readDetail(compact)).toEqual(whole);
  expect(whole.outcome.tried).toHaveLength('x' in detail ? 1 : 0);
});

it('says why it cannot be read, each time', () => {
  const broken = JSON.stringify({ ...INPUTS, p: [[0, -1, '2']], x: TRIED });
  for (let time = 0; time < 2; time += 1) expect(() => readDetail(broken)).toThrow(Unreadable);
  expect(() => readDetail(JSON.stringify({ ...INPUTS, x: [[0, 'pool', '-1', '0', '0', 1, 'used', 100]] }))).toThrow(
    /a source of -1/,
  );
});
