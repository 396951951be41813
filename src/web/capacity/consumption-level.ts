// How a consumption is coloured: by the percentages of the tenant's settings at which a status changes (M1, D3, D5).

import type { Settings } from '../data.ts';
import type { Level } from './capacity-bar.tsx';

export interface Thresholds {
  near: number;
  full: number;
  block: number;
}

/** The tenant's percentages; the defaults of the rules until its settings are there. */
export function thresholdsOf(settings: Settings | undefined): Thresholds {
  return {
    near: settings?.nearAtPercent ?? 80,
    full: settings?.enforcement.fallbackAtPercent ?? 100,
    block: settings?.enforcement.blockAtPercent ?? 125,
  };
}

export function levelOf(percent: number, { near, full, block }: Thresholds): Level {
  if (percent >= block) return 'far-over';
  if (percent >= full) return 'over';
  return percent >= near ? 'near' : 'good';
}
