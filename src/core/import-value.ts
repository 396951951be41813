// Values of imported files as spreadsheets and admin centres write them: figures with thousands parted or rounded (`<1K`), US and
// ISO days, flags, and texts that were made safe against being run as formulas.

import { type Credits, credits, MICRO, MOST_CREDITS_OF_AN_ACTION } from './credits.ts';
import { type Day, parseDay } from './month.ts';

export interface Figure {
  credits: Credits;
  /** As it was written, where that is not exact: `<1K`, `1.2K`. */
  inexact: string | null;
}

export const MOST_BELOW_THOUSAND = 999;

const FIGURE = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?\s*([KM])?$/i;
const BELOW_THOUSAND = /^<\s*(?:1\s*K|1,?000)$/i;
const SCALES: Record<string, bigint> = { k: 1_000n, m: 1_000_000n };
const WANTED = 'wanted credits such as 1200, 1,200 or 7.5';
/** Of a figure or a day: what is longer is neither. */
const MOST_OF_A_VALUE = 40;

/** Reads `1200`, `1,200`, `7.5`, `1.2K` and `<1K`, which counts as `belowThousandAs`; a text says what is wrong. */
export function readFigure(text: string, belowThousandAs: Credits): Figure | string {
  if (text.length > MOST_OF_A_VALUE) return `is ${quoted(text)}: ${WANTED}`;
  if (BELOW_THOUSAND.test(text)) return { credits: belowThousandAs, inexact: text };
  const parts = FIGURE.exec(text);
  if (!parts) return text === '' ? `is empty: ${WANTED}` : `is ${quoted(text)}: ${WANTED}`;
  const [, whole = '', fraction = '', letter] = parts;
  const places = fraction.replace(/0+$/, '');
  if (places.length > 6) return `is ${quoted(text)}: credits have at most 6 places`;
  const digits = whole.replaceAll(',', '').replace(/^0+(?=\d)/, '');
  if (digits.length > 12) return `is ${quoted(text)}: more than ${MOST_CREDITS_OF_AN_ACTION / MICRO} credits are not taken`;
  const scale = letter === undefined ? 1n : SCALES[letter.toLowerCase()]!;
  const amount = (credits(places === '' ? digits : `${digits}.${places}`) * scale) as Credits;
  if (amount > MOST_CREDITS_OF_AN_ACTION)
    return `is ${quoted(text)}: more than ${MOST_CREDITS_OF_AN_ACTION / MICRO} credits are not taken`;
  return { credits: amount, inexact: letter === undefined ? null : text };
}

const US_DAY = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
const TIME = /^(?:T|\s+)\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[AP]M)?\s*(?:Z|\+00:00)?$/i;

/** Reads the day of `5/3/2026 12:00:00 AM` (the 3rd of May), `5/3/2026`, `2026-05-03` and `2026-05-03T00:00:00Z`; null: none of them. */
export function readDay(text: string): Day | null {
  if (text.length > MOST_OF_A_VALUE) return null;
  const end = text.search(/[T\s]/i);
  const date = end < 0 ? text : text.slice(0, end);
  if (end >= 0 && !TIME.test(text.slice(end))) return null;
  const us = US_DAY.exec(date);
  return parseDay(us ? `${us[3]}-${us[1]!.padStart(2, '0')}-${us[2]!.padStart(2, '0')}` : date);
}

const FLAGS: Record<string, boolean> = { true: true, yes: true, '1': true, false: false, no: false, '0': false, '': false };

/** Reads `TRUE` and `FALSE`, in any case; nothing counts as FALSE; null: neither. */
export function readFlag(text: string): boolean | null {
  return FLAGS[text.toLowerCase()] ?? null;
}

const MADE_SAFE = /^'(?=[=+\-@\t\r])/;

/** A text as it was before it was made safe against being run as a formula: `'=x` → `=x`. */
export function readText(text: string): string {
  return text.trim().replace(MADE_SAFE, '');
}

const NOT_CLEAN = /[\p{Cc}\p{Cs}]/u;

/** Why a text cannot be kept; null: it can. */
export function textMisfit(text: string, most: number): string | null {
  if (NOT_CLEAN.test(text)) return 'has a control character in it';
  return text.length > most ? `has ${text.length} characters, at most ${most} are taken` : null;
}

const MOST_SHOWN = 40;

/** For a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…`.toWellFormed() : text);
}
