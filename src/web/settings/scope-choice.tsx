// Chooses what a key may do: all that its role may, or some of it.

import { Checkbox, makeStyles, Text, tokens } from '@fluentui/react-components';
import { FieldGroup } from '../panel/field-group.tsx';
import { settingsText } from '../strings/settings.ts';
import type { Scope } from './key-scope.ts';

const t = settingsText.keys;

const useStyles = makeStyles({
  label: { display: 'flex', flexDirection: 'column' },
  hint: { color: tokens.colorNeutralForeground3 },
  part: { paddingLeft: tokens.spacingHorizontalXXL },
});

export interface ScopeChoiceProps {
  /** Those that make a difference for the role. */
  offered: readonly Scope[];
  /** null: all that its role may. */
  chosen: readonly Scope[] | null;
  choose: (scopes: readonly Scope[] | null) => void;
}

/** In a `PanelField`, which gives it its name. */
export function ScopeChoice({ offered, chosen, choose }: ScopeChoiceProps) {
  const styles = useStyles();
  return (
    <FieldGroup>
      <Checkbox
        label={t.allScopes}
        checked={chosen === null}
        onChange={(_, { checked }) => choose(checked === true ? null : [])}
      />
      {chosen !== null &&
        offered.map((scope) => (
          <Checkbox
            key={scope}
            className={styles.part}
            label={
              <span className={styles.label}>
                <Text>{t.scope[scope]}</Text>
                <Text size={200} className={styles.hint}>
                  {t.scopeHints[scope]}
                </Text>
              </span>
            }
            checked={chosen.includes(scope)}
            onChange={(_, { checked }) =>
              choose(offered.filter((each) => (each === scope ? checked === true : chosen.includes(each))))
            }
          />
        ))}
    </FieldGroup>
  );
}
