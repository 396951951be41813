// What everybody sees who is not signed in yet: a card with what it is about, what happened, and what can be done.

import { MessageBar, MessageBarBody, makeStyles, Text, tokens } from '@fluentui/react-components';
import { type ReactNode, useEffect } from 'react';
import { words } from '../strings/words.ts';

const useStyles = makeStyles({
  root: {
    minHeight: '100vh',
    boxSizing: 'border-box',
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 440px)',
    placeContent: 'center',
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  card: {
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    padding: tokens.spacingHorizontalXXXL,
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow16,
    '@media (max-width: 479px)': { padding: tokens.spacingHorizontalXL },
  },
  heading: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  mark: { width: '40px', height: '40px' },
  title: {
    margin: 0,
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    fontWeight: tokens.fontWeightSemibold,
  },
  body: { overflowWrap: 'anywhere' },
});

export interface SignInCardProps {
  title: string;
  lead: string;
  /** What happened before, where somebody ought to know. */
  before?: string | null;
  /** Why it was refused just now: read to those who listen. */
  refused: string | null;
  children: ReactNode;
}

export function SignInCard({ title, lead, before = null, refused, children }: SignInCardProps) {
  const styles = useStyles();
  useEffect(() => {
    document.title = title.includes(words.product) ? title : words.pageTitle(title);
  }, [title]);
  return (
    <main className={styles.root}>
      <div className={styles.card}>
        <header className={styles.heading}>
          <img src="./bursar.svg" alt="" className={styles.mark} />
          <h1 className={styles.title}>{title}</h1>
          <Text>{lead}</Text>
        </header>
        {before !== null && refused === null && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>{before}</MessageBarBody>
          </MessageBar>
        )}
        {refused !== null && (
          <div role="alert">
            <MessageBar intent="error" layout="multiline">
              <MessageBarBody className={styles.body}>{refused}</MessageBarBody>
            </MessageBar>
          </div>
        )}
        {children}
      </div>
    </main>
  );
}
