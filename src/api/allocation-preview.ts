// Previews: what a change of allocations and switches would do, before it is made; nothing is recorded.

import { type Static, Type } from 'typebox';
import { allocationPreview, type PoolFigures, type Standing, type StandingPreview } from '../core/allocation-preview.ts';
import { formatCredits, credits as readCredits } from '../core/credits.ts';
import { isRefusal } from '../core/refusal.ts';
import { seesEnvironment } from '../core/sight.ts';
import { STATUSES } from '../core/status.ts';
import { switches } from './allocation.ts';
import { foreignEnvironment, sightOf } from './right.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { amount, credits, currency, fields, id, nullable, oneOf } from './schema.ts';

const MOST_CHANGES = 1000;
/** Of others whose status changes; all are counted. */
const MOST_OTHERS = 20;

const poolFigures = fields({
  allocated: Type.String({ description: 'Σ allocations as set' }),
  unallocated: Type.String({ description: "the pool's size" }),
  consumed: Type.String({ description: 'of the pool this month (A6)' }),
});

const poolPreview = fields(
  {
    currency,
    owned: amount,
    before: poolFigures,
    after: poolFigures,
    sharedBy: Type.Integer({ description: 'how many environments that are not named draw from the pool' }),
  },
  { title: 'PoolPreview' },
);

const standing = fields({
  allocated: Type.String({ description: 'its allocation as set' }),
  source: oneOf(['allocation', 'pool', 'none']),
  available: amount,
  consumed: amount,
  percent: nullable(Type.String()),
  status: oneOf(STATUSES),
});

const standingPreview = fields(
  { environmentId: Type.String(), name: Type.String(), currency, before: standing, after: standing },
  { title: 'StandingPreview' },
);

function poolFiguresAnswer({ allocated, unallocated, consumed }: PoolFigures): Static<typeof poolFigures> {
  return {
    allocated: formatCredits(allocated),
    unallocated: formatCredits(unallocated),
    consumed: formatCredits(consumed),
  };
}

function standingAnswer({ allocated, source, available, consumed, percent, status }: Standing): Static<typeof standing> {
  return {
    allocated: formatCredits(allocated),
    source,
    available: formatCredits(available),
    consumed: formatCredits(consumed),
    percent,
    status,
  };
}

function previewAnswer(of: StandingPreview): Static<typeof standingPreview> {
  return { ...of, before: standingAnswer(of.before), after: standingAnswer(of.after) };
}

const previewAllocations = route({
  operation: 'previewAllocations',
  concept: 'Allocations',
  method: 'POST',
  path: '/v1/allocations/previews',
  summary: 'Tells what a change of allocations, and of switches of environments, would do; records nothing.',
  description:
    'The body is that of POST /v1/allocations/changes. ' +
    'That not enough is unallocated is an answer here (200 with decision "refused" and what is available); every other error is as for the change itself.',
  right: READERS,
  body: fields({
    changes: Type.Optional(
      Type.Array(fields({ environmentId: id, currency, credits }), {
        maxItems: MOST_CHANGES,
        description: `a list of at most ${MOST_CHANGES} changes`,
      }),
    ),
    environments: Type.Optional(switches),
  }),
  responses: {
    200: fields(
      {
        decision: oneOf(['allowed', 'refused']),
        code: Type.Optional(oneOf(['InsufficientUnallocatedCredits'])),
        detail: Type.Optional(Type.String()),
        currency: Type.Optional(currency),
        available: Type.Optional(Type.String({ description: 'what could be allocated at most (A2)' })),
        pools: Type.Array(poolPreview, { description: 'of the currencies that the change concerns; none where it is refused' }),
        named: Type.Array(standingPreview, { description: 'the environments that the change names' }),
        others: fields({
          count: Type.Integer({ description: 'how many standings of other environments would change their status' }),
          value: Type.Array(standingPreview, {
            description: `the first ${MOST_OTHERS} of them that whoever asks may see; to an environment administrator its own`,
          }),
        }),
      },
      { title: 'AllocationPreview' },
    ),
  },
  refusals: ['NotFound', 'PayAsYouGoNotAvailable'],
  async handle({ principal, tenant, body, store }) {
    const foreign = foreignEnvironment(
      principal,
      [...(body.changes ?? []), ...(body.environments ?? [])].map(({ environmentId }) => environmentId),
    );
    if (foreign) return foreign;
    const changes = (body.changes ?? []).map((change) => ({ ...change, credits: readCredits(change.credits) }));
    const preview = allocationPreview(await store.readLedger(tenant, 'all'), changes, body.environments ?? []);
    if (isRefusal(preview)) {
      if (preview.refused !== 'InsufficientUnallocatedCredits') return preview;
      const { available, currency: of } = preview.members as { available: string; currency: Static<typeof currency> };
      return answer(200, {
        decision: 'refused' as const,
        code: preview.refused,
        detail: preview.detail,
        currency: of,
        available,
        pools: [],
        named: [],
        others: { count: 0, value: [] },
      });
    }
    const sight = sightOf(principal);
    const others = preview.others.filter(({ environmentId }) => seesEnvironment(sight, environmentId));
    return answer(200, {
      decision: 'allowed' as const,
      pools: preview.pools.map((pool) => ({
        ...pool,
        owned: formatCredits(pool.owned),
        before: poolFiguresAnswer(pool.before),
        after: poolFiguresAnswer(pool.after),
      })),
      named: preview.named.map(previewAnswer),
      others: { count: preview.others.length, value: others.slice(0, MOST_OTHERS).map(previewAnswer) },
    });
  },
});

export const allocationPreviewRoutes: Route[] = [previewAllocations];
