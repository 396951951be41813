// Bodies: JSON in UTF-8, and CSV where the route takes a file; of at most 1 MiB unless the route takes more.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Unreadable } from '../api/unreadable.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { RequestRefused } from './request-refused.ts';
import { type Finding, readJson, refusalOfFindings } from './strict-json.ts';

export const BODY_LIMIT = 1024 * 1024;

export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      done(null, readBody(request, bytes as Buffer));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
  app.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      done(null, readFile(request, bytes as Buffer));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}

/** A file as it came: its own beginning says how it is encoded. */
function readFile(request: FastifyRequest, bytes: Buffer): Buffer {
  if (!request.routeOptions.config.row?.csvBody)
    throw new RequestRefused(
      refuse('UnsupportedMediaType', 'bodies of this route are JSON in UTF-8: send "Content-Type: application/json"'),
    );
  refuseEncoded(request);
  return bytes;
}

function refuseEncoded(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new RequestRefused(refuse('UnsupportedMediaType', 'bodies are taken as they are: send no Content-Encoding'));
  }
}

const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8)/i;

function readBody(request: FastifyRequest, bytes: Buffer): unknown {
  if (OTHER_CHARSET.test(request.headers['content-type'] ?? '')) {
    throw new RequestRefused(refuse('UnsupportedMediaType', 'bodies are JSON in UTF-8, no other charset'));
  }
  refuseEncoded(request);
  const read = readJson(bytes);
  if (isRefusal(read)) throw new RequestRefused(read);
  if (read.findings.length === 0) return read.value;
  const isBatch = request.routeOptions.config.row?.idempotencyKeyInItemsOnly === true;
  const left = isBatch ? takeOutActions(read.value, read.findings) : read.findings;
  const refusal = refusalOfFindings(left);
  if (refusal) throw new RequestRefused(refusal);
  return read.value;
}

const OF_AN_ACTION = /^\/actions\/(\d+)(?=\/|$)/;

/** One bad action spoils no other: it is put out of the way with what is wrong with it. Answers the findings outside of actions. */
function takeOutActions(value: unknown, findings: readonly Finding[]): Finding[] {
  const actions = (value as { actions?: unknown }).actions;
  if (!Array.isArray(actions)) return [...findings];
  const outside: Finding[] = [];
  const byAction = new Map<number, Finding[]>();
  for (const finding of findings) {
    const place = OF_AN_ACTION.exec(finding.pointer);
    if (!place) outside.push(finding);
    else {
      const index = Number(place[1]);
      byAction.set(index, [...(byAction.get(index) ?? []), { ...finding, pointer: finding.pointer.slice(place[0].length) }]);
    }
  }
  for (const [index, own] of byAction) {
    const refusal = refusalOfFindings(own);
    if (refusal && index < actions.length) actions[index] = new Unreadable(refusal);
  }
  return outside;
}
