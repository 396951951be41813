// Filters whose value stands in the address under their name. What is typed is asked for when it is done: by Enter, or by leaving the
// field.

import { Button, Field, Input, makeStyles, Select, tokens } from '@fluentui/react-components';
import { type ReactNode, useEffect, useState } from 'react';
import { Section } from './frame/section.tsx';
import { useChangePageState, usePageState } from './page-state.ts';
import { filterText } from './strings/filter.ts';

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

export interface FilterSectionProps {
  title: string;
  /** All filters of the page, which are cleared together. */
  names: readonly string[];
  /** Those that are shown here. */
  children: ReactNode;
}

export function FilterSection({ title, names, children }: FilterSectionProps) {
  const styles = useStyles();
  const state = usePageState();
  const change = useChangePageState();
  return (
    <Section
      title={title}
      actions={
        names.some((name) => state[name] !== undefined) && (
          <Button onClick={() => change(Object.fromEntries(names.map((name) => [name, undefined])))}>{filterText.clear}</Button>
        )
      }
    >
      <div className={styles.fields}>{children}</div>
    </Section>
  );
}

export interface ChosenFilterProps {
  name: string;
  label: string;
  /** What stands for no choice. */
  any: string;
  /** Options. */
  children: ReactNode;
}

export function ChosenFilter({ name, label, any, children }: ChosenFilterProps) {
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

export interface TypedFilterProps {
  name: string;
  label: string;
  hint?: string;
  type?: 'text' | 'date';
}

export function TypedFilter({ name, label, hint, type = 'text' }: TypedFilterProps) {
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
