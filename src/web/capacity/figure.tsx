// A figure of a card and what it is; stands in a `dl`.

import { makeStyles, tokens } from '@fluentui/react-components';

const useStyles = makeStyles({
  name: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  value: { margin: 0, fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' },
});

export function Figure({ name, value }: { name: string; value: string }) {
  const styles = useStyles();
  return (
    <div>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{value}</dd>
    </div>
  );
}
