// What moves by itself can be held still (WCAG 2.2.2).

import { Switch } from '@fluentui/react-components';
import { strings } from '../strings.ts';

export function LiveSwitch({ live, onChange }: { live: boolean; onChange: (live: boolean) => void }) {
  return (
    <Switch
      checked={live}
      label={live ? strings.activity.live : strings.activity.paused}
      onChange={(_, { checked }) => onChange(checked)}
    />
  );
}
