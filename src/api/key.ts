// Keys (T3): made for a role, narrowed to scopes, environments and a time, shown once, listed without their secret, rotated, revoked.

import { type Static, Type } from 'typebox';
import { findEnvironment } from '../core/ledger.ts';
import { formatInstant, parseInstant } from '../core/month.ts';
import type { FieldError, Refusal } from '../core/refusal.ts';
import { refuse, refuseField } from '../core/refusal.ts';
import { type ListedKey, ROLES, type Role, SCOPES, type Store, type TenantAddress } from '../store/store.ts';
import { hashKey, newKey } from './key-secret.ts';
import { called, isLimited } from './right.ts';
import { answer, type Route, route, TENANT_ADMINS } from './route.ts';
import { environmentIds, fields, id, instant, name, nullable, oneOf, pageOf, pageQuery, pageRequest, userId } from './schema.ts';
import { invalid } from './validation.ts';

const CONCEPT = 'Keys';
const USUAL_GRACE_SECONDS = 86_400;
const LONGEST_GRACE_SECONDS = 30 * 86_400;

const keyFields = {
  id: Type.String(),
  name: nullable(Type.String()),
  role: oneOf(ROLES),
  environmentIds: Type.Array(Type.String(), {
    description: 'what an environment administrator administers, or where a service meters; empty: everywhere',
  }),
  userId: nullable(Type.String({ description: 'who a maker is' })),
  scopes: nullable(Type.Array(oneOf(SCOPES), { description: 'what of its role it may; null: all' })),
  createdAt: Type.String(),
  expiresAt: nullable(Type.String({ description: 'from then on it works no more' })),
  lastUsedAt: nullable(Type.String({ description: 'some seconds behind' })),
  rotatedUntil: nullable(Type.String({ description: 'until then the secret before its rotation works as well' })),
  revokedAt: nullable(Type.String()),
};
const key = fields(keyFields, { title: 'Key' });
const newKeyAnswer = fields(
  { ...keyFields, key: Type.String({ description: 'the secret, shown this once' }) },
  { title: 'NewKey' },
);

function keyAnswer(of: ListedKey): Static<typeof key> {
  return {
    ...of,
    createdAt: formatInstant(of.createdAt),
    expiresAt: formatInstant(of.expiresAt),
    lastUsedAt: formatInstant(of.lastUsedAt),
    rotatedUntil: formatInstant(of.rotatedUntil),
    revokedAt: formatInstant(of.revokedAt),
  };
}

/** Whether a role has the environments that it needs, and no others. */
export function environmentMisfits(role: Role, ids: readonly string[]): FieldError[] {
  const pointer = '/environmentIds';
  if (role === 'environment-admin')
    return ids.length > 0 ? [] : [{ pointer, detail: 'an environment administrator needs the ids of its environments' }];
  if (role === 'service' || ids.length === 0) return [];
  return [{ pointer, detail: `only an environment administrator and a service have environments, ${role} has not` }];
}

/** Which of environmentIds and userId a role needs or may have, and that it has no other. */
export function misfits(role: Role, ids: readonly string[], user: string | null): FieldError[] {
  const errors = environmentMisfits(role, ids);
  if (role === 'maker' && user === null) errors.push({ pointer: '/userId', detail: 'a maker needs the id of its user' });
  if (role !== 'maker' && user !== null) errors.push({ pointer: '/userId', detail: `only a maker is a user, ${role} is not` });
  return errors;
}

/** Refuses the first of these that the tenant has not. */
export async function unknownEnvironment(
  store: Store,
  tenant: TenantAddress,
  environmentIds: readonly string[],
): Promise<Refusal | null> {
  if (environmentIds.length === 0) return null;
  const ledger = await store.readLedger(tenant, environmentIds);
  const unknown = environmentIds.findIndex((each) => !findEnvironment(ledger, each));
  if (unknown < 0) return null;
  const text = `no environment ${JSON.stringify(environmentIds[unknown])} in this tenant`;
  return refuseField('NotFound', `/environmentIds/${unknown}`, text);
}

const createKey = route({
  operation: 'createKey',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/keys',
  summary: 'Makes a key for a role, or for a part of what it may; its secret is shown this once.',
  right: TENANT_ADMINS,
  body: fields({
    role: oneOf(ROLES),
    environmentIds: Type.Optional(environmentIds),
    userId: Type.Optional(userId),
    scopes: Type.Optional(
      Type.Array(oneOf(SCOPES), { minItems: 1, maxItems: SCOPES.length, description: `a list of ${SCOPES.join(', ')}` }),
    ),
    expiresAt: Type.Optional(instant),
    name: Type.Optional(name),
  }),
  responses: { 201: newKeyAnswer },
  refusals: ['NotFound'],
  async handle({ tenant, body, store, now }) {
    const environmentIds = [...new Set(body.environmentIds ?? [])];
    const errors = misfits(body.role, environmentIds, body.userId ?? null);
    const expiresAt = body.expiresAt === undefined ? null : parseInstant(body.expiresAt);
    if (expiresAt !== null && expiresAt <= now())
      errors.push({ pointer: '/expiresAt', detail: `${body.expiresAt} has passed; give a moment that is to come` });
    if (errors.length > 0) return invalid(errors);
    const unknown = await unknownEnvironment(store, tenant, environmentIds);
    if (unknown) return unknown;
    const made: ListedKey = {
      id: store.newId(),
      name: body.name ?? null,
      role: body.role,
      environmentIds,
      userId: body.userId ?? null,
      scopes: body.scopes === undefined ? null : SCOPES.filter((each) => body.scopes!.includes(each)),
      createdAt: now(),
      expiresAt,
      lastUsedAt: null,
      rotatedUntil: null,
      revokedAt: null,
    };
    const secret = newKey(tenant.cell);
    await store.createKey(tenant, made, hashKey(secret));
    return answer(201, { ...keyAnswer(made), key: secret });
  },
});

const listKeys = route({
  operation: 'listKeys',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/keys',
  summary: 'Lists the keys, without their secrets.',
  right: TENANT_ADMINS,
  query: fields(pageQuery),
  responses: { 200: pageOf(key) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { value, nextCursor } = await store.listKeys(tenant, pageRequest(query));
    return answer(200, { value: value.map(keyAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const revokeKey = route({
  operation: 'revokeKey',
  concept: CONCEPT,
  method: 'DELETE',
  path: '/v1/keys/{id}',
  summary: 'Revokes a key; within a second it works nowhere.',
  right: TENANT_ADMINS,
  params: fields({ id }),
  responses: { 204: null },
  description:
    'The last key that can administer the tenant (a tenant administrator without scopes and without expiry) cannot be revoked: make another one first.',
  refusals: ['NotFound'],
  async handle({ principal, tenant, params, store }) {
    const isOwn = principal.kind === 'key' && principal.id === params.id;
    if (isLimited(principal) && !isOwn)
      return refuse(
        'Forbidden',
        `${called(principal)} has scopes or an expiry and shuts nobody else out: it revokes itself only`,
      );
    const outcome = await store.revokeKey(tenant, params.id);
    if (outcome === 'revoked') return answer(204);
    return outcome === 'gone'
      ? refuse('NotFound', `no key ${JSON.stringify(params.id)} in this tenant`)
      : refuse('Forbidden', 'this is the last key that can administer this tenant for good; make another one, then revoke this');
  },
});

const rotateKey = route({
  operation: 'rotateKey',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/keys/{id}/rotations',
  summary: 'Gives a key another secret, shown this once; the one it has works beside it for a while.',
  description: `Without graceSeconds the old secret works for a day more; with 0 it ends within a second. No more than two work at once: rotating again ends the older.`,
  right: TENANT_ADMINS,
  params: fields({ id }),
  body: fields({
    graceSeconds: Type.Optional(
      Type.Integer({ minimum: 0, maximum: LONGEST_GRACE_SECONDS, description: 'seconds from 0 to 2592000 (30 days)' }),
    ),
  }),
  responses: { 201: newKeyAnswer },
  refusals: ['NotFound'],
  async handle({ tenant, params, body, store }) {
    const secret = newKey(tenant.cell);
    const graceMs = (body.graceSeconds ?? USUAL_GRACE_SECONDS) * 1_000;
    const rotated = await store.rotateKey(tenant, params.id, hashKey(secret), graceMs);
    return rotated
      ? answer(201, { ...keyAnswer(rotated), key: secret })
      : refuse('NotFound', `no key ${JSON.stringify(params.id)} in this tenant that still works`);
  },
});

export const keyRoutes: Route[] = [createKey, listKeys, revokeKey, rotateKey];
