// The explanation of one decision (D7), in a panel over any page: how it was decided and why, and the action itself. Opened by the
// address, so that a link leads to any action.

import {
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  OverlayDrawer,
  Text,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { USAGE_FIELDS } from '../../core/action.ts';
import type { ActivityItem } from '../data.ts';
import { environmentNamesQuery } from '../environment/environment-data.ts';
import { formatCount, formatMoment } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageLink } from '../page-link.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { capabilitiesQuery } from '../playground/playground-data.ts';
import { activityText } from '../strings/activity.ts';
import { explanationText as t } from '../strings/explanation.ts';
import { words } from '../strings/words.ts';
import { activityItemQuery } from './activity-data.ts';
import { nameWithId } from './activity-table.tsx';
import { Decision } from './decision.tsx';
import { Facts, Part } from './facts.tsx';

const useStyles = makeStyles({
  drawer: { width: '640px', maxWidth: '100vw' },
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXL, paddingBottom: tokens.spacingVerticalXXL },
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
        <DrawerHeaderTitle action={<Button appearance="subtle" icon={<DismissRegular />} aria-label={t.close} onClick={close} />}>
          {item ? t.title[item.status] : activityText.title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody>
        <div className={styles.body}>
          {item === undefined && !error && <Loading />}
          {item === undefined && error && <PageFailed error={error} retry={() => void refetch()} />}
          {item === null && <Text>{t.notFound}</Text>}
          {item && (
            <>
              <Decision decided={item} />
              <TheAction item={item} />
            </>
          )}
        </div>
      </DrawerBody>
    </>
  );
}

function resourceOf({ resource }: ActivityItem): string | null {
  if (!resource) return null;
  const type = t.resourceTypes[resource.type];
  return resource.name === undefined ? `${resource.id} (${type})` : `${resource.name} (${type} ${resource.id})`;
}

function TheAction({ item }: { item: ActivityItem }) {
  const { data: names } = useQuery(environmentNamesQuery);
  const { data: capabilities } = useQuery(capabilitiesQuery);
  const capability = capabilities?.find(({ id }) => id === item.capability);
  const used = USAGE_FIELDS.flatMap((field) => {
    const count = item.usage[field];
    return count === undefined ? [] : [`${words.usage[field]}: ${formatCount(count)}`];
  });
  const { environmentId } = item;
  const name = names?.get(environmentId);
  // One that was deleted has no page.
  const environment =
    name === undefined ? (
      environmentId
    ) : (
      <PageLink to="/environments/$environmentId" params={{ environmentId }}>
        {nameWithId(environmentId, name)}
      </PageLink>
    );
  return (
    <Part title={t.action}>
      <Facts
        facts={[
          [activityText.time, formatMoment(item.occurredAt)],
          [activityText.environment, environment],
          [activityText.user, item.userId],
          [activityText.caller, words.callers[item.caller]],
          [t.resource, resourceOf(item)],
          [activityText.capability, nameWithId(item.capability, capability?.name)],
          [activityText.model, item.model],
          [t.usage, used.join(', ')],
          [t.mode, t.modes[item.mode]],
          [activityText.recorded, formatMoment(item.recordedAt)],
          [t.hold, item.holdId],
          [t.id, item.id],
        ]}
      />
    </Part>
  );
}
