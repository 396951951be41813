// A whole number as somebody types it.

import { settingsText } from '../strings/settings.ts';

/** null: not a whole number, or not one that is taken. */
export function readWholeNumber(text: string, least: number, most: number): number | null {
  const typed = text.trim();
  if (!/^\d{1,9}$/.test(typed)) return null;
  const number = Number(typed);
  return number >= least && number <= most ? number : null;
}

export function faultOfWholeNumber(text: string, least: number, most: number): string | null {
  return readWholeNumber(text, least, most) === null ? settingsText.wholeNumber(least, most) : null;
}
