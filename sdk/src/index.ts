// The entry of the package @bursar/sdk: what is public, and nothing else.

export { Bursar } from './bursar.ts';
export { BursarError, type FieldProblem, type Problem } from './bursar-error.ts';
export type { Answer, CallOptions, Input, OperationName } from './call.ts';
export type { ConnectionOptions } from './connection.ts';
export type { Allowed, Failed, Refused } from './decision.ts';
export type { Capture, Captured, Done, Held } from './hold.ts';
export type { List, Page, PageRequest } from './list.ts';
export type {
  Action,
  ActivityItem,
  Allocation,
  AllowedCheck,
  BillingPlan,
  Capability,
  Consumption,
  Entitlement,
  Environment,
  EnvironmentCapacity,
  EnvironmentCapacityOfCurrency,
  EnvironmentCapacityRow,
  Hold,
  HoldAction,
  Key,
  Model,
  NewKey,
  NewTenant,
  Price,
  PricedAction,
  Product,
  Remedy,
  Resource,
  SeenResource,
  Settings,
  Tenant,
  TenantCapacity,
  TriedSource,
  Usage,
  UsageRow,
} from './openapi.ts';
