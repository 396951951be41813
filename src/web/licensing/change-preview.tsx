// What a change would do, as the server reckons it before anything is saved: to the pool, to the named environments, to others that
// share the pool.

import { MessageBar, MessageBarBody, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Status } from '../../core/status.ts';
import { formatAmount, formatCount, formatPercent, isNone } from '../figures.ts';
import { problemSentence } from '../problem/problem-sentence.ts';
import { StatusBadge } from '../status-badge.tsx';
import { licensingText } from '../strings/licensing.ts';
import { words } from '../strings/words.ts';
import { type AllocationPreview, type PreviewedChange, previewQuery } from './licensing-data.ts';

const t = licensingText.preview;
/** Typing rests so long before the server is asked. */
const REST_MS = 200;

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minHeight: '24px' },
  title: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  group: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  name: { overflowWrap: 'anywhere' },
  facts: { display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: `2px ${tokens.spacingHorizontalL}`, margin: 0 },
  figure: { margin: 0, fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' },
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, margin: 0, padding: 0, listStyleType: 'none' },
  statuses: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  muted: { color: tokens.colorNeutralForeground2 },
  hidden: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' },
});

export interface ReckonedChange {
  /** Of the change as it is entered now; undefined: not answered yet. */
  preview: AllocationPreview | undefined;
  /** Of what was entered before, while the new one is reckoned. */
  shown: AllocationPreview | undefined;
  error: Error | null;
}

/** What a change would do, asked when typing rests; null: nothing is entered that could be asked. */
export function useReckoned(change: PreviewedChange | null): ReckonedChange {
  const text = JSON.stringify(change);
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, error, isPlaceholderData } = useQuery({
    ...previewQuery(JSON.parse(rested) as PreviewedChange | null),
    placeholderData: keepPreviousData,
  });
  const isOfNow = rested === text && change !== null && !isPlaceholderData;
  return {
    preview: isOfNow ? data : undefined,
    shown: change === null ? undefined : data,
    error: rested === text && change !== null ? error : null,
  };
}

/** Why a change cannot be made, as the server reckons it; null: it can, as far as is known. */
export function refusalOf({ preview }: ReckonedChange): string | null {
  if (preview?.decision !== 'refused') return null;
  const { available = '0', currency } = preview;
  return t.insufficient(formatAmount(available), currency === undefined ? '' : words.currencies[currency]);
}

export function ChangePreview({ reckoned }: { reckoned: ReckonedChange }) {
  const styles = useStyles();
  const { preview, shown, error } = reckoned;
  const refusal = refusalOf(reckoned);
  return (
    <section
      className={styles.root}
      aria-label={t.title}
      aria-live="polite"
      aria-busy={preview === undefined && shown !== undefined}
    >
      <div className={styles.head}>
        <h3 className={styles.title}>{t.title}</h3>
        {shown !== undefined && preview === undefined && error === null && (
          <Spinner size="extra-tiny" delay={400} aria-label={t.reckoning} />
        )}
      </div>
      {error !== null ? (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{problemSentence(error)}</MessageBarBody>
        </MessageBar>
      ) : refusal !== null ? (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{refusal}</MessageBarBody>
        </MessageBar>
      ) : shown === undefined || shown.decision === 'refused' ? (
        <Text className={styles.muted}>{t.waiting}</Text>
      ) : (
        <Picture of={shown} />
      )}
    </section>
  );
}

function Picture({ of }: { of: AllocationPreview }) {
  const styles = useStyles();
  return (
    <>
      {of.pools.map(({ currency, owned, before, after, sharedBy }) =>
        isNone(owned) && isNone(before.consumed) ? null : (
          <div key={currency} className={styles.group}>
            <Text weight="semibold">{t.pool(words.currencies[currency])}</Text>
            <dl className={styles.facts}>
              <dt className={styles.muted}>{t.unassigned}</dt>
              <dd className={styles.figure}>
                <Change before={formatAmount(before.unallocated)} after={formatAmount(after.unallocated)} />
              </dd>
              <dt className={styles.muted}>{t.poolConsumed}</dt>
              <dd className={styles.figure}>
                <Change before={formatAmount(before.consumed)} after={formatAmount(after.consumed)} />
              </dd>
            </dl>
            <Text size={200} className={styles.muted}>
              {sharedBy === 0 ? t.sharedByNone : t.sharedBy(sharedBy, formatCount(sharedBy))}
            </Text>
          </div>
        ),
      )}
      {of.named.length > 0 && (
        <Standings of={of.named} showsCurrency={new Set(of.named.map(({ currency }) => currency)).size > 1} />
      )}
      <Others of={of.others} />
    </>
  );
}

/** `5,000 → 4,000`, or the one figure where it stays. */
function Change({ before, after }: { before: string; after: string }) {
  const styles = useStyles();
  if (before === after) return after;
  return (
    <>
      {before} <span aria-hidden>→</span>
      <span className={styles.hidden}> {licensingText.becomes} </span> <Text weight="semibold">{after}</Text>
    </>
  );
}

function StatusChange({ before, after }: { before: Status; after: Status }) {
  const styles = useStyles();
  if (before === after) return <StatusBadge status={after} />;
  return (
    <>
      <StatusBadge status={before} />
      <span aria-hidden>→</span>
      <span className={styles.hidden}>{licensingText.becomes}</span>
      <StatusBadge status={after} />
    </>
  );
}

function Standings({ of, showsCurrency }: { of: AllocationPreview['named']; showsCurrency: boolean }) {
  const styles = useStyles();
  return (
    <ul className={styles.list}>
      {of.map(({ environmentId, name, currency, before, after }) => (
        <li key={`${currency} ${environmentId}`} className={styles.group}>
          <Text weight="semibold" className={styles.name}>
            {showsCurrency ? `${name}: ${words.currencies[currency]}` : name}
          </Text>
          <span className={styles.statuses}>
            <StatusChange before={before.status} after={after.status} />
          </span>
          <Text size={200} className={styles.muted}>
            {isNone(after.available) ? t.nothing : t.used(formatAmount(after.consumed), formatAmount(after.available))}
            {after.percent !== null && ` (${formatPercent(after.percent)})`}, {t.drawsFrom(t.sources[after.source])}
          </Text>
        </li>
      ))}
    </ul>
  );
}

function Others({ of: { count, value } }: { of: AllocationPreview['others'] }) {
  const styles = useStyles();
  if (count === 0) {
    return (
      <Text size={200} className={styles.muted}>
        {t.othersStay}
      </Text>
    );
  }
  if (value.length === 0) return <Text size={200}>{t.othersUnseen(count, formatCount(count))}</Text>;
  const showsCurrency = new Set(value.map(({ currency }) => currency)).size > 1;
  return (
    <div className={styles.group}>
      <Text weight="semibold">{t.othersChange(count, formatCount(count))}</Text>
      <ul className={styles.list}>
        {value.map(({ environmentId, name, currency, before, after }) => (
          <li key={`${currency} ${environmentId}`} className={styles.statuses}>
            <Text className={styles.name}>{showsCurrency ? `${name}, ${words.currencies[currency]}` : name}</Text>
            <StatusChange before={before.status} after={after.status} />
          </li>
        ))}
      </ul>
      {count > value.length && <Text size={200}>{t.andMore(formatCount(count - value.length))}</Text>}
    </div>
  );
}
