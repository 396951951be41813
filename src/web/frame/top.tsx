// The top of every page: whose tenant it is and what time it is there, whether what is shown is live, the theme, and who is signed in.

import { Badge, Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { PersonCircleRegular } from '@fluentui/react-icons/svg/person-circle';
import { WeatherSunnyRegular } from '@fluentui/react-icons/svg/weather-sunny';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { tenantQuery } from '../data.ts';
import { formatDate, formatTime } from '../figures.ts';
import { useSignedIn } from '../session.ts';
import { frameText } from '../strings/frame.ts';
import { words } from '../strings/words.ts';
import { LiveIndicator } from './live-indicator.tsx';
import { NARROW, NavigationOpener, TINY } from './navigation.tsx';

const TopMenus = lazy(async () => ({ default: (await import('./top-menus.tsx')).TopMenus }));

const useStyles = makeStyles({
  top: {
    gridColumn: '1 / -1',
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
    [NARROW]: { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}` },
  },
  mark: { width: '28px', height: '28px', display: 'block' },
  product: { [TINY]: { display: 'none' } },
  tenant: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere', minWidth: 0 },
  // Below the menus, not between the tenant and them.
  clock: { [TINY]: { order: 1 } },
  end: { marginLeft: 'auto', display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
});

export function Top() {
  const styles = useStyles();
  const { data: tenant } = useQuery(tenantQuery);
  const { tenant: known } = useSignedIn();
  return (
    <header className={styles.top}>
      <NavigationOpener />
      <img src="./bursar.svg" alt="" className={styles.mark} />
      <Text weight="semibold" size={400} className={styles.product}>
        {words.product}
      </Text>
      <Text className={styles.tenant}>{tenant?.name ?? known.name}</Text>
      {tenant?.sandbox && (
        <Badge appearance="tint" color="warning" size="large" className={styles.clock}>
          {frameText.sandboxClock(`${formatDate(tenant.now)}, ${formatTime(tenant.now)}`)}
        </Badge>
      )}
      <div className={styles.end}>
        <LiveIndicator />
        <Suspense fallback={<MenusToCome />}>
          <TopMenus />
        </Suspense>
      </div>
    </header>
  );
}

/** They take the room that they will. */
function MenusToCome() {
  return (
    <>
      <Button appearance="subtle" disabled icon={<WeatherSunnyRegular />} aria-label={frameText.theme} />
      <Button appearance="subtle" disabled icon={<PersonCircleRegular />} aria-label={frameText.signedInAs} />
    </>
  );
}
