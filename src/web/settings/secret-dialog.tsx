// A secret that is shown this once: it stays until somebody says that they have it, and never gets into the address.

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
  Text,
  tokens,
} from '@fluentui/react-components';
import { CopyButton } from '../copy-button.tsx';
import { settingsText } from '../strings/settings.ts';

const t = settingsText.secret;

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  line: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  input: { flex: '1 1 240px', fontFamily: tokens.fontFamilyMonospace },
});

export interface SecretDialogProps {
  title: string;
  text: string;
  /** What it is, where it is no secret text: a link. */
  label?: string;
  secret: string;
  close: () => void;
}

export function SecretDialog({ title, text, label = t.label, secret, close }: SecretDialogProps) {
  const styles = useStyles();
  return (
    <Dialog
      open
      modalType="alert"
      onOpenChange={(_, { open }) => {
        if (!open) close();
      }}
    >
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className={styles.content}>
            <Text>{text}</Text>
            <Field label={label}>
              <div className={styles.line}>
                <Input
                  className={styles.input}
                  aria-label={label}
                  readOnly
                  value={secret}
                  onFocus={(event) => event.currentTarget.select()}
                />
                <CopyButton text={secret} />
              </div>
            </Field>
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={close}>
              {t.close}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
