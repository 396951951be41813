// The sign-in: with an account of one's own here, at a provider of the organisation, or with a key.

import { Button, Divider } from '@fluentui/react-components';
import { KeyRegular } from '@fluentui/react-icons/svg/key';
import { MailRegular } from '@fluentui/react-icons/svg/mail';
import { PersonRegular } from '@fluentui/react-icons/svg/person';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { failedSignIn } from '../arrival.ts';
import { apiUrl } from '../client.ts';
import { Loading } from '../frame/page-notice.tsx';
import { useSession } from '../session.ts';
import { signInText as t } from '../strings/sign-in.ts';
import { explainFailedSignIn } from './explain.ts';
import { useFormStyles } from './form-styles.ts';
import { KeyForm } from './key-form.tsx';
import { PasswordForm } from './password-form.tsx';
import { SignInCard } from './sign-in-card.tsx';
import { signInOptionsQuery } from './sign-in-options.ts';

/** What is shown first; where people have accounts at providers only there is no form. */
type Way = 'password' | 'key' | 'provider';

/** The way that was chosen here is shown again when somebody signs out. */
let lastWay: Way | null = null;

const LONGEST_RETURN = 2000;

export function SignInPage() {
  const form = useFormStyles();
  const state = useSession();
  const ended = state.is === 'signed-out' && state.ended;
  const { data: options, isPending } = useQuery(signInOptionsQuery);
  const [chosen, setChosen] = useState(lastWay);
  const [refused, setRefused] = useState<string | null>(null);
  const choose = (way: Way) => {
    lastWay = way;
    setChosen(way);
    setRefused(null);
  };
  if (isPending) return <Loading />;
  const before = ended ? t.ended : failedSignIn === null ? null : explainFailedSignIn(failedSignIn);
  const hasPeople = options?.people ?? true;
  const providers = options?.providers ?? [];
  const way = chosen ?? (hasPeople ? 'password' : providers.length > 0 ? 'provider' : 'key');
  const hasOtherWays = way !== 'key' || hasPeople || providers.length > 0;
  return (
    <SignInCard title={t.title} lead={t.lead} before={before} refused={refused}>
      {way === 'password' && <PasswordForm asksTenant={options?.tenantNeeded ?? false} refuse={setRefused} />}
      {way === 'key' && <KeyForm />}
      {way !== 'provider' && hasOtherWays && <Divider>{t.or}</Divider>}
      {hasOtherWays && (
        <div className={form.ways}>
          {providers.map(({ id, name }) => (
            <Button
              key={id}
              as="a"
              appearance={way === 'provider' ? 'primary' : 'secondary'}
              icon={<PersonRegular />}
              href={providerUrl(id)}
            >
              {t.withProvider(name)}
            </Button>
          ))}
          {way !== 'key' && (
            <Button appearance="subtle" icon={<KeyRegular />} onClick={() => choose('key')}>
              {t.withKey}
            </Button>
          )}
          {way === 'key' && hasPeople && (
            <Button appearance="subtle" icon={<MailRegular />} onClick={() => choose('password')}>
              {t.withPassword}
            </Button>
          )}
        </div>
      )}
    </SignInCard>
  );
}

/** Leads to the provider, and from there back to the page that was wanted. */
function providerUrl(provider: string): string {
  const wanted = location.hash.slice(1);
  const returnTo = /^\/[!-~]*$/.test(wanted) && wanted.length <= LONGEST_RETURN ? wanted : '/';
  return apiUrl(`v1/sign-in?${new URLSearchParams({ provider, returnTo })}`);
}
