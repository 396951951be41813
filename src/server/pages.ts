// Pages for people and programs that are made from the table of routes once, at start: the OpenAPI document, the reference, one page a
// problem; and the metrics.

import type { FastifyInstance } from 'fastify';
import { openApiDocument } from '../api/openapi.ts';
import { PROBLEMS } from '../api/problem.ts';
import { ROUTES } from '../api/routes.ts';
import { type RefusalCode, refuse } from '../core/refusal.ts';
import { isOperatorKey, keyOf } from './authentication.ts';
import { docsPage, docsStyle, problemPage } from './docs-page.ts';
import type { Measured } from './metrics.ts';
import { sendProblem } from './problem-answer.ts';

const HTML = 'text/html; charset=utf-8';

export function addPages(
  app: FastifyInstance,
  { measured, operatorKeyHash }: { measured: Measured; operatorKeyHash: Buffer },
): void {
  const openApi = JSON.stringify(openApiDocument(ROUTES));
  const docs = docsPage(ROUTES);
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(openApi));
  app.get('/docs', (_request, reply) => reply.type(HTML).send(docs));
  app.get('/docs/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(docsStyle));
  app.get<{ Params: { code: string } }>('/problems/:code', (request, reply) => {
    const { code } = request.params;
    if (!Object.hasOwn(PROBLEMS, code))
      return sendProblem(request, reply, refuse('NotFound', `there is no problem ${JSON.stringify(code)}`));
    return reply.type(HTML).send(problemPage(code as RefusalCode));
  });
  app.get('/metrics', async (request, reply) => {
    const { authorization } = request.headers;
    const key = keyOf(authorization);
    if (authorization !== undefined && (key === undefined || !isOperatorKey(key, operatorKeyHash)))
      return sendProblem(
        request,
        reply,
        refuse('Unauthenticated', 'send the operator key, which shows pools of tenants too, or none'),
      );
    const registry = key === undefined ? measured.ofInstallation : measured.whole;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
