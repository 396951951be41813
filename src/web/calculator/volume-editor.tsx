// One line of the calculator: the capability, the model of a prompt, how many actions a month and how much of each; and what it costs.

import { Button, Field, Input, makeStyles, Select, Text, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { useQuery } from '@tanstack/react-query';
import type { Capability, Estimate, Model } from '../../../sdk/src/index.ts';
import { formatAmount } from '../figures.ts';
import { modelsQuery } from '../playground/playground-data.ts';
import { calculatorText as t } from '../strings/calculator.ts';
import { words } from '../strings/words.ts';
import { fieldsOf, NEW_LINE, readCount, type VolumeLine } from './volume-lines.ts';

const PROMPT = 'prompt';

const useStyles = makeStyles({
  line: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'start',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    margin: 0,
    minWidth: 0,
    padding: `0 0 ${tokens.spacingVerticalL}`,
    borderTopStyle: 'none',
    borderLeftStyle: 'none',
    borderRightStyle: 'none',
    borderBottom: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
  },
  capability: { flex: '2 1 220px', minWidth: 0, maxWidth: '420px' },
  model: { flex: '1 1 180px', minWidth: 0, maxWidth: '260px' },
  count: { flex: '1 1 130px', minWidth: 0, maxWidth: '180px' },
  input: { width: '100%', minWidth: 0 },
  select: { minWidth: 0, '& select': { minWidth: 0, width: '100%', textOverflow: 'ellipsis' } },
  cost: { flex: '1 1 200px', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS, minWidth: 0 },
  costName: {
    lineHeight: tokens.lineHeightBase300,
    paddingTop: tokens.spacingVerticalXXS,
    marginBottom: tokens.spacingVerticalXXS,
  },
  figure: { fontVariantNumeric: 'tabular-nums' },
  muted: { color: tokens.colorNeutralForeground3 },
  remove: { marginTop: '26px' },
});

export interface VolumeEditorProps {
  number: number;
  line: VolumeLine;
  capabilities: readonly Capability[];
  /** What the server said of it, once it is complete. */
  estimated: Estimate['lines'][number] | undefined;
  change: (line: VolumeLine) => void;
  /** null: it is the only one. */
  remove: (() => void) | null;
}

export function VolumeEditor({ number, line, capabilities, estimated, change, remove }: VolumeEditorProps) {
  const styles = useStyles();
  const capability = capabilities.find(({ id }) => id === line.capability);
  const fields = fieldsOf(capability);
  const name = t.lineOf(number, capability?.name ?? t.capability);
  const fault = (text: string | undefined, least: number, wanted: string) =>
    (text ?? '') === '' || readCount(text, least) !== null ? {} : { validationMessage: wanted };
  return (
    <fieldset className={styles.line} aria-label={name}>
      <Field className={styles.capability} label={t.capability}>
        <CapabilityChoice
          chosen={line.capability}
          capabilities={capabilities}
          choose={(id) => change({ ...NEW_LINE, capability: id, actions: line.actions })}
        />
      </Field>
      {line.capability === PROMPT && (
        <Field className={styles.model} label={t.model}>
          <ModelChoice chosen={line.model} choose={(model) => change({ ...line, model })} />
        </Field>
      )}
      <Field className={styles.count} label={t.actions} {...fault(line.actions, 1, t.actionsWanted)}>
        <Input
          className={styles.input}
          inputMode="numeric"
          value={line.actions}
          onChange={(_, { value }) => change({ ...line, actions: value })}
        />
      </Field>
      {fields.map((field, place) => (
        <Field
          key={field}
          className={styles.count}
          label={t.each(words.usage[field])}
          {...fault(line.amounts[place], 0, t.amountWanted)}
        >
          <Input
            className={styles.input}
            inputMode="numeric"
            value={line.amounts[place] ?? ''}
            onChange={(_, { value }) =>
              change({ ...line, amounts: fields.map((_each, at) => (at === place ? value : (line.amounts[at] ?? ''))) })
            }
          />
        </Field>
      ))}
      <div className={styles.cost}>
        <Text className={styles.costName}>{t.cost}</Text>
        {estimated ? (
          estimated.prices.map(({ currency, credits }) => (
            <Text key={currency} className={styles.figure}>
              {formatAmount(credits)} {words.currencies[currency]}
            </Text>
          ))
        ) : (
          <Text size={200} className={styles.muted}>
            {t.incomplete}
          </Text>
        )}
      </div>
      {remove && (
        <Button
          className={styles.remove}
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={t.remove(name)}
          onClick={remove}
        />
      )}
    </fieldset>
  );
}

interface CapabilityChoiceProps {
  chosen: string;
  capabilities: readonly Capability[];
  choose: (id: string) => void;
}

function CapabilityChoice({ chosen, capabilities, choose, ...ofField }: CapabilityChoiceProps) {
  const styles = useStyles();
  const options = (own: boolean) =>
    capabilities
      .filter((each) => each.own === own)
      .map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ));
  const yours = options(true);
  const isKnown = capabilities.some(({ id }) => id === chosen);
  return (
    <Select {...ofField} className={styles.select} value={isKnown ? chosen : ''} onChange={(_, { value }) => choose(value)}>
      <option value="">{t.choose}</option>
      {yours.length > 0 && <optgroup label={t.yours}>{yours}</optgroup>}
      {yours.length > 0 ? <optgroup label={t.catalogue}>{options(false)}</optgroup> : options(false)}
    </Select>
  );
}

function ModelChoice({ chosen, choose, ...ofField }: { chosen: string; choose: (id: string) => void }) {
  const styles = useStyles();
  const { data: models = [] } = useQuery(modelsQuery);
  const offered: readonly Model[] = models;
  return (
    <Select
      {...ofField}
      className={styles.select}
      value={offered.some(({ id }) => id === chosen) ? chosen : ''}
      onChange={(_, { value }) => choose(value)}
    >
      <option value="">{t.anyModel}</option>
      {offered.map(({ id, tier }) => (
        <option key={id} value={id}>
          {id} ({t.tiers[tier]})
        </option>
      ))}
    </Select>
  );
}
