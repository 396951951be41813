// How an event is said: who it was, what was done, and how it ended.

import { Badge } from '@fluentui/react-components';
import { formatCount } from '../figures.ts';
import { auditText as t } from '../strings/audit.ts';
import type { AuditEvent } from './audit-data.ts';

const OPERATIONS: Readonly<Record<string, string>> = t.operations;

export function operationSaid(operation: string): string {
  return OPERATIONS[operation] ?? operation;
}

/** The operations that can be asked for, by what they are called. */
export const OPERATION_CHOICE: readonly (readonly [operation: string, said: string])[] = Object.entries(t.operations).toSorted(
  ([, a], [, b]) => a.localeCompare(b),
);

export function actorSaid({ actor, actorName }: Pick<AuditEvent, 'actor' | 'actorName'>): string {
  if (actor === 'operator') return t.operator;
  if (actor === 'nobody') return actorName ?? t.nobody;
  const [kind, ...rest] = actor.split(':');
  const id = rest.join(':');
  if (kind === 'key') return actorName === null ? t.keyId(id) : t.keyOf(actorName);
  if (kind === 'person') return actorName ?? t.personId(id);
  return actorName ?? t.token(id);
}

/** What it was about, by its name where the event has it; of several refusals the last, and that there are others. */
export function subjectSaid(event: AuditEvent): string | null {
  const { subject, subjects, actor, before, after } = event;
  if (subject === null) return null;
  const others = subjects.filter((each) => each !== subject).length;
  if (others > 0) return t.subjectAmong(subject, formatCount(others));
  if (subject === actor) return actorSaid(event);
  const { name } = (after ?? before ?? {}) as { name?: unknown };
  const kind = /^([a-z-]+):/.exec(subject)?.[1];
  // What is said of a sign-in at a provider is the person's.
  return kind !== undefined && kind !== 'provider' && typeof name === 'string' ? t.subjectNamed(kind, name) : subject;
}

export function OutcomeBadge({ outcome }: Pick<AuditEvent, 'outcome'>) {
  return (
    <Badge appearance="tint" color={outcome === 'done' ? 'success' : 'danger'}>
      {t.outcomes[outcome]}
    </Badge>
  );
}
