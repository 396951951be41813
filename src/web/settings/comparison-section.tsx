// What the two views of D9 would have done with the actions of some days, side by side. What is compared is in the address.

import { Button, Field, Input, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Comparison } from '../../../sdk/src/index.ts';
import { VIEWS } from '../../core/comparison.ts';
import { CURRENCIES, type Currency } from '../../core/credits.ts';
import { BarChart } from '../chart/bar-chart.tsx';
import { TopChart } from '../chart/top-chart.tsx';
import { TrendChart } from '../chart/trend-chart.tsx';
import { approximate, formatCount, isNone } from '../figures.ts';
import { MayNotSee } from '../frame/may-not-see.tsx';
import { Section } from '../frame/section.tsx';
import { useWhyNot } from '../may.ts';
import { useChangePageState, usePageState } from '../page-state.ts';
import { ProblemMessage } from '../problem/problem-message.tsx';
import { settingsText } from '../strings/settings.ts';
import { words } from '../strings/words.ts';
import { type ComparisonRequest, comparisonQuery } from './settings-data.ts';
import { faultOfWholeNumber, readWholeNumber } from './whole-number.ts';

const t = settingsText.comparison;
const views = settingsText.enforcement.views;
const DAY = /^\d{4}-\d\d-\d\d$/;
const MOST_DELAY_DAYS = 31;

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  form: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
  facts: { display: 'flex', flexWrap: 'wrap', gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXXL}`, margin: 0 },
  fact: { display: 'flex', gap: tokens.spacingHorizontalS },
  factName: { color: tokens.colorNeutralForeground3 },
  factValue: { margin: 0, fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
  spinner: { justifyContent: 'start' },
  charts: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 420px), 1fr))',
    gap: tokens.spacingHorizontalXXL,
    alignItems: 'start',
  },
});

export function ComparisonSection({ now }: { now: string }) {
  const whyNot = useWhyNot('compareViews');
  if (whyNot === null) return <Asked now={now} />;
  return (
    <Section title={t.title}>
      <MayNotSee why={whyNot} />
    </Section>
  );
}

function Asked({ now }: { now: string }) {
  const styles = useStyles();
  const { from: askedFrom = '', to: askedTo = '', delay: askedDelay = '0' } = usePageState();
  const request = requestOf(askedFrom, askedTo, askedDelay);
  const { data: comparison, error, isFetching } = useQuery(comparisonQuery(request));
  const shown = error || isFetching ? undefined : comparison;
  return (
    <>
      <Section title={t.title}>
        <div className={styles.root}>
          <Text>{t.text}</Text>
          <AskForm
            key={`${askedFrom} ${askedTo} ${askedDelay}`}
            from={askedFrom || `${now.slice(0, 8)}01`}
            to={askedTo || now.slice(0, 10)}
            delay={askedDelay}
            isAsking={isFetching}
          />
          {isFetching && <Spinner size="small" className={styles.spinner} label={t.comparing} />}
          {error && !isFetching && <ProblemMessage error={error} />}
          {shown && <Facts comparison={shown} />}
        </div>
      </Section>
      {shown && shown.actions > 0 && <Charts comparison={shown} />}
    </>
  );
}

function requestOf(from: string, to: string, delay: string): ComparisonRequest | null {
  const delayDays = readWholeNumber(delay, 0, MOST_DELAY_DAYS);
  return DAY.test(from) && DAY.test(to) && from <= to && delayDays !== null ? { from, to, delayDays } : null;
}

function AskForm(asked: { from: string; to: string; delay: string; isAsking: boolean }) {
  const styles = useStyles();
  const change = useChangePageState();
  const [from, setFrom] = useState(asked.from);
  const [to, setTo] = useState(asked.to);
  const [delay, setDelay] = useState(asked.delay);
  const delayFault = faultOfWholeNumber(delay, 0, MOST_DELAY_DAYS);
  const dayFault = DAY.test(from) && DAY.test(to) && from <= to ? null : t.tooEarly;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (delayFault === null && dayFault === null) change({ from, to, delay });
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <Field label={t.from} {...(dayFault && { validationMessage: dayFault })}>
        <Input type="date" value={from} onChange={(_, { value }) => setFrom(value)} />
      </Field>
      <Field label={t.to}>
        <Input type="date" value={to} onChange={(_, { value }) => setTo(value)} />
      </Field>
      <Field label={t.delay} {...(delayFault && { validationMessage: delayFault })}>
        <Input type="number" min={0} max={MOST_DELAY_DAYS} value={delay} onChange={(_, { value }) => setDelay(value)} />
      </Field>
      <Button type="submit" disabledFocusable={asked.isAsking || delayFault !== null || dayFault !== null}>
        {t.compare}
      </Button>
    </form>
  );
}

function Facts({ comparison }: { comparison: Comparison }) {
  const styles = useStyles();
  const { actions, skipped, onlyRealtimeAdmits, onlyComputedAdmits } = comparison;
  if (actions === 0) return <Text>{t.none}</Text>;
  const facts = [
    [t.actions, actions],
    [t.onlyRealtime, onlyRealtimeAdmits],
    [t.onlyComputed, onlyComputedAdmits],
    ...(skipped > 0 ? ([[t.skipped, skipped]] as const) : []),
  ] as const;
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name} className={styles.fact}>
          <dt className={styles.factName}>{name}</dt>
          <dd className={styles.factValue}>{formatCount(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Each a card of its own. */
function Charts({ comparison }: { comparison: Comparison }) {
  const styles = useStyles();
  const { days, from, to } = comparison;
  const overspentIn = (currency: Currency) =>
    VIEWS.map((view) => ({
      id: view,
      name: views[view],
      amount: comparison[view].overspent.find((each) => each.currency === currency)?.credits ?? '0',
    }));
  const overspent = CURRENCIES.filter((currency) => overspentIn(currency).some(({ amount }) => !isNone(amount)));
  const file = `comparison-${from}-${to}`;
  return (
    <div className={styles.charts}>
      <BarChart
        title={t.decided}
        csvName={`${file}-decisions`}
        categoryTitle={t.view}
        categories={VIEWS.map((view) => {
          const { admitted, inOverage, refused } = comparison[view];
          return {
            id: view,
            name: views[view],
            amounts: { admitted: String(admitted - inOverage), overage: String(inOverage), refused: String(refused) },
          };
        })}
        series={[
          { id: 'admitted', name: t.admitted },
          { id: 'overage', name: t.inOverage },
          { id: 'refused', name: t.refused },
        ]}
      />
      <TrendChart
        title={t.refusedByDay}
        csvName={`${file}-refused`}
        series={VIEWS.map((view) => ({
          id: view,
          name: views[view],
          points: days.map((each) => ({ day: each.day, amount: String(each[view].refused) })),
        }))}
      />
      {overspent.map((currency) => (
        <TopChart
          key={currency}
          title={t.overspent(words.currencies[currency])}
          csvName={`${file}-overspent-${currency}`}
          nameTitle={t.view}
          bars={overspentIn(currency).toSorted((a, b) => approximate(b.amount) - approximate(a.amount))}
        />
      ))}
    </div>
  );
}
