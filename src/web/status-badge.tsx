// A status as text on a colour: of an environment or a tenant (M1), of an action (M6).

import { Badge, type BadgeProps } from '@fluentui/react-components';
import type { RecordStatus } from '../core/activity.ts';
import type { Status } from '../core/status.ts';
import { words } from './strings/words.ts';

type Color = NonNullable<BadgeProps['color']>;

const STATUS_COLORS: Record<Status, Color> = {
  'within-capacity': 'success',
  'near-capacity': 'warning',
  'covered-overage': 'brand',
  overage: 'severe',
  blocked: 'danger',
  'no-capacity': 'subtle',
};

const RECORD_STATUS_COLORS: Record<RecordStatus, Color> = {
  charged: 'success',
  'in-overage': 'severe',
  free: 'informative',
  refused: 'danger',
};

export function StatusBadge({ status }: { status: Status }) {
  return (
    <Badge appearance="tint" color={STATUS_COLORS[status]}>
      {words.statuses[status]}
    </Badge>
  );
}

export function RecordStatusBadge({ status }: { status: RecordStatus }) {
  return (
    <Badge appearance="tint" color={RECORD_STATUS_COLORS[status]}>
      {words.recordStatuses[status]}
    </Badge>
  );
}
