// Whether what is shown follows what happens; pressed, it holds everything still (WCAG 2.2.2).

import { Button, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components';
import { PauseRegular } from '@fluentui/react-icons/svg/pause';
import { setPaused, useLiveState } from '../live.ts';
import { frameText } from '../strings/frame.ts';
import { TINY } from './navigation.tsx';

const useStyles = makeStyles({
  button: { minWidth: 'auto', fontWeight: tokens.fontWeightRegular },
  label: { [TINY]: { display: 'none' } },
  dot: { width: '8px', height: '8px', borderRadius: tokens.borderRadiusCircular, margin: '0 4px' },
  live: { backgroundColor: tokens.colorStatusSuccessBackground3 },
  reconnecting: { backgroundColor: tokens.colorPaletteMarigoldBackground3 },
});

export function LiveIndicator() {
  const styles = useStyles();
  const state = useLiveState();
  const paused = state === 'paused';
  return (
    <Tooltip content={paused ? frameText.resume : frameText.pause} relationship="description">
      <Button
        appearance="subtle"
        className={styles.button}
        aria-pressed={paused}
        aria-label={frameText[state]}
        icon={paused ? <PauseRegular /> : <span className={mergeClasses(styles.dot, styles[state])} />}
        onClick={() => setPaused(!paused)}
      >
        <span className={styles.label}>{frameText[state]}</span>
      </Button>
    </Tooltip>
  );
}
