// Where the page starts: theme by the system's preference, data layer, routes.

import './page.css';
import { FluentProvider, webDarkTheme, webLightTheme } from '@fluentui/react-components';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { newQueryClient } from './data.ts';
import { router } from './routes.tsx';

const prefersDark = matchMedia('(prefers-color-scheme: dark)');

function subscribeToPreference(listener: () => void): () => void {
  prefersDark.addEventListener('change', listener);
  return () => prefersDark.removeEventListener('change', listener);
}

const queryClient = newQueryClient();

function Page() {
  const dark = useSyncExternalStore(subscribeToPreference, () => prefersDark.matches);
  return (
    <FluentProvider theme={dark ? webDarkTheme : webLightTheme}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </FluentProvider>
  );
}

createRoot(document.getElementById('page')!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
