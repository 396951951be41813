// Forecasts (K2): what will have been consumed by the month's end, and when credits run out; of an environment, of the pool, of the tenant.

import { type Static, Type } from 'typebox';
import { CURRENCIES, formatCredits } from '../core/credits.ts';
import { environmentNotFound } from '../core/environment.ts';
import {
  dependsOnPool,
  type Expected,
  environmentForecast,
  environmentsApart,
  historyFrom,
  type PoolForecast,
  tenantForecast,
} from '../core/forecast.ts';
import { findEnvironment, type Ledger } from '../core/ledger.ts';
import { dayOf, formatInstant, monthOf } from '../core/month.ts';
import { OUTLOOK_METHODS } from '../core/outlook.ts';
import { foreignEnvironment } from './right.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { amount, currency, fields, id, nullable, oneOf } from './schema.ts';

const CONCEPT = 'Planning';

const HOW =
  'Beside that stands `expected`: what is recorded so far, whoever paid, and for the rest of the month what the daily history of the last twelve weeks lets expect. Each weekday has its usual share, the level follows the last weeks (a day a week ago counts half), a burst counts at most as twice the usual. `low` and `high` hold the outcome four times in five: they come from how far the same method would have been off over stretches of the same length in this very history. With less than two weeks of history every day counts alike and the range is wide. `runsOut` is the day on which the source of now is spent. How well this does, beside the month to date × days, is in bench/README.md. Usage that was refused is in no history, and a change of what is owned later in the month is not foreseen.';

const forecastCredits = Type.String({ description: 'consumed × days of the month ÷ days begun, rounded up to whole credits' });

const expected = fields(
  {
    method: oneOf(OUTLOOK_METHODS),
    credits: Type.String({ description: "what is expected by the month's end, in whole credits" }),
    low: amount,
    high: Type.String({ description: 'four times in five it is between low and high' }),
    daysOfHistory: Type.Integer({ description: 'complete days that it stands on' }),
    reason: Type.String({ description: 'how it was reckoned, in words' }),
  },
  { title: 'ExpectedConsumption' },
);

const runsOut = nullable(
  fields(
    {
      on: nullable(Type.String({ description: 'the day on which it is spent; null: possible, but not expected' })),
      earliest: Type.String(),
      latest: nullable(Type.String({ description: 'null: perhaps not this month' })),
    },
    { title: 'RunOut', description: 'when the source is spent; null: not this month' },
  ),
);

const environmentCurrency = fields(
  {
    currency,
    consumed: Type.String({ description: 'of allocation and pool this month' }),
    forecast: forecastCredits,
    allocated: amount,
    source: oneOf(['allocation', 'pool', 'none']),
    available: Type.String({ description: 'the size of the source' }),
    expected,
    runsOut,
  },
  { title: 'EnvironmentForecastOfCurrency' },
);

const pool = fields(
  { available: amount, consumed: amount, forecast: forecastCredits, expected, runsOut },
  { title: 'PoolForecast' },
);

const tenantCurrency = fields(
  { currency, consumed: amount, forecast: forecastCredits, owned: amount, expected, pool },
  { title: 'TenantForecastOfCurrency' },
);

function expectedAnswer(of: Expected): Static<typeof expected> {
  return {
    method: of.method,
    credits: formatCredits(of.credits),
    low: formatCredits(of.low),
    high: formatCredits(of.high),
    daysOfHistory: of.daysOfHistory,
    reason: reasonOf(of),
  };
}

function reasonOf({ method, daysOfHistory }: Expected): string {
  switch (method) {
    case 'weekday-pattern':
      return `The weekdays of the last ${daysOfHistory} days, at the level of the last weeks; the range is how far this would have been off before.`;
    case 'daily-rate':
      return daysOfHistory === 0
        ? 'Used today for the first time: every day is taken to be like today, and the range is wide.'
        : `Only ${daysOfHistory} complete ${daysOfHistory === 1 ? 'day' : 'days'} of history: every day is taken to be like their mean, and the range is wide.`;
    case 'nothing-used':
      return 'Nothing was used in the last twelve weeks, so nothing is expected; a beginning cannot be foreseen.';
  }
}

function poolAnswer(of: PoolForecast): Static<typeof pool> {
  return {
    available: formatCredits(of.available),
    consumed: formatCredits(of.consumed),
    forecast: formatCredits(of.forecast),
    expected: expectedAnswer(of.expected),
    runsOut: of.runsOut,
  };
}

function daysOfHistory({ now }: Ledger) {
  return { from: historyFrom(now), to: dayOf(now) };
}

const getEnvironmentForecast = route({
  operation: 'getEnvironmentForecast',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/environments/{id}/forecast',
  summary: "What an environment will have consumed by the month's end, and when its allocation or the pool is spent (K2).",
  description: `\`forecast\` is the month to date × days of the month ÷ days begun. ${HOW}`,
  right: READERS,
  params: fields({ id }),
  responses: {
    200: fields(
      { now: Type.String(), month: Type.String(), currencies: Type.Array(environmentCurrency) },
      { title: 'EnvironmentForecast' },
    ),
  },
  refusals: ['NotFound'],
  async handle({ principal, tenant, params: { id: environmentId }, store }) {
    const foreign = foreignEnvironment(principal, [environmentId]);
    if (foreign) return foreign;
    let ledger = await store.readLedger(tenant, [environmentId]);
    const isThere = findEnvironment(ledger, environmentId);
    if (!isThere) return environmentNotFound(environmentId);
    const needsPool = dependsOnPool(ledger, isThere);
    if (needsPool) ledger = await store.readLedger(tenant, 'all');
    const days = daysOfHistory(ledger);
    const own = await store.environmentConsumption(tenant, [environmentId], days);
    const ofTenant = needsPool ? await store.tenantConsumption(tenant, environmentsApart(ledger), days) : [];
    const environment = findEnvironment(ledger, environmentId);
    if (!environment) return environmentNotFound(environmentId);
    const currencies = CURRENCIES.map((each) => {
      const of = environmentForecast(ledger, environment, each, own, ofTenant);
      return {
        currency: of.currency,
        consumed: formatCredits(of.consumed),
        forecast: formatCredits(of.forecast),
        allocated: formatCredits(of.allocated),
        source: of.source,
        available: formatCredits(of.available),
        expected: expectedAnswer(of.expected),
        runsOut: of.runsOut,
      };
    });
    return answer(200, { now: formatInstant(ledger.now), month: monthOf(ledger.now), currencies });
  },
});

const getForecast = route({
  operation: 'getForecast',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/forecast',
  summary: "What the tenant and its pool will have consumed by the month's end, and when the pool is spent (K2).",
  description: `\`forecast\` is the month to date × days of the month ÷ days begun. The pool is expected to be drawn from by the environments without an allocation, and by those that may draw from it by what they need above theirs. ${HOW}`,
  right: READERS,
  responses: {
    200: fields(
      { now: Type.String(), month: Type.String(), currencies: Type.Array(tenantCurrency) },
      { title: 'TenantForecast' },
    ),
  },
  refusals: [],
  async handle({ tenant, store }) {
    const ledger = await store.readLedger(tenant, 'all');
    const consumption = await store.tenantConsumption(tenant, environmentsApart(ledger), daysOfHistory(ledger));
    const currencies = CURRENCIES.map((each) => {
      const of = tenantForecast(ledger, each, consumption);
      return {
        currency: of.currency,
        consumed: formatCredits(of.consumed),
        forecast: formatCredits(of.forecast),
        owned: formatCredits(of.owned),
        expected: expectedAnswer(of.expected),
        pool: poolAnswer(of.pool),
      };
    });
    return answer(200, { now: formatInstant(ledger.now), month: monthOf(ledger.now), currencies });
  },
});

export const forecastRoutes: Route[] = [getEnvironmentForecast, getForecast];
