// A row of `tenant`, as verify reads it.

import type { TextRow } from './snapshot.ts';

export interface TenantRow {
  cell: string;
  tenantId: string;
  sequence: number;
  recordedAt: number;
  beganAt: number;
  sandboxNow: number | null;
  computedAt: number | null;
  notices: number;
  settings: Record<string, unknown>;
}

export const TENANT_COLUMNS = `cell, tenant_id, sequence, (extract(epoch from recorded_at) * 1000000)::bigint,
  (extract(epoch from coalesce(sandbox_start, created_at)) * 1000000)::bigint, (extract(epoch from sandbox_now) * 1000000)::bigint,
  (extract(epoch from computed_at) * 1000000)::bigint, notices, settings`;

const numberOrNull = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text));

export function tenantOf(row: TextRow): TenantRow {
  return {
    cell: row[0]!,
    tenantId: row[1]!,
    sequence: Number(row[2]),
    recordedAt: Number(row[3]),
    beganAt: Number(row[4]),
    sandboxNow: numberOrNull(row[5]),
    computedAt: numberOrNull(row[6]),
    notices: Number(row[7]),
    settings: JSON.parse(row[8]!),
  };
}
