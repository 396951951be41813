// Sign-in with a key that is pasted. Says where a key is found, and what is wrong with one that does not open a tenant.

import { Button, Field, Input, Link, makeStyles, Text, tokens } from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';
import { signIn } from '../client.ts';
import { signInText } from '../strings/sign-in.ts';
import { explainKey } from './explain.ts';
import { useFormStyles } from './form-styles.ts';

const useStyles = makeStyles({
  help: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, color: tokens.colorNeutralForeground2 },
  command: { fontFamily: tokens.fontFamilyMonospace },
});

export function KeyForm() {
  const styles = useStyles();
  const form = useFormStyles();
  const [key, setKey] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const [checking, setChecking] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const pasted = key.trim();
    if (pasted === '') {
      setWrong(signInText.missingKey);
      return;
    }
    setChecking(true);
    setWrong(null);
    try {
      await signIn({ key: pasted });
    } catch (error) {
      setWrong(explainKey(error));
      setChecking(false);
    }
  }

  return (
    <>
      <form className={form.form} onSubmit={(event) => void submit(event)} noValidate>
        <Field
          label={signInText.key}
          hint={signInText.keptKey}
          {...(wrong !== null && { validationMessage: wrong, validationState: 'error' as const })}
        >
          <Input
            type="password"
            name="key"
            autoComplete="off"
            autoFocus
            placeholder="bursar_…"
            value={key}
            onChange={(_, { value }) => setKey(value)}
          />
        </Field>
        <Button appearance="primary" type="submit" disabledFocusable={checking}>
          {checking ? signInText.checkingKey : signInText.submit}
        </Button>
      </form>
      <div className={styles.help}>
        <Text weight="semibold">{signInText.whereTitle}</Text>
        <Text size={200}>
          {signInText.where}{' '}
          <Link href="./docs" inline className={styles.command}>
            {signInText.whereCommand}
          </Link>
          .
        </Text>
      </div>
    </>
  );
}
