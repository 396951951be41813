// How an environment stands: what makers are told (N1, M1b), each currency with its source and its forecast, and what it was used for.

import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Environment, EnvironmentCapacity, UsageRow } from '../../../sdk/src/index.ts';
import { CURRENCIES, type Currency } from '../../core/credits.ts';
import { thresholdsOf } from '../capacity/consumption-level.ts';
import { BarChart } from '../chart/bar-chart.tsx';
import { TrendChart } from '../chart/trend-chart.tsx';
import { settingsQuery, tenantQuery } from '../data.ts';
import { isNone } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { bannersQuery } from '../notice/notice-data.ts';
import { environmentText as t } from '../strings/environment.ts';
import { words } from '../strings/words.ts';
import { sumOf } from './amount-sum.ts';
import {
  environmentCapacityQuery,
  environmentForecastQuery,
  environmentTrendQuery,
  environmentUsageQuery,
} from './environment-data.ts';
import { EnvironmentStanding } from './environment-standing.tsx';

const useStyles = makeStyles({
  cards: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 420px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  messages: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, ':empty': { display: 'none' } },
});

const TREND_MONTHS = 2;

/** AI Builder credits and Copilot Credits always; another where there is any. */
function isShown({ currency, available, consumed }: EnvironmentCapacity['currencies'][number]): boolean {
  return currency !== 'copilot-sessions' || !isNone(available) || !isNone(consumed);
}

export function EnvironmentOverview({ environment }: { environment: Environment }) {
  const styles = useStyles();
  const { id } = environment;
  const { data: capacity, error, refetch } = useQuery(environmentCapacityQuery(id));
  const { data: forecast } = useQuery(environmentForecastQuery(id));
  const { data: settings } = useQuery(settingsQuery);
  if (!capacity) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  return (
    <>
      <Told environment={environment} capacity={capacity} />
      <div className={styles.cards}>
        {capacity.currencies.filter(isShown).map((of) => (
          <EnvironmentStanding
            key={of.currency}
            of={of}
            forecast={forecast?.currencies.find(({ currency }) => currency === of.currency)}
            month={forecast?.month}
            thresholds={thresholdsOf(settings)}
          />
        ))}
      </div>
      <Consumption environmentId={id} />
    </>
  );
}

/** What makers are told here, and what is switched. */
function Told({ environment, capacity: { features } }: { environment: Environment; capacity: EnvironmentCapacity }) {
  const styles = useStyles();
  const { data: banners } = useQuery(bannersQuery(environment.id));
  const blocked = Object.entries(t.featureNames).flatMap(([feature, name]) =>
    features[feature as keyof typeof features].allowed ? [] : [name.toLocaleLowerCase()],
  );
  const switched = [
    environment.deny && t.denyIsOn,
    !environment.drawFromTenantPool && !environment.deny && t.poolIsOff,
    !environment.previewModels && t.previewIsOff,
  ].filter((each) => each !== false);
  return (
    <div className={styles.messages}>
      {banners?.value.map(({ kind, currency, sentence, whatToDo }) => (
        <MessageBar key={`${kind} ${currency}`} intent={features.run.allowed ? 'warning' : 'error'} layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{sentence}</MessageBarTitle>
            {whatToDo}
          </MessageBarBody>
        </MessageBar>
      ))}
      {blocked.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t.featuresBlocked(blocked.join(', '))}</MessageBarBody>
        </MessageBar>
      )}
      {switched.length > 0 && (
        <MessageBar layout="multiline">
          <MessageBarBody>{switched.join(' ')}</MessageBarBody>
        </MessageBar>
      )}
    </div>
  );
}

function Consumption({ environmentId }: { environmentId: string }) {
  const styles = useStyles();
  const { data: tenant } = useQuery(tenantQuery);
  const { data: rows = [] } = useQuery(environmentUsageQuery(environmentId, ['product', 'source']));
  const { data: days = [] } = useQuery({
    ...environmentTrendQuery(environmentId, firstOfMonths(tenant?.now ?? '1970-01-01T00:00:00Z', TREND_MONTHS)),
    enabled: tenant !== undefined,
  });
  return (
    <div className={styles.cards}>
      {CURRENCIES.slice(0, 2).map((currency) => (
        <ByProduct key={currency} currency={currency} rows={rows} />
      ))}
      {CURRENCIES.slice(0, 2).map((currency) => (
        <TrendChart
          key={`${currency} trend`}
          title={t.trend(words.currencies[currency])}
          csvName={`${environmentId}-${currency}-by-day`}
          series={[
            {
              id: currency,
              name: words.currencies[currency],
              points: days
                .filter((row) => row.currency === currency)
                .map(({ period, credits }) => ({ day: period, amount: credits })),
            },
          ]}
        />
      ))}
    </div>
  );
}

/** The 1st of the month that is so many months before that of `now`. */
function firstOfMonths(now: string, before: number): string {
  const [year = 0, month = 1] = now.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 - before, 1)).toISOString().slice(0, 10);
}

function ByProduct({ currency, rows }: { currency: Currency; rows: readonly UsageRow[] }) {
  const ofCurrency = rows.filter((row) => row.currency === currency);
  const amount = (product: string, isBilled: boolean) =>
    sumOf(
      ofCurrency
        .filter((row) => row.product === product && (row.source === 'pay-as-you-go') === isBilled)
        .map(({ credits }) => credits),
    );
  const hasPlan = ofCurrency.some(({ source }) => source === 'pay-as-you-go');
  return (
    <BarChart
      title={t.byProduct(words.currencies[currency])}
      csvName={`${currency}-by-product`}
      none={t.nothingUsed}
      categoryTitle={t.product}
      series={[{ id: 'prepaid', name: t.prepaid }, ...(hasPlan ? [{ id: 'billed', name: t.billed }] : [])]}
      categories={Object.entries(t.products)
        .map(([id, name]) => ({ id, name, amounts: { prepaid: amount(id, false), billed: amount(id, true) } }))
        .filter(({ amounts }) => !isNone(amounts.prepaid) || !isNone(amounts.billed))}
    />
  );
}
