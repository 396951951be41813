// The explanation of one decision (D7), in a panel over any page: what was decided, what helps against a refusal (D6), the figures it
// was decided on, and each source that was tried and why.

import {
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  MessageBar,
  MessageBarBody,
  makeStyles,
  OverlayDrawer,
  Text,
  tokens,
} from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { USAGE_FIELDS } from '../../core/action.ts';
import { type ActivityItem, activityItemQuery } from '../data.ts';
import { formatAmount, formatCount, formatDate, formatTime } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { strings } from '../strings.ts';
import { type Column, DataTable } from '../table.tsx';

const text = strings.explanation;

const useStyles = makeStyles({
  drawer: { width: '640px', maxWidth: '100vw' },
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXL, paddingBottom: tokens.spacingVerticalXXL },
  part: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  heading: {
    margin: 0,
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'minmax(96px, max-content) 1fr',
    gap: `6px ${tokens.spacingHorizontalL}`,
    margin: 0,
  },
  factName: { color: tokens.colorNeutralForeground3 },
  factValue: { margin: 0, overflowWrap: 'anywhere' },
  remedies: { margin: 0, paddingLeft: tokens.spacingHorizontalXL },
});

export function ActivityPanel() {
  const styles = useStyles();
  const { record } = usePageState();
  const change = useChangePageState();
  // While it closes it still shows what it showed.
  const [shown, setShown] = useState(record);
  if (record !== undefined && record !== shown) setShown(record);
  const close = () => change({ record: undefined });
  return (
    <OverlayDrawer
      position="end"
      className={styles.drawer}
      open={record !== undefined}
      onOpenChange={(_, { open }) => {
        if (!open) close();
      }}
    >
      {shown !== undefined && <Explanation id={shown} close={close} />}
    </OverlayDrawer>
  );
}

function Explanation({ id, close }: { id: string; close: () => void }) {
  const styles = useStyles();
  const { data: item, error, refetch } = useQuery(activityItemQuery(useQueryClient(), id));
  return (
    <>
      <DrawerHeader>
        <DrawerHeaderTitle
          action={
            <Button appearance="subtle" onClick={close}>
              {text.close}
            </Button>
          }
        >
          {item ? text.title[item.status] : strings.activity.title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody className={styles.body}>
        {item === undefined && !error && <Loading />}
        {item === undefined && error && <PageFailed error={error} retry={() => void refetch()} />}
        {item === null && <Text>{text.notFound}</Text>}
        {item && (
          <>
            <Outcome item={item} />
            <Sources item={item} />
            <DecidedOn item={item} />
            <TheAction item={item} />
          </>
        )}
      </DrawerBody>
    </>
  );
}

function outcomeOf(item: ActivityItem): string {
  if (item.status === 'refused') return item.detail ?? text.refused(item.code);
  if (item.free !== null) return text.free(strings.freeReasons[item.free]);
  const currency = item.currency === null ? '' : strings.currencies[item.currency];
  if (item.source === null) return text.chargedNowhere(formatAmount(item.credits), currency);
  return text.charged(formatAmount(item.credits), currency, strings.sources[item.source]);
}

/** By what the server calls them; one that it learns later is shown as it calls it. */
const REMEDIES: Readonly<Record<string, string>> = strings.remedies;

const INTENTS = { charged: 'success', 'in-overage': 'warning', free: 'info', refused: 'error' } as const;

function Outcome({ item }: { item: ActivityItem }) {
  const styles = useStyles();
  return (
    <div className={styles.part}>
      <MessageBar intent={INTENTS[item.status]} layout="multiline">
        <MessageBarBody>{outcomeOf(item)}</MessageBarBody>
      </MessageBar>
      {item.remedies && item.remedies.length > 0 && (
        <>
          <h3 className={styles.heading}>{text.remedies}</h3>
          <ul className={styles.remedies}>
            {item.remedies.map(({ action, credits, date }) => (
              <li key={action}>
                {REMEDIES[action] ?? action}
                {credits !== undefined && `: ${strings.remedyCredits(formatAmount(credits))}`}
                {date !== undefined && `: ${strings.remedyDate(formatDate(date))}`}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

type NumberedSource = ActivityItem['explanation'][number] & { number: number };

const SOURCE_COLUMNS: readonly Column<NumberedSource>[] = [
  { id: 'order', title: text.order, cell: ({ number }) => number },
  {
    id: 'source',
    title: text.source,
    cell: ({ currency, source }) => `${strings.currencies[currency]}: ${strings.sources[source]}`,
  },
  {
    id: 'available',
    title: text.available,
    cell: ({ available }) => (available === null ? text.noLimit : formatAmount(available)),
    align: 'end',
  },
  { id: 'consumed', title: text.consumed, cell: ({ consumed }) => formatAmount(consumed), align: 'end' },
  { id: 'held', title: text.held, cell: ({ held }) => formatAmount(held), align: 'end' },
  { id: 'outcome', title: text.outcome, cell: ({ reason }) => reason },
];

function Sources({ item: { explanation } }: { item: ActivityItem }) {
  const styles = useStyles();
  return (
    <section className={styles.part}>
      <h3 className={styles.heading}>{text.sources}</h3>
      {explanation.length === 0 ? (
        <Text>{text.noSources}</Text>
      ) : (
        <DataTable
          label={text.sources}
          of="figures"
          columns={SOURCE_COLUMNS}
          rows={explanation.map((tried, index) => ({ ...tried, number: index + 1 }))}
          rowId={({ number }) => String(number)}
        />
      )}
    </section>
  );
}

function Facts({ title, facts }: { title: string; facts: readonly (readonly [string, string | null | undefined])[] }) {
  const styles = useStyles();
  return (
    <section className={styles.part}>
      <h3 className={styles.heading}>{title}</h3>
      <dl className={styles.facts}>
        {facts.map(
          ([name, value]) =>
            value && [
              <dt key={`${name} name`} className={styles.factName}>
                {name}
              </dt>,
              <dd key={name} className={styles.factValue}>
                {value}
              </dd>,
            ],
        )}
      </dl>
    </section>
  );
}

function DecidedOn({ item: { era, price, code } }: { item: ActivityItem }) {
  const prices = price.prices.map(({ currency, units, credits }) =>
    text.priceOf(formatAmount(credits), strings.currencies[currency], text.units(units, formatCount(units))),
  );
  return (
    <Facts
      title={text.decidedOn}
      facts={[
        [text.code, code],
        [text.era, strings.eras[era]],
        [text.rateCard, price.rateCard],
        [text.tier, price.tier],
        [text.feature, price.feature],
        [text.price, prices.join('; ')],
      ]}
    />
  );
}

function TheAction({ item }: { item: ActivityItem }) {
  const used = USAGE_FIELDS.flatMap((field) => {
    const count = item.usage[field];
    return count === undefined ? [] : [`${strings.usage[field]}: ${formatCount(count)}`];
  });
  const time = (instant: string) => `${formatDate(instant)}, ${formatTime(instant)} UTC`;
  return (
    <Facts
      title={text.action}
      facts={[
        [strings.activity.time, time(item.occurredAt)],
        [strings.activity.environment, item.environmentId],
        [strings.activity.user, item.userId],
        [strings.activity.caller, strings.callers[item.caller]],
        [text.resource, item.resource && `${item.resource.name ?? item.resource.id} (${item.resource.type})`],
        [strings.activity.capability, item.capability],
        [strings.activity.model, item.model],
        [text.usage, used.join(', ')],
        [text.mode, item.mode],
        [text.recorded, time(item.recordedAt)],
        [text.id, item.id],
      ]}
    />
  );
}
