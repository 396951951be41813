// What errors of PostgreSQL and of its connections mean: whether the statement was at fault, others at the same time, or the connection.

import pg from 'pg';
import { Unavailable } from './store.ts';

/** PostgreSQL's own complaint, with a code. */
export function isDatabaseError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError;
}

/** Whether a transaction failed only because of others at the same time. */
export function isTransient(error: unknown): boolean {
  return isDatabaseError(error) && (error.code === '40001' || error.code === '40P01');
}

/** Others were in the way, or somebody cancelled it: the same may well succeed later. Nothing of it was done. */
export function isPassing(error: unknown): boolean {
  return isTransient(error) || (isDatabaseError(error) && (error.code === '57014' || error.code === '55P03'));
}

/** Shut down, crashed, out of connections, read-only: not a fault of the statement. */
export function isConnectionError(error: unknown): boolean {
  const code = isDatabaseError(error) ? (error.code ?? '') : '';
  return /^(08|57P|53|58)/.test(code) || code === '25006';
}

export function isSocketError(error: Error): boolean {
  return error instanceof Unavailable || 'code' in error || /connection|terminated|timeout/i.test(error.message);
}
