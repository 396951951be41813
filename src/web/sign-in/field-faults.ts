// What is wrong with the fields of a form of the sign-in, by their names; the focus goes to the first of them.

import type { FieldProps } from '@fluentui/react-components';
import { type RefObject, useState } from 'react';
import { BursarError } from '../../../sdk/src/index.ts';
import { sentenceOf } from '../problem/problem-sentence.ts';

export type Faults = Readonly<Record<string, string>>;

export interface FieldFaults {
  /** Whether there was any with a field of its name. */
  show: (faults: Faults) => boolean;
  /** For the field of that name. */
  of: (field: string) => Pick<FieldProps, 'validationMessage' | 'validationState'>;
}

/** `form` holds inputs that have the names of the fields. */
export function useFieldFaults(form: RefObject<HTMLFormElement | null>): FieldFaults {
  const [faults, setFaults] = useState<Faults>({});
  return {
    show(found) {
      const inputs = Object.keys(found).map((name) =>
        form.current?.querySelector<HTMLInputElement>(`[name="${CSS.escape(name)}"]`),
      );
      setFaults(found);
      const first = inputs.find((input) => input);
      first?.focus();
      return first !== undefined;
    },
    of: (field) => (faults[field] === undefined ? {} : { validationMessage: faults[field], validationState: 'error' }),
  };
}

/** What the server found wrong, by field. */
export function faultsOf(error: unknown): Faults {
  const errors = error instanceof BursarError ? error.errors : [];
  return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer.slice(1), sentenceOf(detail)]));
}
