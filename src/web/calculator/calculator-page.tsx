// The calculator (K1): volumes of a month become credits in both currencies, and what to buy after what is owned. All of it is reckoned
// by the server; what was typed is kept in the address.

import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Estimate, Volume } from '../../../sdk/src/index.ts';
import { CURRENCIES } from '../../core/credits.ts';
import { TopChart } from '../chart/top-chart.tsx';
import { approximate } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageHeading, Section } from '../frame/section.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { capabilitiesQuery } from '../playground/playground-data.ts';
import { ProblemMessage } from '../problem/problem-message.tsx';
import { calculatorText as t } from '../strings/calculator.ts';
import { words } from '../strings/words.ts';
import { estimateQuery } from './estimate-data.ts';
import { TotalCard } from './total-card.tsx';
import { VolumeEditor } from './volume-editor.tsx';
import { EXAMPLE, MOST_LINES, NEW_LINE, readLines, type VolumeLine, volumeOf, writeLines } from './volume-lines.ts';

type EstimateLine = Estimate['lines'][number];

const useStyles = makeStyles({
  lines: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  cards: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 400px), 1fr))',
    maxWidth: '1600px',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  asIf: { color: tokens.colorNeutralForeground3 },
});

export function CalculatorPage() {
  const styles = useStyles();
  const { data: capabilities, error, refetch } = useQuery(capabilitiesQuery);
  const [lines, setLines] = useLines();
  const byId = useMemo(() => new Map(capabilities?.map((each) => [each.id, each])), [capabilities]);
  const volumes = lines.map((line) => volumeOf(line, byId.get(line.capability)));
  const complete = volumes.filter((volume): volume is Volume => volume !== null);
  const { data: estimate, error: refused } = useQuery(estimateQuery(complete));
  if (!capabilities) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  const change = (place: number, line: VolumeLine) => setLines(lines.map((each, at) => (at === place ? line : each)));
  const nameOf = (id: string) => byId.get(id)?.name ?? id;
  // The estimate has a line for each that is complete.
  const placeInEstimate = (place: number) => volumes.slice(0, place).filter((each) => each !== null).length;
  return (
    <>
      <PageHeading title={t.title} lead={t.lead} />
      <Section title={t.volumes}>
        <div className={styles.lines}>
          {lines.map((line, place) => (
            <VolumeEditor
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
              key={place}
              number={place + 1}
              line={line}
              capabilities={capabilities}
              estimated={volumes[place] === null ? undefined : estimate?.lines[placeInEstimate(place)]}
              change={(changed) => change(place, changed)}
              remove={lines.length > 1 ? () => setLines(lines.filter((_, at) => at !== place)) : null}
            />
          ))}
          <div className={styles.buttons}>
            <Button
              icon={<AddRegular />}
              disabledFocusable={lines.length >= MOST_LINES}
              onClick={() => setLines([...lines, NEW_LINE])}
            >
              {t.add}
            </Button>
            {lines.every((line) => line.capability === '') ? (
              <Button appearance="subtle" onClick={() => setLines(EXAMPLE)}>
                {t.example}
              </Button>
            ) : (
              <Button appearance="subtle" onClick={() => setLines([NEW_LINE])}>
                {t.clear}
              </Button>
            )}
          </div>
          {refused && <ProblemMessage error={refused} />}
        </div>
      </Section>
      {estimate && complete.length > 0 && !refused && (
        <>
          <div className={styles.cards}>
            {estimate.totals.map((total) => (
              <TotalCard key={total.currency} total={total} nameOf={nameOf} />
            ))}
          </div>
          <Text size={200} className={styles.asIf}>
            {t.asIf}
          </Text>
          <ByCapability lines={estimate.lines} nameOf={nameOf} />
        </>
      )}
    </>
  );
}

/** Where the credits go: a chart a currency, where there are several lines to compare. */
function ByCapability({ lines, nameOf }: { lines: readonly EstimateLine[]; nameOf: (capability: string) => string }) {
  const styles = useStyles();
  if (lines.length < 2) return null;
  return (
    <div className={styles.cards}>
      {CURRENCIES.map((currency) => ({
        currency,
        bars: lines.flatMap(({ volume, prices }, place) => {
          const price = prices.find((each) => each.currency === currency);
          const name = t.lineOf(place + 1, nameOf(volume.capability));
          return price === undefined ? [] : [{ id: String(place), name, amount: price.credits }];
        }),
      }))
        .filter(({ bars }) => bars.some(({ amount }) => amount !== '0'))
        .map(({ currency, bars }) => (
          <TopChart
            key={currency}
            title={t.byCapability(words.currencies[currency])}
            csvName={`estimate-${currency}`}
            nameTitle={t.capability}
            bars={bars.toSorted((a, b) => approximate(b.amount) - approximate(a.amount))}
          />
        ))}
    </div>
  );
}

/** What is typed is here at once, and in the address when nothing was typed for a moment. */
function useLines(): [readonly VolumeLine[], (lines: readonly VolumeLine[]) => void] {
  const { volumes } = usePageState();
  const changeState = useChangePageState();
  const [lines, setLines] = useState(() => readLines(volumes));
  const written = useRef(volumes);
  useEffect(() => {
    // Somebody went back, or followed a link.
    if (volumes === written.current) return;
    written.current = volumes;
    setLines(readLines(volumes));
  }, [volumes]);
  const set = (next: readonly VolumeLine[]) => {
    setLines(next);
    written.current = writeLines(next.filter((line) => line.capability !== ''));
    changeState({ volumes: written.current }, { replace: true });
  };
  return [lines.length === 0 ? [NEW_LINE] : lines, set];
}
