// The activity: every action as it happens, newest first, filtered by the state in the address.

import { Button, makeStyles, Select, Text, tokens } from '@fluentui/react-components';
import { ArrowUpRegular } from '@fluentui/react-icons/svg/arrow-up';
import { FilterRegular } from '@fluentui/react-icons/svg/filter';
import { useState } from 'react';
import { CALLERS } from '../../core/action.ts';
import { RECORD_STATUSES } from '../../core/activity.ts';
import { EnvironmentChoice } from '../environment/environment-choice.tsx';
import { formatCount } from '../figures.ts';
import { PageHeading } from '../frame/section.tsx';
import { useSightSaid } from '../may.ts';
import { useChangePageState, usePageState } from '../page-state.ts';
import { activityText as t } from '../strings/activity.ts';
import { words } from '../strings/words.ts';
import { List } from '../table/list.tsx';
import { useActivityFeed } from './activity-feed.ts';
import { FILTERS, filterOf, MORE_FILTERS } from './activity-filter.ts';
import { useActivityColumns } from './activity-table.tsx';
import { MoreFilters } from './more-filters.tsx';
import { NoActivity } from './no-activity.tsx';

const useStyles = makeStyles({
  filters: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, minWidth: 0 },
  choice: { minWidth: '180px' },
  newer: {
    position: 'sticky',
    top: tokens.spacingVerticalS,
    zIndex: 2,
    display: 'flex',
    justifyContent: 'center',
    height: 0,
    marginBottom: `calc(-1 * ${tokens.spacingVerticalL})`,
  },
  newerButton: { boxShadow: tokens.shadow8, flexShrink: 0, alignSelf: 'flex-start' },
});

export function ActivityPage() {
  const styles = useStyles();
  const sight = useSightSaid('usage');
  const state = usePageState();
  const change = useChangePageState();
  const feed = useActivityFeed(filterOf(state));
  const columns = useActivityColumns();
  // Those that come after the page was opened are shown to be new.
  const [firstShown, setFirstShown] = useState<number | null>(null);
  if (feed.rows && firstShown === null) setFirstShown(feed.rows[0]?.sequence ?? 0);
  const setMore = MORE_FILTERS.filter((name) => state[name] !== undefined);
  const isFiltered = FILTERS.some((name) => state[name] !== undefined);
  const isOpen = state.filters === 'more';
  return (
    <>
      <PageHeading title={t.title} lead={t.lead} sight={sight} />
      {isOpen && <MoreFilters />}
      <div className={styles.newer} aria-live="polite">
        {feed.waiting && (
          <Button
            className={styles.newerButton}
            appearance="primary"
            shape="circular"
            icon={<ArrowUpRegular />}
            title={t.newerTitle}
            onClick={() => {
              feed.showNewest();
              window.scrollTo({ top: 0 });
              // Once more when the rows at the top have been measured, which moves what is below them.
              requestAnimationFrame(() => requestAnimationFrame(() => window.scrollTo({ top: 0 })));
            }}
          >
            {t.newer(`${formatCount(feed.waiting.count)}${feed.waiting.atLeast ? '+' : ''}`)}
          </Button>
        )}
      </div>
      <List
        title={t.latest}
        columns={columns}
        rows={feed.rows}
        rowId={({ id }) => id}
        error={feed.error}
        retry={feed.retry}
        empty={<NoActivity />}
        isFiltered={isFiltered}
        csvName="activity"
        onOpen={({ id }) => change({ record: id })}
        isFresh={({ sequence }) => firstShown !== null && sequence > firstShown}
        more={feed.more}
        filters={
          <div className={styles.filters}>
            <Select aria-label={t.status} value={state.status ?? ''} onChange={(_, { value }) => change({ status: value })}>
              <option value="">{t.anyStatus}</option>
              {RECORD_STATUSES.map((each) => (
                <option key={each} value={each}>
                  {words.recordStatuses[each]}
                </option>
              ))}
            </Select>
            <Select aria-label={t.caller} value={state.caller ?? ''} onChange={(_, { value }) => change({ caller: value })}>
              <option value="">{t.anyCaller}</option>
              {CALLERS.map((each) => (
                <option key={each} value={each}>
                  {words.callers[each]}
                </option>
              ))}
            </Select>
            <EnvironmentChoice
              label={t.environment}
              className={styles.choice}
              placeholder={t.anyEnvironment}
              clearable
              chosen={state.environment}
              choose={(environment) => change({ environment })}
            />
            <Button
              icon={<FilterRegular />}
              aria-expanded={isOpen}
              onClick={() => change({ filters: isOpen ? undefined : 'more' }, { replace: true })}
            >
              <Text wrap={false}>{setMore.length > 0 ? t.moreFiltersSet(formatCount(setMore.length)) : t.moreFilters}</Text>
            </Button>
          </div>
        }
      />
    </>
  );
}
