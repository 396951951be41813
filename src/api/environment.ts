// Environments (T2): made, changed, deleted, listed.

import { type Static, Type } from 'typebox';
import { environmentNotFound } from '../core/environment.ts';
import { ENVIRONMENT_TYPES, type Environment, findEnvironment } from '../core/ledger.ts';
import { formatInstant } from '../core/month.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { allocatingRefusal, foreignEnvironment, sightOf } from './right.ts';
import { answer, READERS, type Route, route, TENANT_ADMINS } from './route.ts';
import { fields, flag, id, name, nullable, oneOf, pageOf, pageQuery, pageRequest, text } from './schema.ts';

const CONCEPT = 'Environments';
const params = fields({ id });
const type = oneOf(ENVIRONMENT_TYPES);

export const environment = fields(
  {
    id: Type.String(),
    name: Type.String(),
    type,
    region: nullable(Type.String()),
    drawFromTenantPool: Type.Boolean(),
    deny: Type.Boolean(),
    previewModels: Type.Boolean(),
    billingPlanId: nullable(Type.String()),
    createdAt: Type.String(),
  },
  { title: 'Environment' },
);

function environmentAnswer(of: Environment): Static<typeof environment> {
  return {
    id: of.id,
    name: of.name,
    type: of.type,
    region: of.region,
    drawFromTenantPool: of.drawFromTenantPool,
    deny: of.deny,
    previewModels: of.previewModels,
    billingPlanId: of.billingPlanId,
    createdAt: formatInstant(of.createdAt),
  };
}

const createEnvironment = route({
  operation: 'createEnvironment',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/environments',
  summary: 'Makes an environment; the same id with the same content answers the one that is there with 200.',
  right: TENANT_ADMINS,
  body: fields({ id: Type.Optional(id), name, type: Type.Optional(type), region: Type.Optional(text(64, 'a region')) }),
  responses: { 201: environment, 200: environment },
  refusals: ['AlreadyExists'],
  idempotent: true,
  async handle({ tenant, body, idempotency, store }) {
    const wanted = {
      id: body.id ?? store.newId(),
      name: body.name,
      type: body.type ?? ('production' as const),
      region: body.region ?? null,
    };
    const { replayed, outcome } = await store.submit<'create-environment'>(
      tenant,
      { do: 'create-environment', environment: wanted },
      idempotency,
    );
    if (isRefusal(outcome)) return outcome;
    return answer(outcome.made ? 201 : 200, environmentAnswer(outcome.environment), replayed);
  },
});

const listEnvironments = route({
  operation: 'listEnvironments',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/environments',
  summary: 'Lists the environments, by id; an environment administrator sees its own.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(environment) },
  refusals: [],
  async handle({ principal, tenant, query, store }) {
    const { value, nextCursor } = await store.listEnvironments(tenant, sightOf(principal), pageRequest(query));
    return answer(200, { value: value.map(environmentAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const getEnvironment = route({
  operation: 'getEnvironment',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/environments/{id}',
  summary: 'Shows an environment.',
  right: READERS,
  params,
  responses: { 200: environment },
  refusals: ['NotFound'],
  async handle({ principal, tenant, params: { id: environmentId }, store }) {
    const foreign = foreignEnvironment(principal, [environmentId]);
    if (foreign) return foreign;
    const found = findEnvironment(await store.readLedger(tenant, [environmentId]), environmentId);
    return found ? answer(200, environmentAnswer(found)) : environmentNotFound(environmentId);
  },
});

/** What opens an environment to credits beside its allocation is as good as an allocation (T3). */
const DRAWN_FROM = ['drawFromTenantPool', 'deny', 'billingPlanId'];

const changeEnvironment = route({
  operation: 'changeEnvironment',
  concept: CONCEPT,
  method: 'PATCH',
  path: '/v1/environments/{id}',
  summary: 'Changes what is named; a billing administrator may change billingPlanId only.',
  right: ['tenant-admin', 'environment-admin', 'billing-admin'],
  params,
  body: fields({
    name: Type.Optional(name),
    drawFromTenantPool: Type.Optional(flag),
    deny: Type.Optional(flag),
    previewModels: Type.Optional(flag),
    billingPlanId: Type.Optional(nullable(id)),
  }),
  responses: { 200: environment },
  refusals: ['NotFound', 'PayAsYouGoNotAvailable'],
  async handle({ principal, tenant, params: { id: environmentId }, body: change, store }) {
    const foreign = foreignEnvironment(principal, [environmentId]);
    if (foreign) return foreign;
    if (principal.role === 'billing-admin' && Object.keys(change).some((field) => field !== 'billingPlanId')) {
      return refuse('Forbidden', 'a billing administrator may change billingPlanId of an environment, nothing else');
    }
    if (principal.role === 'environment-admin' && DRAWN_FROM.some((field) => field in change)) {
      const forbidden = await allocatingRefusal(principal, [environmentId], store);
      if (forbidden) return forbidden;
    }
    const { outcome } = await store.submit<'change-environment'>(tenant, { do: 'change-environment', environmentId, change });
    return isRefusal(outcome) ? outcome : answer(200, environmentAnswer(outcome.environment));
  },
});

const deleteEnvironment = route({
  operation: 'deleteEnvironment',
  concept: CONCEPT,
  method: 'DELETE',
  path: '/v1/environments/{id}',
  summary: 'Deletes an environment: its allocations return to the pool, its history stays.',
  right: TENANT_ADMINS,
  params,
  responses: { 204: null },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: environmentId }, store }) {
    const { outcome } = await store.submit<'delete-environment'>(tenant, { do: 'delete-environment', environmentId });
    return isRefusal(outcome) ? outcome : answer(204);
  },
});

export const environmentRoutes: Route[] = [
  createEnvironment,
  listEnvironments,
  getEnvironment,
  changeEnvironment,
  deleteEnvironment,
];
