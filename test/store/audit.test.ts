// The chain of the audit log as PostgreSQL keeps it: without gaps from two processes, nothing of what is rolled back, and closed to the
// role that Bursar runs as.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/core/audit.ts';
import type { Instant } from '../../src/core/month.ts';
import { appendAudit, firstHash, INSTALLATION, nextHash, recordDone } from '../../src/store/audit.ts';
import { sql } from '../../src/store/sql.ts';
import type { Act, TenantAddress } from '../../src/store/store.ts';
import { verify } from '../../src/verify/verify.ts';
import { aTenant } from '../support/a-tenant.ts';
import { type TwoStores, twoStores } from '../support/two-stores.ts';

let two: TwoStores;
beforeAll(async () => {
  two = await twoStores();
});
afterAll(() => two.close());

function anAct(): Act {
  return {
    operation: 'setLimit',
    actor: 'key:1',
    actorName: null,
    role: 'tenant-admin',
    address: '127.0.0.1',
    agent: null,
    requestId: 'req-1',
    at: Date.now() as Instant,
    recorded: false,
  };
}

function anEvent(more: Partial<AuditEvent> = {}): AuditEvent {
  const { recorded: _, ...act } = anAct();
  const nothing = { code: null, detail: null, times: 1, subject: null, subjects: [], before: null, after: null };
  return { ...act, ...nothing, outcome: 'done', ...more };
}

async function storedOf({ tenantId }: TenantAddress): Promise<{ sequence: bigint; text: string; hash: Buffer }[]> {
  const { rows } = await two.client.query(
    'select sequence, event::text as text, hash from audit_event where tenant_id = $1 order by sequence',
    [tenantId],
  );
  return rows.map((row) => ({ ...row, sequence: BigInt(row.sequence) }));
}

function limit(id: string, monthly: bigint) {
  const scope = { userId: id };
  return { id, scope, currency: 'ai-builder-credits' as const, monthly: monthly as never, notifyAtPercent: 80, stop: false };
}

it('is without a gap, each event with the hash of the one before, whoever writes', async () => {
  const tenant = await aTenant(two.store);
  const acts = Array.from({ length: 200 }, (_, number) => number);
  await Promise.all(
    [two.store, two.other].flatMap((store) =>
      acts.map((number) =>
        number % 4 === 0
          ? store.recordAct(tenant, anEvent({ subject: `${number}` }))
          : store.submit({ ...tenant, act: anAct() }, { do: 'set-limit', limit: limit(`u${number % 7}`, BigInt(number)) }),
      ),
    ),
  );
  const events = await storedOf(tenant);
  expect(events).toHaveLength(400);
  let last = firstHash(tenant.tenantId);
  for (const [index, { sequence, text, hash }] of events.entries()) {
    expect(sequence).toBe(BigInt(index + 1));
    last = nextHash(last, sequence, text);
    expect(hash.equals(last)).toBe(true);
  }
  expect(await two.other.auditHead(tenant)).toEqual({ sequence: 400, hash: last.toString('hex') });
  expect((await verify({ url: two.url })).violations).toEqual([]);
});

it('says of each act how it found the ledger, also where one batch has several', async () => {
  const tenant = await aTenant(two.store);
  const acts = [1n, 2n, 3n].map(() => anAct());
  await Promise.all(
    acts.map((act, index) =>
      two.store.submit(
        { ...tenant, act },
        { do: 'change-environment', environmentId: 'sales', change: { name: `Sales ${index}` } },
      ),
    ),
  );
  expect(acts.every((act) => act.recorded)).toBe(true);
  const said = (await storedOf(tenant)).map(({ text }) => JSON.parse(text));
  expect(said.map(({ before, after }) => [before.name, after.name])).toEqual([
    ['Sales', 'Sales 0'],
    ['Sales 0', 'Sales 1'],
    ['Sales 1', 'Sales 2'],
  ]);
});

it('has nothing of what is rolled back, nor of what is refused', async () => {
  const tenant = await aTenant(two.store);
  const refused = { ...tenant, act: anAct() };
  const { outcome } = await two.store.submit(refused, { do: 'delete-limit', limitId: 'nobody' });
  expect(outcome).toMatchObject({ refused: 'NotFound' });
  expect(refused.act.recorded).toBe(false);
  const broken = two.store.database.of(tenant).transaction(async (fly) => {
    await fly(recordDone({ ...tenant, act: anAct() }, { subject: 'limit:ada', before: null, after: {} }));
    await fly([sql`select 1 / 0`]);
  });
  await expect(broken).rejects.toThrow('division by zero');
  expect(await storedOf(tenant)).toEqual([]);
  expect(await two.store.auditHead(tenant)).toEqual({ sequence: 0, hash: firstHash(tenant.tenantId).toString('hex') });
});

it('is written with the act or not at all: what cannot be told is not done', async () => {
  const tenant = await aTenant(two.store);
  await two.client.query(`alter table audit_event add constraint no_such_act check (operation <> 'impossible')`);
  const act = { ...anAct(), operation: 'impossible' };
  const set = two.store.submit({ ...tenant, act }, { do: 'set-limit', limit: limit('ada', 9n) });
  await expect(set).rejects.toThrow('no_such_act');
  await expect(two.store.outbox.setRecipients({ ...tenant, act: { ...act } }, ['ada@example.com'])).rejects.toThrow(
    'no_such_act',
  );
  await two.client.query('alter table audit_event drop constraint no_such_act');
  expect((await two.store.readLedger(tenant, [])).limits.size).toBe(0);
  expect(await two.store.outbox.recipients(tenant)).toEqual([]);
  expect(await storedOf(tenant)).toEqual([]);
  // The lane goes on.
  await two.store.submit({ ...tenant, act: anAct() }, { do: 'set-limit', limit: limit('ada', 9n) });
  expect((await two.store.readLedger(tenant, [])).limits.size).toBe(1);
});

it('keeps texts that JSON cannot give back, and long ones, as far as that goes', async () => {
  const tenant = await aTenant(two.store);
  const awkward = 'a\0b \ud800 "\\u0000" é \u{1f469}';
  await two.store.recordAct(tenant, anEvent({ subject: awkward, detail: 'd'.repeat(5_000), after: { name: awkward } }));
  await two.store.recordAct(tenant, anEvent({ after: { all: Array.from({ length: 5_000 }, () => 'many') } }));
  const { value } = await two.store.listAuditEvents(tenant, {}, { limit: 10 });
  const [long, short] = value;
  expect(short!.subject).toBe('a\ufffdb \ufffd "\\u0000" é \u{1f469}');
  expect(short!.after).toEqual({ name: short!.subject });
  expect(short!.detail).toHaveLength(1_001);
  expect(long!.after).toMatchObject({ cut: true, json: expect.stringMatching(/^\{"all":\["many",/) });
  expect(JSON.stringify(long!.after).length).toBeLessThan(40_000);
  expect((await two.store.listAuditEvents(tenant, { subject: short!.subject! }, { limit: 10 })).value).toEqual([short]);
});

it('finds refusals by each of the subjects that they were about, however it is written, and by nothing else', async () => {
  const tenant = await aTenant(two.store);
  const subjects = ['ada', 'a"b\\c', '"\\u0000" é \u{1f469}', '%'];
  await two.store.recordAct(tenant, anEvent({ outcome: 'refused', subject: 'last', subjects, agent: 'agent', times: 9 }));
  const found = async (subject: string) => (await two.store.listAuditEvents(tenant, { subject }, { limit: 10 })).value.length;
  for (const subject of ['last', ...subjects]) expect(await found(subject), subject).toBe(1);
  for (const subject of ['agent', 'ad', 'b', '"ada"', 'last,ada', 'subjects', '_']) expect(await found(subject), subject).toBe(0);
});

describe('the role that Bursar runs as', () => {
  const refusals: [string, (tenant: TenantAddress) => ReturnType<typeof sql>][] = [
    [
      'changes no event',
      ({ cell, tenantId }) => sql`update audit_event set actor = 'x' where cell = ${cell} and tenant_id = ${tenantId}`,
    ],
    ['deletes none', ({ cell, tenantId }) => sql`delete from audit_event where cell = ${cell} and tenant_id = ${tenantId}`],
    [
      'writes none past the chain',
      ({ cell, tenantId }) => sql`
        insert into audit_event (cell, tenant_id, sequence, at, actor, operation, outcome, event, hash)
        values (${cell}, ${tenantId}, 99, now(), 'x', 'x', 'done', '{}', '')`,
    ],
    [
      'moves no head',
      ({ cell, tenantId }) => sql`update audit_head set sequence = 0 where cell = ${cell} and tenant_id = ${tenantId}`,
    ],
    ['empties nothing', () => sql`truncate audit_event`],
    ['writes none of another tenant', () => appendAudit({ cell: 0, tenantId: 'another' }, [anEvent()])],
    ['writes none of the installation from a tenant', () => appendAudit(INSTALLATION, [anEvent()])],
  ];

  it.each(refusals)('%s', async (_, statement) => {
    const tenant = await aTenant(two.store);
    await two.store.recordAct(tenant, anEvent());
    await expect(two.store.database.of(tenant).query(statement(tenant))).rejects.toMatchObject({ code: '42501' });
    expect(await storedOf(tenant)).toHaveLength(1);
  });
});
