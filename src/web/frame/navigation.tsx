// The pages, as a list to choose from: at the side where there is room, else in a drawer.

import { Button, makeStyles, tokens, useRestoreFocusTarget } from '@fluentui/react-components';
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation';
import { Link, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { PAGES, type PageRow } from '../pages.ts';
import { navigationText } from '../strings/navigation.ts';

const NavigationDrawer = lazy(async () => ({ default: (await import('./navigation-drawer.tsx')).NavigationDrawer }));

/** No room for the pages at the side. */
export const NARROW = '@media (max-width: 899px)';
/** A telephone. */
export const TINY = '@media (max-width: 479px)';

const useStyles = makeStyles({
  list: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXXS,
    margin: 0,
    padding: 0,
    listStyleType: 'none',
  },
  group: {
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM} ${tokens.spacingVerticalXS}`,
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
  },
  afterGroup: { marginTop: tokens.spacingVerticalM },
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    position: 'relative',
    padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `${tokens.strokeWidthThick} solid ${tokens.colorStrokeFocus2}` },
    '& svg': { fontSize: '20px', flexShrink: 0 },
    '&[aria-current]': {
      backgroundColor: tokens.colorNeutralBackground1Selected,
      color: tokens.colorNeutralForeground1,
      fontWeight: tokens.fontWeightSemibold,
    },
    '&[aria-current] svg': { color: tokens.colorBrandForeground1 },
    '&[aria-current]::before': {
      content: '""',
      position: 'absolute',
      left: 0,
      top: '20%',
      bottom: '20%',
      width: '3px',
      borderRadius: tokens.borderRadiusCircular,
      backgroundColor: tokens.colorCompoundBrandStroke,
    },
  },
  opener: { display: 'none', [NARROW]: { display: 'inline-flex' } },
});

/** The pages of the navigation, under their headings in the order of the table. */
export function NavigationList({ onChosen }: { onChosen?: () => void }) {
  const styles = useStyles();
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const pages: readonly PageRow[] = PAGES;
  const shown = pages.filter(({ icon }) => icon !== undefined);
  const isHere = (path: string) => (path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`));
  return (
    <ul className={styles.list}>
      {shown.map(({ path, title, group, icon: Icon }, index) => {
        const before = shown[index - 1]?.group;
        return [
          group !== undefined && group !== before && (
            <li key={group} className={styles.group} aria-hidden>
              {group}
            </li>
          ),
          <li key={path} className={group === undefined && before !== undefined ? styles.afterGroup : undefined}>
            <Link
              to={path}
              className={styles.link}
              // The router's own mark is of the very page only; ours is of those below it, too.
              activeProps={{}}
              aria-current={isHere(path) ? 'page' : undefined}
              {...(onChosen && { onClick: onChosen })}
            >
              {Icon && <Icon />}
              {title}
            </Link>
          </li>,
        ];
      })}
    </ul>
  );
}

/** Where the list has no room: a button that opens it. */
export function NavigationOpener() {
  const styles = useStyles();
  const [isOpen, setOpen] = useState(false);
  const [wasOpened, setOpened] = useState(false);
  const restoreFocusTarget = useRestoreFocusTarget();
  return (
    <div className={styles.opener}>
      <Button
        appearance="subtle"
        icon={<NavigationRegular />}
        aria-label={navigationText.open}
        aria-expanded={isOpen}
        {...restoreFocusTarget}
        onClick={() => {
          setOpened(true);
          setOpen(true);
        }}
      />
      {wasOpened && (
        <Suspense>
          <NavigationDrawer isOpen={isOpen} close={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
