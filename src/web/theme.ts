// Light or dark, as somebody chose here, else as the system is.

import { useSyncExternalStore } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORAGE_NAME = 'bursar-theme';
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function stored(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(STORAGE_NAME)) ?? 'system';
  } catch {
    // A browser may keep its storage to itself.
    return 'system';
  }
}

let chosen = stored();

/** Scroll bars, and what is drawn before the first script, follow too: page.css. */
function show(): void {
  if (chosen === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  for (const listener of listeners) listener();
}

show();

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  try {
    localStorage.setItem(STORAGE_NAME, theme);
  } catch {
    // Then it lasts as long as the page.
  }
  show();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  prefersDark.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    prefersDark.removeEventListener('change', listener);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => chosen);
}

export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, () => (chosen === 'system' ? prefersDark.matches : chosen === 'dark'));
}
