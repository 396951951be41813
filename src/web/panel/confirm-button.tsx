// A button for what cannot be taken back: it asks first.

import type { ButtonProps } from '@fluentui/react-components';
import { useState } from 'react';
import type { OperationName } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { ConfirmDialog, type ConfirmDialogProps } from './confirm-dialog.tsx';

export interface ConfirmButtonProps
  extends Pick<ButtonProps, 'appearance' | 'icon' | 'size'>,
    Omit<ConfirmDialogProps, 'isOpen' | 'close' | 'environmentId'> {
  operation: OperationName;
  environmentIds?: readonly string[];
  blocked?: string | null | undefined;
  /** What the button in a row is called for those who listen, who meet many of them: "Release the credits of Sales". */
  name?: string;
}

/** `label` is the button's, too. */
export function ConfirmButton({ label, name, question, consequence, act, done, ...button }: ConfirmButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const asked = { label, question, consequence, act, done };
  return (
    <>
      <ActionButton {...button} {...(name !== undefined && { 'aria-label': name })} onClick={() => setOpen(true)}>
        {label}
      </ActionButton>
      <ConfirmDialog {...asked} isOpen={isOpen} close={() => setOpen(false)} environmentId={button.environmentIds?.[0]} />
    </>
  );
}
