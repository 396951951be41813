// The parts that every page is made of: its heading, and cards with a title.

import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { type ReactNode, useEffect, useId } from 'react';
import { words } from '../strings/words.ts';
import { Breadcrumbs } from './breadcrumbs.tsx';

const useStyles = makeStyles({
  heading: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  titleBar: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  title: {
    margin: 0,
    marginRight: 'auto',
    overflowWrap: 'anywhere',
    fontSize: tokens.fontSizeHero700,
    lineHeight: tokens.lineHeightHero700,
    fontWeight: tokens.fontWeightSemibold,
  },
  lead: { color: tokens.colorNeutralForeground2 },
  section: {
    display: 'flex',
    flexDirection: 'column',
    minWidth: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    boxShadow: tokens.shadow2,
  },
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
  },
  sectionTitle: {
    marginRight: 'auto',
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
    marginTop: 0,
    marginBottom: 0,
  },
  content: { padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}`, minWidth: 0 },
  table: { padding: `0 ${tokens.spacingHorizontalS} ${tokens.spacingVerticalS}` },
});

export interface PageHeadingProps {
  title: string;
  /** One sentence: what the page is for. */
  lead?: string;
  /** Of what it is, where not of everything (`useSightSaid`). */
  sight?: string | null;
  /** What can be done on the page as a whole. */
  actions?: ReactNode;
}

export function PageHeading({ title, lead, sight = null, actions }: PageHeadingProps) {
  const styles = useStyles();
  useEffect(() => {
    document.title = words.pageTitle(title);
  }, [title]);
  return (
    <header className={styles.heading}>
      <Breadcrumbs here={title} />
      <div className={styles.titleBar}>
        <h1 className={styles.title}>{title}</h1>
        {actions}
      </div>
      {lead !== undefined && <Text className={styles.lead}>{lead}</Text>}
      {sight !== null && <Text className={styles.lead}>{sight}</Text>}
    </header>
  );
}

export interface SectionProps {
  title: string;
  /** Beside the title: a status, a search box, filters. */
  actions?: ReactNode;
  /** A table reaches nearer to the edge. */
  holds?: 'text' | 'table';
  children: ReactNode;
}

export function Section({ title, actions, holds = 'text', children }: SectionProps) {
  const styles = useStyles();
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.bar}>
        <h2 id={id} className={styles.sectionTitle}>
          {title}
        </h2>
        {actions}
      </div>
      <div className={mergeClasses(styles.content, holds === 'table' && styles.table)}>{children}</div>
    </section>
  );
}
