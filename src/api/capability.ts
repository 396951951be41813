// Capabilities and models: what an action can be and costs per unit (R1, R4); a tenant adds capabilities of its own, version by version.

import { type Static, Type } from 'typebox';
import { type CapabilityRow, currentCapabilities, isPreview, MODELS, UNITS } from '../core/catalogue.ts';
import { type Credits, formatCredits, credits as readCredits } from '../core/credits.ts';
import { dayOf, type Instant, parseDay } from '../core/month.ts';
import type { OwnCapability } from '../core/rate-card.ts';
import { isRefusal, refuseField } from '../core/refusal.ts';
import { pageOfAll } from '../store/page.ts';
import { answer, READERS, type Route, route, TENANT_ADMINS } from './route.ts';
import { amount, credits, day, fields, id, name, nullable, oneOf, pageOf, pageQuery, pageRequest } from './schema.ts';
import { invalid } from './validation.ts';

const CONCEPT = 'Capabilities';

const capability = fields(
  {
    id: Type.String(),
    name: Type.String(),
    unit: oneOf([...UNITS, '1000-tokens']),
    feature: nullable(Type.String()),
    from: nullable(Type.String({ description: 'the day from which this version is in force' })),
    aiBuilderCredits: nullable(amount),
    copilotCredits: nullable(amount),
    copilotSessions: nullable(amount),
    own: Type.Boolean({ description: 'whether the tenant added it' }),
  },
  { title: 'Capability' },
);

function rate(of: Credits | null): string | null {
  return of === null ? null : formatCredits(of);
}

function ownAnswer(of: OwnCapability): Static<typeof capability> {
  const rates = { aiBuilderCredits: rate(of.aiBuilderCredits), copilotCredits: rate(of.copilotCredits), copilotSessions: null };
  return { id: of.id, name: of.name, unit: of.unit, feature: null, from: of.from, ...rates, own: true };
}

function catalogueAnswer(of: CapabilityRow): Static<typeof capability> {
  const rates = {
    aiBuilderCredits: of.free ? '0' : rate(of.aiBuilderCredits),
    copilotCredits: of.free ? '0' : rate(of.copilotCredits),
    copilotSessions: rate(of.copilotSessions),
  };
  return { id: of.id, name: of.name, unit: of.unit, feature: of.feature, from: of.from, ...rates, own: false };
}

/** Own versions come first, in the store's pages; then the catalogue's, whose cursor is a place in its list. */
const CATALOGUE_CURSOR = /^catalogue-(\d{1,6})$/;

const listCapabilities = route({
  operation: 'listCapabilities',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/capabilities',
  summary: "Lists the tenant's own capabilities, every version, then those of the catalogue as of now.",
  description: 'Rates are per unit; those of prompts depend on the tier of the model and are told by POST /v1/price.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(capability) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const page = pageRequest(query);
    const place = CATALOGUE_CURSOR.exec(page.cursor ?? '');
    const own = place ? { value: [] } : await store.listCapabilities(tenant, page);
    const value = own.value.map(ownAnswer);
    if (own.nextCursor !== undefined) return answer(200, { value, nextCursor: own.nextCursor });
    const catalogue = currentCapabilities((await store.readLedger(tenant, [])).now);
    const start = Number(place?.[1] ?? 0);
    const end = start + page.limit - value.length;
    value.push(...catalogue.slice(start, end).map(catalogueAnswer));
    return answer(200, { value, ...(end < catalogue.length ? { nextCursor: `catalogue-${end}` } : {}) });
  },
});

const defineCapability = route({
  operation: 'defineCapability',
  concept: CONCEPT,
  method: 'PUT',
  path: '/v1/capabilities/{id}',
  summary: 'Adds a capability of the tenant, or a version of it in force from a day; the same day again replaces it (R1).',
  right: TENANT_ADMINS,
  params: fields({ id }),
  body: fields({
    name: Type.Optional(name),
    unit: oneOf(UNITS),
    from: Type.Optional(Type.String({ ...day, description: 'a day such as 2026-11-21; today if left out' })),
    aiBuilderCredits: Type.Optional(nullable(credits)),
    copilotCredits: Type.Optional(nullable(credits)),
  }),
  responses: { 200: capability },
  refusals: ['AlreadyExists'],
  async handle({ tenant, params, body, store }) {
    const rates = {
      aiBuilderCredits: typeof body.aiBuilderCredits === 'string' ? readCredits(body.aiBuilderCredits) : null,
      copilotCredits: typeof body.copilotCredits === 'string' ? readCredits(body.copilotCredits) : null,
    };
    if (rates.aiBuilderCredits === null && rates.copilotCredits === null) {
      const detail = 'give a rate in at least one currency: aiBuilderCredits or copilotCredits';
      return invalid([{ pointer: '/aiBuilderCredits', detail }]);
    }
    const from = body.from === undefined ? dayOf((await store.readLedger(tenant, [])).now) : parseDay(body.from);
    if (from === null) return refuseField('InvalidRequest', '/from', 'wanted a day such as 2026-11-21');
    const wanted: OwnCapability = { id: params.id, name: body.name ?? params.id, unit: body.unit, from, ...rates };
    const { outcome } = await store.submit<'define-capability'>(tenant, { do: 'define-capability', capability: wanted });
    return isRefusal(outcome) ? outcome : answer(200, ownAnswer(outcome.capability));
  },
});

const model = fields(
  {
    id: Type.String(),
    tier: oneOf(['basic', 'standard', 'premium']),
    from: Type.String(),
    until: nullable(Type.String({ description: 'the first day on which it no longer runs' })),
    replacedBy: nullable(Type.String({ description: 'what a prompt on it runs on after its end' })),
    preview: Type.Boolean({ description: 'whether it is in preview now' }),
  },
  { title: 'Model' },
);

function modelsAt(now: Instant): Static<typeof model>[] {
  return MODELS.map((of) => ({
    id: of.id,
    tier: of.tier,
    from: dayOf(of.from),
    until: of.until === null ? null : dayOf(of.until),
    replacedBy: of.replacedBy,
    preview: isPreview(of, now),
  }));
}

const listModels = route({
  operation: 'listModels',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/models',
  summary: 'Lists the models that prompts can run on, with their tiers and dates (R4).',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(model) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { now } = await store.readLedger(tenant, []);
    return answer(
      200,
      pageOfAll(modelsAt(now), pageRequest(query), (row) => row.id),
    );
  },
});

export const capabilityRoutes: Route[] = [listCapabilities, defineCapability, listModels];
