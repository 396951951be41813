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
import { CopyRegular } from '@fluentui/react-icons/svg/copy';
import { useState } from 'react';
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
  const [isCopied, setCopied] = useState(false);
  // Without HTTPS a browser has a clipboard for pages on loopback only: there what is selected can be copied by keyboard.
  const copy = () => void navigator.clipboard?.writeText(secret).then(() => setCopied(true));
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
                <Button icon={<CopyRegular />} onClick={copy}>
                  <span aria-live="polite">{isCopied ? t.copied : t.copy}</span>
                </Button>
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
