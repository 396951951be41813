// A link in a row that opens the row's own panel; the focus comes back to it when the panel is closed.

import { Link, makeStyles, mergeClasses, useRestoreFocusTarget } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  link: { textAlign: 'start', overflowWrap: 'anywhere' },
});

export interface RowLinkProps {
  open: () => void;
  className?: string;
  /** Where what is shown does not say what it opens. */
  'aria-label'?: string;
  children: ReactNode;
}

export function RowLink({ open, className, children, ...said }: RowLinkProps) {
  const styles = useStyles();
  const restoreFocusTarget = useRestoreFocusTarget();
  return (
    <Link
      as="button"
      className={mergeClasses(styles.link, className)}
      {...said}
      {...restoreFocusTarget}
      onClick={(event) => {
        // The row opens something too.
        event.stopPropagation();
        open();
      }}
    >
      {children}
    </Link>
  );
}
