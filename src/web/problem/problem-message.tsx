// What the server refused, in its own words, with what helps as buttons for whoever has the right.

import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles, tokens } from '@fluentui/react-components';
import { BursarError, type FieldProblem, type Remedy } from '../../../sdk/src/index.ts';
import { problemSentence } from './problem-sentence.ts';
import { Remedies } from './remedies.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  body: { overflowWrap: 'anywhere' },
  faults: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

export interface ProblemMessageProps {
  error: unknown;
  /** Where it was refused: what helps is done there. */
  environmentId?: string | undefined;
}

export function ProblemMessage({ error, environmentId }: ProblemMessageProps) {
  const styles = useStyles();
  const problem = error instanceof BursarError ? error.problem : null;
  const faults = error instanceof BursarError ? error.errors : [];
  return (
    <div className={styles.root} role="alert">
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody className={styles.body}>
          {problem && <MessageBarTitle>{problem.title}</MessageBarTitle>}
          {problemSentence(error)}
          {faults.length > 1 && (
            <ul className={styles.faults}>
              {faults.map((fault) => (
                <li key={fault.pointer}>{sayFault(fault)}</li>
              ))}
            </ul>
          )}
        </MessageBarBody>
      </MessageBar>
      {Array.isArray(problem?.remedies) && <Remedies remedies={problem.remedies as Remedy[]} environmentId={environmentId} />}
    </div>
  );
}

/** `{ pointer: '/usage/pages', detail: 'is missing' }` → `usage pages: is missing` */
function sayFault({ pointer, detail }: FieldProblem): string {
  const where = pointer.split('/').filter(Boolean).join(' ');
  return where === '' ? detail : `${where}: ${detail}`;
}
