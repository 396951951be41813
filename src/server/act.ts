// Administrative acts as a request brings them (T3): who does what, to what, and from where.

import type { FastifyRequest } from 'fastify';
import type { Route } from '../api/route.ts';
import { type Actor, actorOf, NOBODY, OPERATOR, type Origin } from '../core/audit.ts';
import type { Act, Principal } from '../store/store.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, as soon as that is known: also where it may not. */
    asking: Principal | 'operator' | null;
  }
}

export function originOf(request: FastifyRequest): Origin {
  return { address: request.ip ?? 'unknown', agent: request.headers['user-agent'] ?? null, requestId: request.id };
}

function whoAsks(asking: Principal | 'operator' | null): Actor {
  if (asking === null) return NOBODY;
  return asking === 'operator' ? OPERATOR : actorOf(asking);
}

export function actOf(request: FastifyRequest, row: Route): Act {
  return {
    ...originOf(request),
    ...whoAsks(request.asking),
    operation: row.operation,
    at: Date.now() as Act['at'],
    recorded: false,
  };
}

/** What a path is about: `/v1/billing-plans/p1` → `billing-plan:p1`, `/v1/resources/flow/f1` → `resource:flow/f1`. */
export function subjectOfPath(path: string, params: unknown): string | null {
  const found = /\/([a-z-]+)((?:\/\{\w+\})+)/.exec(path);
  if (!found) return null;
  const values = params as Record<string, string>;
  const ids = [...found[2]!.matchAll(/\{(\w+)\}/g)].map(([, name]) => values[name!]);
  return `${singular(found[1]!)}:${ids.join('/')}`;
}

function singular(many: string): string {
  if (many === 'people') return 'person';
  return many.endsWith('ies') ? `${many.slice(0, -3)}y` : many.replace(/s$/, '');
}
