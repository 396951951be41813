// The admin centre as it was built: static files, compressed beforehand. Files under /assets have their content in their names and are
// kept for ever.

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/**
 * The page's styles are made while it runs: rules put into style elements that are empty, which a browser leaves without a sheet (seen
 * in Chromium) unless the hash of nothing is allowed. Text in line, style or script, still is not.
 */
const HASH_OF_NOTHING = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
const PAGE_POLICY = `default-src 'self'; style-src 'self' '${HASH_OF_NOTHING}'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

export async function addWebPage(app: FastifyInstance, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: webRoot,
    cacheControl: false,
    preCompressed: true,
    setHeaders(reply, path) {
      reply.header('cache-control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (/\.html(\.br|\.gz)?$/.test(path)) reply.header('content-security-policy', PAGE_POLICY);
    },
  });
}
