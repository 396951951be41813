// Strict JSON: what `JSON.parse` lets pass and must not reach the domain. It keeps the last of two equal keys, turns
// 9007199254740993 into …992 and 1e400 into Infinity, and takes half a surrogate pair. Parsed natively; two cheap looks at the text
// tell whether anything may be wrong, and only then the text is read token by token to say what and where.

import { isUtf8 } from 'node:buffer';
import { escapePointer, invalid } from '../api/validation.ts';
import type { FieldError, Refusal } from '../core/refusal.ts';
import { refuse } from '../core/refusal.ts';

export const MOST_DEPTH = 32;
/** Many times what a full batch has; parsing and judging fields that are not known costs far more than counting them. */
const MOST_FIELDS = 100_000;

/** What JSON calls blank; other blanks are not taken for an empty body. */
const BLANK = /^[ \t\n\r]*$/;

/** Something that is written in a way that is not taken. */
export interface Finding extends FieldError {
  kind: 'duplicate-key' | 'number' | 'surrogate';
}

export type ReadJson = { value: unknown; findings: Finding[] } | Refusal;

/** Reads a body. An empty one counts as `{}`. `findings` are for the caller to judge: a batch spoils only the action that has them. */
export function readJson(bytes: Buffer): ReadJson {
  if (bytes.length === 0) return { value: {}, findings: [] };
  if (!isUtf8(bytes)) return refuse('MalformedRequest', 'the body is not UTF-8');
  const text = bytes.toString('utf8');
  const bare = withoutStrings(text);
  const colons = countColons(bare);
  if (colons > MOST_FIELDS) return refuse('TooLarge', `the body has ${colons} fields; at most ${MOST_FIELDS} are taken`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (BLANK.test(text)) return { value: {}, findings: [] };
    return refuse('MalformedRequest', notJson(text, error as Error));
  }
  const keys = countKeys(value, 1);
  if (keys === null) return refuse('MalformedRequest', `the body is nested deeper than ${MOST_DEPTH} levels`);
  // Outside its strings a text has one colon a key, unless a key is there twice; and its numbers are plain.
  const isSuspicious = colons !== keys || ODD_NUMBER.test(bare) || HALF_SURROGATE_ESCAPE.test(text);
  return { value, findings: isSuspicious ? inspect(text) : [] };
}

function notJson(text: string, error: Error): string {
  const words = /(?<!["\w])-?(NaN|Infinity)(?!["\w])/.exec(text);
  const hint = words ? `; JSON has no ${words[1]}` : '';
  return `the body is not JSON: ${error.message}${hint}`;
}

/** How many keys all objects of a value have; null: nested too deep. */
function countKeys(value: unknown, depth: number): number | null {
  if (value === null || typeof value !== 'object') return 0;
  if (depth > MOST_DEPTH) return null;
  const isList = Array.isArray(value);
  const members: unknown[] = isList ? value : Object.values(value);
  let count = isList ? 0 : members.length;
  for (const member of members) {
    if (member === null || typeof member !== 'object') continue;
    const inner = countKeys(member, depth + 1);
    if (inner === null) return null;
    count += inner;
  }
  return count;
}

// Two expressions, not one: a repeated group keeps a place to return to for each escape, and some millions of them are too many.
const ESCAPE = /\\./g;
const STRING_WITHOUT_ESCAPES = /"[^"]*"/g;
const HALF_SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const ODD_NUMBER = /\d[eE]|-0(?![.\d])|-0\.0|\d{16}/;

function withoutStrings(text: string): string {
  return (text.includes('\\') ? text.replace(ESCAPE, '') : text).replace(STRING_WITHOUT_ESCAPES, '');
}

function countColons(bare: string): number {
  let colons = 0;
  for (let at = bare.indexOf(':'); at >= 0; at = bare.indexOf(':', at + 1)) colons += 1;
  return colons;
}

type Frame = { kind: 'list'; index: number } | { kind: 'object'; keys: Set<string>; key: string | null };

const TOKEN = /\s*(?:(")|(-?\d[\d.eE+-]*)|([{}[\],:])|true|false|null)/y;
/** Told of one action of a batch, or of everything else; the others of a batch must not hide behind them. */
const MOST_FINDINGS = 100;
/** As many as a full batch can have; a list with more items is refused as a whole. */
const MOST_FINDINGS_IN_ALL = 100_000;
/** Of a key in a pointer or a message. */
const MOST_SHOWN = 200;

function shown(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…`.toWellFormed() : text;
}

/** Where the string that begins at a quote ends: after the next quote that has no odd number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

/** Reads valid JSON token by token, with a pointer to each finding. */
function inspect(text: string): Finding[] {
  const findings: Finding[] = [];
  const stack: Frame[] = [];
  const nameOf = (frame: Frame) => (frame.kind === 'list' ? String(frame.index) : escapePointer(shown(frame.key ?? '')));
  const pointer = () => stack.map((frame) => `/${nameOf(frame)}`).join('');
  let told = 0;
  const find = (kind: Finding['kind'], detail: string) => {
    told += 1;
    if (told <= MOST_FINDINGS) findings.push({ kind, pointer: pointer().toWellFormed(), detail });
  };
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token && findings.length < MOST_FINDINGS_IN_ALL; token = TOKEN.exec(text)) {
    const [, quote, number, mark] = token;
    const top = stack.at(-1);
    if (quote !== undefined) {
      const start = TOKEN.lastIndex - 1;
      TOKEN.lastIndex = endOfString(text, start);
      const content = JSON.parse(text.slice(start, TOKEN.lastIndex)) as string;
      const isKey = top?.kind === 'object' && top.key === null;
      if (isKey) {
        top.key = content;
        if (top.keys.has(content))
          find('duplicate-key', `the key ${JSON.stringify(shown(content))} is there twice in one object; say it once`);
        top.keys.add(content);
      }
      if (!content.isWellFormed())
        find('surrogate', 'has half a surrogate pair (\\ud800 to \\udfff alone), which is no character');
    } else if (number !== undefined) {
      const detail = numberMisfit(number);
      if (detail) find('number', detail);
    } else if (mark === '{') stack.push({ kind: 'object', keys: new Set(), key: null });
    else if (mark === '[') stack.push({ kind: 'list', index: 0 });
    else if (mark === '}' || mark === ']') stack.pop();
    else if (mark === ',' && top?.kind === 'object') top.key = null;
    else if (mark === ',' && top?.kind === 'list') top.index += 1;
    if (mark === ',' && stack.length <= 2) told = 0;
  }
  return findings;
}

function numberMisfit(number: string): string | null {
  const came = number.length > 40 ? `${number.slice(0, 40)}…` : number;
  if (/[eE]/.test(number)) return `wanted a whole number written without an exponent, came ${came}`;
  if (/^-0(\.0*)?$/.test(number)) return `wanted 0, came ${came}`;
  const digits = number.replace(/^-/, '');
  const exact = digits.includes('.')
    ? digits.length <= 16
    : Number.isSafeInteger(Number(digits)) && BigInt(digits) <= Number.MAX_SAFE_INTEGER;
  return exact ? null : `is beyond what can be kept exactly (${Number.MAX_SAFE_INTEGER} at most), came ${came}`;
}

/** What findings mean for a request, or for the action of a batch that has them. */
export function refusalOfFindings(findings: readonly Finding[]): Refusal | null {
  const duplicate = findings.find((finding) => finding.kind === 'duplicate-key');
  if (duplicate) {
    const { pointer, detail } = duplicate;
    return { ...refuse('MalformedRequest', `${pointer}: ${detail}`), errors: [{ pointer, detail }] };
  }
  const told = findings.slice(0, MOST_FINDINGS).map(({ pointer, detail }) => ({ pointer, detail }));
  return told.length === 0 ? null : invalid(told);
}
