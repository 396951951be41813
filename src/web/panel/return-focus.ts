// Where the focus goes when a panel is gone: to where it was when it was opened, also where the panel was taken away at once and Fluent's
// own way back with it.

import { useEffect, useState } from 'react';

/** In the content of a panel: it is made when the panel opens, before the focus moves into it. */
export function useReturnFocus(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // Whoever has the focus by then keeps it.
      requestAnimationFrame(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body;
        if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus();
      });
    },
    [opener],
  );
}
