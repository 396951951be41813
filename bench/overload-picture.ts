// The picture of bench/overload.ts: answers by tenths of a second, admitted below, shed above, over the phases of one round. SVG written
// by hand, small enough to be committed.

import type { OpenLoadSlice } from './overload-client.ts';

export interface OverloadPicture {
  title: string;
  phases: readonly { name: string; slices: readonly OpenLoadSlice[] }[];
  actionsPerRequest: number;
  /** Actions a second. */
  peak: number;
}

const WIDTH = 900;
const HEIGHT = 320;
const EDGE = { left: 70, right: 20, top: 50, bottom: 40 };
const ADMITTED = '#2f7d4f';
const SHED = '#c98a2b';

export function overloadPicture({ title, phases, actionsPerRequest, peak }: OverloadPicture): string {
  const slices = phases.flatMap((phase) => phase.slices);
  const perSecond = (count: number) => count * 10 * actionsPerRequest;
  const most = Math.max(peak, ...slices.map(({ admitted, shed }) => perSecond(admitted + shed)));
  const inside = { width: WIDTH - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  const x = (index: number) => EDGE.left + (index / slices.length) * inside.width;
  // The root of it: shed and admitted differ by an order of magnitude.
  const y = (value: number) => EDGE.top + inside.height * (1 - Math.sqrt(value / most));
  const steps = (value: (slice: OpenLoadSlice) => number) =>
    slices
      .map(
        (slice, index) =>
          `${x(index).toFixed(1)},${y(value(slice)).toFixed(1)} ${x(index + 1).toFixed(1)},${y(value(slice)).toFixed(1)}`,
      )
      .join(' ');
  const area = (value: (slice: OpenLoadSlice) => number, color: string) =>
    `<polygon fill="${color}" points="${EDGE.left},${y(0)} ${steps(value)} ${WIDTH - EDGE.right},${y(0)}"/>`;
  let at = 0;
  const marks = phases.map(({ name, slices: own }) => {
    const from = at;
    at += own.length;
    return `<line x1="${x(from)}" x2="${x(from)}" y1="${EDGE.top}" y2="${y(0)}" stroke="#888" stroke-dasharray="3 3"/><text x="${x(from) + 4}" y="${HEIGHT - 14}">${name}</text>`;
  });
  const label = (value: number) =>
    `<text x="${EDGE.left - 6}" y="${y(value) + 4}" text-anchor="end">${Math.round(value).toLocaleString('en-US')}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${EDGE.left}" y="20" font-size="15">${title}, actions answered per second (root scale)</text>`,
    `<text x="${EDGE.left}" y="38" fill="${ADMITTED}">admitted</text><text x="${EDGE.left + 70}" y="38" fill="${SHED}">shed, above it</text>`,
    area(({ admitted, shed }) => perSecond(admitted + shed), SHED),
    area(({ admitted }) => perSecond(admitted), ADMITTED),
    `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(peak)}" y2="${y(peak)}" stroke="#222"/>`,
    `<text x="${WIDTH - EDGE.right}" y="${y(peak) - 4}" text-anchor="end">peak</text>`,
    label(0),
    label(peak),
    ...(most > peak * 1.5 ? [label(most)] : []),
    ...marks,
    '</svg>\n',
  ].join('\n');
}
