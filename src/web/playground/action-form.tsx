// The action that is tried, field by field. Only what makes a difference to it is shown.

import { Checkbox, Combobox, Field, Input, makeStyles, Option, Select, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Capability } from '../../../sdk/src/index.ts';
import { CALLERS, CHANNELS, MODES } from '../../core/action.ts';
import { EnvironmentChoice } from '../environment/environment-choice.tsx';
import { Section } from '../frame/section.tsx';
import { useSignedIn } from '../session.ts';
import { playgroundText as t } from '../strings/playground.ts';
import { words } from '../strings/words.ts';
import { countOf, countsOf, type Draft } from './draft.ts';
import { modelsQuery } from './playground-data.ts';

const useStyles = makeStyles({
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 240px), 1fr))',
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    alignItems: 'start',
  },
  field: { minWidth: 0 },
  input: { minWidth: 0, width: '100%' },
  wide: { gridColumn: '1 / -1' },
});

export interface ActionFormProps {
  draft: Draft;
  change: (change: Draft) => void;
  /** undefined: not there yet. */
  capabilities: readonly Capability[] | undefined;
}

export function ActionForm({ draft, change, capabilities }: ActionFormProps) {
  const styles = useStyles();
  const { role } = useSignedIn();
  const { data: models = [] } = useQuery(modelsQuery);
  const isMaker = role === 'maker';
  const chosen = capabilities?.find(({ id }) => id === draft.capability);
  const isAgent = draft.caller === 'agent' || draft.caller === 'agent-flow';
  return (
    <Section title={t.action}>
      <div className={styles.fields}>
        <Field label={t.capability} required className={styles.field}>
          <CapabilityChoice
            chosen={draft.capability}
            choose={(capability) => change({ capability })}
            capabilities={capabilities ?? []}
          />
        </Field>
        {chosen &&
          countsOf(chosen).map(({ field, name }) => (
            <Field
              key={field}
              label={t.usage(words.usage[field])}
              required
              className={styles.field}
              {...((draft[name] ?? '') !== '' &&
                countOf(draft[name]) === null && { validationMessage: t.wholeNumber, validationState: 'error' as const })}
            >
              <Input
                className={styles.input}
                inputMode="numeric"
                value={draft[name] ?? ''}
                onChange={(_, { value }) => change({ [name]: value })}
              />
            </Field>
          ))}
        {chosen?.unit === '1000-tokens' && (
          <Field label={t.model} hint={t.modelHint} className={styles.field}>
            <Select value={draft.model ?? ''} onChange={(_, { value }) => change({ model: value })}>
              <option value="">{t.noModel}</option>
              {models.map(({ id, preview }) => (
                <option key={id} value={id}>
                  {preview ? t.previewModel(id) : id}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <Field label={t.environment} className={styles.field}>
          <EnvironmentChoice
            className={styles.input}
            placeholder={t.environmentPlaceholder}
            clearable
            chosen={draft.environment || undefined}
            choose={(environment) => change({ environment: environment ?? '' })}
          />
        </Field>
        <Field label={t.user} hint={isMaker ? t.userMaker : t.userHint} className={styles.field}>
          <Input
            className={styles.input}
            value={draft.user ?? ''}
            disabled={isMaker}
            onChange={(_, { value }) => change({ user: value })}
          />
        </Field>
        <Field label={t.caller} className={styles.field}>
          <Select value={draft.caller ?? 'cloud-flow'} onChange={(_, { value }) => change({ caller: value })}>
            {CALLERS.map((each) => (
              <option key={each} value={each}>
                {words.callers[each]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t.mode} className={styles.field} {...(isMaker && { hint: t.modeMaker })}>
          <Select value={draft.mode ?? 'run'} onChange={(_, { value }) => change({ mode: value })}>
            {MODES.filter((each) => !isMaker || each !== 'run').map((each) => (
              <option key={each} value={each}>
                {t.modes[each]}
              </option>
            ))}
          </Select>
        </Field>
        {isAgent && (
          <Field label={t.channel} className={styles.field}>
            <Select value={draft.channel ?? ''} onChange={(_, { value }) => change({ channel: value })}>
              <option value="">{t.noChannel}</option>
              {CHANNELS.map((each) => (
                <option key={each} value={each}>
                  {t.channels[each]}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <div className={styles.wide}>
          {isAgent && <Flag name="m365" label={t.m365Copilot} draft={draft} change={change} />}
          {draft.caller === 'agent-flow' && <Flag name="byAgent" label={t.startedByAgent} draft={draft} change={change} />}
          <Flag name="preview" label={t.preview} draft={draft} change={change} />
        </div>
      </div>
    </Section>
  );
}

function Flag({
  name,
  label,
  draft,
  change,
}: {
  name: 'm365' | 'byAgent' | 'preview';
  label: string;
  draft: Draft;
  change: (change: Draft) => void;
}) {
  return (
    <div>
      <Checkbox
        label={label}
        checked={draft[name] === 'yes'}
        onChange={(_, { checked }) => change({ [name]: checked === true ? 'yes' : '' })}
      />
    </div>
  );
}

function CapabilityChoice({
  chosen,
  choose,
  capabilities,
}: {
  chosen: string | undefined;
  choose: (capability: string) => void;
  capabilities: readonly Capability[];
}) {
  const styles = useStyles();
  const name = capabilities.find(({ id }) => id === chosen)?.name ?? chosen ?? '';
  const [typed, setTyped] = useState<string | null>(null);
  const wanted = typed === null ? '' : typed.trim().toLocaleLowerCase();
  const offered = capabilities.filter(
    (each) => each.name.toLocaleLowerCase().includes(wanted) || each.id.toLocaleLowerCase().includes(wanted),
  );
  return (
    <Combobox
      className={styles.input}
      placeholder={t.capabilityPlaceholder}
      value={typed ?? name}
      selectedOptions={chosen === undefined ? [] : [chosen]}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => setTyped(null)}
      onOptionSelect={(_, { optionValue }) => {
        setTyped(null);
        if (optionValue !== undefined) choose(optionValue);
      }}
    >
      {offered.map((each) => (
        <Option key={each.id} value={each.id} text={each.name}>
          {each.name}
        </Option>
      ))}
    </Combobox>
  );
}
