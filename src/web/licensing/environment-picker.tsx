// Chooses one environment by typing part of its name or id; of many, only so many are offered at once.

import { Combobox, type ComboboxProps, Option } from '@fluentui/react-components';
import { useState } from 'react';
import { formatCount } from '../figures.ts';
import { licensingText } from '../strings/licensing.ts';

const t = licensingText.assign;
const MOST_OFFERED = 50;

export interface EnvironmentName {
  id: string;
  name: string;
}

export interface EnvironmentPickerProps extends Pick<ComboboxProps, 'disabled' | 'aria-label'> {
  /** Those that can be chosen. */
  environments: readonly EnvironmentName[];
  chosen: EnvironmentName | undefined;
  onChoose: (environmentId: string) => void;
}

/** In a field, which labels it. */
export function EnvironmentPicker({ environments, chosen, onChoose, ...combobox }: EnvironmentPickerProps) {
  // What is typed; null: nothing since it was opened.
  const [typed, setTyped] = useState<string | null>(null);
  const wanted = (typed ?? '').trim().toLocaleLowerCase();
  const matching = environments.filter(({ id, name }) => `${name} ${id}`.toLocaleLowerCase().includes(wanted));
  const offered = matching.slice(0, MOST_OFFERED);
  return (
    <Combobox
      {...combobox}
      placeholder={t.choose}
      value={typed ?? chosen?.name ?? ''}
      selectedOptions={chosen ? [chosen.id] : []}
      onChange={(event) => setTyped(event.target.value)}
      onOptionSelect={(_, { optionValue }) => {
        setTyped(null);
        if (optionValue !== undefined) onChoose(optionValue);
      }}
      onOpenChange={(_, { open }) => {
        if (!open) setTyped(null);
      }}
      style={{ minWidth: 0 }}
    >
      {offered.map(({ id, name }) => (
        <Option key={id} value={id} text={name}>
          {name === id ? name : `${name} (${id})`}
        </Option>
      ))}
      {matching.length === 0 && (
        <Option disabled value="" text="">
          {t.noMatch}
        </Option>
      )}
      {matching.length > offered.length && (
        <Option disabled value="" text="">
          {t.more(formatCount(matching.length - offered.length))}
        </Option>
      )}
    </Combobox>
  );
}
