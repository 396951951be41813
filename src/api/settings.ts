// The settings of a tenant, with the defaults of the rules that they belong to (A4, T3, E5, C2, C3, D3, D5, D9, M1).

import { Type } from 'typebox';
import { isRefusal } from '../core/refusal.ts';
import { answer, READERS, type Route, route, TENANT_ADMINS } from './route.ts';
import { fields, flag, oneOf } from './schema.ts';

const CONCEPT = 'Settings';
const MOST_LATE_DAYS = 31;
const MOST_DELAY_DAYS = 31;
const MOST_PERCENT = 1000;

const percent = Type.Integer({
  minimum: 1,
  maximum: MOST_PERCENT,
  description: `a whole number of per cent from 1 to ${MOST_PERCENT}`,
});
const lateUsageDays = Type.Integer({
  minimum: 0,
  maximum: MOST_LATE_DAYS,
  description: `a whole number of days from 0 to ${MOST_LATE_DAYS}`,
});
const allocationBy = oneOf(['anyone', 'tenant-admins']);
const view = oneOf(['realtime', 'computed']);
const delayDays = Type.Integer({
  minimum: 0,
  maximum: MOST_DELAY_DAYS,
  description: `a whole number of days from 0 to ${MOST_DELAY_DAYS}; of sandboxes only: usage of so many days stays out of the computed figures`,
});
const admission = oneOf(['until-exhausted', 'never-exceed']);

const settings = fields(
  {
    consumeUnallocatedAiBuilderCredits: flag,
    allocationBy,
    honourSeededCreditsUntilTerm: flag,
    lateUsageDays,
    enforcement: fields({ view, admission, fallbackAtPercent: percent, blockAtPercent: percent }),
    nearAtPercent: percent,
    computation: fields({ delayDays }),
  },
  { title: 'Settings' },
);

const getSettings = route({
  operation: 'getSettings',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/tenant/settings',
  summary: 'Shows the settings of the tenant.',
  right: READERS,
  responses: { 200: settings },
  refusals: [],
  async handle({ tenant, store }) {
    return answer(200, (await store.readLedger(tenant, [])).settings);
  },
});

const changeSettings = route({
  operation: 'changeSettings',
  concept: CONCEPT,
  method: 'PATCH',
  path: '/v1/tenant/settings',
  summary: 'Changes the settings that are named, one by one, also inside enforcement and computation.',
  right: TENANT_ADMINS,
  body: fields({
    consumeUnallocatedAiBuilderCredits: Type.Optional(flag),
    allocationBy: Type.Optional(allocationBy),
    honourSeededCreditsUntilTerm: Type.Optional(flag),
    lateUsageDays: Type.Optional(lateUsageDays),
    enforcement: Type.Optional(
      fields(
        {
          view: Type.Optional(view),
          admission: Type.Optional(admission),
          fallbackAtPercent: Type.Optional(percent),
          blockAtPercent: Type.Optional(percent),
        },
        { description: 'an object with the settings of enforcement that change' },
      ),
    ),
    nearAtPercent: Type.Optional(percent),
    computation: Type.Optional(
      fields({ delayDays: Type.Optional(delayDays) }, { description: 'an object with the settings of computation that change' }),
    ),
  }),
  responses: { 200: settings },
  refusals: ['NotASandbox'],
  async handle({ tenant, body: change, store }) {
    const { outcome } = await store.submit<'change-settings'>(tenant, { do: 'change-settings', change });
    return isRefusal(outcome) ? outcome : answer(200, outcome.settings);
  },
});

export const settingsRoutes: Route[] = [getSettings, changeSettings];
