// How it stands with something, or what it is, and below that what more there is to say of it.

import { Badge, type BadgeProps, makeStyles, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', alignItems: 'start', gap: tokens.spacingVerticalXXS },
  badge: { whiteSpace: 'nowrap' },
  muted: { color: tokens.colorNeutralForeground3 },
});

export interface StandingBadgeProps {
  said: string;
  color: NonNullable<BadgeProps['color']>;
  more: string | null;
}

export function StandingBadge({ said, color, more }: StandingBadgeProps) {
  const styles = useStyles();
  return (
    <WithMore more={more}>
      <Badge className={styles.badge} appearance="tint" color={color}>
        {said}
      </Badge>
    </WithMore>
  );
}

export function WithMore({ more, children }: { more: string | null; children: ReactNode }) {
  const styles = useStyles();
  return (
    <span className={styles.root}>
      {children}
      {more !== null && (
        <Text size={200} className={styles.muted}>
          {more}
        </Text>
      )}
    </span>
  );
}
