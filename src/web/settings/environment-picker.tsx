// Chooses environments by their names, of which there may be thousands: those that are chosen, and the first ones that match what is
// typed.

import { Checkbox, makeStyles, SearchBox, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentNamesQuery } from '../environment/environment-data.ts';
import { FieldGroup } from '../panel/field-group.tsx';
import { roleText as t } from '../strings/role.ts';

const MOST_OFFERED = 8;

const useStyles = makeStyles({
  root: { gap: tokens.spacingVerticalXS },
  search: { maxWidth: '100%' },
  none: { color: tokens.colorNeutralForeground3, padding: tokens.spacingVerticalS },
});

export interface EnvironmentPickerProps {
  chosen: readonly string[];
  choose: (environmentIds: readonly string[]) => void;
}

/** In a `PanelField`, which gives it its name. */
export function EnvironmentPicker({ chosen, choose }: EnvironmentPickerProps) {
  const styles = useStyles();
  const [typed, setTyped] = useState('');
  const { data: names } = useQuery(environmentNamesQuery);
  const wanted = typed.trim().toLocaleLowerCase();
  const all = [...(names ?? [])];
  const offered = all.filter(([id, name]) => !chosen.includes(id) && `${name} ${id}`.toLocaleLowerCase().includes(wanted));
  const shown = [...all.filter(([id]) => chosen.includes(id)), ...offered.slice(0, MOST_OFFERED)];
  return (
    <FieldGroup className={styles.root}>
      <SearchBox
        aria-label={t.findEnvironment}
        placeholder={t.findEnvironment}
        className={styles.search}
        value={typed}
        onChange={(_, { value }) => setTyped(value)}
      />
      {shown.map(([id, name]) => (
        <Checkbox
          key={id}
          label={name}
          checked={chosen.includes(id)}
          onChange={(_, { checked }) => choose(checked === true ? [...chosen, id] : chosen.filter((each) => each !== id))}
        />
      ))}
      {names && offered.length === 0 && wanted !== '' && <Text className={styles.none}>{t.noEnvironment}</Text>}
    </FieldGroup>
  );
}
