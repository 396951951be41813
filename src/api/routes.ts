// The one table of routes. The server, the OpenAPI document, the reference at /docs and the SDK's types are made from it.

import { activityRoutes } from './activity.ts';
import { allocationRoutes } from './allocation.ts';
import { billingPlanRoutes } from './billing-plan.ts';
import { capabilityRoutes } from './capability.ts';
import { capacityRoutes } from './capacity.ts';
import { computationRoutes } from './computation.ts';
import { consumptionRoutes } from './consumption.ts';
import { entitlementRoutes } from './entitlement.ts';
import { environmentRoutes } from './environment.ts';
import { healthRoutes } from './health.ts';
import { holdRoutes } from './hold.ts';
import { keyRoutes } from './key.ts';
import { limitRoutes } from './limit.ts';
import { resourceRoutes } from './resource.ts';
import type { Route } from './route.ts';
import { settingsRoutes } from './settings.ts';
import { tenantRoutes } from './tenant.ts';
import { trialRoutes } from './trial.ts';
import { usageRoutes } from './usage.ts';

export const ROUTES: readonly Route[] = [
  ...tenantRoutes,
  ...settingsRoutes,
  ...keyRoutes,
  ...environmentRoutes,
  ...entitlementRoutes,
  ...allocationRoutes,
  ...capacityRoutes,
  ...consumptionRoutes,
  ...holdRoutes,
  ...activityRoutes,
  ...usageRoutes,
  ...resourceRoutes,
  ...capabilityRoutes,
  ...billingPlanRoutes,
  ...limitRoutes,
  ...trialRoutes,
  ...computationRoutes,
  ...healthRoutes,
];
