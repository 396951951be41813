// Sign-in with a key that is pasted. Says where a key is found, and what is wrong with one that does not open a tenant.

import { Button, Field, Input, Link, MessageBar, MessageBarBody, makeStyles, Text, tokens } from '@fluentui/react-components';
import { type FormEvent, useEffect, useState } from 'react';
import { BursarError } from '../../../sdk/src/index.ts';
import { signIn } from '../client.ts';
import { useSession } from '../session.ts';
import { signInText } from '../strings/sign-in.ts';

const useStyles = makeStyles({
  root: {
    minHeight: '100vh',
    boxSizing: 'border-box',
    display: 'grid',
    placeItems: 'center',
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  card: {
    width: '100%',
    maxWidth: '440px',
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    padding: tokens.spacingHorizontalXXXL,
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow16,
    '@media (max-width: 479px)': { padding: tokens.spacingHorizontalXL },
  },
  heading: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  mark: { width: '40px', height: '40px' },
  title: {
    margin: 0,
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    fontWeight: tokens.fontWeightSemibold,
  },
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  help: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, color: tokens.colorNeutralForeground2 },
  command: { fontFamily: tokens.fontFamilyMonospace },
});

/** What to say of a key that did not open a tenant. */
function explain(error: unknown): string {
  if (!(error instanceof BursarError) || error.status === 0) return signInText.unreachable;
  if (error.status === 401) return signInText.wrong;
  if (error.status === 403) return signInText.forbidden;
  return error.message;
}

export function SignInPage() {
  const styles = useStyles();
  const state = useSession();
  const ended = state.is === 'signed-out' && state.ended;
  const [key, setKey] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const [checking, setChecking] = useState(false);

  useEffect(() => {
    document.title = signInText.title;
  }, []);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const pasted = key.trim();
    if (pasted === '') {
      setWrong(signInText.missing);
      return;
    }
    setChecking(true);
    setWrong(null);
    try {
      await signIn(pasted);
    } catch (error) {
      setWrong(explain(error));
      setChecking(false);
    }
  }

  return (
    <main className={styles.root}>
      <div className={styles.card}>
        <header className={styles.heading}>
          <img src="./bursar.svg" alt="" className={styles.mark} />
          <h1 className={styles.title}>{signInText.title}</h1>
          <Text>{signInText.lead}</Text>
        </header>
        {ended && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>{signInText.ended}</MessageBarBody>
          </MessageBar>
        )}
        <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
          <Field
            label={signInText.key}
            hint={signInText.kept}
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
            {checking ? signInText.checking : signInText.submit}
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
      </div>
    </main>
  );
}
