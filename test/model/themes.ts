// Themes of the random sequences: what a sequence is about besides the ordinary, so that rare corners are met in a row and not once in a
// while. A mutant of the core that survives asks for a theme here.

import fc from 'fast-check';
import { allocations, command, creation, definitions, limits, POSSESSIONS, planChanges } from './administrators.ts';
import { micro } from './amount.ts';
import { type Action, AI_BUILDER, type ALL_CURRENCIES, COPILOT, SESSIONS } from './book.ts';
import { DAY, HOUR, MINUTE } from './calendar.ts';
import { ANSWERS, actions, DOCUMENT, ENVIRONMENTS, often, one, SESSION, TRIAL_WORK, users, uses } from './callers.ts';
import type { Command, SettingsChange } from './command.ts';
import type { Said, Step, Until, When } from './step.ts';

/** Just before each policy date, within each era, and before any of them. */
const STARTS = [
  '2025-03-31T21:30:00Z',
  '2025-06-10T08:00:00Z',
  '2025-09-02T12:00:00Z',
  '2025-10-28T23:00:00Z',
  '2026-01-30T10:00:00Z',
  '2026-03-10T08:00:00Z',
  '2026-05-13T23:58:00Z',
  '2026-10-30T06:00:00Z',
  '2026-11-10T08:00:00Z',
];
const DAYS_OF_TRIALS = STARTS.slice(0, 4);

/** What a sequence is about besides the ordinary, so that rare corners are met in a row and not once in a while. */
export interface Theme {
  starts: readonly string[];
  steps: fc.Arbitrary<Step>;
  /** In place of `openings`. */
  opening?: fc.Arbitrary<Step[]>;
}

const change = (environmentId: string, ...changes: Extract<Command, { do: 'change-environment' }>['change'][]) =>
  command(one(...changes).map((each) => ({ do: 'change-environment', environmentId, change: each })));
const act = (step: 'consume' | 'hold', said: fc.Arbitrary<Said>): fc.Arbitrary<Step> =>
  fc
    .tuple(actions, said)
    .map(([action, more]) => ({ step, action: { ...action, mode: 'run', recordOnly: false, ...more }, seconds: 300 }));
const allocating = (currency: (typeof ALL_CURRENCIES)[number], ...credits: string[]) =>
  command(
    one(...credits).map((amount) => ({
      do: 'allocate',
      changes: [{ environmentId: 'sales', currency, credits: micro(amount) }],
    })),
  );
const setting = (...changes: SettingsChange[]) =>
  command(one(...changes).map((each) => ({ do: 'change-settings', change: each })));
const created = ENVIRONMENTS.map((id) => creation(id));

const KEPT_TO_ITS_SHARE: Step[] = [
  { step: 'command', command: { do: 'change-environment', environmentId: 'sales', change: { drawFromTenantPool: false } } },
  ...(
    [
      [AI_BUILDER, '800'],
      [COPILOT, '100'],
      [SESSIONS, '12'],
    ] as const
  ).map(
    ([currency, amount]): Step => ({
      step: 'command',
      command: { do: 'allocate', changes: [{ environmentId: 'sales', currency, credits: micro(amount) }] },
    }),
  ),
];

export const THEMES: Theme[] = [
  { starts: STARTS, steps: uses },
  // X1–X3: a tenant without AI Builder credits of its own, with much to do.
  {
    starts: DAYS_OF_TRIALS,
    opening: fc.subarray(POSSESSIONS.slice(2, 5)).map((possessions) => [...created, ...possessions]),
    steps: fc.oneof(
      often(3, command(fc.record({ do: one('start-trial' as const, 'extend-trial' as const), userId: users }))),
      often(
        6,
        act(
          'consume',
          one({ usage: { pages: 900 } }, { usage: { pages: 300 }, when: 'ten days ago' as const }).map((more) => ({
            ...TRIAL_WORK,
            ...more,
          })),
        ),
      ),
      often(2, act('hold', fc.constant({ ...TRIAL_WORK, usage: { pages: 500 } }))),
      often(
        2,
        one<Until[]>(9 * DAY, 31 * DAY).map((until): Step => ({ step: 'clock', until })),
      ),
      often(1, command(one('e1', 'e3').map((entitlementId) => ({ do: 'end-entitlement', entitlementId })))),
    ),
  },
  {
    starts: DAYS_OF_TRIALS,
    steps: fc.oneof(
      often(1, command(fc.constant({ do: 'extend-month', id: '' }))),
      often(4, act('consume', one({ ...TRIAL_WORK, usage: { pages: 700 } }))),
      often(1, act('hold', fc.constant({ ...TRIAL_WORK, usage: { pages: 500 } }))),
    ),
  },
  // F6: prompts on preview models, and whether they may run.
  {
    starts: STARTS.slice(3),
    steps: fc.oneof(
      often(
        1,
        one<Until[]>('next month', 'end of month').map((until): Step => ({ step: 'clock', until })),
      ),
      often(2, change('sales', { previewModels: false }, { previewModels: false }, { previewModels: true })),
      often(
        5,
        fc
          .tuple(
            one('consume' as const, 'consume' as const, 'hold' as const),
            one('gpt-5-chat', 'claude-opus-4.5', 'o3', 'gpt-4.1'),
            one<Partial<Action>[]>({}, {}, { mode: 'test' }, { recordOnly: true }),
          )
          .chain(([step, model, more]) =>
            act(
              step,
              fc.constant({
                environmentId: 'sales',
                capability: 'prompt',
                model,
                usage: { inputTokens: 700, outputTokens: 400 },
                ...more,
                ...(step === 'hold' ? { recordOnly: false } : {}),
              }),
            ),
          ),
      ),
    ),
  },
  // D13.
  {
    starts: STARTS,
    steps: fc.oneof(
      often(2, command(limits)),
      often(3, uses),
      often(1, setting({ enforcement: { admission: 'never-exceed' } }, { enforcement: { admission: 'until-exhausted' } })),
    ),
  },
  // A6, D3, D5 of one environment, in every currency: its allocation, the pool, and what comes after.
  {
    starts: STARTS,
    opening: fc
      .subarray(POSSESSIONS.slice(0, 4), { minLength: 3 })
      .map((possessions) => [...created, ...possessions, ...KEPT_TO_ITS_SHARE]),
    steps: fc.oneof(
      often(1, allocating(AI_BUILDER, '0', '100', '250', '800')),
      often(1, allocating(COPILOT, '0', '16', '100', '160')),
      often(1, allocating(SESSIONS, '0', '9', '12', '30')),
      often(
        2,
        change(
          'sales',
          { drawFromTenantPool: false },
          { drawFromTenantPool: false },
          { drawFromTenantPool: true },
          { deny: true },
          { deny: false },
          { deny: false },
        ),
      ),
      often(
        9,
        act(
          'consume',
          one<Said[]>(DOCUMENT, DOCUMENT, SESSION, SESSION, ANSWERS, ANSWERS, { ...ANSWERS, caller: 'agent-flow' }).map(
            (more): Said => ({ ...more, environmentId: 'sales', when: 'now' }),
          ),
        ),
      ),
      often(
        3,
        act(
          'hold',
          one<Said[]>(DOCUMENT, SESSION, ANSWERS).map((more): Said => ({ ...more, environmentId: 'sales', when: 'now' })),
        ),
      ),
      often(
        1,
        fc.nat({ max: 9 }).map((which): Step => ({ step: 'capture', which, usage: 'other' })),
      ),
    ),
  },
  // D4: what comes after the pool: pay-as-you-go with a plan of its own limit, and pre-purchases.
  {
    starts: STARTS,
    opening: fc.subarray([POSSESSIONS[3]!, POSSESSIONS[4]!]).map((possessions) => [
      ...created,
      ...possessions,
      {
        step: 'command',
        command: {
          do: 'create-billing-plan',
          plan: { id: 'azure', name: 'Azure', status: 'Enabled', monthlyLimit: micro('500') },
        },
      },
    ]),
    steps: fc.oneof(
      often(2, change('sales', { billingPlanId: 'azure' })),
      often(1, change('lab', { billingPlanId: 'azure' })),
      often(1, command(planChanges)),
      often(
        5,
        act(
          'consume',
          one<Partial<Action>[]>(ANSWERS, { ...ANSWERS, usage: { responses: 90_000 } }).map((more) => ({
            ...more,
            environmentId: 'sales',
          })),
        ),
      ),
      often(
        2,
        act(
          'hold',
          one<Partial<Action>[]>(ANSWERS, { ...ANSWERS, usage: { responses: 90_000 } }).map((more) => ({
            ...more,
            environmentId: 'sales',
          })),
        ),
      ),
    ),
  },
  // A7: more is allocated than owned, in parts that are not whole.
  {
    starts: STARTS,
    opening: fc.constant([...created, ...POSSESSIONS.slice(0, 4), ...KEPT_TO_ITS_SHARE]),
    steps: fc.oneof(
      often(2, command(one('e1', 'e3', 'e2').map((entitlementId) => ({ do: 'end-entitlement', entitlementId })))),
      often(3, command(allocations)),
      often(1, allocating(AI_BUILDER, '333', '1666.666666', '2345.5')),
      often(
        4,
        act(
          'consume',
          one<Said[]>(DOCUMENT, DOCUMENT, ANSWERS).map((more): Said => ({ ...more, when: 'now' })),
        ),
      ),
    ),
  },
  // A6: a deleted environment counts as one without an allocation; made again, its month is its own.
  {
    starts: STARTS,
    opening: fc.constant([...created, ...POSSESSIONS.slice(0, 4), ...KEPT_TO_ITS_SHARE]),
    steps: fc.oneof(
      often(1, command(fc.constant({ do: 'delete-environment', environmentId: 'sales' }))),
      often(2, fc.constant(creation('sales'))),
      often(2, allocating(COPILOT, '100', '160')),
      often(1, allocating(AI_BUILDER, '250', '800')),
      often(
        6,
        act(
          'consume',
          one<Said[]>(DOCUMENT, ANSWERS, SESSION).map((more): Said => ({ ...more, environmentId: 'sales', when: 'now' })),
        ),
      ),
      often(
        1,
        act(
          'hold',
          one<Said[]>(DOCUMENT, ANSWERS).map((more): Said => ({ ...more, environmentId: 'sales' })),
        ),
      ),
    ),
  },
  // R1: versions of a capability of one's own, each for the actions of its days.
  {
    starts: STARTS,
    steps: fc.oneof(
      often(2, definitions),
      often(
        5,
        act(
          'consume',
          one<When[]>('now', 'two hours ago', 'ten days ago').map(
            (when): Said => ({ capability: 'translate-to-elvish', model: null, usage: { pages: 3 }, when }),
          ),
        ),
      ),
    ),
  },
  // E5, E7: the year's turn of seeded credits and of add-ons, with contracts that began about 2025-11-01.
  {
    starts: [
      '2025-10-31T23:57:00Z',
      '2025-11-03T09:00:00Z',
      '2026-10-30T06:00:00Z',
      '2026-10-31T23:58:30Z',
      '2026-11-04T08:00:00Z',
    ],
    opening: fc.subarray(POSSESSIONS, { minLength: 4 }).map((possessions) => [...created, ...possessions]),
    steps: fc.oneof(
      often(2, setting({ honourSeededCreditsUntilTerm: true }, { honourSeededCreditsUntilTerm: false })),
      often(
        3,
        fc
          .tuple(
            one('power-automate-premium', 'power-apps-per-app', 'ai-builder-add-on-t1'),
            one<[number | null, number | null, number | null][]>(
              [-370, -355, null],
              [-370, -369, null],
              [-370, -366, 3],
              [-3, null, null],
              [null, null, null],
              [0, null, 2],
            ),
          )
          .map(
            ([product, [bought, starts, ends]]): Step => ({
              ...{ step: 'entitle', which: 'new', product, quantity: 1, bought, starts, ends },
            }),
          ),
      ),
      often(2, command(one('e1', 'e6').map((entitlementId) => ({ do: 'end-entitlement', entitlementId })))),
      often(3, act('consume', one<Said[]>(DOCUMENT, { ...DOCUMENT, when: 'end of last month' }))),
      often(
        2,
        one<Until[]>(MINUTE, 3 * HOUR, DAY).map((until): Step => ({ step: 'clock', until })),
      ),
    ),
  },
  // C1–C3, D9: computed consumption, and usage that is recorded late, about the first of a month.
  {
    starts: ['2025-10-31T23:57:00Z', '2026-02-28T12:00:00Z', '2026-10-31T23:58:30Z'],
    steps: fc.oneof(
      often(
        2,
        setting(
          { enforcement: { view: 'computed' } },
          { enforcement: { view: 'computed' } },
          { enforcement: { view: 'realtime' } },
          { computation: { delayDays: 2 } },
          { computation: { delayDays: 0 } },
          { lateUsageDays: 3 },
        ),
      ),
      often(2, command(fc.constant({ do: 'compute', onDemand: true }))),
      often(
        6,
        act(
          'consume',
          one<When[]>('now', 'end of last month', 'end of last month', 'two hours ago', 'in 4 minutes', 'ten days ago').map(
            (when) => ({ when }),
          ),
        ),
      ),
      often(
        1,
        act(
          'hold',
          one<When[]>('end of last month', 'in 4 minutes').map((when) => ({ when })),
        ),
      ),
      often(
        2,
        one<Until[]>(MINUTE, 3 * HOUR, DAY, 3 * DAY, 'before the 8th', 'the 8th').map(
          (until): Step => ({ step: 'clock', until }),
        ),
      ),
    ),
  },
];
