// The filters of the audit log, as they stand in the address, and as the API takes them.

import { AUDIT_OUTCOMES } from '../../core/audit.ts';
import { oneOf, startOf, withoutUnset } from '../filter-state.ts';
import type { PageState } from '../page-state.ts';
import type { AuditFilter } from './audit-data.ts';

export const FILTERS = ['outcome', 'operation', 'actor', 'subject', 'from', 'to'] as const;

export function filterOf(state: PageState): AuditFilter {
  return withoutUnset({
    outcome: oneOf(AUDIT_OUTCOMES, state.outcome),
    operation: state.operation,
    actor: state.actor,
    subject: state.subject,
    from: startOf(state.from, 0),
    to: startOf(state.to, 1),
  });
}
