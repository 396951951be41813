// Usage (C4, M7): what was consumed per day or month, by any of its dimensions; always apart by currency.

import { type Static, Type } from 'typebox';
import { formatCredits } from '../core/credits.ts';
import { type Day, dayOf, firstDayOf, monthOfDay } from '../core/month.ts';
import { refuseField } from '../core/refusal.ts';
import { USAGE_DIMENSIONS, type UsageDimension, type UsageRow } from '../store/store.ts';
import { visibleUser } from './right.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { amount, currency, day, fields, nullable, oneOf } from './schema.ts';

const granularity = oneOf(['day', 'month']);
const grouped = Type.Optional(nullable(Type.String()));

const usageRow = fields(
  {
    period: Type.String({ description: 'a day or a month' }),
    environment: grouped,
    user: grouped,
    caller: grouped,
    resource: grouped,
    product: grouped,
    feature: grouped,
    capability: grouped,
    model: grouped,
    currency: nullable(currency),
    source: grouped,
    billable: Type.Optional(Type.Boolean()),
    credits: amount,
    units: Type.Number(),
    actions: Type.Integer(),
  } satisfies Record<UsageDimension | 'period' | 'credits' | 'units' | 'actions', unknown>,
  { title: 'UsageRow' },
);

function usageAnswer({ period, dimensions, credits, units, actions }: UsageRow): Static<typeof usageRow> {
  return { period, ...dimensions, credits: formatCredits(credits), units, actions } as Static<typeof usageRow>;
}

const getUsage = route({
  operation: 'getUsage',
  concept: 'Usage',
  method: 'GET',
  path: '/v1/usage',
  summary: 'Sums usage by day or month and by the dimensions that are asked for; a maker sees its own.',
  right: READERS,
  query: fields({
    from: Type.Optional(
      Type.String({ ...day, description: 'a day such as 2026-11-21; the 1st of the month of "to" if left out' }),
    ),
    to: Type.Optional(Type.String({ ...day, description: 'a day such as 2026-11-21, which is included; today if left out' })),
    granularity: Type.Optional(granularity),
    groupBy: Type.Optional(
      Type.Array(oneOf(USAGE_DIMENSIONS), { description: `dimensions parted by commas: ${USAGE_DIMENSIONS.join(', ')}` }),
    ),
  }),
  responses: { 200: fields({ value: Type.Array(usageRow) }) },
  refusals: [],
  async handle({ principal, tenant, query, store }) {
    const visible = visibleUser(principal, undefined);
    if ('refused' in visible) return visible;
    const to = (query.to as Day | undefined) ?? dayOf((await store.readLedger(tenant, [])).now);
    const from = (query.from as Day | undefined) ?? firstDayOf(monthOfDay(to));
    if (from > to) return refuseField('InvalidRequest', '/from', `${from} is after ${to}, the last day that is asked for`);
    const rows = await store.usage(tenant, {
      from,
      to,
      granularity: query.granularity ?? 'day',
      groupBy: query.groupBy ?? [],
      ...visible,
    });
    return 'refused' in rows ? rows : answer(200, { value: rows.map(usageAnswer) });
  },
});

export const usageRoutes: Route[] = [getUsage];
