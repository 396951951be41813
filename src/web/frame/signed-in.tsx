// What is around every page: the top, the pages at the side, what was done; the panels that open over any page: that which explains an
// action, and those of the account.

import { MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { PASSWORD_PANEL, SIGN_OUT_PANEL } from '../account/account-panels.ts';
import { useReachable } from '../client.ts';
import { usePageState } from '../page-state.ts';
import { Toasts } from '../problem/toast.tsx';
import { frameText } from '../strings/frame.ts';
import { navigationText } from '../strings/navigation.ts';
import { NARROW, NavigationList } from './navigation.tsx';
import { Top } from './top.tsx';

const AccountPanels = lazy(async () => ({ default: (await import('../account/account.tsx')).AccountPanels }));
const ActivityPanel = lazy(async () => ({ default: (await import('../activity/activity-panel.tsx')).ActivityPanel }));

const useStyles = makeStyles({
  root: {
    minHeight: '100vh',
    display: 'grid',
    gridTemplateColumns: '224px minmax(0, 1fr)',
    gridTemplateRows: 'auto 1fr',
    backgroundColor: tokens.colorNeutralBackground2,
    [NARROW]: { gridTemplateColumns: 'minmax(0, 1fr)' },
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
  navigation: {
    position: 'sticky',
    top: 0,
    alignSelf: 'start',
    boxSizing: 'border-box',
    maxHeight: '100vh',
    overflowY: 'auto',
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalS}`,
    [NARROW]: { display: 'none' },
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

export function SignedIn() {
  const styles = useStyles();
  const reachable = useReachable();
  return (
    <div className={styles.root}>
      <button type="button" className={styles.skip} onClick={() => document.getElementById('content')?.focus()}>
        {frameText.skip}
      </button>
      <Top />
      <nav className={styles.navigation} aria-label={navigationText.label}>
        <NavigationList />
      </nav>
      <main id="content" tabIndex={-1} className={styles.content}>
        {!reachable && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>{frameText.unreachable}</MessageBarBody>
          </MessageBar>
        )}
        <Outlet />
      </main>
      <OpenedAction />
      <OpenedAccount />
      <Toasts />
    </div>
  );
}

/** The panel is loaded when an action is first opened, and stays, so that it can close as it opened. */
function OpenedAction() {
  const { record } = usePageState();
  return useOnceWanted(record !== undefined) ? (
    <Suspense>
      <ActivityPanel />
    </Suspense>
  ) : null;
}

function OpenedAccount() {
  const { panel } = usePageState();
  return useOnceWanted(panel === PASSWORD_PANEL || panel === SIGN_OUT_PANEL) ? (
    <Suspense>
      <AccountPanels />
    </Suspense>
  ) : null;
}

/** Whether it was ever wanted. */
function useOnceWanted(isWanted: boolean): boolean {
  const [wasWanted, setWanted] = useState(isWanted);
  if (isWanted && !wasWanted) setWanted(true);
  return wasWanted;
}
