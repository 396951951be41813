// Paths that no route has: another method's (405 with Allow), a page of the admin centre, or nothing (404).

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ROUTES } from '../api/routes.ts';
import { refuse } from '../core/refusal.ts';
import { sendProblem } from './problem-answer.ts';

const PATTERNS = ROUTES.map((row) => ({
  method: row.method,
  expression: new RegExp(`^${row.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Not a page of the admin centre, whatever a browser asks for. */
const NOT_A_PAGE = /^\/(v1|docs|problems|assets)(\/|$)|^\/(openapi\.json|metrics|livez|readyz)$/;

function methodsOf(path: string): string[] {
  const methods = PATTERNS.filter(({ expression }) => expression.test(path)).map(({ method }) => method as string);
  return [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)];
}

function wantsPage(request: FastifyRequest, path: string): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  return !NOT_A_PAGE.test(path) && (request.headers.accept ?? '').includes('text/html');
}

export function addUnknownPaths(app: FastifyInstance, { hasWebPage }: { hasWebPage: boolean }): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!;
    const methods = methodsOf(path);
    // A path of a route that came here all the same has a part that is longer than any id.
    if (methods.length > 0 && !methods.includes(request.method)) {
      reply.header('allow', methods.join(', '));
      return sendProblem(
        request,
        reply,
        refuse('MethodNotAllowed', `${path} takes ${methods.join(', ')}, not ${request.method}`),
      );
    }
    // The page finds its own way from here.
    if (hasWebPage && methods.length === 0 && wantsPage(request, path)) return reply.sendFile('index.html');
    return sendProblem(request, reply, refuse('NotFound', `there is nothing at ${path}; /docs lists what there is`));
  });
}
