// Usage (C4, M7): what was consumed per day or month, by any of its dimensions; always apart by currency.

import { type Static, Type } from 'typebox';
import { CALLERS, CHANNELS, productOf } from '../core/action.ts';
import { formatCredits } from '../core/credits.ts';
import { addYear, DAY_MS, type Day, dayOf, firstDayOf, type Instant, monthOfDay, startOfDay } from '../core/month.ts';
import { isRefusal, refuseField } from '../core/refusal.ts';
import { USAGE_DIMENSIONS, type UsageDimension, type UsageFilter, type UsageRow } from '../store/store.ts';
import { SOURCES } from './decision.ts';
import { visible } from './right.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { amount, currency, day, fields, flag, nullable, oneOf, text } from './schema.ts';

const granularity = oneOf(['day', 'month']);
const grouped = Type.Optional(nullable(Type.String()));
/** Usage is read by programs and charts, which want it whole: its pages are longer than those of other lists. */
const USUAL_ROWS = 1_000;
const MOST_ROWS = 10_000;

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

const named = Type.Optional(text(256));
const filters = {
  environment: named,
  user: named,
  caller: Type.Optional(oneOf(CALLERS)),
  resource: named,
  product: Type.Optional(oneOf([...new Set(CALLERS.map(productOf))])),
  feature: named,
  capability: named,
  model: named,
  currency: Type.Optional(currency),
  source: Type.Optional(oneOf(SOURCES)),
  billable: Type.Optional(flag),
  channel: Type.Optional(oneOf(CHANNELS)),
} satisfies Record<UsageDimension | 'channel', unknown>;

function usageAnswer({ period, dimensions, credits, units, actions }: UsageRow): Static<typeof usageRow> {
  return { period, ...dimensions, credits: formatCredits(credits), units, actions } as Static<typeof usageRow>;
}

/** The last day that a query from this one on can ask for. */
function lastDayFrom(from: Day): Day {
  return dayOf((startOfDay(addYear(from)) - DAY_MS) as Instant);
}

const getUsage = route({
  operation: 'getUsage',
  concept: 'Usage',
  method: 'GET',
  path: '/v1/usage',
  summary:
    'Sums usage by day or month and by the dimensions that are asked for; a maker sees its own, an environment administrator that of its environments.',
  description:
    'At most 12 months at once; a month of which only some days are asked for has the sums of those days. Every dimension is a filter as well, ' +
    'and so is the channel: environment=sales&groupBy=user. Rows are sorted by period, then by the dimensions in the order of groupBy.',
  right: READERS,
  query: fields({
    from: Type.Optional(
      Type.String({ ...day, description: 'a day such as 2026-11-21; the 1st of the month of "to" if left out' }),
    ),
    to: Type.Optional(Type.String({ ...day, description: 'a day such as 2026-11-21, which is included; today if left out' })),
    granularity: Type.Optional(granularity),
    groupBy: Type.Optional(
      Type.Array(oneOf(USAGE_DIMENSIONS), {
        maxItems: USAGE_DIMENSIONS.length,
        description: `dimensions parted by commas: ${USAGE_DIMENSIONS.join(', ')}`,
      }),
    ),
    ...filters,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_ROWS,
        description: `a whole number from 1 to ${MOST_ROWS}; ${USUAL_ROWS} if left out`,
      }),
    ),
    cursor: Type.Optional(text(4096, 'nextCursor of the page before')),
  }),
  responses: {
    200: fields({
      value: Type.Array(usageRow),
      nextCursor: Type.Optional(Type.String({ description: 'absent on the last page' })),
    }),
  },
  refusals: [],
  async handle({ principal, tenant, query, store }) {
    const { from: asked, to: until, granularity: by = 'day', groupBy = [], limit = USUAL_ROWS, cursor, ...filter } = query;
    const sight = visible(principal, { environmentId: filter.environment, userId: filter.user });
    if (isRefusal(sight)) return sight;
    const to = (until as Day | undefined) ?? dayOf((await store.readLedger(tenant, [])).now);
    const from = (asked as Day | undefined) ?? firstDayOf(monthOfDay(to));
    if (from > to) return refuseField('InvalidRequest', '/from', `${from} is after ${to}, the last day that is asked for`);
    if (to > lastDayFrom(from))
      return refuseField(
        'InvalidRequest',
        '/from',
        `at most 12 months at once: from ${from} to ${lastDayFrom(from)}; ask again for what follows`,
      );
    const page = await store.usage(
      tenant,
      {
        from,
        to,
        granularity: by,
        groupBy,
        filter: filter as UsageFilter,
        sight,
      },
      { limit, cursor },
    );
    return answer(200, { ...page, value: page.value.map(usageAnswer) });
  },
});

export const usageRoutes: Route[] = [getUsage];
