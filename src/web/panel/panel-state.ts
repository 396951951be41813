// Which panel is open, in the address: `?panel=assign&environment=sales`. A panel names the parameters that are its own; they go when it
// is closed.

import { useCallback } from 'react';
import { type PageState, useChangePageState, usePageState } from '../page-state.ts';

export interface PanelState<Name extends string> {
  isOpen: boolean;
  /** Of the address, while the panel is open. */
  parameters: Readonly<Partial<Record<Name, string>>>;
  open: (parameters?: Partial<Record<Name, string>>) => void;
  close: () => void;
}

const NONE: readonly never[] = [];

/** `const assign = usePanel('assign', ASSIGN_PARAMETERS)`, with a constant list of names. */
export function usePanel<const Name extends string = never>(panel: string, names: readonly Name[] = NONE): PanelState<Name> {
  const state = usePageState();
  const change = useChangePageState();
  const isOpen = state.panel === panel;
  const parameters = Object.fromEntries(isOpen ? names.map((name) => [name, state[name]]) : []) as PanelState<Name>['parameters'];
  const empty = useCallback((): PageState => Object.fromEntries(names.map((name) => [name, undefined])), [names]);
  const open = useCallback(
    (given: Partial<Record<Name, string>> = {}) => change({ ...empty(), ...given, panel }),
    [change, empty, panel],
  );
  const close = useCallback(() => change({ ...empty(), panel: undefined }), [change, empty]);
  return { isOpen, parameters, open, close };
}
