// A field of a form, which shows what the server said of it: it names the place of its value in the body that is sent.

import { Field, type FieldProps } from '@fluentui/react-components';
import { createContext, type ReactNode, useContext } from 'react';
import type { FieldProblem } from '../../../sdk/src/index.ts';

const FaultsContext = createContext<readonly FieldProblem[]>([]);

/** Gives the fields in it what the server said of them. */
export function FieldFaults({ faults, children }: { faults: readonly FieldProblem[]; children: ReactNode }) {
  return <FaultsContext value={faults}>{children}</FaultsContext>;
}

export interface PanelFieldProps extends Omit<FieldProps, 'validationMessage' | 'validationState'> {
  /** The JSON pointer of its value: `/credits`, `/changes/0/credits`. */
  pointer: string;
  /** What the page itself finds wrong, before it is sent. */
  fault?: string | null | undefined;
}

export function PanelField({ pointer, fault, ...field }: PanelFieldProps) {
  const said = useContext(FaultsContext).find((each) => each.pointer === pointer)?.detail;
  const message = fault ?? (said && said.charAt(0).toLocaleUpperCase() + said.slice(1));
  return <Field {...field} {...(message && { validationMessage: message, validationState: 'error' as const })} />;
}
