// A comparison of the views `realtime` and `computed` (D9, C2) over a period: what late figures cost.

import { type Static, Type } from 'typebox';
import type { ComparedView, ViewTally } from '../core/comparison.ts';
import { type Credits, CURRENCIES, type Currency, formatCredits } from '../core/credits.ts';
import type { Day } from '../core/month.ts';
import { isRefusal, refuseField } from '../core/refusal.ts';
import { answer, type Route, route, SEEING_ALL } from './route.ts';
import { amount, currency, day, fields } from './schema.ts';

const MOST_DELAY_DAYS = 31;
const MOST_DAYS = 366;

const amounts = Type.Array(fields({ currency, credits: amount }), { description: 'only currencies in which there are any' });
const tally = {
  admitted: Type.Integer({ description: 'free ones and those in overage among them' }),
  refused: Type.Integer(),
  free: Type.Integer(),
  inOverage: Type.Integer(),
  credits: amounts,
};
const view = fields(
  {
    ...tally,
    overspent: Type.Array(fields({ currency, credits: amount }), {
      description: 'what was drawn from allocations and pool beyond their size',
    }),
  },
  { title: 'ComparedView' },
);
const ofDay = fields(tally, { title: 'ComparedViewOfADay' });

const comparison = fields(
  {
    from: Type.String(),
    to: Type.String(),
    delayDays: Type.Integer(),
    actions: Type.Integer(),
    skipped: Type.Integer({
      description: 'imported ones, and those whose environment, capability or model is no longer there: not decided again',
    }),
    onlyRealtimeAdmits: Type.Integer(),
    onlyComputedAdmits: Type.Integer(),
    realtime: view,
    computed: view,
    days: Type.Array(fields({ day: Type.String(), realtime: ofDay, computed: ofDay })),
  },
  { title: 'Comparison' },
);

function amountsAnswer(of: Record<Currency, Credits>) {
  return CURRENCIES.filter((each) => of[each] > 0n).map((each) => ({ currency: each, credits: formatCredits(of[each]) }));
}

function tallyAnswer({ admitted, refused, free, inOverage, credits }: ViewTally): Static<typeof ofDay> {
  return { admitted, refused, free, inOverage, credits: amountsAnswer(credits) };
}

function viewAnswer(of: ComparedView): Static<typeof view> {
  return { ...tallyAnswer(of), overspent: amountsAnswer(of.overspent) };
}

const compareViews = route({
  operation: 'compareViews',
  concept: 'Computed consumption',
  method: 'POST',
  path: '/v1/comparisons',
  summary: 'Decides the actions of a period once more, by realtime and by computed figures, and compares. Records nothing.',
  description:
    'On what was owned at each moment, and on what is allocated, switched and limited today, from the 1st of the month of "from"; trials and extensions are left out, and pre-purchases begin full. "delayDays" holds the computed figures back for so many days. At most 200,000 actions.',
  right: SEEING_ALL,
  takesLong: true,
  body: fields({
    from: day,
    to: Type.String({ ...day, description: 'a day such as 2026-11-21, which is included' }),
    delayDays: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MOST_DELAY_DAYS,
        description: `a whole number of days from 0 to ${MOST_DELAY_DAYS}; 0 if left out: computed daily at 00:00 UTC`,
      }),
    ),
  }),
  responses: { 200: comparison },
  refusals: ['TooManyRequests', 'NoLongerKept'],
  async handle({ tenant, body, store }) {
    const { from, to, delayDays = 0 } = body as { from: Day; to: Day; delayDays?: number };
    if (from > to) return refuseField('InvalidRequest', '/from', `${from} is after ${to}, the last day that is asked for`);
    if ((Date.parse(to) - Date.parse(from)) / 86_400_000 >= MOST_DAYS)
      return refuseField('InvalidRequest', '/from', `more than ${MOST_DAYS} days; ask for fewer`);
    const outcome = await store.compareViews(tenant, { from, to, delayDays });
    if (isRefusal(outcome)) return outcome;
    const { views, days, ...counts } = outcome;
    return answer(200, {
      from,
      to,
      delayDays,
      ...counts,
      realtime: viewAnswer(views.realtime),
      computed: viewAnswer(views.computed),
      days: days.map((each) => ({
        day: each.day,
        realtime: tallyAnswer(each.views.realtime),
        computed: tallyAnswer(each.views.computed),
      })),
    });
  },
});

export const comparisonRoutes: Route[] = [compareViews];
