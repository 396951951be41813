// An invitation, or a link to another password: whoever has it chooses a password, and is signed in with it.

import { Button, Field, Input } from '@fluentui/react-components';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { BursarError } from '../../../sdk/src/index.ts';
import type { Invitation } from '../../../sdk/src/openapi.ts';
import { passwordFault, SHORTEST_PASSWORD } from '../../core/password.ts';
import { endInvitation } from '../arrival.ts';
import { ask, signIn } from '../client.ts';
import { formatCount } from '../figures.ts';
import { Loading } from '../frame/page-notice.tsx';
import { sentenceOf } from '../problem/problem-sentence.ts';
import { signInText as t } from '../strings/sign-in.ts';
import { explainInvitation } from './explain.ts';
import { type Faults, faultsOf, useFieldFaults } from './field-faults.ts';
import { useFormStyles } from './form-styles.ts';
import { keepTenant } from './known-tenant.ts';
import { PasswordInput } from './password-input.tsx';
import { SignInCard } from './sign-in-card.tsx';
import { signInOptionsQuery } from './sign-in-options.ts';

/** Asked once: while a password is chosen it may run out, which is said when it is sent. */
function invitationQuery(invitation: string) {
  return queryOptions({
    queryKey: ['invitation', invitation],
    queryFn: ({ signal }) => ask('readInvitation', { body: { invitation }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export function InvitationPage({ invitation }: { invitation: string }) {
  const { data, error, refetch } = useQuery(invitationQuery(invitation));
  const { data: options, isPending } = useQuery(signInOptionsQuery);
  if (isPending || (!data && !error)) return <Loading />;
  if (data) return <ChoosePassword invitation={invitation} of={data} asksTenant={options?.tenantNeeded ?? false} />;
  const isOver = error instanceof BursarError && error.status === 401;
  return (
    <SignInCard title={isOver ? t.invitationOver : t.invitationUnread} lead={explainInvitation(error)} refused={null}>
      {!isOver && (
        <Button appearance="primary" onClick={() => void refetch()}>
          {t.again}
        </Button>
      )}
      <Button onClick={endInvitation}>{t.toSignIn}</Button>
    </SignInCard>
  );
}

interface ChoosePasswordProps {
  invitation: string;
  of: Invitation;
  /** Whether its tenant has to be given with every sign-in. */
  asksTenant: boolean;
}

function ChoosePassword({ invitation, of, asksTenant }: ChoosePasswordProps) {
  const form = useFormStyles();
  // That of the first administrator is open to whoever comes.
  const isOpen = of.email === null;
  const [email, setEmail] = useState('');
  const [name, setName] = useState(isOpen ? '' : of.name);
  const [password, setPassword] = useState('');
  const [refused, setRefused] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const formRef = useRef<HTMLFormElement>(null);
  const faults = useFieldFaults(formRef);

  function entered(): Faults {
    const fault = passwordFault(password, { email: (of.email ?? email.trim().toLowerCase()) || null });
    return {
      ...(isOpen && name.trim() === '' && { name: t.missingName }),
      ...(isOpen && email.trim() === '' && { email: t.missingEmail }),
      ...(fault !== null && { password: password === '' ? t.missingNewPassword : sentenceOf(fault) }),
    };
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isSaving) return;
    setRefused(null);
    if (faults.show(entered())) return;
    setSaving(true);
    try {
      await signIn({ invitation, password, ...(isOpen && { email: email.trim(), name: name.trim() }) });
      if (asksTenant) keepTenant(of.tenant.id);
      endInvitation();
    } catch (error) {
      setSaving(false);
      if (!faults.show(faultsOf(error))) setRefused(explainInvitation(error));
    }
  }

  const { name: tenant } = of.tenant;
  return (
    <SignInCard
      title={t.invitationTitle}
      lead={isOpen ? t.welcomeFirst(tenant) : of.hasPassword ? t.welcomeBack(of.name, tenant) : t.welcome(of.name, tenant)}
      refused={refused}
    >
      <form ref={formRef} className={form.form} onSubmit={(event) => void submit(event)} noValidate>
        {isOpen && (
          <Field label={t.yourName} {...faults.of('name')}>
            <Input name="name" autoComplete="name" autoFocus value={name} onChange={(_, { value }) => setName(value)} />
          </Field>
        )}
        <Field label={t.email} {...faults.of('email')}>
          <Input
            type="email"
            name="email"
            autoComplete="username"
            readOnly={!isOpen}
            value={of.email ?? email}
            onChange={(_, { value }) => setEmail(value)}
          />
        </Field>
        {asksTenant && (
          <Field label={t.tenant} hint={t.tenantKeep}>
            <Input readOnly value={of.tenant.id} />
          </Field>
        )}
        <Field label={t.newPassword} hint={t.newPasswordHint(formatCount(SHORTEST_PASSWORD))} {...faults.of('password')}>
          <PasswordInput autoComplete="new-password" autoFocus={!isOpen} value={password} change={setPassword} />
        </Field>
        <Button appearance="primary" type="submit" disabledFocusable={isSaving}>
          {isSaving ? t.savingPassword : t.savePassword}
        </Button>
      </form>
      <Button appearance="subtle" onClick={endInvitation}>
        {t.toSignIn}
      </Button>
    </SignInCard>
  );
}
