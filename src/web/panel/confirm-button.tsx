// A button for what cannot be taken back: it asks first.

import {
  Button,
  type ButtonProps,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';
import type { OperationName } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { refresh } from '../live.ts';
import { ProblemMessage } from '../problem/problem-message.tsx';
import { useToast } from '../problem/toast.tsx';
import { panelText } from '../strings/panel.ts';

export interface ConfirmButtonProps extends Pick<ButtonProps, 'appearance' | 'icon' | 'size'> {
  operation: OperationName;
  environmentIds?: readonly string[];
  blocked?: string | null | undefined;
  /** The button, and in the dialog the button that does it: a verb. */
  label: string;
  /** What the button in a row is called for those who listen, who meet many of them: "Release the credits of Sales". */
  name?: string;
  /** "Delete Sales?" */
  question: string;
  /** What it does, and what stays. */
  consequence: ReactNode;
  act: () => Promise<unknown>;
  /** Said when it is done. */
  done: string;
}

export function ConfirmButton({ label, name, question, consequence, act, done, ...button }: ConfirmButtonProps) {
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const [acting, setActing] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function confirm(): Promise<void> {
    setActing(true);
    setError(null);
    try {
      await act();
      refresh();
      setOpen(false);
      toast.done(done);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setActing(false);
    }
  }

  return (
    <>
      <ActionButton
        {...button}
        {...(name !== undefined && { 'aria-label': name })}
        onClick={() => {
          setError(null);
          setOpen(true);
        }}
      >
        {label}
      </ActionButton>
      <Dialog open={isOpen} modalType="alert" onOpenChange={(_, { open }) => setOpen(open)}>
        <DialogSurface>
          <DialogBody>
            <DialogTitle>{question}</DialogTitle>
            <DialogContent>
              {consequence}
              {error !== null && <ProblemMessage error={error} environmentId={button.environmentIds?.[0]} />}
            </DialogContent>
            <DialogActions>
              <Button appearance="primary" disabledFocusable={acting} onClick={() => void confirm()}>
                {label}
              </Button>
              <Button onClick={() => setOpen(false)}>{panelText.cancel}</Button>
            </DialogActions>
          </DialogBody>
        </DialogSurface>
      </Dialog>
    </>
  );
}
