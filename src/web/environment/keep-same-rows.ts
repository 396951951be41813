// Rows that are as they were stay the same objects, so that what is shown of them stays as well. Of 10,000 environments in a fraction of
// the time that TanStack Query's own comparison takes, which keeps the page busy while somebody scrolls.

import type { EnvironmentCapacityOfCurrency, EnvironmentCapacityRow } from '../../../sdk/src/index.ts';

export function keepSameRows(
  before: readonly EnvironmentCapacityRow[] | undefined,
  now: readonly EnvironmentCapacityRow[],
): EnvironmentCapacityRow[] {
  if (before === undefined) return [...now];
  let byId: Map<string, EnvironmentCapacityRow> | undefined;
  let isSame = before.length === now.length;
  const rows = now.map((row, index) => {
    let old = before[index];
    if (old?.environmentId !== row.environmentId) {
      byId ??= new Map(before.map((each) => [each.environmentId, each]));
      old = byId.get(row.environmentId);
    }
    if (old !== undefined && isSameRow(old, row)) {
      if (old !== before[index]) isSame = false;
      return old;
    }
    isSame = false;
    return row;
  });
  return isSame ? (before as EnvironmentCapacityRow[]) : rows;
}

function isSameRow(one: EnvironmentCapacityRow, other: EnvironmentCapacityRow): boolean {
  if (one.name !== other.name || one.type !== other.type || one.currencies.length !== other.currencies.length) return false;
  return one.currencies.every((of, index) => isSameCapacity(of, other.currencies[index]!));
}

function isSameCapacity(one: EnvironmentCapacityOfCurrency, other: EnvironmentCapacityOfCurrency): boolean {
  for (const key of Object.keys(other) as (keyof EnvironmentCapacityOfCurrency)[]) if (one[key] !== other[key]) return false;
  return true;
}
