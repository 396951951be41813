// The filters of the activity that are not always wanted.

import { useQuery } from '@tanstack/react-query';
import { CURRENCIES } from '../../core/credits.ts';
import { ChosenFilter, FilterSection, TypedFilter } from '../filter-field.tsx';
import { capabilitiesQuery, modelsQuery } from '../playground/playground-data.ts';
import { useSignedIn } from '../session.ts';
import { activityText as t } from '../strings/activity.ts';
import { words } from '../strings/words.ts';
import { FILTERED_SOURCES, FILTERS } from './activity-filter.ts';

export function MoreFilters() {
  const { role } = useSignedIn();
  const { data: capabilities = [] } = useQuery(capabilitiesQuery);
  const { data: models = [] } = useQuery(modelsQuery);
  return (
    <FilterSection title={t.moreFilters} names={FILTERS}>
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
    </FilterSection>
  );
}
