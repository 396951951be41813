// The audit log (T3): each event's hash is of the one before, its number and its text, so whoever changes, takes out or puts in one
// changes every later hash, and the head. Who can write to the database can make them all anew, and cut the end off: what was exported
// of the heads before tells.

import { createHash } from 'node:crypto';
import type pg from 'pg';
import { OrderedRows, type TextRow, textRows } from './snapshot.ts';
import type { Check, Findings } from './violation.ts';

/** The end of a chain as it was exported; tenantId null: of the installation. */
export interface ExportedHead {
  tenantId: string | null;
  sequence: number;
  hash: string;
}

/** Reads what GET /v1/audit-heads, or GET /v1/audit/head, answered; throws where it is something else. */
export function readHeads(text: string): ExportedHead[] {
  const said = JSON.parse(text) as unknown;
  const heads = Array.isArray(said) ? said : ((said as { value?: unknown[] } | null)?.value ?? [said]);
  return heads.map((head, index) => {
    const { tenantId, sequence, hash } = (head ?? {}) as Partial<ExportedHead>;
    const isHead =
      (tenantId === null || typeof tenantId === 'string') &&
      Number.isSafeInteger(sequence) &&
      typeof hash === 'string' &&
      /^[0-9a-f]{64}$/.test(hash);
    if (!isHead) throw new Error(`number ${index + 1} is no head: wanted tenantId, sequence and hash (64 hexadecimal digits)`);
    return { tenantId, sequence: sequence!, hash };
  });
}

interface Chain {
  cell: string;
  tenantId: string;
  sequence: number;
  hash: string;
}

/** Before the first event. */
function newChain(cell: string, tenantId: string): Chain {
  return { cell, tenantId, sequence: 0, hash: sha256(`bursar audit ${tenantId}`) };
}

/** What was exported, until it is met again. */
class Exported {
  readonly #wanted = new Map<string, ExportedHead[]>();
  readonly #findings: Findings;

  constructor(heads: readonly ExportedHead[], findings: Findings) {
    this.#findings = findings;
    for (const head of heads) {
      const name = this.#name(head.tenantId ?? '', head.sequence);
      this.#wanted.set(name, [...(this.#wanted.get(name) ?? []), head]);
    }
  }

  #name(tenantId: string, sequence: number): string {
    return `${sequence} ${tenantId}`;
  }

  meet({ tenantId, sequence, hash }: Chain): void {
    const name = this.#name(tenantId, sequence);
    for (const head of this.#wanted.get(name) ?? [])
      if (head.hash !== hash)
        tell(this.#findings, 'audit-exported', tenantId, `event ${sequence} is another one than was exported`);
    this.#wanted.delete(name);
  }

  /** What was not met is gone, unless it was of an empty log, or of a tenant that nobody asked for. */
  end(onlyTenant: string | undefined): void {
    for (const head of [...this.#wanted.values()].flat()) {
      const tenantId = head.tenantId ?? '';
      const none = newChain('', tenantId);
      if (onlyTenant !== undefined && tenantId !== onlyTenant) continue;
      if (head.sequence !== none.sequence || head.hash !== none.hash)
        tell(this.#findings, 'audit-exported', tenantId, `event ${head.sequence} was exported and is gone`);
    }
  }
}

/** `of` narrows to one tenant; the installation's own chain is in it only where all are asked for. */
export async function checkAudit(
  client: pg.Client,
  { of, values }: { of: (alias: string) => string; values: (string | number)[] },
  exportedHeads: readonly ExportedHead[],
  findings: Findings,
): Promise<void> {
  const exported = new Exported(exportedHeads, findings);
  const heads = await readChainHeads(client, { of, values }, findings);
  const events = await OrderedRows.open(
    client,
    'rows_of_audit_event',
    `select cell, tenant_id, sequence, event::text, encode(hash, 'hex'), actor, operation, outcome, subject,
       (extract(epoch from at) * 1000)::bigint
     from audit_event x
     where ${of('x')}
     order by cell, tenant_id, sequence`,
    values,
  );
  const end = (chain: Chain) => {
    const name = `${chain.cell} ${chain.tenantId}`;
    const head = heads.get(name);
    heads.delete(name);
    if (!head) tell(findings, 'audit-head', chain.tenantId, 'its log has no head');
    else if (head.sequence !== chain.sequence || head.hash !== chain.hash)
      tell(findings, 'audit-head', chain.tenantId, `the head is number ${head.sequence}, and the last event ${chain.sequence}`);
  };
  let chain: Chain | null = null;
  for (let row = await events.next(); row !== undefined; row = await events.next()) {
    const [cell, tenantId] = row as [string, string];
    if (chain === null || chain.cell !== cell || chain.tenantId !== tenantId) {
      if (chain) end(chain);
      chain = newChain(cell, tenantId);
      exported.meet(chain);
    }
    checkEvent(chain, row, findings);
    exported.meet(chain);
  }
  if (chain) end(chain);
  for (const head of heads.values()) end(newChain(head.cell, head.tenantId));
  exported.end(values[1] as string | undefined);
}

async function readChainHeads(
  client: pg.Client,
  { of, values }: { of: (alias: string) => string; values: (string | number)[] },
  findings: Findings,
): Promise<Map<string, Chain>> {
  const rows = await textRows(
    client,
    `select h.cell, h.tenant_id, h.sequence, encode(h.hash, 'hex'), t.tenant_id is not null or (h.tenant_id = '' and h.cell = 0)
     from audit_head h
     left join tenant t using (cell, tenant_id)
     where ${of('h')}`,
    values,
  );
  const heads = new Map<string, Chain>();
  for (const [cell, tenantId, sequence, hash, isKnown] of rows as [string, string, string, string, string][]) {
    heads.set(`${cell} ${tenantId}`, { cell, tenantId, sequence: Number(sequence), hash });
    if (isKnown !== 't') findings.add('tenant-unknown', tenantId, 'a row of audit_head');
  }
  return heads;
}

/** The installation has a log without being a tenant. */
function tell(findings: Findings, check: Check, tenantId: string, offender: string): void {
  if (tenantId === '') findings.add(check, null, `the installation: ${offender}`);
  else findings.add(check, tenantId, offender);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Checks an event as the next of its chain, and goes on from it, whatever it is. */
function checkEvent(chain: Chain, row: TextRow, findings: Findings): void {
  const [, tenantId, number, text, hash] = row as [string, string, string, string, string];
  const sequence = Number(number);
  if (sequence !== chain.sequence + 1) tell(findings, 'audit-chain', tenantId, `after event ${chain.sequence} comes ${sequence}`);
  const expected = createHash('sha256').update(Buffer.from(chain.hash, 'hex')).update(`${number}\n${text}`).digest('hex');
  if (hash !== expected) tell(findings, 'audit-chain', tenantId, `event ${sequence} does not follow from the one before`);
  chain.sequence = sequence;
  chain.hash = hash;
  if (!saysTheSame(row, text)) tell(findings, 'audit-columns', tenantId, `event ${sequence}`);
}

function saysTheSame(row: TextRow, text: string): boolean {
  const [, , , , , actor, operation, outcome, subject, at] = row;
  let said: Record<string, unknown>;
  try {
    said = JSON.parse(text);
  } catch {
    return false;
  }
  return (
    said.actor === actor &&
    said.operation === operation &&
    said.outcome === outcome &&
    (said.subject ?? null) === subject &&
    Date.parse(String(said.at)) === Number(at)
  );
}
