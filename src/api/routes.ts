// The one table of routes. The server, the OpenAPI document, the reference at /docs and the SDK's types are made from it.

import { activityRoutes } from './activity.ts';
import { allocationRoutes } from './allocation.ts';
import { allocationPreviewRoutes } from './allocation-preview.ts';
import { auditRoutes } from './audit.ts';
import { billingPlanRoutes } from './billing-plan.ts';
import { capabilityRoutes } from './capability.ts';
import { capacityRoutes } from './capacity.ts';
import { comparisonRoutes } from './comparison.ts';
import { computationRoutes } from './computation.ts';
import { consumptionRoutes } from './consumption.ts';
import { entitlementRoutes } from './entitlement.ts';
import { environmentRoutes } from './environment.ts';
import { estimateRoutes } from './estimate.ts';
import { forecastRoutes } from './forecast.ts';
import { healthRoutes } from './health.ts';
import { holdRoutes } from './hold.ts';
import { importRoutes } from './import.ts';
import { keyRoutes } from './key.ts';
import { limitRoutes } from './limit.ts';
import { noticeRoutes } from './notice.ts';
import { ownAccountRoutes } from './own-account.ts';
import { personRoutes } from './person.ts';
import { providerSignInRoutes } from './provider-sign-in.ts';
import { reportRoutes } from './report.ts';
import { resourceRoutes } from './resource.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './session.ts';
import { settingsRoutes } from './settings.ts';
import { streamRoutes } from './stream.ts';
import { tenantRoutes } from './tenant.ts';
import { trialRoutes } from './trial.ts';
import { usageRoutes } from './usage.ts';
import { webhookRoutes } from './webhook.ts';

const ROUTES_OF_KEYS: readonly Route[] = [
  ...tenantRoutes,
  ...settingsRoutes,
  ...keyRoutes,
  ...personRoutes,
  ...ownAccountRoutes,
  ...environmentRoutes,
  ...entitlementRoutes,
  ...allocationRoutes,
  ...allocationPreviewRoutes,
  ...capacityRoutes,
  ...consumptionRoutes,
  ...holdRoutes,
  ...activityRoutes,
  ...streamRoutes,
  ...usageRoutes,
  ...importRoutes,
  ...resourceRoutes,
  ...capabilityRoutes,
  ...billingPlanRoutes,
  ...limitRoutes,
  ...trialRoutes,
  ...computationRoutes,
  ...comparisonRoutes,
  ...reportRoutes,
  ...noticeRoutes,
  ...webhookRoutes,
  ...estimateRoutes,
  ...forecastRoutes,
  ...auditRoutes,
  ...healthRoutes,
];

export const ROUTES: readonly Route[] = [...ROUTES_OF_KEYS, ...sessionRoutes(ROUTES_OF_KEYS), ...providerSignInRoutes];
