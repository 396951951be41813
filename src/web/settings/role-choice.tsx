// Chooses a role, each with what it may do.

import { makeStyles, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';
import type { Role } from '../session.ts';
import { frameText } from '../strings/frame.ts';
import { roleText } from '../strings/role.ts';

const useStyles = makeStyles({
  label: { display: 'flex', flexDirection: 'column' },
  hint: { color: tokens.colorNeutralForeground3 },
});

export interface RoleChoiceProps<R extends Role> {
  /** Those that can be chosen. */
  roles: readonly R[];
  role: R;
  choose: (role: R) => void;
}

/** In a `PanelField`, which gives it its name. */
export function RoleChoice<R extends Role>({ roles, role, choose }: RoleChoiceProps<R>) {
  const styles = useStyles();
  return (
    <RadioGroup
      value={role}
      onChange={(_, { value }) => {
        const chosen = roles.find((each) => each === value);
        if (chosen !== undefined) choose(chosen);
      }}
    >
      {roles.map((each) => (
        <Radio
          key={each}
          value={each}
          label={
            <span className={styles.label}>
              <Text>{frameText.roles[each]}</Text>
              <Text size={200} className={styles.hint}>
                {roleText.hints[each]}
              </Text>
            </span>
          }
        />
      ))}
    </RadioGroup>
  );
}
