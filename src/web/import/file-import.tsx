// One file on its way: checked, shown as it would be recorded with its bad lines, recorded with its progress.

import { Button, Checkbox, MessageBar, MessageBarBody, makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { useEffect, useRef, useState } from 'react';
import type { ImportRun } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { formatCount } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { refresh } from '../live.ts';
import { ProblemMessage } from '../problem/problem-message.tsx';
import { importText as t } from '../strings/import.ts';
import { type ReadFile, readImportFile } from './file-parts.ts';
import { BadLines, ImportRunView } from './import-run-view.tsx';
import { checkFile, type ImportTerms, recordFile } from './run-import.ts';

type State =
  | { is: 'reading' }
  | { is: 'checking'; read: ReadFile; done: number }
  | { is: 'checked'; read: ReadFile; checked: ImportRun; error?: unknown }
  | { is: 'recording'; read: ReadFile; checked: ImportRun; done: number }
  | { is: 'recorded'; run: ImportRun }
  | { is: 'failed'; error: unknown };

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  progress: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  record: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
});

export interface FileImportProps {
  file: File;
  terms: ImportTerms;
  remove: () => void;
}

export function FileImport({ file, terms, remove }: FileImportProps) {
  const styles = useStyles();
  const [state, setState] = useState<State>({ is: 'reading' });
  const [countAgain, setCountAgain] = useState(false);
  const stopped = useRef<AbortController>(undefined);
  // What was recorded is not checked again when other files are read in another way.
  const isRecorded = useRef(false);

  useEffect(() => {
    if (isRecorded.current) return;
    const stop = new AbortController();
    stopped.current = stop;
    const { signal } = stop;
    const change = (next: State) => {
      if (!signal.aborted) setState(next);
    };
    async function check(): Promise<void> {
      change({ is: 'reading' });
      try {
        const read = await readImportFile(file);
        change({ is: 'checking', read, done: 0 });
        const progress = (done: number) => change({ is: 'checking', read, done });
        change({ is: 'checked', read, checked: await checkFile(read, terms, { signal, progress }) });
      } catch (error) {
        change({ is: 'failed', error });
      }
    }
    void check();
    return () => stop.abort();
  }, [file, terms]);

  async function record(read: ReadFile, checked: ImportRun): Promise<void> {
    const signal = stopped.current?.signal ?? new AbortController().signal;
    isRecorded.current = true;
    const progress = (done: number) => setState({ is: 'recording', read, checked, done });
    progress(0);
    try {
      setState({ is: 'recorded', run: await recordFile(read, terms, checked, countAgain, { signal, progress }) });
      refresh();
    } catch (error) {
      isRecorded.current = false;
      if (!signal.aborted) setState({ is: 'checked', read, checked, error });
    }
  }

  const shown = state.is === 'recorded' ? state.run : state.is === 'checked' ? state.checked : null;
  return (
    <>
      <Section
        title={file.name}
        actions={
          state.is !== 'recording' && (
            <Button appearance="subtle" icon={<DismissRegular />} aria-label={t.remove(file.name)} onClick={remove} />
          )
        }
      >
        <div className={styles.root}>
          {state.is === 'reading' && <Text>{t.reading}</Text>}
          {(state.is === 'checking' || state.is === 'recording') && (
            <div className={styles.progress}>
              <Text>
                {(state.is === 'checking' ? t.checking : t.recording)(formatCount(state.done), formatCount(state.read.rows))}
              </Text>
              <ProgressBar
                aria-label={t.progress(file.name)}
                {...(state.read.records !== null && { value: state.done, max: state.read.rows })}
              />
            </div>
          )}
          {state.is === 'failed' && <ProblemMessage error={state.error} />}
          {state.is === 'checked' && (
            <>
              {state.error !== undefined && <ProblemMessage error={state.error} />}
              <ImportRunView run={state.checked} />
              {state.checked.sameDays.length > 0 && (
                <>
                  <MessageBar intent="warning" layout="multiline">
                    <MessageBarBody>
                      {t.sameDays([...new Set(state.checked.sameDays.map(({ view }) => t.views[view]))].join(', '))}
                    </MessageBarBody>
                  </MessageBar>
                  <Checkbox
                    label={t.countAgain}
                    checked={countAgain}
                    onChange={(_, { checked }) => setCountAgain(checked === true)}
                  />
                </>
              )}
              <div className={styles.record}>
                <ActionButton
                  operation="importFile"
                  appearance="primary"
                  blocked={whyNotRecord(state.checked, countAgain)}
                  onClick={() => void record(state.read, state.checked)}
                >
                  {t.recordRows(formatCount(state.checked.wouldRecord ?? 0))}
                </ActionButton>
              </div>
            </>
          )}
          {state.is === 'recorded' && (
            <>
              <MessageBar intent="success" layout="multiline">
                <MessageBarBody>{t.done(formatCount(state.run.recorded ?? 0))}.</MessageBarBody>
              </MessageBar>
              <ImportRunView run={state.run} />
            </>
          )}
        </div>
      </Section>
      {shown && <BadLines file={file.name} run={shown} />}
    </>
  );
}

function whyNotRecord({ wouldRecord = 0, sameDays }: ImportRun, countAgain: boolean): string | null {
  if (wouldRecord === 0) return t.nothingToRecord;
  return sameDays.length > 0 && !countAgain ? t.confirmTwice : null;
}
