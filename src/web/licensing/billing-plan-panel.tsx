// The panel of a billing plan: a new one (`?panel=plan`) or one that is there (`?panel=plan&plan=ID`).

import { Input, Switch } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../client.ts';
import { useWhyNot } from '../may.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { licensingText } from '../strings/licensing.ts';
import { readEntered } from './entered-credits.ts';
import { type BillingPlan, billingPlansQuery } from './licensing-data.ts';

const t = licensingText.plans;
const PLAN_PARAMETERS = ['plan'] as const;
type PlanState = PanelState<(typeof PLAN_PARAMETERS)[number]>;

export function useBillingPlanPanel(): PlanState {
  return usePanel('plan', PLAN_PARAMETERS);
}

export function BillingPlanPanel({ panel }: { panel: PlanState }) {
  const { data: plans } = useQuery(billingPlansQuery);
  if (!panel.isOpen || !plans) return null;
  return <PlanForm panel={panel} plan={plans.find(({ id }) => id === panel.parameters.plan)} />;
}

function PlanForm({ panel, plan }: { panel: PlanState; plan: BillingPlan | undefined }) {
  const [begun] = useState({ name: plan?.name ?? '', limit: plan?.monthlyLimit ?? '', isEnabled: plan?.status !== 'Disabled' });
  const [said, setSaid] = useState(begun);
  const whyNot = useWhyNot(plan ? 'changeBillingPlan' : 'createBillingPlan');
  const limitFault = said.limit.trim() !== '' && readEntered(said.limit) === null ? licensingText.assign.wrongNumber : null;
  const name = said.name.trim();
  return (
    <FormPanel
      panel={panel}
      title={plan ? t.changeTitle : t.newTitle}
      saveLabel={plan ? t.saveChange : t.save}
      saved={plan ? t.savedChange(name) : t.saved(name)}
      isDirty={said.name !== begun.name || said.limit !== begun.limit || said.isEnabled !== begun.isEnabled}
      blocked={whyNot ?? (name === '' ? t.nameNeeded : limitFault)}
      save={async () => {
        const body = {
          name,
          status: said.isEnabled ? ('Enabled' as const) : ('Disabled' as const),
          monthlyLimit: said.limit.trim() === '' ? null : readEntered(said.limit),
        };
        if (plan) await ask('changeBillingPlan', { params: { id: plan.id }, body });
        else await ask('createBillingPlan', { body });
      }}
    >
      <PanelField pointer="/name" label={t.name} required>
        <Input value={said.name} autoComplete="off" onChange={(_, { value }) => setSaid({ ...said, name: value })} />
      </PanelField>
      <PanelField pointer="/monthlyLimit" label={t.limit} hint={t.limitHint} fault={limitFault}>
        <Input
          value={said.limit}
          inputMode="decimal"
          autoComplete="off"
          onChange={(_, { value }) => setSaid({ ...said, limit: value })}
        />
      </PanelField>
      <Switch
        checked={said.isEnabled}
        label={t.enabled}
        onChange={(_, { checked }) => setSaid({ ...said, isEnabled: checked })}
      />
    </FormPanel>
  );
}
