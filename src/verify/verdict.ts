// How `bursar verify` tells what it found, and how it ends: 0 clean, 1 violations, 2 could not check.

import { readFile } from 'node:fs/promises';
import { readHeads } from './audit-checks.ts';
import type { DroppedTold } from './dropped.ts';
import { type Verdict, verify } from './verify.ts';

export interface VerifyAsked {
  tenant?: string;
  json?: boolean;
  /** A file with ends of the audit logs as they were exported once. */
  auditHeads?: string;
}

/** Verifies the database that `reach` finds, writes the verdict, and answers the exit code. */
export async function verifyAndTell(
  asked: VerifyAsked,
  reach: () => Promise<{ url: string; close(): Promise<unknown> }>,
  { write, note, isTerminal }: { write: (text: string) => void; note: (text: string) => void; isTerminal: boolean },
): Promise<number> {
  let reached: Awaited<ReturnType<typeof reach>> | null = null;
  try {
    const auditHeads = asked.auditHeads === undefined ? [] : await readHeadsFrom(asked.auditHeads);
    reached = await reach();
    const progress = isTerminal
      ? (entries: number, of: number) => note(`\r${grouped(entries)} of ${grouped(of)} entries `)
      : undefined;
    const verdict = await verify({
      url: reached.url,
      ...(asked.tenant === undefined ? {} : { tenantId: asked.tenant }),
      auditHeads,
      ...(progress && { progress }),
    });
    if (isTerminal) note(`\r${' '.repeat(60)}\r`);
    write(asked.json ? `${JSON.stringify(verdict, null, 2)}\n` : inWords(verdict));
    return verdict.violations.length === 0 ? 0 : 1;
  } catch (error) {
    const reason = (error as Error).message;
    if (asked.json) write(`${JSON.stringify({ error: reason }, null, 2)}\n`);
    else note(`Bursar could not verify: ${reason}\n`);
    return 2;
  } finally {
    await reached?.close();
  }
}

async function readHeadsFrom(file: string) {
  try {
    return readHeads(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} holds no heads of audit logs: ${(error as Error).message}`, { cause: error });
  }
}

/** The verdict as people read it. */
export function inWords({ tenants, entries, violations, dropped, seconds }: Verdict): string {
  const read = `${grouped(entries)} entries of ${grouped(tenants)} ${tenants === 1 ? 'tenant' : 'tenants'} in ${seconds.toFixed(1)} s`;
  const gone = dropped === null ? '' : `${droppedInWords(dropped)}\n`;
  if (violations.length === 0) return `Everything adds up: ${read}.\n${gone}`;
  const found = violations.map(({ invariant, check, meaning, count, offenders }) => {
    const more = count > offenders.length ? [`  and ${grouped(count - offenders.length)} more`] : [];
    return [
      `${invariant} ${check}, ${grouped(count)} ×: ${meaning}.`,
      ...offenders.map((offender) => `  ${offender}`),
      ...more,
    ].join('\n');
  });
  return `${found.join('\n\n')}\n\n${violations.length} ${violations.length === 1 ? 'kind' : 'kinds'} of violations in ${read}.\n${gone}`;
}

function droppedInWords({ months, records, tenants, uncheckedDays, uncheckedFigures }: DroppedTold): string {
  const of = months.length === 1 ? months[0] : `${months.length} months (${months[0]} to ${months.at(-1)})`;
  return `The records of ${of} were dropped by retention: ${grouped(records)} of ${grouped(tenants)} ${tenants === 1 ? 'tenant' : 'tenants'}. What they are part of could not be compared: ${grouped(uncheckedDays)} days of usage; of ${grouped(uncheckedFigures)} figures only that they are not too small.`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
