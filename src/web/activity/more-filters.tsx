// The filters of the activity that are not always wanted. What is typed is asked for when it is done: by Enter, or by leaving the field.

import { Button, Field, Input, makeStyles, Select, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { CURRENCIES } from '../../core/credits.ts';
import { Section } from '../frame/section.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { capabilitiesQuery, modelsQuery } from '../playground/playground-data.ts';
import { useSignedIn } from '../session.ts';
import { activityText as t } from '../strings/activity.ts';
import { words } from '../strings/words.ts';
import { FILTERED_SOURCES } from './activity-filter.ts';

const useStyles = makeStyles({
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 220px), 1fr))',
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    alignItems: 'start',
  },
  field: { minWidth: 0 },
  input: { minWidth: 0, width: '100%' },
});

export function MoreFilters({ clear }: { clear: (() => void) | undefined }) {
  const styles = useStyles();
  const { role } = useSignedIn();
  const { data: capabilities = [] } = useQuery(capabilitiesQuery);
  const { data: models = [] } = useQuery(modelsQuery);
  return (
    <Section title={t.moreFilters} actions={clear && <Button onClick={clear}>{t.clearFilters}</Button>}>
      <div className={styles.fields}>
        {role !== 'maker' && <Typed name="user" label={t.user} />}
        <Chosen name="capability" label={t.capability} any={t.anyCapability}>
          {capabilities.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Chosen>
        <Chosen name="model" label={t.model} any={t.anyModel}>
          {models.map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </Chosen>
        <Typed name="resource" label={t.resource} hint={t.resourceHint} />
        <Chosen name="currency" label={t.currency} any={t.anyCurrency}>
          {CURRENCIES.map((each) => (
            <option key={each} value={each}>
              {words.currencies[each]}
            </option>
          ))}
        </Chosen>
        <Chosen name="source" label={t.source} any={t.anySource}>
          {FILTERED_SOURCES.map((each) => (
            <option key={each} value={each}>
              {words.sources[each]}
            </option>
          ))}
        </Chosen>
        <Typed name="code" label={t.code} hint="QuotaExceeded" />
        <Typed name="from" label={t.from} type="date" />
        <Typed name="to" label={t.to} type="date" />
      </div>
    </Section>
  );
}

function Chosen({ name, label, any, children }: { name: string; label: string; any: string; children: ReactNode }) {
  const styles = useStyles();
  const state = usePageState();
  const change = useChangePageState();
  return (
    <Field label={label} className={styles.field}>
      <Select className={styles.input} value={state[name] ?? ''} onChange={(_, { value }) => change({ [name]: value })}>
        <option value="">{any}</option>
        {children}
      </Select>
    </Field>
  );
}

function Typed({ name, label, hint, type = 'text' }: { name: string; label: string; hint?: string; type?: 'text' | 'date' }) {
  const styles = useStyles();
  const state = usePageState();
  const change = useChangePageState();
  const inAddress = state[name] ?? '';
  const [typed, setTyped] = useState(inAddress);
  useEffect(() => setTyped(inAddress), [inAddress]);
  const commit = () => {
    if (typed.trim() !== inAddress) change({ [name]: typed.trim() || undefined });
  };
  return (
    <Field label={label} className={styles.field}>
      <Input
        className={styles.input}
        type={type}
        value={typed}
        {...(hint !== undefined && { placeholder: hint })}
        onChange={(_, { value }) => setTyped(value)}
        onBlur={commit}
        onKeyDown={({ key }) => {
          if (key === 'Enter') commit();
        }}
      />
    </Field>
  );
}
