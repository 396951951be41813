// The one panel for forms: title, fields, what the server said of them, Save and Cancel. It is opened and closed by the address, so
// Back closes it; what was entered is asked about before it is lost; the focus returns to where it was.

import {
  Button,
  DrawerBody,
  DrawerFooter,
  DrawerHeader,
  DrawerHeaderTitle,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  OverlayDrawer,
  Tooltip,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { useBlocker } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { BursarError } from '../../../sdk/src/index.ts';
import { refresh } from '../live.ts';
import { ProblemMessage } from '../problem/problem-message.tsx';
import { useToast } from '../problem/toast.tsx';
import { panelText } from '../strings/panel.ts';
import { FieldFaults } from './panel-field.tsx';
import type { PanelState } from './panel-state.ts';
import { useReturnFocus } from './return-focus.ts';

const useStyles = makeStyles({
  form: { display: 'contents' },
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, paddingBottom: tokens.spacingVerticalL },
  footer: { flexWrap: 'wrap', rowGap: tokens.spacingVerticalM },
  wide: { width: 'min(100vw, 760px)', maxWidth: '100vw' },
  usual: { width: 'min(100vw, 480px)', maxWidth: '100vw' },
  discard: { width: '100%' },
});

export interface FormPanelProps {
  /** Of `usePanel`. */
  panel: Pick<PanelState<string>, 'isOpen' | 'close'>;
  title: string;
  /** The name of the button that saves, a verb: "Assign". */
  saveLabel: string;
  /** Calls the API; what it throws is shown here, at the fields where it says which. */
  save: () => Promise<void>;
  /** Said when it is done. */
  saved: string;
  /** Whether something was entered that would be lost. */
  isDirty: boolean;
  /** Why it cannot be saved now. */
  blocked?: string | null | undefined;
  /** Where it was refused, for what helps. */
  environmentId?: string | undefined;
  size?: 'usual' | 'wide';
  children: ReactNode;
}

/** Its content is there only while the drawer is: what `children` remember begins anew each time it is opened. */
export function FormPanel(props: FormPanelProps) {
  const styles = useStyles();
  const { panel, isDirty, size = 'usual' } = props;
  // What was saved may be left.
  const savedRef = useRef(false);
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      panel.isOpen && isDirty && !savedRef.current && panelOf(current.search) !== panelOf(next.search),
    enableBeforeUnload: () => panel.isOpen && isDirty,
    withResolver: true,
  });
  useEffect(() => {
    if (panel.isOpen) savedRef.current = false;
  }, [panel.isOpen]);
  return (
    <OverlayDrawer
      open={panel.isOpen}
      position="end"
      className={styles[size]}
      onOpenChange={(_, { open }) => {
        if (!open) panel.close();
      }}
    >
      <PanelForm
        {...props}
        leaving={blocker.status === 'blocked' ? { stay: blocker.reset, leave: blocker.proceed } : null}
        onSaved={() => {
          savedRef.current = true;
          panel.close();
        }}
      />
    </OverlayDrawer>
  );
}

function panelOf(search: unknown): string | undefined {
  return (search as { panel?: string }).panel;
}

interface Leaving {
  stay: () => void;
  leave: () => void;
}

interface PanelFormProps extends FormPanelProps {
  /** Somebody wants to leave what was entered. */
  leaving: Leaving | null;
  onSaved: () => void;
}

function PanelForm(props: PanelFormProps) {
  const { panel, title, saveLabel, save, saved, blocked, environmentId, leaving, onSaved, children } = props;
  const styles = useStyles();
  useReturnFocus();
  const toast = useToast();
  const formId = useId();
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const bodyRef = useRef<HTMLDivElement>(null);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (saving || blocked) return;
    setSaving(true);
    setError(null);
    try {
      await save();
      refresh();
      toast.done(saved);
      onSaved();
    } catch (thrown) {
      setError(thrown);
      setSaving(false);
      bodyRef.current?.scrollIntoView({ block: 'start' });
    }
  }

  const saveButton = (
    <Button appearance="primary" type="submit" form={formId} disabledFocusable={saving || Boolean(blocked)}>
      {saving ? panelText.saving : saveLabel}
    </Button>
  );
  return (
    <form id={formId} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
      <DrawerHeader>
        <DrawerHeaderTitle
          action={<Button appearance="subtle" icon={<DismissRegular />} aria-label={panelText.close} onClick={panel.close} />}
        >
          {title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody>
        <div className={styles.body} ref={bodyRef}>
          {error !== null && <ProblemMessage error={error} environmentId={environmentId} />}
          <FieldFaults faults={error instanceof BursarError ? error.errors : []}>{children}</FieldFaults>
        </div>
      </DrawerBody>
      <DrawerFooter className={styles.footer}>
        {leaving && <Discard {...leaving} />}
        {blocked ? (
          <Tooltip content={blocked} relationship="description">
            {saveButton}
          </Tooltip>
        ) : (
          saveButton
        )}
        <Button type="button" onClick={panel.close}>
          {panelText.cancel}
        </Button>
      </DrawerFooter>
    </form>
  );
}

/** Asks before what was entered is lost; the focus goes back to where it was. */
function Discard({ stay, leave }: Leaving) {
  const styles = useStyles();
  // Before the first button takes the focus.
  const [focused] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (focused instanceof HTMLElement && focused.isConnected) focused.focus();
    },
    [focused],
  );
  return (
    <MessageBar intent="warning" layout="multiline" role="alert" className={styles.discard}>
      <MessageBarBody>
        <MessageBarTitle>{panelText.discardTitle}</MessageBarTitle>
        {panelText.discardText}
      </MessageBarBody>
      <MessageBarActions>
        <Button autoFocus type="button" onClick={stay}>
          {panelText.keep}
        </Button>
        <Button type="button" onClick={leave}>
          {panelText.discard}
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}
