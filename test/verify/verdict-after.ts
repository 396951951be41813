// What `bursar verify` finds after a statement that is then taken back, all in one transaction: the snapshot is that of a client which sees
// its own writes. Foreign keys are off; checks of rows are not.

import pg from 'pg';
import type { ExportedHead } from '../../src/verify/audit-checks.ts';
import { asText } from '../../src/verify/snapshot.ts';
import { type Verdict, verifySnapshot } from '../../src/verify/verify.ts';

export async function verdictAfter(
  url: string,
  text: string,
  auditHeads: readonly ExportedHead[] = [],
): Promise<Verdict & { changed: number }> {
  const client = new pg.Client({ connectionString: url, types: asText, options: '-c timezone=UTC -c datestyle=ISO' });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read; set local session_replication_role = replica');
    const done = await client.query(text);
    const verdict = await verifySnapshot({ entries: client, beside: client, apart: client }, { auditHeads });
    return { ...verdict, changed: [done].flat().at(-1)!.rowCount ?? 1 };
  } finally {
    await client.end();
  }
}
