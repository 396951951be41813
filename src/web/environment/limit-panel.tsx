// Sets a monthly limit (D13): a new one of this environment, or another figure for one that is there.

import { Checkbox, Input, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Limit } from '../../../sdk/src/index.ts';
import { CURRENCIES } from '../../core/credits.ts';
import { ask } from '../client.ts';
import { readEntered } from '../licensing/entered-credits.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { capabilitiesQuery } from '../playground/playground-data.ts';
import { environmentText as t } from '../strings/environment.ts';
import { panelText } from '../strings/panel.ts';
import { words } from '../strings/words.ts';

/** `limit`: the id of the one to change. */
export const LIMIT_PARAMETERS = ['limit'] as const;

interface LimitPanelProps {
  panel: PanelState<'limit'>;
  environmentId: string;
  limits: readonly Limit[] | undefined;
}

export function LimitPanel(props: LimitPanelProps) {
  const { panel, limits } = props;
  // One that is to be changed must be there first.
  if (!panel.isOpen || (panel.parameters.limit !== undefined && !limits)) return null;
  return <SetLimit {...props} existing={limits?.find(({ id }) => id === panel.parameters.limit)} />;
}

const USUAL_NOTIFY_AT = '80';

function isPercent(text: string): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 100;
}

function SetLimit({ panel, environmentId, existing }: LimitPanelProps & { existing: Limit | undefined }) {
  const { data: capabilities = [] } = useQuery(capabilitiesQuery);
  const begun = {
    id: existing?.id ?? '',
    currency: existing?.currency ?? 'copilot-credits',
    monthly: existing?.monthly ?? '',
    notifyAt: existing ? String(existing.notifyAtPercent) : USUAL_NOTIFY_AT,
    stop: existing?.stop ?? false,
    userId: existing?.scope.userId ?? '',
    resourceId: existing?.scope.resourceId ?? '',
    capability: existing?.scope.capability ?? '',
  };
  const [entered, setEntered] = useState(begun);
  const enter = (change: Partial<typeof begun>) => setEntered((now) => ({ ...now, ...change }));
  const isTenantWide = existing !== undefined && existing.scope.environmentId === undefined;
  const { id, monthly, notifyAt, userId, resourceId, capability } = entered;
  const credits = readEntered(monthly);
  const monthlyFault = monthly !== '' && credits === null ? t.creditsWanted : null;
  const percentFault = isPercent(notifyAt) ? null : t.wholeNumber;
  const missing = id.trim() === '' ? t.limitId : monthly.trim() === '' ? t.monthly : null;
  return (
    <FormPanel
      panel={panel}
      title={t.limitTitle}
      saveLabel={t.setLimit}
      saved={t.limitSet(id.trim())}
      isDirty={JSON.stringify(entered) !== JSON.stringify(begun)}
      blocked={missing === null ? (monthlyFault ?? percentFault) : `${missing}: ${panelText.required}`}
      environmentId={environmentId}
      save={async () => {
        await ask('setLimit', {
          params: { id: id.trim() },
          body: {
            scope: {
              ...(!isTenantWide && { environmentId }),
              ...(userId.trim() !== '' && { userId: userId.trim() }),
              ...(resourceId.trim() !== '' && { resourceId: resourceId.trim() }),
              ...(capability !== '' && { capability }),
            },
            currency: entered.currency,
            monthly: credits ?? monthly,
            notifyAtPercent: Number(notifyAt),
            stop: entered.stop,
          },
        });
      }}
    >
      <PanelField pointer="/id" label={t.limitId} hint={t.limitIdHint} required>
        <Input value={id} disabled={existing !== undefined} onChange={(_, { value }) => enter({ id: value })} />
      </PanelField>
      <PanelField pointer="/currency" label={t.currency}>
        <Select
          value={entered.currency}
          onChange={(_, { value }) => enter({ currency: CURRENCIES.find((each) => each === value) ?? 'copilot-credits' })}
        >
          {CURRENCIES.map((each) => (
            <option key={each} value={each}>
              {words.currencies[each]}
            </option>
          ))}
        </Select>
      </PanelField>
      <PanelField pointer="/monthly" label={t.monthly} required fault={monthlyFault}>
        <Input inputMode="decimal" value={monthly} onChange={(_, { value }) => enter({ monthly: value })} />
      </PanelField>
      <PanelField pointer="/stop">
        <Checkbox label={t.stop} checked={entered.stop} onChange={(_, { checked }) => enter({ stop: checked === true })} />
      </PanelField>
      <PanelField pointer="/notifyAtPercent" label={t.notifyAt} hint={t.notifyAtHint} fault={percentFault}>
        <Input inputMode="numeric" value={notifyAt} onChange={(_, { value }) => enter({ notifyAt: value.trim() })} />
      </PanelField>
      <PanelField pointer="/scope" label={t.scope} hint={t.scopeHint}>
        <Input disabled value={isTenantWide ? t.wholeTenant : t.scopeEnvironment} />
      </PanelField>
      <PanelField pointer="/scope/userId" label={t.user} hint={t.userHint}>
        <Input value={userId} onChange={(_, { value }) => enter({ userId: value })} />
      </PanelField>
      <PanelField pointer="/scope/resourceId" label={t.resource} hint={t.resourceIdHint}>
        <Input value={resourceId} onChange={(_, { value }) => enter({ resourceId: value })} />
      </PanelField>
      <PanelField pointer="/scope/capability" label={t.capability}>
        <Select value={capability} onChange={(_, { value }) => enter({ capability: value })}>
          <option value="">{t.capabilityAny}</option>
          {capabilities.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </Select>
      </PanelField>
    </FormPanel>
  );
}
