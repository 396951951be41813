// Several controls as the content of one field: a group that the field names and describes, whose controls keep their own labels.
// Without it Fluent's field gives its own id and label to each of them.

import { FieldContextProvider, makeStyles, mergeClasses, useFieldControlProps_unstable } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', margin: 0, padding: 0, border: 'none', minWidth: 0 },
});

export function FieldGroup({ className, children }: { className?: string; children: ReactNode }) {
  const styles = useStyles();
  // "required" and "invalid" may not be said of a group; the field's label and message say them.
  const {
    id,
    'aria-labelledby': labelledBy,
    'aria-describedby': describedBy,
  } = useFieldControlProps_unstable<{ id?: string; 'aria-labelledby'?: string; 'aria-describedby'?: string }>({});
  return (
    <fieldset
      id={id}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      className={mergeClasses(styles.root, className)}
    >
      <FieldContextProvider value={undefined}>{children}</FieldContextProvider>
    </fieldset>
  );
}
