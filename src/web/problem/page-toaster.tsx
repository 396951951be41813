// Fluent's toasts, which show what was said and read it to those who listen.

import { Toast, ToastBody, Toaster, ToastTitle, useToastController } from '@fluentui/react-components';
import { useEffect } from 'react';
import { listenToToasts } from './toast.tsx';

const TOASTER = 'page';
/** What went wrong takes longer to read. */
const SHOWN_MS = { success: 4_000, error: 10_000 } as const;

export function PageToaster({ place }: { place: HTMLElement }) {
  const { dispatchToast } = useToastController(TOASTER);
  useEffect(
    () =>
      listenToToasts(({ intent, title, detail }) =>
        dispatchToast(
          <Toast>
            <ToastTitle>{title}</ToastTitle>
            {detail !== undefined && <ToastBody>{detail}</ToastBody>}
          </Toast>,
          { intent, timeout: SHOWN_MS[intent] },
        ),
      ),
    [dispatchToast],
  );
  return <Toaster toasterId={TOASTER} mountNode={place} position="bottom-end" pauseOnHover pauseOnWindowBlur />;
}
