// The colours of charts, in their order: told apart by those who do not see all colours, and on both backgrounds.

import { tokens } from '@fluentui/react-components';

export const SERIES_COLORS = [
  tokens.colorCompoundBrandBackground,
  tokens.colorPaletteMarigoldBackground3,
  tokens.colorPaletteTealBorderActive,
  tokens.colorPaletteBerryBorderActive,
  tokens.colorNeutralForeground3,
] as const;

/** Of a limit, and of marks in their order: what is full, what is stopped at. */
export const MARK_COLORS = [tokens.colorPaletteDarkOrangeBorderActive, tokens.colorPaletteRedBorderActive] as const;

export function markColorOf(index: number): string {
  return MARK_COLORS[Math.min(index, MARK_COLORS.length - 1)]!;
}

export function colorOf(index: number): string {
  return SERIES_COLORS[index % SERIES_COLORS.length]!;
}
