// What is around every page: who and when at the top, the pages at the side (below the top on a narrow screen); the sign-in where
// nobody is signed in; the panel that explains an action, which opens over any page.

import { Badge, Button, MessageBar, MessageBarBody, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useReachable } from '../client.ts';
import { tenantQuery } from '../data.ts';
import { formatDate, formatTime } from '../figures.ts';
import { usePageState } from '../page-state.ts';
import { signOut, useSession } from '../session.ts';
import { strings } from '../strings.ts';
import { Loading } from './page-notice.tsx';

const SignInPage = lazy(async () => ({ default: (await import('../sign-in/sign-in-page.tsx')).SignInPage }));
const ActivityPanel = lazy(async () => ({ default: (await import('../activity/activity-panel.tsx')).ActivityPanel }));

const PAGES = [
  { to: '/', title: strings.frame.capacity },
  { to: '/environments', title: strings.frame.environments },
  { to: '/activity', title: strings.frame.activity },
] as const;

const NARROW = '@media (max-width: 899px)';

const useStyles = makeStyles({
  root: {
    minHeight: '100vh',
    display: 'grid',
    gridTemplateColumns: '200px minmax(0, 1fr)',
    gridTemplateRows: 'auto 1fr',
    backgroundColor: tokens.colorNeutralBackground2,
    [NARROW]: { gridTemplateColumns: 'minmax(0, 1fr)', gridTemplateRows: 'auto auto 1fr' },
  },
  skip: {
    position: 'absolute',
    left: '-9999px',
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForegroundLink,
    zIndex: 2,
    ':focus': { left: tokens.spacingHorizontalM, top: tokens.spacingVerticalM },
  },
  top: {
    gridColumn: '1 / -1',
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
  },
  mark: { width: '28px', height: '28px', display: 'block' },
  tenant: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere', minWidth: 0 },
  signOut: { marginLeft: 'auto' },
  navigation: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXXS,
    padding: tokens.spacingHorizontalS,
    [NARROW]: { flexDirection: 'row', overflowX: 'auto', paddingBottom: 0 },
  },
  link: {
    padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `${tokens.strokeWidthThick} solid ${tokens.colorStrokeFocus2}` },
    '&[aria-current="page"]': {
      backgroundColor: tokens.colorBrandBackground2,
      color: tokens.colorBrandForeground2,
      fontWeight: tokens.fontWeightSemibold,
    },
  },
  content: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    width: '100%',
    maxWidth: '2360px',
    boxSizing: 'border-box',
    padding: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalXXXL}`,
    outlineStyle: 'none',
    [NARROW]: { padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalXXL}` },
  },
});

export function Frame() {
  const { key } = useSession();
  const queryClient = useQueryClient();
  // Nothing of one key is shown to the next.
  useEffect(() => {
    if (key === null) queryClient.clear();
  }, [key, queryClient]);
  // Keyed, so that the page of one who signs out is gone at once, and does not ask on while the sign-in is loaded.
  return (
    <Suspense key={key} fallback={<Loading />}>
      {key === null ? <SignInPage /> : <SignedIn />}
    </Suspense>
  );
}

function SignedIn() {
  const styles = useStyles();
  const reachable = useReachable();
  return (
    <div className={styles.root}>
      <button type="button" className={styles.skip} onClick={() => document.getElementById('content')?.focus()}>
        {strings.frame.skip}
      </button>
      <Top />
      <nav className={styles.navigation} aria-label={strings.frame.navigation}>
        {PAGES.map(({ to, title }) => (
          <Link key={to} to={to} className={styles.link} activeOptions={{ exact: true, includeSearch: false }}>
            {title}
          </Link>
        ))}
      </nav>
      <main id="content" tabIndex={-1} className={styles.content}>
        {!reachable && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>{strings.frame.unreachable}</MessageBarBody>
          </MessageBar>
        )}
        <Outlet />
      </main>
      <OpenedAction />
    </div>
  );
}

function Top() {
  const styles = useStyles();
  const { data: tenant } = useQuery(tenantQuery);
  return (
    <header className={styles.top}>
      <img src="./bursar.svg" alt="" className={styles.mark} />
      <Text weight="semibold" size={400}>
        {strings.product}
      </Text>
      <Text className={styles.tenant}>{tenant?.name}</Text>
      {tenant?.sandbox && (
        <Badge appearance="tint" color="warning" size="large">
          {strings.frame.sandboxClock(`${formatDate(tenant.now)}, ${formatTime(tenant.now)}`)}
        </Badge>
      )}
      <Button className={styles.signOut} appearance="subtle" onClick={signOut}>
        {strings.frame.signOut}
      </Button>
    </header>
  );
}

/** The panel is loaded when an action is first opened, and stays, so that it can close as it opened. */
function OpenedAction() {
  const { record } = usePageState();
  const [wanted, setWanted] = useState(record !== undefined);
  if (record !== undefined && !wanted) setWanted(true);
  return wanted ? (
    <Suspense>
      <ActivityPanel />
    </Suspense>
  ) : null;
}
