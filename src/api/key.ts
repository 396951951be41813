// Keys (T3): made for a role, shown once, listed without their secret, revoked.

import { type Static, Type } from 'typebox';
import { findEnvironment } from '../core/ledger.ts';
import { formatInstant } from '../core/month.ts';
import type { FieldError } from '../core/refusal.ts';
import { refuse, refuseField } from '../core/refusal.ts';
import { type ApiKey, ROLES, type Role } from '../store/store.ts';
import { hashKey, newKey } from './key-secret.ts';
import { answer, type Route, route, TENANT_ADMINS } from './route.ts';
import { fields, id, name, nullable, oneOf, pageOf, pageQuery, pageRequest, userId } from './schema.ts';
import { invalid } from './validation.ts';

const CONCEPT = 'Keys';
const MOST_ENVIRONMENTS = 1000;

const keyFields = {
  id: Type.String(),
  name: nullable(Type.String()),
  role: oneOf(ROLES),
  environmentIds: Type.Array(Type.String(), { description: 'what an environment administrator administers' }),
  userId: nullable(Type.String({ description: 'who a maker is' })),
  createdAt: Type.String(),
  revokedAt: nullable(Type.String()),
};
const key = fields(keyFields, { title: 'Key' });
const newKeyAnswer = fields(
  { ...keyFields, key: Type.String({ description: 'the secret, shown this once' }) },
  { title: 'NewKey' },
);

function keyAnswer(of: ApiKey): Static<typeof key> {
  return {
    ...of,
    createdAt: formatInstant(of.createdAt),
    revokedAt: of.revokedAt === null ? null : formatInstant(of.revokedAt),
  };
}

/** Which of environmentIds and userId a role needs, and that it has no other. */
function misfits(role: Role, environmentIds: readonly string[] | undefined, user: string | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const needsEnvironments = role === 'environment-admin';
  const hasEnvironments = environmentIds !== undefined && environmentIds.length > 0;
  if (needsEnvironments && !hasEnvironments) {
    errors.push({ pointer: '/environmentIds', detail: 'an environment administrator needs the ids of its environments' });
  }
  if (!needsEnvironments && hasEnvironments) {
    errors.push({ pointer: '/environmentIds', detail: `only an environment administrator has environments, ${role} has not` });
  }
  if (role === 'maker' && user === undefined) errors.push({ pointer: '/userId', detail: 'a maker needs the id of its user' });
  if (role !== 'maker' && user !== undefined)
    errors.push({ pointer: '/userId', detail: `only a maker is a user, ${role} is not` });
  return errors;
}

const createKey = route({
  operation: 'createKey',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/keys',
  summary: 'Makes a key for a role; its secret is shown this once.',
  right: TENANT_ADMINS,
  body: fields({
    role: oneOf(ROLES),
    environmentIds: Type.Optional(Type.Array(id, { maxItems: MOST_ENVIRONMENTS, description: 'a list of ids of environments' })),
    userId: Type.Optional(userId),
    name: Type.Optional(name),
  }),
  responses: { 201: newKeyAnswer },
  refusals: ['NotFound'],
  async handle({ tenant, body, store, now }) {
    const environmentIds = [...new Set(body.environmentIds ?? [])];
    const errors = misfits(body.role, environmentIds, body.userId);
    if (errors.length > 0) return invalid(errors);
    if (environmentIds.length > 0) {
      const ledger = await store.readLedger(tenant, environmentIds);
      const unknown = environmentIds.findIndex((each) => !findEnvironment(ledger, each));
      if (unknown >= 0) {
        return refuseField(
          'NotFound',
          `/environmentIds/${unknown}`,
          `no environment ${JSON.stringify(environmentIds[unknown])} in this tenant`,
        );
      }
    }
    const made: ApiKey = {
      id: store.newId(),
      name: body.name ?? null,
      role: body.role,
      environmentIds,
      userId: body.userId ?? null,
      createdAt: now(),
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
  refusals: ['NotFound'],
  async handle({ tenant, params, store }) {
    const found = await store.revokeKey(tenant, params.id);
    return found ? answer(204) : refuse('NotFound', `no key ${JSON.stringify(params.id)} in this tenant`);
  },
});

export const keyRoutes: Route[] = [createKey, listKeys, revokeKey];
