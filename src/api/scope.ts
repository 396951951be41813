// What a key may be narrowed to beside its role (T3): a program that only asks prices needs no right to consume. Every route is of one
// scope; what is on neither list and changes something is administration, so that a new route is never open by mistake.

import type { Scope } from '../store/store.ts';
import type { Route } from './route.ts';

const OF_OPERATION: Readonly<Record<string, Scope>> = {
  priceAction: 'check',
  checkAction: 'check',
  consumeAction: 'consume',
  consumeBatch: 'consume',
  createHold: 'consume',
  captureHold: 'consume',
  releaseHold: 'consume',
  estimateVolumes: 'read',
  previewAllocations: 'read',
  compareViews: 'read',
  // Who takes the whole log away with him leaves a line in it.
  exportAudit: 'administer',
};

/** The scope that a key must have to call a route, where it has scopes at all. */
export function scopeOf({ operation, method }: Pick<Route, 'operation' | 'method'>): Scope {
  return OF_OPERATION[operation] ?? (method === 'GET' ? 'read' : 'administer');
}

/** Whether what a route does goes into the audit log. The page's own routes say by themselves who signed in (api/session.ts). */
export function isAudited(row: Pick<Route, 'operation' | 'method' | 'right'>): boolean {
  return row.right !== 'page' && scopeOf(row) === 'administer';
}
