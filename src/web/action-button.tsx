// A button that does something: disabled with its reason for who may not, or where it makes no sense now.

import { Button, type ButtonProps, Tooltip, useRestoreFocusTarget } from '@fluentui/react-components';
import type { OperationName } from '../../sdk/src/index.ts';
import { useWhyNot } from './may.ts';

export interface ActionButtonProps
  extends Pick<ButtonProps, 'appearance' | 'icon' | 'size' | 'className' | 'children' | 'aria-label'> {
  /** The operation of the API that it leads to. */
  operation: OperationName;
  /** The environments that it acts in. */
  environmentIds?: readonly string[];
  /** Why it makes no sense now, whoever looks. */
  blocked?: string | null | undefined;
  onClick: () => void;
}

export function ActionButton({ operation, environmentIds, blocked, onClick, ...button }: ActionButtonProps) {
  const whyNot = useWhyNot(operation, { environmentIds }) ?? blocked ?? null;
  // What it opens gives the focus back to it.
  const restoreFocusTarget = useRestoreFocusTarget();
  if (whyNot === null) return <Button {...button} {...restoreFocusTarget} onClick={onClick} />;
  return (
    <Tooltip content={whyNot} relationship="description">
      <Button {...button} disabledFocusable />
    </Tooltip>
  );
}
