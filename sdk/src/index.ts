// The entry of the package @bursar/sdk: what is public, and nothing else.

export { Bursar } from './bursar.ts';
export { BursarError, type FieldProblem, type Problem } from './bursar-error.ts';
export type { Answer, CallOptions, Input, OperationName } from './call.ts';
export type { ConnectionOptions } from './connection.ts';
export { formatMicroCredits, microCreditsOf } from './credits.ts';
export type { Allowed, Failed, Refused } from './decision.ts';
export type { Capture, Captured, Done, Held } from './hold.ts';
export {
  IMPORT_PARSER_OPTIONS,
  ImportDivision,
  ImportLines,
  type ImportPart,
  type ImportRow,
  importDelimiter,
  importIdentity,
} from './import-parts.ts';
export { totalOfImport } from './import-total.ts';
export type { List, Page, PageRequest } from './list.ts';
export type {
  Action,
  ActivityItem,
  Allocation,
  AllowedCheck,
  AuditEvent,
  AuditHead,
  Banner,
  BillingPlan,
  Capability,
  Comparison,
  Computation,
  Consumption,
  Delivery,
  Entitlement,
  Environment,
  EnvironmentCapacity,
  EnvironmentCapacityOfCurrency,
  EnvironmentCapacityRow,
  EnvironmentForecast,
  EnvironmentForecastOfCurrency,
  Estimate,
  EstimateTotal,
  Extension,
  Hold,
  HoldAction,
  Import,
  ImportDifference,
  ImportProblem,
  ImportRun,
  InvitedPerson,
  Key,
  KnownResource,
  Limit,
  Model,
  NewKey,
  NewTenant,
  Notice,
  NoticeRecipients,
  Person,
  Price,
  PricedAction,
  Product,
  Remedy,
  Report,
  Resource,
  Settings,
  StreamEvent,
  Tenant,
  TenantCapacity,
  TenantForecast,
  TenantForecastOfCurrency,
  Trial,
  TriedSource,
  Usage,
  UsageRow,
  Volume,
  Webhook,
  WebhookWithSecret,
} from './openapi.ts';
export type { CompletedOptions } from './report.ts';
export type { StreamOptions } from './stream.ts';
