// The admin centre as it was built: static files. Files under /assets have their content in their names and are kept for ever.

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export async function addWebPage(app: FastifyInstance, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: webRoot,
    cacheControl: false,
    setHeaders(reply, path) {
      reply.header('cache-control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
