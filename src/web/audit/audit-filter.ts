// The filters of the audit log, as they stand in the address, and as the API takes them. What makes no sense there is left out.

import { AUDIT_OUTCOMES } from '../../core/audit.ts';
import { DAY_MS, formatInstant, type Instant, parseDay, startOfDay } from '../../core/month.ts';
import type { PageState } from '../page-state.ts';
import type { AuditFilter } from './audit-data.ts';

export const FILTERS = ['outcome', 'operation', 'actor', 'subject', 'from', 'to'] as const;

/** The start of a day, or of the one after it; undefined where it is no day. */
function startOf(day: string | undefined, daysAfter: number): string | undefined {
  const parsed = day === undefined ? null : parseDay(day);
  return parsed === null ? undefined : formatInstant((startOfDay(parsed) + daysAfter * DAY_MS) as Instant);
}

export function filterOf(state: PageState): AuditFilter {
  const filter = {
    outcome: AUDIT_OUTCOMES.find((each) => each === state.outcome),
    operation: state.operation,
    actor: state.actor,
    subject: state.subject,
    from: startOf(state.from, 0),
    to: startOf(state.to, 1),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
