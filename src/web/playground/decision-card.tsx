// How an action would be decided now, explained as one that was; it follows what happens in the tenant. Recorded as a test when asked.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Action } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { type Decided, Decision } from '../activity/decision.tsx';
import { ask } from '../client.ts';
import { MayNotSee } from '../frame/may-not-see.tsx';
import { Loading } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { refresh } from '../live.ts';
import { useWhyNot } from '../may.ts';
import { useChangePageState } from '../page-state.ts';
import { ProblemMessage } from '../problem/problem-message.tsx';
import { useToast } from '../problem/toast.tsx';
import { playgroundText as t } from '../strings/playground.ts';
import { checkQuery } from './playground-data.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXL },
  muted: { color: tokens.colorNeutralForeground3 },
  record: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
});

export function DecisionCard({ action }: { action: Action | null }) {
  const styles = useStyles();
  const environmentIds = action === null ? [] : [action.environmentId];
  const whyNot = useWhyNot('checkAction', { environmentIds });
  const { data: check, error } = useQuery(checkQuery(whyNot === null ? action : null));
  if (whyNot !== null) {
    return (
      <Section title={t.decision}>
        <div className={styles.root}>
          <MayNotSee why={whyNot} />
          <Record action={action} />
        </div>
      </Section>
    );
  }
  if (action === null) {
    return (
      <Section title={t.decision}>
        <Text className={styles.muted}>{t.incompleteDecision}</Text>
      </Section>
    );
  }
  return (
    <Section title={t.decision} actions={check && <Text weight="semibold">{t.decided[check.decision]}</Text>}>
      <div className={styles.root}>
        {check ? (
          <Decision decided={decidedOf(check, action)} />
        ) : error ? (
          <ProblemMessage error={error} environmentId={action.environmentId} />
        ) : (
          <Loading />
        )}
        <Record action={action} />
      </div>
    </Section>
  );
}

type Check = Awaited<ReturnType<typeof ask<'checkAction'>>>;

/** A check says what a record of it would. */
function decidedOf(check: Check, { environmentId, caller }: Action): Decided {
  if (check.decision === 'allowed') {
    const status = check.free !== null ? 'free' : check.inOverage ? 'in-overage' : 'charged';
    return { ...check, caller, status };
  }
  return { ...check, environmentId, caller, status: 'refused', currency: null, credits: '0', source: null, free: null };
}

function Record({ action }: { action: Action | null }) {
  const styles = useStyles();
  const toast = useToast();
  const change = useChangePageState();
  const [recording, setRecording] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function record(of: Action): Promise<void> {
    setRecording(true);
    setError(null);
    try {
      const { id } = await ask('consumeAction', { body: { ...of, mode: 'test' } });
      refresh();
      toast.done(t.recorded);
      change({ record: id });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setRecording(false);
    }
  }

  return (
    <>
      {error !== null && <ProblemMessage error={error} environmentId={action?.environmentId} />}
      <div className={styles.record}>
        <ActionButton
          operation="consumeAction"
          environmentIds={action === null ? [] : [action.environmentId]}
          blocked={action === null ? t.incompleteDecision : recording ? t.recorded : null}
          onClick={() => action && void record(action)}
        >
          {t.record}
        </ActionButton>
        <Text size={200} className={styles.muted}>
          {t.recordHint} {action !== null && action.mode !== 'test' && t.recordModeHint}
        </Text>
      </div>
    </>
  );
}
