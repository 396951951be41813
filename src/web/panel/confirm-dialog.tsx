// Asks before what cannot be taken back is done.

import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-components';
import { type ReactNode, useEffect, useState } from 'react';
import { refresh } from '../live.ts';
import { ProblemMessage } from '../problem/problem-message.tsx';
import { useToast } from '../problem/toast.tsx';
import { panelText } from '../strings/panel.ts';

export interface ConfirmDialogProps {
  isOpen: boolean;
  close: () => void;
  /** The button that does it: a verb. */
  label: string;
  /** "Delete Sales?" */
  question: string;
  /** What it does, and what stays. */
  consequence: ReactNode;
  act: () => Promise<unknown>;
  /** Said when it is done; nothing where the page itself says so. */
  done?: string | undefined;
  /** Where it was refused, for what helps. */
  environmentId?: string | undefined;
}

export function ConfirmDialog({ isOpen, close, label, question, consequence, act, done, environmentId }: ConfirmDialogProps) {
  const toast = useToast();
  const [acting, setActing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (isOpen) setError(null);
  }, [isOpen]);

  async function confirm(): Promise<void> {
    if (acting) return;
    setActing(true);
    setError(null);
    try {
      await act();
      refresh();
      close();
      if (done !== undefined) toast.done(done);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setActing(false);
    }
  }

  return (
    <Dialog
      open={isOpen}
      modalType="alert"
      onOpenChange={(_, { open }) => {
        if (!open) close();
      }}
    >
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{question}</DialogTitle>
          <DialogContent>
            {consequence}
            {error !== null && <ProblemMessage error={error} environmentId={environmentId} />}
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabledFocusable={acting} onClick={() => void confirm()}>
              {label}
            </Button>
            <Button onClick={close}>{panelText.cancel}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
