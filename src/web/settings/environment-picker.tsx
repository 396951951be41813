// Chooses environments by their names, of which there may be thousands: those that are chosen, and the first ones that match what is
// typed.

import { Checkbox, makeStyles, SearchBox, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentCapacitiesQuery } from '../data.ts';
import { FieldGroup } from '../panel/field-group.tsx';
import { settingsText } from '../strings/settings.ts';

const t = settingsText.keys;

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
  const { data: environments } = useQuery(environmentCapacitiesQuery);
  const wanted = typed.trim().toLocaleLowerCase();
  const offered = (environments ?? []).filter(
    ({ environmentId, name }) =>
      !chosen.includes(environmentId) && `${name} ${environmentId}`.toLocaleLowerCase().includes(wanted),
  );
  const shown = [
    ...(environments ?? []).filter(({ environmentId }) => chosen.includes(environmentId)),
    ...offered.slice(0, MOST_OFFERED),
  ];
  return (
    <FieldGroup className={styles.root}>
      <SearchBox
        aria-label={t.findEnvironment}
        placeholder={t.findEnvironment}
        className={styles.search}
        value={typed}
        onChange={(_, { value }) => setTyped(value)}
      />
      {shown.map(({ environmentId, name }) => (
        <Checkbox
          key={environmentId}
          label={name}
          checked={chosen.includes(environmentId)}
          onChange={(_, { checked }) =>
            choose(checked === true ? [...chosen, environmentId] : chosen.filter((each) => each !== environmentId))
          }
        />
      ))}
      {environments && offered.length === 0 && wanted !== '' && <Text className={styles.none}>{t.noEnvironment}</Text>}
    </FieldGroup>
  );
}
