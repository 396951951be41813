// Filters whose value stands in the address under their name. What is typed is asked for when it is done: by Enter, or by leaving the
// field.

import { Field, Input, makeStyles, Select } from '@fluentui/react-components';
import { type ReactNode, useEffect, useState } from 'react';
import { useChangePageState, usePageState } from './page-state.ts';

const useStyles = makeStyles({
  field: { minWidth: 0 },
  input: { minWidth: 0, width: '100%' },
});

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
