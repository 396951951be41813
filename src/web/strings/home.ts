// The texts of Home.

export const homeText = {
  title: 'Home',
  lead: (tenant: string) => `What needs attention in ${tenant}, and what to do next.`,

  attention: 'What needs attention',
  allWell: 'Nothing needs attention: every environment is within its capacity.',
  ownWell: 'Nothing needs attention: each of your environments is within its capacity.',
  assign: 'Assign credits',
  more: (text: string) => `and ${text} more`,
  makerEnvironment: 'Environment',
  makerWell: 'You can use AI in this environment.',

  tasks: 'Tasks',
  task: {
    allocate: {
      title: 'Assign credits',
      text: 'Keep credits for an environment, and see what it does before you save.',
      go: 'Assign',
    },
    report: { title: 'Download a report', text: 'Who used how much, day by day, as a file.', go: 'Choose a report' },
    activity: { title: 'See activity', text: 'Every AI action as it happens, and why it was decided so.', go: 'Open' },
  },

  month: (month: string) => month,
  dayOf: (day: string, days: string, reset: string) => `Day ${day} of ${days}. Counts start again on ${reset}.`,
  consumed: (consumed: string, owned: string) => `${consumed} of ${owned} consumed`,
  today: 'Today',
  expected: (credits: string) => `Expected by the month’s end: ${credits}`,
  range: (low: string, high: string) => `four times in five between ${low} and ${high}`,
  poolRunsOut: (day: string) => `The pool is expected to run out on ${day}.`,
  poolMayRunOut: (day: string) => `The pool could run out from ${day} on.`,

  near: 'Environments near or over',
  nearNone: 'None this month.',
  nearMore: (text: string) => `All ${text} of them`,
  environment: 'Environment',
  currency: 'Currency',
  source: 'Draws from',
  used: 'Used',
  usedOf: (consumed: string, available: string, percent: string) => `${consumed} of ${available} (${percent})`,
  status: 'Status',
  runsOut: 'Runs out',
  spent: 'Spent',
  notThisMonth: 'Not this month',
  around: (day: string) => day,
  earliest: (day: string) => `Perhaps from ${day}`,

  startTitle: 'Begin here',
  startText: 'Enter what your tenant bought, then create environments: what they may use and who pays shows here.',
  start: 'Enter a purchase',
} as const;
