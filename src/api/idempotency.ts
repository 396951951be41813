// D12: one key, one effect. The fingerprint is of the content as it was sent: method, route, path parameters and body without the key,
// as JSON with sorted names, so that spelling and order do not matter.

import { hash } from 'node:crypto';
import { type Refusal, refuse, refuseField } from '../core/refusal.ts';
import type { Idempotency } from '../store/store.ts';

/** JSON with sorted names. `skip`: a name at the top that is left out. */
export function canonicalJson(value: unknown, skip?: string): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each)).join(',')}]`;
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    if (name !== skip) members.push(`${JSON.stringify(name)}:${canonicalJson((value as Record<string, unknown>)[name])}`);
  }
  return `{${members.join(',')}}`;
}

export interface Content {
  method: string;
  /** The route's pattern, not the path that was sent. */
  path: string;
  params?: unknown;
  body: unknown;
}

export function fingerprintOf({ method, path, params, body }: Content): string {
  return hash('sha256', `${method} ${path} ${canonicalJson(params ?? {})} ${canonicalJson(body, 'idempotencyKey')}`, 'hex');
}

const HEADER = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;

/** The key of a request, from its header or its body, with what it stands for; undefined: none was given. */
export function idempotencyOf(header: string | string[] | undefined, content: Content): Idempotency | undefined | Refusal {
  const inBody = (content.body as { idempotencyKey?: string } | null)?.idempotencyKey;
  if (header === undefined) return inBody === undefined ? undefined : { key: inBody, fingerprint: fingerprintOf(content) };
  if (typeof header !== 'string' || !HEADER.test(header)) {
    return refuse('MalformedRequest', 'the header Idempotency-Key takes one key of 1 to 128 printable ASCII characters');
  }
  if (inBody !== undefined && inBody !== header) {
    return refuseField(
      'InvalidRequest',
      '/idempotencyKey',
      `the body says ${JSON.stringify(inBody)} and the header Idempotency-Key ${JSON.stringify(header)}; give one, or the same twice`,
    );
  }
  return { key: header, fingerprint: fingerprintOf(content) };
}
