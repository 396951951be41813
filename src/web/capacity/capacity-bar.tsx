// The one bar: how far something has come, with marks where it matters. What it draws is also said in words beside it; those who do not
// see it hear the words.

import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';

export type Level = 'plain' | 'good' | 'near' | 'over' | 'far-over';

export interface BarPart {
  /** In the bar's own measure, as `full` is. */
  size: number;
  level: Level | 'held';
}

export interface BarMark {
  at: number;
  label: string;
}

export interface CapacityBarProps {
  /** What the bar says, for those who do not see it. */
  label: string;
  parts: readonly BarPart[];
  marks?: readonly BarMark[];
  /** The size at which the bar is full; what is beyond is cut off. */
  full: number;
  /** In the row of a table. */
  small?: boolean;
}

const useStyles = makeStyles({
  root: { position: 'relative', width: '100%' },
  track: {
    display: 'flex',
    height: '12px',
    overflow: 'hidden',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground5,
    boxShadow: `inset 0 0 0 1px ${tokens.colorNeutralStroke1}`,
  },
  small: { height: '6px' },
  part: { height: '100%', minWidth: '2px', transitionProperty: 'width', transitionDuration: tokens.durationSlower },
  plain: { backgroundColor: tokens.colorBrandBackground },
  good: { backgroundColor: tokens.colorStatusSuccessBackground3 },
  near: { backgroundColor: tokens.colorPaletteMarigoldBackground3 },
  over: { backgroundColor: tokens.colorPaletteDarkOrangeBackground3 },
  'far-over': { backgroundColor: tokens.colorStatusDangerBackground3 },
  held: {
    backgroundImage: `repeating-linear-gradient(135deg, ${tokens.colorNeutralStroke1Pressed} 0 3px, transparent 3px 6px)`,
  },
  mark: {
    position: 'absolute',
    top: '-3px',
    height: '18px',
    width: '2px',
    marginLeft: '-1px',
    backgroundColor: tokens.colorNeutralForeground2,
  },
  marks: { position: 'relative', height: '18px' },
  markLabel: {
    position: 'absolute',
    top: '3px',
    transform: 'translateX(-50%)',
    color: tokens.colorNeutralForeground3,
    whiteSpace: 'nowrap',
  },
  markLabelAtEnd: { transform: 'translateX(-100%)' },
});

function share(size: number, full: number): string {
  return `${full > 0 ? Math.min(Math.max(size / full, 0), 1) * 100 : 0}%`;
}

export function CapacityBar({ label, parts, marks = [], full, small = false }: CapacityBarProps) {
  const styles = useStyles();
  return (
    <div className={styles.root} role="img" aria-label={label}>
      <div className={mergeClasses(styles.track, small && styles.small)}>
        {parts
          .filter(({ size }) => size > 0)
          .map(({ size, level }) => (
            <div key={level} className={mergeClasses(styles.part, styles[level])} style={{ width: share(size, full) }} />
          ))}
      </div>
      {marks.map(({ at }) => (
        <div key={at} className={styles.mark} style={{ left: share(at, full) }} />
      ))}
      {marks.length > 0 && (
        <div className={styles.marks} aria-hidden>
          {marks.map(({ at, label: text }) => (
            <Text
              key={at}
              size={100}
              className={mergeClasses(styles.markLabel, at > 0.9 * full && styles.markLabelAtEnd)}
              style={{ left: share(at, full) }}
            >
              {text}
            </Text>
          ))}
        </div>
      )}
    </div>
  );
}
