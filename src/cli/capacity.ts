// `bursar capacity`: how the tenant and its environments stand this month.

import type { Command } from 'commander';
import type { EnvironmentCapacityOfCurrency, EnvironmentCapacityRow, TenantCapacity } from '../../sdk/src/index.ts';
import { type Column, currencyName, grouped, printJson, printLine, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

type CurrencyRow = EnvironmentCapacityOfCurrency & { environmentId: string };

const OF_CURRENCY: Column<CurrencyRow>[] = [
  { title: 'currency', of: (row) => currencyName(row.currency) },
  { title: 'source', of: (row) => row.source },
  { title: 'available', of: (row) => grouped(row.available), align: 'right' },
  { title: 'consumed', of: (row) => grouped(row.consumed), align: 'right' },
  { title: 'held', of: (row) => grouped(row.held), align: 'right' },
  { title: '%', of: (row) => row.percent ?? '–', align: 'right' },
  { title: 'pay-as-you-go', of: (row) => grouped(row.payAsYouGo), align: 'right' },
  { title: 'status', of: (row) => row.status },
];

export function addCapacity(program: Command): void {
  addVerb(
    program,
    'capacity [environment]',
    'show what is owned, allocated, consumed and left this month',
    'bursar capacity\nbursar capacity sales',
  ).action((environment: string | undefined, flags: ConnectionFlags) =>
    finish(async () => {
      const { capacity } = connected(flags);
      if (environment !== undefined) {
        const of = await capacity.environment(environment);
        if (flags.json) return printJson(of);
        return printEnvironment(environment, of);
      }
      const [tenant, environments] = await Promise.all([capacity.tenant(), capacity.environments().all()]);
      if (flags.json) return printJson({ ...tenant, environments });
      printTenant(tenant);
      printEnvironments(environments);
    }),
  );
}

function printTenant(tenant: TenantCapacity): void {
  const computedAt = tenant.currencies.map((each) => each.computedAt).find((at) => at !== null);
  const plans = tenant.activeBillingPlans === 0 ? '' : `, ${grouped(tenant.activeBillingPlans)} active pay-as-you-go plans`;
  printLine(
    `${tenant.month}, as of ${tenant.now} (${tenant.era}), ${computedAt ? `computed at ${computedAt}` : 'not computed yet'}${plans}\n`,
  );
  printTable(
    [
      { title: 'currency', of: (row) => currencyName(row.currency) },
      { title: 'owned', of: (row) => grouped(row.owned), align: 'right' },
      { title: 'allocated', of: (row) => grouped(row.allocated), align: 'right' },
      { title: 'unallocated', of: (row) => grouped(row.unallocated), align: 'right' },
      { title: 'consumed', of: (row) => grouped(row.consumed), align: 'right' },
      { title: 'held', of: (row) => grouped(row.held), align: 'right' },
      { title: 'pay-as-you-go', of: (row) => grouped(row.payAsYouGo), align: 'right' },
      {
        title: 'status',
        of: (row) => row.status + (row.overAllocated === '0' ? '' : `, over-allocated by ${grouped(row.overAllocated)}`),
      },
    ],
    tenant.currencies,
    '',
  );
}

function printEnvironments(environments: readonly EnvironmentCapacityRow[]): undefined {
  printLine('');
  const rows = environments.flatMap(({ environmentId, currencies }) => currencies.map((each) => ({ environmentId, ...each })));
  printTable(
    [{ title: 'environment', of: (row) => row.environmentId }, ...OF_CURRENCY],
    // Where there is nothing and nothing was used there is nothing to tell.
    rows.filter((row) => row.status !== 'no-capacity' || row.consumed !== '0' || row.payAsYouGo !== '0'),
    environments.length === 0
      ? 'no environments yet; make one: bursar environment create sales'
      : 'no environment has capacity; entitle the tenant: bursar entitle copilot-credit-pack 1',
  );
}

function printEnvironment(
  id: string,
  of: { currencies: EnvironmentCapacityOfCurrency[]; features: Record<string, { allowed: boolean; code?: string | undefined }> },
): undefined {
  printTable(
    OF_CURRENCY,
    of.currencies.map((each) => ({ environmentId: id, ...each })),
    '',
  );
  printLine('');
  printTable(
    [
      { title: 'makers may', of: ([name]) => name },
      { title: '', of: ([, feature]) => (feature.allowed ? 'yes' : `no (${feature.code ?? ''})`) },
    ],
    Object.entries(of.features),
    '',
  );
}
