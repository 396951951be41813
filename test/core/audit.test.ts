// What an event of the audit log says (T3), and what an administrative command is about.

import { describe, expect, it } from 'vitest';
import { type AuditEvent, auditText, eventOf, MOST_OF_A_STATE, NOBODY, signInEvent } from '../../src/core/audit.ts';
import { auditedState } from '../../src/core/audited-state.ts';
import { refuse } from '../../src/core/refusal.ts';
import { aLedger, done, moment } from './a-ledger.ts';

const at = moment('2026-03-10T08:00:00.5Z');
const EVENT: AuditEvent = {
  at,
  actor: 'key:1',
  actorName: 'First',
  role: 'tenant-admin',
  operation: 'setLimit',
  outcome: 'refused',
  code: 'Forbidden',
  detail: 'not this one',
  times: 3,
  subject: 'limit:ada',
  subjects: ['limit:bob', 'limit:ada'],
  before: { monthly: '9' },
  after: { monthly: '10', scope: { userId: 'ada' } },
  address: '127.0.0.1',
  agent: 'curl',
  requestId: 'req-1',
};

describe('the text of an event', () => {
  it('says all of it, and is read again', () => {
    expect(eventOf(JSON.parse(auditText(EVENT)), at)).toEqual(EVENT);
    expect(JSON.parse(auditText(EVENT)).at).toBe('2026-03-10T08:00:00.500Z');
  });

  it('leaves out what is not said', () => {
    const { at: _, ...little } = { ...signInEvent({ ...NOBODY, operation: 'signIn', subject: null, refusal: null }, EVENT, at) };
    const text = auditText({ ...little, at });
    expect(Object.keys(JSON.parse(text))).toEqual(['at', 'actor', 'operation', 'outcome', 'address', 'agent', 'requestId']);
    expect(eventOf(JSON.parse(text), at)).toEqual({ ...little, at });
  });

  it('has nothing that a column of JSON cannot give back, and nothing without end', () => {
    const text = auditText({
      ...EVENT,
      actorName: 'a\0b',
      agent: 'x'.repeat(10_000),
      detail: '\ud800'.repeat(10_000),
      subject: `environment:${'\ud83d\ude00'.repeat(5_000)}`,
      after: { name: 'a\0b \udc00', list: 'é'.repeat(MOST_OF_A_STATE) },
      before: { name: 'a\0b \udc00' },
    });
    expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    expect(text.isWellFormed()).toBe(true);
    expect(text.length).toBeLessThan(2 * MOST_OF_A_STATE);
    const said = JSON.parse(text);
    expect(said.actorName).toBe('a\ufffdb');
    expect(said.before).toEqual({ name: 'a\ufffdb \ufffd' });
    expect(said.after.cut).toBe(true);
  });
});

it('tells a sign-in that was refused, with why', () => {
  const who = {
    ...NOBODY,
    operation: 'signIn',
    subject: 'ada@example.com',
    refusal: refuse('Unauthenticated', 'no such account'),
  };
  expect(signInEvent(who, { address: '::1', agent: null, requestId: 'req-2' }, at)).toMatchObject({
    actor: 'nobody',
    outcome: 'refused',
    code: 'Unauthenticated',
    detail: 'no such account',
    subject: 'ada@example.com',
    address: '::1',
  });
});

describe('what a command is about', () => {
  it('is a copy, so that what follows does not change it', () => {
    const ledger = aLedger({ now: '2026-03-10T08:00:00Z' });
    const command = { do: 'change-settings' as const, change: { nearAtPercent: 50 } };
    const before = auditedState(ledger, command)!;
    done(ledger, command);
    expect(before).toMatchObject({ subject: 'settings', state: { nearAtPercent: 80 } });
    expect(auditedState(ledger, command)).toMatchObject({ state: { nearAtPercent: 50 } });
  });

  it('is nothing where it is metered', () => {
    const ledger = aLedger({ now: '2026-03-10T08:00:00Z' });
    expect(auditedState(ledger, { do: 'release', holdId: 'h' })).toBeNull();
    expect(auditedState(ledger, { do: 'expire-holds' })).toBeNull();
  });

  it('is one environment, or several', () => {
    const ledger = aLedger({ now: '2026-03-10T08:00:00Z' });
    const change = (environmentId: string) => ({ environmentId, currency: 'copilot-credits' as const, credits: 0n as never });
    const subjectOf = (...ids: string[]) => auditedState(ledger, { do: 'allocate', changes: ids.map(change) })!.subject;
    expect(subjectOf('sales')).toBe('environment:sales');
    expect(subjectOf('sales', 'sales')).toBe('environment:sales');
    expect(subjectOf('sales', 'lab')).toBe('allocations');
  });
});
