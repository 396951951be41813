// The commands of the reference model, all that changes a tenant, and what a caller is told.

import type { Action, Currency, Environment, Limit, OwnCapability, Plan, Settings, Usage } from './book.ts';
import type { Purchase } from './owned.ts';

export interface HistoryEntry {
  environmentId: string;
  userId: string;
  day: string;
  caller: Action['caller'];
  resource: Action['resource'];
  capability: string;
  feature: string | null;
  model: string | null;
  channel: Action['channel'];
  m365Copilot: boolean;
  currency: Currency;
  credits: bigint;
  kind: 'prepaid' | 'pay-as-you-go' | 'trial' | 'non-billed';
  labels: null;
}

export type SettingsChange = Partial<Omit<Settings, 'enforcement' | 'computation'>> & {
  enforcement?: Partial<Settings['enforcement']>;
  computation?: Partial<Settings['computation']>;
};

export type Command =
  | { do: 'consume'; id: string; action: Action }
  | { do: 'hold'; id: string; action: Action; expiresInSeconds: number }
  | { do: 'capture'; id: string; holdId: string; usage: Usage }
  | { do: 'release'; holdId: string }
  | { do: 'record-history'; id: string; entry: HistoryEntry }
  | { do: 'expire-holds' }
  | { do: 'create-environment'; environment: { id: string; name: string; type: string; region: string | null } }
  | {
      do: 'change-environment';
      environmentId: string;
      change: Partial<Pick<Environment, 'name' | 'drawFromTenantPool' | 'deny' | 'previewModels' | 'billingPlanId'>>;
    }
  | { do: 'delete-environment'; environmentId: string }
  | { do: 'entitle'; purchase: Purchase }
  | { do: 'end-entitlement'; entitlementId: string }
  | { do: 'allocate'; changes: { environmentId: string; currency: Currency; credits: bigint }[] }
  | { do: 'create-billing-plan'; plan: Plan }
  | { do: 'change-billing-plan'; planId: string; change: Partial<Omit<Plan, 'id'>> }
  | { do: 'delete-billing-plan'; planId: string }
  | { do: 'define-capability'; capability: OwnCapability }
  | { do: 'set-limit'; limit: Limit }
  | { do: 'delete-limit'; limitId: string }
  | { do: 'start-trial'; userId: string }
  | { do: 'extend-trial'; userId: string }
  | { do: 'extend-month'; id: string }
  | { do: 'compute'; onDemand: boolean }
  | { do: 'change-settings'; change: SettingsChange }
  | { do: 'move-clock'; now: number };

/** What a caller is told, as plain data: a refusal has `refused`. */
export type Told = Record<string, unknown>;
