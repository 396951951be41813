// The routes, made from the table of pages. Addresses are kept behind `#`: the page then works under any sub-path, from any file
// server, and never gets in the way of a path of the API.

import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { Frame } from './frame/frame.tsx';
import { Loading, NotFound, PageFailed } from './frame/page-notice.tsx';
import { type PageState, readAddress, writeAddress } from './page-state.ts';
import { PAGES, type PageRow } from './pages.ts';

const rootRoute = createRootRoute({ component: Frame, validateSearch: (search: Record<string, string>): PageState => search });

function routeOf({ path, load }: PageRow) {
  return createRoute({
    getParentRoute: () => rootRoute,
    path,
    component: lazyRouteComponent(async () => ({ default: await load() })),
  });
}

export const router = createRouter({
  routeTree: rootRoute.addChildren(PAGES.map(routeOf)),
  history: createHashHistory(),
  parseSearch: readAddress,
  stringifySearch: writeAddress,
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ({ error, reset }: ErrorComponentProps) => <PageFailed error={error as Error} retry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
