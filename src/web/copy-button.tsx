// Copies a text, and says that it did.

import { Button } from '@fluentui/react-components';
import { CopyRegular } from '@fluentui/react-icons/svg/copy';
import { useState } from 'react';
import { copyText as t } from './strings/copy.ts';

export function CopyButton({ text }: { text: string }) {
  const [copied, setCopied] = useState<string | null>(null);
  // Without HTTPS a browser has a clipboard for pages on loopback only: there what is selected can be copied by keyboard.
  const copy = () => void navigator.clipboard?.writeText(text).then(() => setCopied(text));
  return (
    <Button icon={<CopyRegular />} onClick={copy}>
      <span aria-live="polite">{copied === text ? t.copied : t.copy}</span>
    </Button>
  );
}
