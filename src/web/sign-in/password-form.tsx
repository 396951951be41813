// Sign-in with an account of one's own here: e-mail address and password, and the tenant where several live here.

import { Button, Field, Input } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import { signIn } from '../client.ts';
import { signInText as t } from '../strings/sign-in.ts';
import { explainPassword } from './explain.ts';
import { faultsOf, useFieldFaults } from './field-faults.ts';
import { useFormStyles } from './form-styles.ts';
import { keepTenant, knownTenant } from './known-tenant.ts';
import { PasswordInput } from './password-input.tsx';

export interface PasswordFormProps {
  /** Whether the address alone does not say whose account it is. */
  asksTenant: boolean;
  /** Told why it was refused; null when it is tried once more. */
  refuse: (why: string | null) => void;
}

export function PasswordForm({ asksTenant, refuse }: PasswordFormProps) {
  const form = useFormStyles();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tenant, setTenant] = useState(knownTenant);
  const [checking, setChecking] = useState(false);
  const formRef = useRef<HTMLFormElement>(null);
  const faults = useFieldFaults(formRef);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (checking) return;
    refuse(null);
    const missing = {
      ...(asksTenant && tenant.trim() === '' && { tenant: t.missingTenant }),
      ...(email.trim() === '' && { email: t.missingEmail }),
      ...(password === '' && { password: t.missingPassword }),
    };
    if (faults.show(missing)) return;
    setChecking(true);
    try {
      await signIn({ email: email.trim(), password, ...(asksTenant && { tenant: tenant.trim() }) });
      if (asksTenant) keepTenant(tenant.trim());
    } catch (error) {
      setChecking(false);
      if (faults.show(faultsOf(error))) return;
      refuse(explainPassword(error));
      formRef.current?.querySelector<HTMLInputElement>('[name=password]')?.select();
    }
  }

  return (
    <form ref={formRef} className={form.form} onSubmit={(event) => void submit(event)} noValidate>
      {asksTenant && (
        <Field label={t.tenant} hint={t.tenantHint} {...faults.of('tenant')}>
          <Input
            name="tenant"
            autoComplete="organization"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={tenant === ''}
            value={tenant}
            onChange={(_, { value }) => setTenant(value)}
          />
        </Field>
      )}
      <Field label={t.email} {...faults.of('email')}>
        <Input
          type="email"
          name="email"
          autoComplete="username"
          autoFocus={!asksTenant || tenant !== ''}
          value={email}
          onChange={(_, { value }) => setEmail(value)}
        />
      </Field>
      <Field label={t.password} {...faults.of('password')}>
        <PasswordInput autoComplete="current-password" value={password} change={setPassword} />
      </Field>
      <Button appearance="primary" type="submit" disabledFocusable={checking}>
        {checking ? t.checking : t.submit}
      </Button>
    </form>
  );
}
