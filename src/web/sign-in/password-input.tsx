// A password, which may be shown while it is typed: whoever sees it mistypes less, and no one has to enter it twice.

import { Button, Input, Tooltip } from '@fluentui/react-components';
import { EyeRegular } from '@fluentui/react-icons/svg/eye';
import { EyeOffRegular } from '@fluentui/react-icons/svg/eye-off';
import { useState } from 'react';
import { signInText } from '../strings/sign-in.ts';

export interface PasswordInputProps {
  name?: string;
  /** What a password manager makes of it. */
  autoComplete: 'current-password' | 'new-password';
  value: string;
  change: (value: string) => void;
  autoFocus?: boolean;
}

/** In a `Field` or `PanelField`, which gives it its name. */
export function PasswordInput({ name = 'password', autoComplete, value, change, autoFocus = false }: PasswordInputProps) {
  const [isShown, setShown] = useState(false);
  const said = isShown ? signInText.hidePassword : signInText.showPassword;
  return (
    <Input
      name={name}
      type={isShown ? 'text' : 'password'}
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellCheck={false}
      autoFocus={autoFocus}
      value={value}
      onChange={(_, typed) => change(typed.value)}
      contentAfter={
        <Tooltip content={said} relationship="label">
          <Button
            appearance="transparent"
            size="small"
            type="button"
            icon={isShown ? <EyeOffRegular /> : <EyeRegular />}
            onClick={() => setShown(!isShown)}
          />
        </Tooltip>
      }
    />
  );
}
