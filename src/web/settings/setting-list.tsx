// Settings as they are: what each is called, what it does, and how it is set.

import { makeStyles, Text, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', margin: 0, maxWidth: '1200px' },
  setting: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'space-between',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXXL}`,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
    ':first-child': { borderTopStyle: 'none', paddingTop: 0 },
  },
  name: { display: 'flex', flexDirection: 'column', flex: '1 1 280px', maxWidth: '720px' },
  why: { color: tokens.colorNeutralForeground3 },
  value: { margin: 0, fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
});

export interface ShownSetting {
  name: string;
  why: string;
  value: string;
}

export function SettingList({ settings }: { settings: readonly ShownSetting[] }) {
  const styles = useStyles();
  return (
    <dl className={styles.list}>
      {settings.map(({ name, why, value }) => (
        <div key={name} className={styles.setting}>
          <dt className={styles.name}>
            <Text weight="semibold">{name}</Text>
            <Text size={200} className={styles.why}>
              {why}
            </Text>
          </dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
