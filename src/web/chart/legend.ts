// The legend of a chart: names as they are written, each of which can be chosen by keyboard.

import type { LegendsProps } from '@fluentui/react-charts';
import { makeStyles } from '@fluentui/react-components';

const useStyles = makeStyles({
  // Fluent's would write Pay-As-You-Go.
  text: { textTransform: 'none' },
});

export function useLegend(): Partial<LegendsProps> {
  const { text } = useStyles();
  return { allowFocusOnLegends: true, canSelectMultipleLegends: true, styles: { text } };
}
