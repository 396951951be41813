// The filters of the activity that are not always wanted.

import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { CURRENCIES } from '../../core/credits.ts';
import { ChosenFilter, TypedFilter } from '../filter-field.tsx';
import { Section } from '../frame/section.tsx';
import { capabilitiesQuery, modelsQuery } from '../playground/playground-data.ts';
import { useSignedIn } from '../session.ts';
import { activityText as t } from '../strings/activity.ts';
import { words } from '../strings/words.ts';
import { FILTERED_SOURCES } from './activity-filter.ts';

const useStyles = makeStyles({
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 220px), 1fr))',
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    alignItems: 'start',
  },
});

export function MoreFilters({ clear }: { clear: (() => void) | undefined }) {
  const styles = useStyles();
  const { role } = useSignedIn();
  const { data: capabilities = [] } = useQuery(capabilitiesQuery);
  const { data: models = [] } = useQuery(modelsQuery);
  return (
    <Section title={t.moreFilters} actions={clear && <Button onClick={clear}>{t.clearFilters}</Button>}>
      <div className={styles.fields}>
        {role !== 'maker' && <TypedFilter name="user" label={t.user} />}
        <ChosenFilter name="capability" label={t.capability} any={t.anyCapability}>
          {capabilities.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </ChosenFilter>
        <ChosenFilter name="model" label={t.model} any={t.anyModel}>
          {models.map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </ChosenFilter>
        <TypedFilter name="resource" label={t.resource} hint={t.resourceHint} />
        <ChosenFilter name="currency" label={t.currency} any={t.anyCurrency}>
          {CURRENCIES.map((each) => (
            <option key={each} value={each}>
              {words.currencies[each]}
            </option>
          ))}
        </ChosenFilter>
        <ChosenFilter name="source" label={t.source} any={t.anySource}>
          {FILTERED_SOURCES.map((each) => (
            <option key={each} value={each}>
              {words.sources[each]}
            </option>
          ))}
        </ChosenFilter>
        <TypedFilter name="code" label={t.code} hint="QuotaExceeded" />
        <TypedFilter name="from" label={t.from} type="date" />
        <TypedFilter name="to" label={t.to} type="date" />
      </div>
    </Section>
  );
}
