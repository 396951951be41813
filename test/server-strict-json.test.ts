// What of JSON is taken, what is refused, and where the refusal points: one row a case.

import { describe, expect, it } from 'vitest';
import { MOST_DEPTH, readJson, refusalOfFindings } from '../src/server/strict-json.ts';

function read(text: string | Buffer): unknown {
  const answer = readJson(typeof text === 'string' ? Buffer.from(text) : text);
  if ('refused' in answer) return `${answer.refused}: ${answer.detail}`;
  const refusal = refusalOfFindings(answer.findings);
  return refusal ? [refusal.refused, ...(refusal.errors ?? []).map((error) => error.pointer)] : answer.value;
}

const TAKEN: [string, string, unknown][] = [
  ['an empty body counts as {}', '', {}],
  ['so do blanks', ' \n', {}],
  ['numbers in strings are text', '{"a":"1e5 -0 9007199254740993"}', { a: '1e5 -0 9007199254740993' }],
  ['colons, quotes and braces in strings are text', '{"a":":{\\"b\\":1,\\"b\\":2}"}', { a: ':{"b":1,"b":2}' }],
  ['a string that ends with a backslash', '{"a":"\\\\","b":1}', { a: '\\', b: 1 }],
  ['the same key in two objects', '{"a":{"x":1},"b":{"x":2}}', { a: { x: 1 }, b: { x: 2 } }],
  ['the same key in two items of a list', '[{"x":1},{"x":2}]', [{ x: 1 }, { x: 2 }]],
  ['the largest exact number', '{"a":9007199254740991}', { a: 9_007_199_254_740_991 }],
  ['a whole surrogate pair', '{"a":"\\ud83d\\ude00"}', { a: '😀' }],
  ['fractions, which no schema takes', '{"a":-0.5}', { a: -0.5 }],
  ['no object at all', '5', 5],
];

const REFUSED: [string, string | Buffer, RegExp][] = [
  ['half a document', '{"a":', /^MalformedRequest: the body is not JSON/],
  ['NaN', '{"a":NaN}', /^MalformedRequest: .*JSON has no NaN/],
  ['Infinity', '{"a":-Infinity}', /^MalformedRequest: .*JSON has no Infinity/],
  ['a text after the end', '{} x', /^MalformedRequest/],
  ['Latin-1', Buffer.from([0x22, 0xe9, 0x22]), /^MalformedRequest: the body is not UTF-8/],
  ['a surrogate as bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), /^MalformedRequest: the body is not UTF-8/],
  ['nesting', '['.repeat(MOST_DEPTH + 1) + ']'.repeat(MOST_DEPTH + 1), /^MalformedRequest: the body is nested deeper than 32/],
];

const POINTED: [string, string, unknown[]][] = [
  ['a key twice', '{"a":1,"a":2}', ['MalformedRequest', '/a']],
  ['a key twice inside', '{"usage":{"pages":1,"pages":2}}', ['MalformedRequest', '/usage/pages']],
  ['a key twice in an item', '{"actions":[{},{"a/b":1,"a/b":1}]}', ['MalformedRequest', '/actions/1/a~1b']],
  ['a key twice, once escaped', '{"a":1,"\\u0061":2}', ['MalformedRequest', '/a']],
  ['__proto__ twice', '{"__proto__":1,"__proto__":2}', ['MalformedRequest', '/__proto__']],
  ['an exponent', '{"usage":{"pages":1e3}}', ['InvalidRequest', '/usage/pages']],
  ['an infinite exponent', '{"a":1e400}', ['InvalidRequest', '/a']],
  ['minus zero', '{"a":-0}', ['InvalidRequest', '/a']],
  ['minus zero with places', '{"a":[-0.00]}', ['InvalidRequest', '/a/0']],
  ['beyond 2^53 - 1', '{"a":9007199254740993}', ['InvalidRequest', '/a']],
  ['far beyond', `{"a":${'9'.repeat(400)}}`, ['InvalidRequest', '/a']],
  ['too many places', '{"a":0.12345678901234567}', ['InvalidRequest', '/a']],
  ['half a surrogate pair', '{"name":"\\ud800"}', ['InvalidRequest', '/name']],
  ['half a pair in a key', '{"\\udc00":1}', ['InvalidRequest', '/\ufffd']],
  ['all numbers at once', '{"a":1e1,"b":[2e2]}', ['InvalidRequest', '/a', '/b/0']],
];

describe('strict JSON', () => {
  for (const [title, text, value] of TAKEN.filter(([, , value]) => value !== 'MalformedRequest')) {
    it(`takes ${title}`, () => expect(read(text)).toEqual(value));
  }
  for (const blank of ['\u00a0', '\ufeff', '\u000b'])
    it(`does not take ${JSON.stringify(blank)} for an empty body`, () => expect(read(blank)).toMatch(/^MalformedRequest/));
  it('refuses a byte order mark', () => expect(read('\ufeff{"a":1}')).toMatch(/^MalformedRequest/));
  for (const [title, text, message] of REFUSED) it(`refuses ${title}`, () => expect(read(text)).toMatch(message));
  for (const [title, text, expected] of POINTED)
    it(`refuses ${title} and points at it`, () => expect(read(text)).toEqual(expected));

  it('takes nesting of 32', () => {
    expect(readJson(Buffer.from('['.repeat(MOST_DEPTH) + ']'.repeat(MOST_DEPTH)))).toHaveProperty('findings', []);
  });

  it('reads a long string of escapes without running out of stack', () => {
    const text = JSON.stringify({ a: '\n'.repeat(2_000_000), b: 1e21 });
    expect(read(text)).toEqual(['InvalidRequest', '/b']);
    expect(read(`{"a":"${'\\"'.repeat(4_000_000)}","b":"\\ud800"}`)).toEqual(['InvalidRequest', '/b']);
  });

  it('finds a key that is there twice behind many findings in another action', () => {
    const answer = readJson(Buffer.from(`{"actions":[[${'1e5,'.repeat(500)}1],{"a":1,"a":2}]}`));
    const pointers = 'findings' in answer ? answer.findings.map((finding) => finding.pointer) : [];
    expect(pointers).toHaveLength(101);
    expect(pointers.at(-1)).toBe('/actions/1/a');
  });

  it('does not repeat a long key in every finding', () => {
    const answer = readJson(Buffer.from(`{"${'k'.repeat(100_000)}":[1e5,1e5]}`));
    const pointers = 'findings' in answer ? answer.findings.map((finding) => finding.pointer) : [];
    expect(pointers).toEqual([`/${'k'.repeat(200)}…/0`, `/${'k'.repeat(200)}…/1`]);
  });

  it('refuses more fields than any request has', () => {
    const text = `{${Array.from({ length: 100_001 }, (_, index) => `"a${index}":1`).join(',')}}`;
    expect(read(text)).toMatch(/^TooLarge: the body has 100001 fields/);
  });
});
