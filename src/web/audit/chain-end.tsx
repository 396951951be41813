// The end of the chain of events, to be kept elsewhere.

import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { useQuery } from '@tanstack/react-query';
import { CopyButton } from '../copy-button.tsx';
import { download } from '../download.ts';
import { Section } from '../frame/section.tsx';
import { auditText as t } from '../strings/audit.ts';
import { ASK_AGAIN_MS, auditHeadQuery } from './audit-data.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, maxWidth: '1200px' },
  line: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  head: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
    minWidth: 0,
    userSelect: 'all',
  },
});

export function ChainEnd({ isPaused }: { isPaused: boolean }) {
  const styles = useStyles();
  const { data: head } = useQuery({ ...auditHeadQuery, refetchInterval: isPaused ? false : ASK_AGAIN_MS });
  if (!head) return null;
  // As `bursar verify --audit-heads` takes it.
  const said = JSON.stringify(head);
  return (
    <Section title={t.head}>
      <div className={styles.root}>
        <Text>{t.headText}</Text>
        <div className={styles.line}>
          <code className={styles.head}>{said}</code>
          <Button
            icon={<ArrowDownloadRegular />}
            onClick={() => download(`audit-head-${head.sequence}.json`, [said, '\n'], 'application/json')}
          >
            {t.download}
          </Button>
          <CopyButton text={said} />
        </div>
      </div>
    </Section>
  );
}
