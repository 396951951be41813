// Home of a maker: whether AI can be used in the environment it works in (N1, M1b). Which one that is, is in the address; at first that of
// its newest action.

import { Field, makeStyles, Select, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { LatestActivity } from '../activity/latest-activity.tsx';
import { activityQuery, environmentCapacitiesQuery } from '../data.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { homeText as t } from '../strings/home.ts';
import { Banners } from './banners.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  choice: { maxWidth: '320px' },
});

export function MakerHome() {
  const styles = useStyles();
  const state = usePageState();
  const change = useChangePageState();
  const { data: environments, error, refetch } = useQuery(environmentCapacitiesQuery);
  const { data: newest } = useQuery(activityQuery({ limit: 10 }));
  if (!environments || !newest) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  const isThere = (id: string | undefined) => environments.some(({ environmentId }) => environmentId === id);
  const chosen = [state.environment, newest.value[0]?.environmentId, environments[0]?.environmentId].find(isThere);
  return (
    <>
      {chosen !== undefined && (
        <Section title={t.attention}>
          <div className={styles.root}>
            <Field label={t.makerEnvironment} className={styles.choice}>
              <Select value={chosen} onChange={(_, { value }) => change({ environment: value }, { replace: true })}>
                {environments.map(({ environmentId, name }) => (
                  <option key={environmentId} value={environmentId}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
            <Banners environmentId={chosen} well={t.makerWell} />
          </div>
        </Section>
      )}
      <LatestActivity />
    </>
  );
}
