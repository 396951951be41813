// How amounts are written at an axis, where there is little room: 12,500,000 → 12.5M.

const axisFormat = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });

export function axisAmount(amount: number): string {
  return axisFormat.format(amount);
}
