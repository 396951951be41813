// What Contoso had consumed before it came to Bursar: an AI Builder consumption report (M4) of three months, which is imported. It had a
// contract that ran out at the end of September, and some who only tried.

import { randomOf } from '../traffic/random.ts';
import { daysBetween, isWorkingDay } from './calendar.ts';
import { DEPARTMENTS } from './people.ts';

export const EARLIER_FILE = 'AIBuilderConsumption_2025-07-01_2025-09-30.csv';
const FIRST = '2025-07-01';
const LAST = '2025-09-30';

const WHO: readonly { environmentId: string; name: string; users: readonly string[]; mean: number; trial: boolean }[] = [
  {
    environmentId: 'contoso-default',
    name: 'Contoso (default)',
    users: DEPARTMENTS.finance.slice(0, 4),
    mean: 700,
    trial: false,
  },
  { environmentId: 'sales', name: 'Sales', users: DEPARTMENTS.sales.slice(0, 5), mean: 380, trial: false },
  { environmentId: 'innovation-lab', name: 'Innovation lab', users: DEPARTMENTS.makers.slice(1, 3), mean: 900, trial: true },
];
const BUSY = 0.8;

/** The file. */
export function earlierConsumption(): string {
  const random = randomOf('contoso/earlier');
  const lines = ['Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial'];
  for (const day of daysBetween(FIRST, LAST).filter(isWorkingDay)) {
    for (const { environmentId, name, users, mean, trial } of WHO) {
      for (const userId of users) {
        if (random.next() > BUSY) continue;
        const consumed = Math.ceil(-Math.log(1 - random.next()) * mean);
        lines.push([day, userId, environmentId, name, consumed, trial ? 'TRUE' : 'FALSE'].join(','));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
