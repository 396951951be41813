// The routes. Each page is loaded when it is opened. Addresses are kept behind `#`: the page then works under any sub-path, from any
// file server, and never gets in the way of a path of the API.

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
import { readPageState } from './page-state.ts';

const rootRoute = createRootRoute({ component: Frame, validateSearch: readPageState });

const capacityRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./capacity/capacity-page.tsx'), 'CapacityPage'),
});

const environmentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/environments',
  component: lazyRouteComponent(() => import('./environment/environments-page.tsx'), 'EnvironmentsPage'),
});

const activityRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/activity',
  component: lazyRouteComponent(() => import('./activity/activity-page.tsx'), 'ActivityPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([capacityRoute, environmentsRoute, activityRoute]),
  history: createHashHistory(),
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
