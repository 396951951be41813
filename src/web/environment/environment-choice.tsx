// The choice of an environment among many: what is typed narrows the list down. Its id may be typed as well.

import { Combobox, Option } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { environmentNamesQuery } from './environment-data.ts';

const MOST_SHOWN = 50;

export interface EnvironmentChoiceProps {
  /** The id of the one that is chosen. */
  chosen: string | undefined;
  choose: (environmentId: string | undefined) => void;
  /** Shown where none is. */
  placeholder: string;
  label?: string;
  className?: string;
  /** Whether none can be chosen. */
  clearable?: boolean;
}

export function EnvironmentChoice({ chosen, choose, placeholder, label, className, clearable = false }: EnvironmentChoiceProps) {
  const { data: names } = useQuery(environmentNamesQuery);
  const nameOfChosen = chosen === undefined ? '' : (names?.get(chosen) ?? chosen);
  const [typed, setTyped] = useState(nameOfChosen);
  useEffect(() => setTyped(nameOfChosen), [nameOfChosen]);
  const wanted = typed === nameOfChosen ? '' : typed.trim().toLocaleLowerCase();
  const offered = [...(names ?? [])]
    .filter(([id, name]) => wanted === '' || name.toLocaleLowerCase().includes(wanted) || id.toLocaleLowerCase().includes(wanted))
    .slice(0, MOST_SHOWN);
  return (
    <Combobox
      {...(label !== undefined && { 'aria-label': label })}
      {...(className !== undefined && { className })}
      placeholder={placeholder}
      clearable={clearable}
      value={typed}
      selectedOptions={chosen === undefined ? [] : [chosen]}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => setTyped(nameOfChosen)}
      onOptionSelect={(_, { optionValue }) => {
        if (optionValue === undefined) setTyped('');
        choose(optionValue);
      }}
    >
      {offered.map(([id, name]) => (
        <Option key={id} value={id} text={name}>
          {name === id ? name : `${name} (${id})`}
        </Option>
      ))}
    </Combobox>
  );
}
