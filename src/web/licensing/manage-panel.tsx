// The panel "Manage capacity" (A2, A5): how many Copilot Credits an environment has for itself, and what happens when they are spent: the
// tenant's pool, a billing plan, or nothing. `?panel=manage&environment=ID`. What it does is shown before it is saved.

import { Checkbox, Input, makeStyles, Select, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { PAY_AS_YOU_GO_ENVIRONMENT_TYPES } from '../../core/catalogue.ts';
import { ask } from '../client.ts';
import { formatAmount } from '../figures.ts';
import { useWhyNot } from '../may.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { useSignedIn } from '../session.ts';
import { licensingText } from '../strings/licensing.ts';
import { words } from '../strings/words.ts';
import { ChangePreview, refusalOf, useReckoned } from './change-preview.tsx';
import { readEntered } from './entered-credits.ts';
import { EnvironmentPicker } from './environment-picker.tsx';
import { allocationsQuery, type BillingPlan, billingPlansQuery, type Environment, environmentsQuery } from './licensing-data.ts';

const t = licensingText.manage;
const MANAGE_PARAMETERS = ['environment'] as const;
type ManageState = PanelState<(typeof MANAGE_PARAMETERS)[number]>;
const CURRENCY = 'copilot-credits' as const;

const useStyles = makeStyles({
  choices: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    margin: 0,
    padding: 0,
    border: 'none',
    minWidth: 0,
  },
  legend: { padding: 0, fontWeight: tokens.fontWeightSemibold },
  label: { display: 'flex', flexDirection: 'column' },
  hint: { color: tokens.colorNeutralForeground3 },
  input: { minWidth: 0 },
});

export function useManagePanel(): ManageState {
  return usePanel('manage', MANAGE_PARAMETERS);
}

export function ManagePanel({ panel }: { panel: ManageState }) {
  const { data: environments } = useQuery(environmentsQuery);
  const { data: allocations } = useQuery(allocationsQuery);
  const { data: plans } = useQuery(billingPlansQuery);
  const [chosenId, setChosenId] = useState<string | undefined>(undefined);
  if (!panel.isOpen) {
    if (chosenId !== undefined) setChosenId(undefined);
    return null;
  }
  if (!environments || !allocations || !plans) return null;
  const id = chosenId ?? panel.parameters.environment;
  const environment = environments.find((each) => each.id === id);
  const allocated = allocations.find((each) => each.environmentId === id && each.currency === CURRENCY)?.credits ?? '0';
  return (
    <ManageForm
      // What is entered is of one environment: another one begins with its own.
      key={environment?.id ?? ''}
      panel={panel}
      environments={environments}
      environment={environment}
      allocated={allocated}
      plans={plans}
      onChoose={setChosenId}
    />
  );
}

interface ManageFormProps {
  panel: ManageState;
  environments: readonly Environment[];
  environment: Environment | undefined;
  allocated: string;
  plans: readonly BillingPlan[];
  onChoose: (environmentId: string) => void;
}

interface Said {
  entered: string;
  drawFromTenantPool: boolean;
  deny: boolean;
  billingPlanId: string | null;
}

/** The switches that are said otherwise than they are. */
function switchesOf(said: Said, environment: Environment): Partial<Pick<Said, 'drawFromTenantPool' | 'deny' | 'billingPlanId'>> {
  return {
    ...(said.drawFromTenantPool !== environment.drawFromTenantPool && { drawFromTenantPool: said.drawFromTenantPool }),
    ...(said.deny !== environment.deny && { deny: said.deny }),
    ...(said.billingPlanId !== environment.billingPlanId && { billingPlanId: said.billingPlanId }),
  };
}

/** What is asked for before it is saved, and saved. */
function theSet({ id: environmentId }: Environment, credits: string, switches: ReturnType<typeof switchesOf>) {
  return {
    changes: [{ environmentId, currency: CURRENCY, credits }],
    ...(Object.keys(switches).length > 0 && { environments: [{ environmentId, ...switches }] }),
  };
}

function ManageForm({ panel, environments, environment, allocated, plans, onChoose }: ManageFormProps) {
  const styles = useStyles();
  const { role } = useSignedIn();
  const [said, setSaid] = useState<Said>({
    entered: allocated,
    drawFromTenantPool: environment?.drawFromTenantPool ?? true,
    deny: environment?.deny ?? false,
    billingPlanId: environment?.billingPlanId ?? null,
  });
  const environmentIds = environment ? [environment.id] : [];
  const whyNotChange = useWhyNot('changeEnvironment', { environmentIds });
  const whyNotAllocate = useWhyNot('changeAllocations', { environmentIds });
  const credits = readEntered(said.entered);
  const allocates = credits !== null && credits !== allocated;
  const switches = environment ? switchesOf(said, environment) : {};
  const isChanged = allocates || Object.keys(switches).length > 0;
  const reckoned = useReckoned(environment && credits !== null ? theSet(environment, credits, switches) : null);
  const mayBill = environment !== undefined && PAY_AS_YOU_GO_ENVIRONMENT_TYPES.includes(environment.type);
  const onlyBilling = role === 'billing-admin';
  return (
    <FormPanel
      panel={panel}
      size="wide"
      title={t.title}
      saveLabel={t.save}
      saved={t.saved(environment?.name ?? '')}
      isDirty={isChanged}
      blocked={
        whyNotChange ??
        (environment === undefined
          ? licensingText.assign.chooseFirst
          : credits === null
            ? licensingText.assign.wrongNumber
            : isChanged
              ? refusalOf(reckoned)
              : licensingText.assign.unchanged)
      }
      environmentId={environment?.id}
      save={async () => {
        if (!environment || credits === null) return;
        const { id } = environment;
        // One request either way, so that all of it is made or nothing; who may not allocate only switches.
        if (!allocates) await ask('changeEnvironment', { params: { id }, body: switches });
        else await ask('changeAllocations', { body: theSet(environment, credits, switches) });
      }}
    >
      <Text>{t.intro}</Text>
      <PanelField pointer="/environments/0/environmentId" label={licensingText.environment} required>
        <EnvironmentPicker environments={environments} chosen={environment} onChoose={onChoose} />
      </PanelField>
      {environment && (
        <>
          <PanelField
            pointer="/changes/0/credits"
            label={t.credits}
            hint={whyNotAllocate ?? t.creditsNow(formatAmount(allocated))}
            fault={credits === null ? licensingText.assign.wrongNumber : null}
          >
            <Input
              className={styles.input}
              inputMode="decimal"
              autoComplete="off"
              value={said.entered}
              disabled={whyNotAllocate !== null}
              onChange={(_, { value }) => setSaid({ ...said, entered: value })}
            />
          </PanelField>
          <fieldset className={styles.choices}>
            <legend className={styles.legend}>{t.overage}</legend>
            {onlyBilling && (
              <Text size={200} className={styles.hint}>
                {t.billingOnly}
              </Text>
            )}
            <Checkbox
              checked={said.drawFromTenantPool}
              disabled={onlyBilling || said.deny}
              label={<Choice name={t.draw} hint={t.drawHint} />}
              onChange={(_, { checked }) => setSaid({ ...said, drawFromTenantPool: checked === true })}
            />
            <PanelField
              pointer={allocates ? '/environments/0/billingPlanId' : '/billingPlanId'}
              label={t.plan}
              {...(!mayBill
                ? { hint: t.typeNotAllowed(words.environmentTypes[environment.type]) }
                : plans.length === 0 && { hint: t.noPlans })}
            >
              <Select
                value={said.billingPlanId ?? ''}
                disabled={(!mayBill && said.billingPlanId === null) || said.deny}
                onChange={(_, { value }) => setSaid({ ...said, billingPlanId: value === '' ? null : value })}
              >
                <option value="">{t.noPlan}</option>
                {plans.map(({ id, name, status }) => (
                  <option key={id} value={id}>
                    {status === 'Enabled' ? name : t.disabledPlan(name)}
                  </option>
                ))}
              </Select>
            </PanelField>
            <Checkbox
              checked={said.deny}
              disabled={onlyBilling}
              label={<Choice name={t.stop} hint={t.stopHint} />}
              onChange={(_, { checked }) => setSaid({ ...said, deny: checked === true })}
            />
            {said.deny && <Text size={200}>{t.stopped}</Text>}
          </fieldset>
        </>
      )}
      <ChangePreview reckoned={reckoned} />
    </FormPanel>
  );
}

function Choice({ name, hint }: { name: string; hint: string }) {
  const styles = useStyles();
  return (
    <span className={styles.label}>
      <Text>{name}</Text>
      <Text size={200} className={styles.hint}>
        {hint}
      </Text>
    </span>
  );
}
