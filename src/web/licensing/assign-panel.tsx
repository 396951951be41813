// The panel "Assign to an environment" (A2): new figures for one or several environments, all or none, and what they do before they are
// saved. It opens by address: `?panel=assign&environment=sales,finance&currency=…&more=500`; `more` is added to what they have now.

import { Button, Input, makeStyles, Select, Text, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CURRENCIES, type Currency } from '../../core/credits.ts';
import { shownCurrencies } from '../capacity/shown-currencies.ts';
import { ask } from '../client.ts';
import { capacityQuery, environmentCapacitiesQuery } from '../data.ts';
import { formatAmount, formatCount } from '../figures.ts';
import { useWhyNot } from '../may.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { licensingText } from '../strings/licensing.ts';
import { words } from '../strings/words.ts';
import { ChangePreview, refusalOf, useReckoned } from './change-preview.tsx';
import { addAmounts, readEntered } from './entered-credits.ts';
import { type EnvironmentName, EnvironmentPicker } from './environment-picker.tsx';
import { allocationsQuery } from './licensing-data.ts';

const t = licensingText.assign;
const ASSIGN_PARAMETERS = ['environment', 'currency', 'more'] as const;
type AssignState = PanelState<(typeof ASSIGN_PARAMETERS)[number]>;

const useStyles = makeStyles({
  rows: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, margin: 0, padding: 0, listStyleType: 'none' },
  row: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr) 32px',
    gap: tokens.spacingHorizontalS,
    alignItems: 'start',
  },
  remove: { marginTop: '26px' },
  input: { minWidth: 0, fontVariantNumeric: 'tabular-nums' },
});

export function useAssignPanel(): AssignState {
  return usePanel('assign', ASSIGN_PARAMETERS);
}

export function AssignPanel({ panel }: { panel: AssignState }) {
  const { data: capacity } = useQuery(capacityQuery);
  const { data: environments } = useQuery(environmentCapacitiesQuery);
  const { data: allocations } = useQuery(allocationsQuery);
  if (!panel.isOpen || !capacity || !environments || !allocations) return null;
  const offered = shownCurrencies(capacity);
  const allocated = new Map(allocations.map((each) => [`${each.currency} ${each.environmentId}`, each.credits]));
  return (
    <AssignForm
      panel={panel}
      currencies={offered.length > 0 ? offered : CURRENCIES.slice(0, 2)}
      environments={environments.map(({ environmentId, name }) => ({ id: environmentId, name }))}
      allocatedTo={(currency, environmentId) => allocated.get(`${currency} ${environmentId}`) ?? '0'}
    />
  );
}

interface Row {
  key: number;
  environmentId: string | null;
  entered: string;
}

interface AssignFormProps {
  panel: AssignState;
  currencies: readonly Currency[];
  environments: readonly EnvironmentName[];
  /** As set. */
  allocatedTo: (currency: Currency, environmentId: string) => string;
}

function AssignForm({ panel, currencies, environments, allocatedTo }: AssignFormProps) {
  const styles = useStyles();
  const names = new Map(environments.map((each) => [each.id, each]));
  const { environment = '', currency: wanted, more } = panel.parameters;
  const asked = CURRENCIES.find((each) => each === wanted) ?? currencies[0]!;
  const [currency, setCurrency] = useState<Currency>(asked);
  const [rows, setRows] = useState<readonly Row[]>(() => {
    const ids = environment.split(',').filter((id) => names.has(id));
    const added = readEntered(more ?? '') ?? '0';
    const begun = ids.map((id, key) => ({ key, environmentId: id, entered: addAmounts(allocatedTo(asked, id), added) }));
    return begun.length > 0 ? begun : [{ key: 0, environmentId: null, entered: '' }];
  });
  const change = (key: number, part: Partial<Row>) => setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const named = rows.flatMap(({ environmentId }) => environmentId ?? []);
  const whyNot = useWhyNot('changeAllocations', { environmentIds: named });

  const changes = rows.flatMap(({ environmentId, entered }) => {
    const credits = readEntered(entered);
    return environmentId === null || credits === null ? [] : [{ environmentId, currency, credits }];
  });
  const isComplete = changes.length === rows.length;
  const changesSomething = changes.some(({ environmentId, credits }) => credits !== allocatedTo(currency, environmentId));
  const reckoned = useReckoned(isComplete ? { changes } : null);

  return (
    <FormPanel
      panel={panel}
      size="wide"
      title={t.title}
      saveLabel={t.save}
      saved={sayDone(changes, names)}
      isDirty={rows.some(({ environmentId, entered }) =>
        environmentId === null ? entered !== '' : readEntered(entered) !== allocatedTo(currency, environmentId),
      )}
      blocked={whyNot ?? (!isComplete ? t.fill : changesSomething ? refusalOf(reckoned) : t.unchanged)}
      environmentId={named[0]}
      save={async () => {
        await ask('changeAllocations', { body: { changes } });
      }}
    >
      <Text>{t.intro}</Text>
      <PanelField pointer="/changes/0/currency" label={licensingText.currency}>
        <Select
          value={currency}
          onChange={(_, { value }) => {
            const chosen = CURRENCIES.find((each) => each === value) ?? currency;
            setCurrency(chosen);
            setRows(
              rows.map((row) => (row.environmentId === null ? row : { ...row, entered: allocatedTo(chosen, row.environmentId) })),
            );
          }}
        >
          {(currencies.includes(currency) ? currencies : [...currencies, currency]).map((each) => (
            <option key={each} value={each}>
              {words.currencies[each]}
            </option>
          ))}
        </Select>
      </PanelField>
      <ul className={styles.rows}>
        {rows.map(({ key, environmentId, entered }, index) => {
          const chosen = environmentId === null ? undefined : names.get(environmentId);
          return (
            <li key={key} className={styles.row}>
              <PanelField pointer={`/changes/${index}/environmentId`} label={licensingText.environment} required>
                <EnvironmentPicker
                  environments={environments.filter(({ id }) => id === environmentId || !named.includes(id))}
                  chosen={chosen}
                  onChoose={(id) => change(key, { environmentId: id, entered: allocatedTo(currency, id) })}
                />
              </PanelField>
              <PanelField
                pointer={`/changes/${index}/credits`}
                label={chosen ? t.creditsOf(chosen.name) : t.credits}
                required
                {...(environmentId !== null && { hint: t.now(formatAmount(allocatedTo(currency, environmentId))) })}
                fault={entered !== '' && readEntered(entered) === null ? t.wrongNumber : null}
              >
                <Input
                  inputMode="decimal"
                  autoComplete="off"
                  className={styles.input}
                  value={entered}
                  disabled={environmentId === null}
                  onChange={(_, { value }) => change(key, { entered: value })}
                />
              </PanelField>
              {rows.length > 1 && (
                <Button
                  className={styles.remove}
                  appearance="subtle"
                  icon={<DismissRegular />}
                  aria-label={chosen ? t.removeOf(chosen.name) : t.remove}
                  onClick={() => setRows(rows.filter((row) => row.key !== key))}
                />
              )}
            </li>
          );
        })}
      </ul>
      <div>
        <Button
          icon={<AddRegular />}
          disabled={named.length >= environments.length}
          onClick={() =>
            setRows([...rows, { key: Math.max(...rows.map((row) => row.key)) + 1, environmentId: null, entered: '' }])
          }
        >
          {t.add}
        </Button>
      </div>
      <ChangePreview reckoned={reckoned} />
    </FormPanel>
  );
}

function sayDone(
  changes: readonly { environmentId: string; currency: Currency; credits: string }[],
  names: ReadonlyMap<string, EnvironmentName>,
): string {
  const [first, second] = changes;
  if (!first || second) return t.savedSeveral(formatCount(changes.length));
  const name = names.get(first.environmentId)?.name ?? first.environmentId;
  const currency = words.currencies[first.currency];
  return first.credits === '0' ? t.released(currency, name) : t.saved(formatAmount(first.credits), currency, name);
}
