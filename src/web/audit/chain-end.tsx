// The end of the chain of events, to be kept elsewhere.

import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { CopyRegular } from '@fluentui/react-icons/svg/copy';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
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
  const [copied, setCopied] = useState<string | null>(null);
  if (!head) return null;
  // As `bursar verify --audit-heads` takes it.
  const said = JSON.stringify(head);
  // Without HTTPS a browser has a clipboard for pages on loopback only: there what is selected can be copied by keyboard.
  const copy = () => void navigator.clipboard?.writeText(said).then(() => setCopied(said));
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
          <Button icon={<CopyRegular />} onClick={copy}>
            <span aria-live="polite">{copied === said ? t.copied : t.copy}</span>
          </Button>
        </div>
      </div>
    </Section>
  );
}
