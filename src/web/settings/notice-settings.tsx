// Who is told of notices (N2): by mail, and by webhooks.

import { MessageBar, MessageBarBody, makeStyles, Text, Textarea, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { NoticeRecipients } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { ask } from '../client.ts';
import { MayNotSee } from '../frame/may-not-see.tsx';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { useWhyNot } from '../may.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { settingsText } from '../strings/settings.ts';
import { recipientsQuery } from './settings-data.ts';
import { Webhooks } from './webhooks.tsx';

const t = settingsText.recipients;

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  emails: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, overflowWrap: 'anywhere' },
});

export function NoticeSettings() {
  const whyNot = useWhyNot('getNoticeRecipients');
  if (whyNot !== null) {
    return (
      <Section title={settingsText.tabs.notices}>
        <MayNotSee why={whyNot} />
      </Section>
    );
  }
  return (
    <>
      <Recipients />
      <Webhooks />
    </>
  );
}

function Recipients() {
  const styles = useStyles();
  const { data: recipients, error, refetch } = useQuery(recipientsQuery);
  const panel = usePanel('recipients');
  if (!recipients) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  return (
    <Section
      title={t.title}
      actions={
        <ActionButton operation="setNoticeRecipients" onClick={() => panel.open()}>
          {settingsText.change}
        </ActionButton>
      }
    >
      <div className={styles.root}>
        {recipients.mail === 'off' && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>{t.off}</MessageBarBody>
          </MessageBar>
        )}
        <Text>
          {t.emails}
          {recipients.emails.length === 0 && `: ${t.nobody}`}
        </Text>
        {recipients.emails.length > 0 && (
          <ul className={styles.emails}>
            {recipients.emails.map((email) => (
              <li key={email}>{email}</li>
            ))}
          </ul>
        )}
      </div>
      {panel.isOpen && <RecipientsPanel panel={panel} recipients={recipients} />}
    </Section>
  );
}

function RecipientsPanel({ panel, recipients }: { panel: PanelState<never>; recipients: NoticeRecipients }) {
  const [before] = useState(recipients.emails.join('\n'));
  const [typed, setTyped] = useState(before);
  return (
    <FormPanel
      panel={panel}
      title={t.title}
      saveLabel={settingsText.save}
      saved={t.saved}
      isDirty={typed !== before}
      save={async () => {
        await ask('setNoticeRecipients', { body: { emails: typed.split(/[\s,;]+/).filter(Boolean) } });
      }}
    >
      <PanelField pointer="/emails" label={t.emails} hint={t.why}>
        <Textarea rows={8} resize="vertical" value={typed} onChange={(_, { value }) => setTyped(value)} />
      </PanelField>
    </FormPanel>
  );
}
