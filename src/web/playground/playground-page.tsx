// Playground: what an action would cost, and how it would be decided, as it is entered; recorded only as a test, and only when asked.

import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { environmentNamesQuery } from '../environment/environment-data.ts';
import { PageHeading } from '../frame/section.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { useSignedIn } from '../session.ts';
import { playgroundText as t } from '../strings/playground.ts';
import { ActionForm } from './action-form.tsx';
import { CostCard } from './cost-card.tsx';
import { DecisionCard } from './decision-card.tsx';
import { actionOf, type Draft, draftOf, EXAMPLE, pricedActionOf } from './draft.ts';
import { capabilitiesQuery } from './playground-data.ts';

const useStyles = makeStyles({
  root: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 400px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
    maxWidth: '1680px',
  },
  answers: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
});

export function PlaygroundPage() {
  const styles = useStyles();
  const [draft, setDraft, settled] = useDraft();
  const { data: capabilities } = useQuery(capabilitiesQuery);
  const { data: names } = useQuery(environmentNamesQuery);
  const environment = draft.environment ?? names?.keys().next().value;
  const capability = capabilities?.find(({ id }) => id === settled.capability);
  return (
    <>
      <PageHeading title={t.title} lead={t.lead} />
      <div className={styles.root}>
        <ActionForm draft={draft} change={setDraft} capabilities={capabilities} />
        <div className={styles.answers}>
          <CostCard
            action={pricedActionOf(settled, capability)}
            fillIn={
              draft.capability === undefined
                ? () => setDraft({ ...EXAMPLE, ...(environment !== undefined && { environment }) })
                : null
            }
          />
          <DecisionCard action={actionOf(settled, capability)} />
        </div>
      </div>
    </>
  );
}

/** Typing is asked about when it rests. */
const REST_MS = 300;

/** What is entered, at once; how to change it; and what of it is in the address, which is what is asked about. */
function useDraft(): [Draft, (change: Draft) => void, Draft] {
  const { role, userId } = useSignedIn();
  const changePage = useChangePageState();
  const stated = draftOf(usePageState());
  const [entered, setEntered] = useState<Draft>({});
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // A link to another draft counts for more than what was entered before.
  const address = JSON.stringify(stated);
  const written = useRef(address);
  useEffect(() => {
    if (address === written.current) return;
    written.current = address;
    setEntered({});
  }, [address]);
  const change = (more: Draft) => {
    const all = { ...entered, ...more };
    setEntered(all);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      written.current = JSON.stringify(draftOf({ ...stated, ...all }));
      changePage(all, { replace: true });
    }, REST_MS);
  };
  // A maker tries as itself, and does not run.
  const settled: Draft =
    role === 'maker' ? { ...stated, ...(userId && { user: userId }), mode: stated.mode === 'train' ? 'train' : 'test' } : stated;
  return [{ ...settled, ...entered }, change, settled];
}
