// Makes a webhook, or changes one: where notices are posted to, and which.

import { Checkbox, Input, Switch } from '@fluentui/react-components';
import { useState } from 'react';
import type { Webhook } from '../../../sdk/src/index.ts';
import { NOTICE_KINDS, type NoticeKind } from '../../core/notice.ts';
import { ask } from '../client.ts';
import { FieldGroup } from '../panel/field-group.tsx';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { noticeText } from '../strings/notice.ts';
import { settingsText } from '../strings/settings.ts';

const t = settingsText.webhooks;

export interface WebhookPanelProps {
  panel: PanelState<'webhook'>;
  /** null: a new one. */
  webhook: Webhook | null;
  /** Given the secret of a new one. */
  made: (secret: string) => void;
}

export function WebhookPanel({ panel, webhook, made }: WebhookPanelProps) {
  const [before] = useState(() => ({
    url: webhook?.url ?? '',
    description: webhook?.description ?? '',
    kinds: webhook?.kinds ?? ([] as NoticeKind[]),
    enabled: webhook?.enabled ?? true,
  }));
  const [typed, setTyped] = useState(before);
  const set = (change: Partial<typeof before>) => setTyped({ ...typed, ...change });
  const toggle = (kind: NoticeKind, on: boolean) =>
    set({ kinds: NOTICE_KINDS.filter((each) => (each === kind ? on : typed.kinds.includes(each))) });
  async function save(): Promise<void> {
    const wanted = {
      url: typed.url.trim(),
      description: typed.description.trim() === '' ? null : typed.description.trim(),
      kinds: typed.kinds.length === 0 ? null : typed.kinds,
    };
    if (webhook === null) {
      const answer = await ask('createWebhook', { body: wanted });
      if ('secret' in answer) made(answer.secret);
    } else {
      await ask('changeWebhook', { params: { id: webhook.id }, body: { ...wanted, enabled: typed.enabled } });
    }
  }
  return (
    <FormPanel
      panel={panel}
      title={webhook === null ? t.new : t.editTitle}
      saveLabel={webhook === null ? t.create : settingsText.save}
      saved={webhook === null ? t.created : t.changed}
      isDirty={JSON.stringify(typed) !== JSON.stringify(before)}
      blocked={typed.url.trim() === '' ? t.urlHint : null}
      save={save}
    >
      <PanelField pointer="/url" label={t.url} hint={t.urlHint} required>
        <Input
          type="url"
          placeholder="https://example.com/notices"
          value={typed.url}
          onChange={(_, { value }) => set({ url: value })}
        />
      </PanelField>
      <PanelField pointer="/description" label={t.description}>
        <Input value={typed.description} onChange={(_, { value }) => set({ description: value })} />
      </PanelField>
      <PanelField pointer="/kinds" label={t.kinds} hint={t.kindsHint}>
        <FieldGroup>
          {NOTICE_KINDS.map((kind) => (
            <Checkbox
              key={kind}
              label={noticeText.kinds[kind]}
              checked={typed.kinds.includes(kind)}
              onChange={(_, { checked }) => toggle(kind, checked === true)}
            />
          ))}
        </FieldGroup>
      </PanelField>
      {webhook !== null && (
        <PanelField pointer="/enabled">
          <Switch label={t.enabled} checked={typed.enabled} onChange={(_, { checked }) => set({ enabled: checked })} />
        </PanelField>
      )}
    </FormPanel>
  );
}
