// Changes an environment: its name, what it may draw from (A5), preview models (F6), and the plan that is billed (T2).

import { Input, Select, Switch } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Environment } from '../../../sdk/src/index.ts';
import { PAY_AS_YOU_GO_ENVIRONMENT_TYPES } from '../../core/catalogue.ts';
import { ask } from '../client.ts';
import { billingPlansQuery } from '../licensing/licensing-data.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { useSignedIn } from '../session.ts';
import { environmentText as t } from '../strings/environment.ts';
import { panelText } from '../strings/panel.ts';

interface SwitchesPanelProps {
  panel: PanelState<never>;
  environment: Environment;
}

export function SwitchesPanel(props: SwitchesPanelProps) {
  return props.panel.isOpen ? <Switches {...props} /> : null;
}

const SWITCHES = ['name', 'deny', 'drawFromTenantPool', 'previewModels', 'billingPlanId'] as const;

function Switches({ panel, environment }: SwitchesPanelProps) {
  const { role } = useSignedIn();
  const { data: plans = [] } = useQuery(billingPlansQuery);
  const { id, type } = environment;
  // What is there when it opens: the environment follows the stream, the form must not.
  const [begun] = useState(environment);
  const [entered, setEntered] = useState(environment);
  const enter = (change: Partial<Environment>) => setEntered((now) => ({ ...now, ...change }));
  const changed = SWITCHES.filter((each) => entered[each] !== begun[each]);
  const planOnly = role === 'billing-admin';
  const takesPlan = PAY_AS_YOU_GO_ENVIRONMENT_TYPES.includes(type);
  return (
    <FormPanel
      panel={panel}
      title={t.settingsTitle(begun.name)}
      saveLabel={t.save}
      saved={t.saved(entered.name)}
      isDirty={changed.length > 0}
      blocked={entered.name.trim() === '' ? `${t.name}: ${panelText.required}` : null}
      environmentId={id}
      save={async () => {
        const change = Object.fromEntries(changed.map((each) => [each, entered[each]]));
        if (changed.length > 0) await ask('changeEnvironment', { params: { id }, body: change });
      }}
    >
      <PanelField pointer="/name" label={t.name} required {...(planOnly && { hint: t.onlyPlan })}>
        <Input value={entered.name} disabled={planOnly} onChange={(_, { value }) => enter({ name: value })} />
      </PanelField>
      <PanelField pointer="/deny" hint={t.denyHint}>
        <Switch
          label={t.deny}
          checked={entered.deny}
          disabled={planOnly}
          onChange={(_, { checked }) => enter({ deny: checked })}
        />
      </PanelField>
      <PanelField pointer="/drawFromTenantPool" hint={t.poolHint}>
        <Switch
          label={t.pool}
          checked={entered.drawFromTenantPool}
          disabled={planOnly}
          onChange={(_, { checked }) => enter({ drawFromTenantPool: checked })}
        />
      </PanelField>
      <PanelField pointer="/previewModels" hint={t.previewHint}>
        <Switch
          label={t.preview}
          checked={entered.previewModels}
          disabled={planOnly}
          onChange={(_, { checked }) => enter({ previewModels: checked })}
        />
      </PanelField>
      <PanelField pointer="/billingPlanId" label={t.plan} hint={takesPlan ? t.planHint : t.planNotForType}>
        <Select
          value={entered.billingPlanId ?? ''}
          disabled={!takesPlan}
          onChange={(_, { value }) => enter({ billingPlanId: value === '' ? null : value })}
        >
          <option value="">{t.planNone}</option>
          {plans.map(({ id: plan, name, status }) => (
            <option key={plan} value={plan}>
              {status === 'Enabled' ? name : t.planDisabled(name)}
            </option>
          ))}
        </Select>
      </PanelField>
    </FormPanel>
  );
}
