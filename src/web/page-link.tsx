// A link to another page, and the same by a function: typed by the table of pages, with the state that the page opens in.

import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback } from 'react';
import type { PageState } from './page-state.ts';
import type { PagePath } from './pages.ts';

const useStyles = makeStyles({
  link: {
    color: tokens.colorBrandForegroundLink,
    textDecorationLine: 'none',
    borderRadius: tokens.borderRadiusSmall,
    ':hover': { color: tokens.colorBrandForegroundLinkHover, textDecorationLine: 'underline' },
    ':focus-visible': { outline: `${tokens.strokeWidthThick} solid ${tokens.colorStrokeFocus2}` },
  },
});

export interface PagePlace {
  /** For `$environmentId` in the path. */
  params?: Record<string, string>;
  /** `{ panel: 'assign', environment: 'sales' }` */
  state?: PageState;
}

/** `const openPage = useOpenPage(); openPage('/environments/$environmentId', { params: { environmentId } })` */
export function useOpenPage(): (to: PagePath, place?: PagePlace) => void {
  const navigate = useNavigate();
  return useCallback(
    (to, { params = {}, state = {} } = {}) =>
      void navigate({ to: to as string, params: params as never, search: state as never }),
    [navigate],
  );
}

export interface PageLinkProps extends PagePlace {
  to: PagePath;
  className?: string;
  children: ReactNode;
}

export function PageLink({ to, params = {}, state = {}, className, children }: PageLinkProps) {
  const styles = useStyles();
  return (
    <Link
      to={to as string}
      params={params as never}
      search={state as never}
      className={mergeClasses(styles.link, className)}
      onClick={(event) => event.stopPropagation()}
    >
      {children}
    </Link>
  );
}
