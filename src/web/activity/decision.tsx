// A decision as a person understands it (D6, D7): what was decided, and what helps against a refusal; why; each source that was tried,
// with its figures; and what it was decided on. Of an action that was recorded, and of one that is only tried.

import { Badge, MessageBar, MessageBarBody, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Price, Remedy, TriedSource } from '../../../sdk/src/index.ts';
import type { Caller } from '../../core/action.ts';
import type { RecordStatus } from '../../core/activity.ts';
import { CapacityBar } from '../capacity/capacity-bar.tsx';
import { levelOf, type Thresholds, thresholdsOf } from '../capacity/consumption-level.ts';
import { type ActivityItem, settingsQuery } from '../data.ts';
import { approximate, formatAmount, formatCount, isNone, percentOf } from '../figures.ts';
import { Remedies } from '../problem/remedies.tsx';
import { explanationText as t } from '../strings/explanation.ts';
import { words } from '../strings/words.ts';
import { Facts, Part } from './facts.tsx';

export interface Decided {
  status: RecordStatus;
  code?: string | undefined;
  detail?: string | undefined;
  remedies?: readonly Remedy[] | undefined;
  environmentId: string;
  caller: Caller;
  currency: ActivityItem['currency'];
  credits: string;
  source: ActivityItem['source'];
  free: ActivityItem['free'];
  era: ActivityItem['era'];
  price: Price;
  explanation: readonly TriedSource[];
}

const useStyles = makeStyles({
  outcome: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  message: { overflowWrap: 'anywhere' },
  sources: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    margin: 0,
    padding: 0,
    listStyleType: 'none',
  },
  source: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    border: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
  },
  line: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: `0 ${tokens.spacingHorizontalS}` },
  name: { marginRight: 'auto' },
  figures: { fontVariantNumeric: 'tabular-nums' },
});

function sourceName({ currency, source }: Pick<TriedSource, 'currency' | 'source'>): string {
  return `${words.currencies[currency]}: ${words.sources[source]}`;
}

function outcomeOf(decided: Decided): string {
  if (decided.status === 'refused') return decided.detail ?? t.refused(decided.code);
  if (decided.free !== null) return t.free(words.freeReasons[decided.free]);
  const currency = decided.currency === null ? '' : words.currencies[decided.currency];
  if (decided.source === null) return t.chargedNowhere(formatAmount(decided.credits), currency);
  return t.charged(formatAmount(decided.credits), currency, words.sources[decided.source]);
}

/** The one that pays. */
function isPayer({ currency, source }: TriedSource, decided: Decided): boolean {
  return decided.source !== null && source === decided.source && currency === decided.currency;
}

function whyOf(decided: Decided): string | null {
  const { status, source, currency, code, explanation } = decided;
  if (status === 'refused') {
    if (code === 'PreviewModelsDisabled') return t.previewOff;
    if (code === 'LimitReached') return t.limitStops;
    return code === 'EntitlementNotAvailable' ? t.noRightSource : t.noSourceLeft;
  }
  if (status === 'free') return t.freeFirst;
  if (explanation.length === 0) return t.imported;
  if (source === null || currency === null) return null;
  return (status === 'in-overage' ? t.wonOverage : t.wonFirst)(words.currencies[currency], t.sourcesInSentence[source]);
}

const INTENTS = { charged: 'success', 'in-overage': 'warning', free: 'info', refused: 'error' } as const;

export function Decision({ decided }: { decided: Decided }) {
  const styles = useStyles();
  const why = whyOf(decided);
  return (
    <>
      <div className={styles.outcome}>
        <MessageBar intent={INTENTS[decided.status]} layout="multiline">
          <MessageBarBody className={styles.message}>{outcomeOf(decided)}</MessageBarBody>
        </MessageBar>
        {decided.remedies && <Remedies remedies={decided.remedies} environmentId={decided.environmentId} />}
      </div>
      {why !== null && (
        <Part title={t.why}>
          <Text>{why}</Text>
        </Part>
      )}
      <Part title={t.sources}>
        <Sources decided={decided} />
      </Part>
      <DecidedOn decided={decided} />
    </>
  );
}

function Sources({ decided }: { decided: Decided }) {
  const styles = useStyles();
  const { data: settings } = useQuery(settingsQuery);
  if (decided.explanation.length === 0) return <Text>{t.noSources}</Text>;
  return (
    <ol className={styles.sources}>
      {decided.explanation.map((tried, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a record is never changed, and a pre-purchase may be tried twice
        <li key={index} className={styles.source}>
          <Source number={index + 1} tried={tried} decided={decided} thresholds={thresholdsOf(settings)} />
        </li>
      ))}
    </ol>
  );
}

function Source({
  number,
  tried,
  decided,
  thresholds,
}: {
  number: number;
  tried: TriedSource;
  decided: Decided;
  thresholds: Thresholds;
}) {
  const styles = useStyles();
  const { available, consumed, held, reason } = tried;
  const name = sourceName(tried);
  return (
    <>
      <div className={styles.line}>
        <Text weight="semibold" className={styles.name}>
          {formatCount(number)}. {name}
        </Text>
        <Verdict tried={tried} decided={decided} />
      </div>
      {available !== null && !isNone(available) && (
        <CapacityBar
          small
          label={t.bar(name, formatAmount(consumed), isNone(held) ? null : formatAmount(held), formatAmount(available))}
          full={Math.max(approximate(available), approximate(consumed) + approximate(held))}
          parts={[
            { size: approximate(consumed), level: levelOf(Number(percentOf(consumed, available) ?? '0'), thresholds) },
            { size: approximate(held), level: 'held' },
          ]}
        />
      )}
      <Text size={200} className={styles.figures}>
        {sayReason(reason)}
      </Text>
    </>
  );
}

/** The server's words, with its figures grouped as all others are. */
function sayReason(reason: string): string {
  const grouped = reason.replace(/\d{4,}(\.\d+)?/g, (amount) => formatAmount(amount));
  return `${grouped.charAt(0).toLocaleUpperCase()}${grouped.slice(1)}.`;
}

function Verdict({ tried, decided }: { tried: TriedSource; decided: Decided }) {
  if (isPayer(tried, decided) && (tried.usable || decided.status === 'in-overage'))
    return decided.status === 'in-overage' ? (
      <Badge appearance="tint" color="severe">
        {t.paysInOverage}
      </Badge>
    ) : (
      <Badge appearance="tint" color="success">
        {t.pays}
      </Badge>
    );
  return (
    <Badge appearance="tint" color="subtle">
      {tried.usable ? t.hasRoom : t.noRoom}
    </Badge>
  );
}

function DecidedOn({ decided: { era, price, code, caller } }: { decided: Decided }) {
  const prices = price.prices.map(({ currency, units, credits }) =>
    t.priceOf(formatAmount(credits), words.currencies[currency], t.units(units, formatCount(units))),
  );
  const isAgent = caller === 'agent' || caller === 'agent-flow';
  return (
    <Part title={t.decidedOn}>
      <Facts
        facts={[
          [t.code, code],
          [t.era, isAgent ? t.agentsAlways : t.eras[era]],
          [t.rateCard, t.rateCardOf(price.rateCard)],
          [t.tier, price.tier],
          [t.feature, price.feature],
          [t.price, prices.length === 0 ? t.noPrice : prices.join('; ')],
        ]}
      />
    </Part>
  );
}
