// What an event says was changed: each field that is not the same before and after, by its path.

export interface Change {
  /** `/settings/lateUsageDays` is `settings.lateUsageDays`; empty: the whole. */
  field: string;
  /** undefined: it was not there. */
  before: string | undefined;
  after: string | undefined;
}

/** How deep fields are told one by one; what lies deeper is told as it is. */
const DEEPEST = 3;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function said(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function collect(field: string, before: unknown, after: unknown, depth: number, changes: Change[]): void {
  if (depth < DEEPEST && (isObject(before) || before === undefined) && (isObject(after) || after === undefined)) {
    const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
    for (const name of names)
      collect(field === '' ? name : `${field}.${name}`, before?.[name], after?.[name], depth + 1, changes);
    return;
  }
  const change = { field, before: said(before), after: said(after) };
  if (change.before !== change.after) changes.push(change);
}

/** null: it was not there, or is not any more. */
export function changesOf(before: object | null, after: object | null): readonly Change[] {
  const changes: Change[] = [];
  collect('', before ?? undefined, after ?? undefined, 0, changes);
  return changes;
}
