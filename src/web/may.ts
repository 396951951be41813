// What the one who is signed in may do, and why not: a mirror of the server's table of rights, which it sends with the session, so that a
// button can be shown disabled with its reason. The server decides.

import { useQuery } from '@tanstack/react-query';
import type { OperationName } from '../../sdk/src/index.ts';
import { settingsQuery } from './data.ts';
import { type Session, useSignedIn } from './session.ts';
import { frameText } from './strings/frame.ts';

export interface Where {
  /** The environments that it is done in: an environment administrator has some only. */
  environmentIds?: readonly string[] | undefined;
  /** Of the tenant's settings: who may allocate. */
  allocationBy?: 'anyone' | 'tenant-admins' | undefined;
}

const ALLOCATING: ReadonlySet<OperationName> = new Set<OperationName>(['setAllocation', 'changeAllocations']);

/** Why somebody may not call an operation; null: they may. */
export function whyNot(
  session: Session,
  operation: OperationName,
  { environmentIds = [], allocationBy }: Where = {},
): string | null {
  const { role, operations } = session;
  if (!operations.has(operation)) return frameText.mayNot(frameText.roles[role]);
  if (role !== 'environment-admin') return null;
  if (environmentIds.some((id) => !session.environmentIds.includes(id)))
    return frameText.mayNotHere(session.environmentIds.join(', '));
  return ALLOCATING.has(operation) && allocationBy === 'tenant-admins' ? frameText.mayNotAllocate : null;
}

export function may(session: Session, operation: OperationName, where?: Where): boolean {
  return whyNot(session, operation, where) === null;
}

/** Of what a page's usage, or its lists of environments, are where somebody does not see all of it (T3, M6); null: of everything. */
export function useSightSaid(of: 'usage' | 'environments'): string | null {
  const { role, userId, environmentIds } = useSignedIn();
  if (role === 'environment-admin') return frameText.seesEnvironments(environmentIds.join(', '));
  return role === 'maker' && userId && of === 'usage' ? frameText.seesOwn(userId) : null;
}

/** Whether usage and lists are those of the whole tenant. */
export function useSeesAll(): boolean {
  const { role } = useSignedIn();
  return role !== 'environment-admin' && role !== 'maker';
}

/** `const reason = useWhyNot('setAllocation', { environmentIds: ['sales'] })` */
export function useWhyNot(operation: OperationName, where: Pick<Where, 'environmentIds'> = {}): string | null {
  const { data: settings } = useQuery(settingsQuery);
  return whyNot(useSignedIn(), operation, { ...where, allocationBy: settings?.allocationBy });
}
