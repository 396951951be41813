// Tenants (T1, T4): made by the operator with their first key; each sees itself, and a sandbox moves its own clock.

import { type Static, Type } from 'typebox';
import { formatInstant, type Instant, parseInstant } from '../core/month.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { Store, Tenant, TenantAddress } from '../store/store.ts';
import { hashKey, newKey } from './key-secret.ts';
import { answer, READERS, type Route, route, TENANT_ADMINS } from './route.ts';
import { fields, id, instant, name, nullable, pageOf, pageQuery, pageRequest } from './schema.ts';

const CONCEPT = 'Tenants';

const sandbox = nullable(fields({ now: Type.String() }, { description: 'the clock of a sandbox; null: a live tenant' }));
const madeFields = { id: Type.String(), name: Type.String(), sandbox };
const tenantFields = { ...madeFields, now: Type.String(), createdAt: Type.String() };
const tenantSchema = fields(tenantFields, { title: 'Tenant' });
const newTenant = fields(
  { ...tenantFields, adminKey: Type.String({ description: 'the key of its first administrator, shown this once' }) },
  { title: 'NewTenant' },
);

function tenantAnswer(of: Tenant): Static<typeof tenantSchema> {
  const now = formatInstant(of.now);
  return {
    id: of.tenantId,
    name: of.name,
    sandbox: of.sandboxStart === null ? null : { now },
    now,
    createdAt: formatInstant(of.createdAt),
  };
}

const createTenant = route({
  operation: 'createTenant',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/tenants',
  summary: 'Makes a tenant with the key of its first administrator; with "sandbox" it has a clock of its own.',
  description: 'The same id with the same content answers the tenant that is there with 200, without a key.',
  right: 'operator',
  body: fields({
    id: Type.Optional(id),
    name,
    sandbox: Type.Optional(fields({ now: instant }, { description: 'an object with the instant at which its clock starts' })),
  }),
  responses: { 201: newTenant, 200: tenantSchema },
  refusals: ['AlreadyExists'],
  async handle({ body, store, act }) {
    const tenantId = body.id ?? store.newId();
    const adminKey = newKey(store.cellOf(tenantId));
    const outcome = await store.createTenant({
      id: tenantId,
      name: body.name,
      sandboxNow: body.sandbox === undefined ? null : parseInstant(body.sandbox.now),
      adminKeyId: store.newId(),
      adminKeyHash: hashKey(adminKey),
      act,
    });
    if (isRefusal(outcome)) return outcome;
    const made = tenantAnswer(outcome.tenant);
    return outcome.made ? answer(201, { ...made, adminKey }) : answer(200, made);
  },
});

const listTenants = route({
  operation: 'listTenants',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/tenants',
  summary: 'Lists the tenants of this installation, by id.',
  right: 'operator',
  query: fields(pageQuery),
  responses: { 200: pageOf(tenantSchema) },
  refusals: [],
  async handle({ query, store }) {
    const { value, nextCursor } = await store.listTenants(pageRequest(query));
    return answer(200, { value: value.map(tenantAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

async function showTenant(tenant: TenantAddress, store: Store): Promise<Static<typeof tenantSchema> | Refusal> {
  const found = await store.findTenant(tenant);
  return found ? tenantAnswer(found) : refuse('NotFound', 'this tenant is no longer there');
}

const getTenant = route({
  operation: 'getTenant',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/tenant',
  summary: 'Shows the tenant of the key, and what time it is there.',
  right: READERS,
  responses: { 200: tenantSchema },
  refusals: [],
  async handle({ tenant, store }) {
    const shown = await showTenant(tenant, store);
    return 'refused' in shown ? shown : answer(200, shown);
  },
});

const moveClock = route({
  operation: 'moveClock',
  concept: CONCEPT,
  method: 'PUT',
  path: '/v1/tenant/clock',
  summary: "Moves a sandbox's clock forward; what falls due on the way has happened when it answers (T4).",
  right: TENANT_ADMINS,
  body: fields({ now: instant }),
  responses: { 200: tenantSchema },
  refusals: ['NotASandbox', 'ClockMovesForwardOnly'],
  async handle({ tenant, body, store }) {
    const { outcome } = await store.submit<'move-clock'>(tenant, { do: 'move-clock', now: parseInstant(body.now) as Instant });
    if (isRefusal(outcome)) return outcome;
    const shown = await showTenant(tenant, store);
    return 'refused' in shown ? shown : answer(200, shown);
  },
});

export const tenantRoutes: Route[] = [createTenant, listTenants, getTenant, moveClock];
