// The way to where one is.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right';
import { useRouterState } from '@tanstack/react-router';
import { PageLink } from '../page-link.tsx';
import { PAGES, type PageRow } from '../pages.ts';
import { navigationText } from '../strings/navigation.ts';

const useStyles = makeStyles({
  breadcrumbs: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    margin: 0,
    padding: 0,
    listStyleType: 'none',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
    minWidth: 0,
    '& li': { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, minWidth: 0, overflowWrap: 'anywhere' },
  },
});

/** The pages above the one that is shown, by its address; nothing on a page that has none above it. `here`: what the page calls itself. */
export function Breadcrumbs({ here }: { here: string }) {
  const styles = useStyles();
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const pages: readonly PageRow[] = PAGES;
  const above = pages.filter(({ path }) => path !== '/' && path !== pathname && pathname.startsWith(`${path}/`));
  const group = pages.find(({ path }) => path === pathname)?.group;
  if (above.length === 0 && group === undefined) return null;
  return (
    <nav aria-label={navigationText.breadcrumbs}>
      <ol className={styles.breadcrumbs}>
        {group !== undefined && (
          <li>
            {group} <ChevronRightRegular aria-hidden />
          </li>
        )}
        {above.map(({ path, title }) => (
          <li key={path}>
            <PageLink to={path as never}>{title}</PageLink> <ChevronRightRegular aria-hidden />
          </li>
        ))}
        <li>
          <Text size={200} aria-current="page">
            {here}
          </Text>
        </li>
      </ol>
    </nav>
  );
}
