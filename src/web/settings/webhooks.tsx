// The webhooks: made, tried, given a new secret, switched off and on, deleted; and what was sent to each.

import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Text,
  tokens,
  useRestoreFocusTarget,
} from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { MoreHorizontalRegular } from '@fluentui/react-icons/svg/more-horizontal';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Webhook } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { ask } from '../client.ts';
import { formatMoment } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { refresh } from '../live.ts';
import { DeliveryTable } from '../notice/delivery-table.tsx';
import { deliveriesOfWebhookQuery } from '../notice/notice-data.ts';
import { ConfirmButton } from '../panel/confirm-button.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { ViewPanel } from '../panel/view-panel.tsx';
import { useToast } from '../problem/toast.tsx';
import { RowLink } from '../row-link.tsx';
import { noticeText } from '../strings/notice.ts';
import { settingsText } from '../strings/settings.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { webhooksQuery } from './settings-data.ts';
import { StandingBadge } from './standing-badge.tsx';
import { WebhookPanel } from './webhook-panel.tsx';

const t = settingsText.webhooks;
const PARAMETERS = ['webhook'] as const;

const useStyles = makeStyles({
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export function Webhooks() {
  const form = usePanel('webhook', PARAMETERS);
  const deliveries = usePanel('deliveries', PARAMETERS);
  const { data, error, refetch } = useQuery(webhooksQuery);
  const [secret, setSecret] = useState<string | null>(null);
  const { open: openForm } = form;
  const { open: openDeliveries } = deliveries;
  const columns = useMemo(
    () =>
      columnsFor(
        (webhook) => openForm({ webhook }),
        (webhook) => openDeliveries({ webhook }),
      ),
    [openForm, openDeliveries],
  );
  const opened = (panel: PanelState<'webhook'>) => data?.find(({ id }) => id === panel.parameters.webhook);
  const changing = opened(form);
  const add = (
    <ActionButton operation="createWebhook" appearance="primary" icon={<AddRegular />} onClick={() => form.open()}>
      {t.new}
    </ActionButton>
  );
  return (
    <>
      <List
        title={t.title}
        columns={columns}
        rows={data}
        rowId={({ id }) => id}
        error={error}
        retry={() => void refetch()}
        csvName="webhooks"
        actions={add}
        onOpen={({ id }) => openDeliveries({ webhook: id })}
        empty={
          <Section title={t.empty} actions={add}>
            <Text>
              {t.emptyText} {t.lead}
            </Text>
          </Section>
        }
      />
      {form.isOpen && data && (form.parameters.webhook === undefined || changing) && (
        <WebhookPanel key={changing?.id ?? ''} panel={form} webhook={changing ?? null} made={setSecret} />
      )}
      <DeliveriesPanel panel={deliveries} webhook={opened(deliveries)} rotated={setSecret} />
      {secret !== null && (
        <SecretDialog title={t.secretTitle} text={t.secretText} secret={secret} close={() => setSecret(null)} />
      )}
    </>
  );
}

function columnsFor(change: (webhookId: string) => void, show: (webhookId: string) => void): readonly Column<Webhook>[] {
  return [
    { id: 'url', title: t.url, value: ({ url }) => url, cell: ({ id, url }) => <RowLink open={() => show(id)}>{url}</RowLink> },
    { id: 'description', title: t.description, value: ({ description }) => description, minor: true },
    {
      id: 'kinds',
      title: t.kinds,
      value: ({ kinds }) => kinds?.map((kind) => noticeText.kinds[kind]).join(', ') ?? t.allKinds,
      minor: true,
    },
    {
      id: 'status',
      title: t.status,
      value: (webhook) => standingOf(webhook).said,
      cell: (webhook) => <StandingBadge {...standingOf(webhook)} />,
    },
    {
      id: 'createdAt',
      title: t.createdAt,
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => formatMoment(createdAt),
      extra: true,
    },
    { id: 'id', title: t.id, value: ({ id }) => id, extra: true },
    { id: 'act', title: t.act, cell: (webhook) => <WebhookMenu webhook={webhook} change={change} show={show} />, width: '90px' },
  ];
}

function standingOf({ enabled, disabledReason, failingSince }: Webhook) {
  if (!enabled) return { said: t.off, color: 'subtle', more: disabledReason } as const;
  if (failingSince === null) return { said: t.on, color: 'success', more: null } as const;
  return { said: t.failing, color: 'warning', more: t.failingSince(formatMoment(failingSince)) } as const;
}

function WebhookMenu({
  webhook: { id, url },
  change,
  show,
}: {
  webhook: Webhook;
  change: (webhookId: string) => void;
  show: (webhookId: string) => void;
}) {
  const restoreFocusTarget = useRestoreFocusTarget();
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          icon={<MoreHorizontalRegular />}
          aria-label={t.actionsOf(url)}
          {...restoreFocusTarget}
          onClick={(event) => event.stopPropagation()}
        />
      </MenuTrigger>
      <MenuPopover onClick={(event) => event.stopPropagation()}>
        <MenuList>
          <MenuItem onClick={() => show(id)}>{t.deliveries}</MenuItem>
          <MenuItem onClick={() => change(id)}>{t.edit}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

interface DeliveriesPanelProps {
  panel: PanelState<'webhook'>;
  webhook: Webhook | undefined;
  /** Given the new secret. */
  rotated: (secret: string) => void;
}

function DeliveriesPanel({ panel, webhook, rotated }: DeliveriesPanelProps) {
  return (
    <ViewPanel panel={panel} title={webhook ? t.deliveriesOf(webhook.url) : t.deliveries} size="wide">
      {webhook && <Deliveries webhook={webhook} rotated={rotated} deleted={panel.close} />}
    </ViewPanel>
  );
}

function Deliveries({
  webhook: { id, url, enabled },
  rotated,
  deleted,
}: {
  webhook: Webhook;
  rotated: (secret: string) => void;
  deleted: () => void;
}) {
  const styles = useStyles();
  const toast = useToast();
  const client = useQueryClient();
  const query = useMemo(() => deliveriesOfWebhookQuery(id), [id]);
  async function send(act: () => Promise<unknown>, done: string): Promise<void> {
    try {
      await act();
      refresh();
      await client.invalidateQueries({ queryKey: query.queryKey });
      toast.done(done);
    } catch (thrown) {
      toast.failed(thrown);
    }
  }
  return (
    <>
      <div className={styles.buttons}>
        <ActionButton
          operation="testWebhook"
          appearance="primary"
          onClick={() => void send(() => ask('testWebhook', { params: { id } }), t.tested)}
        >
          {t.test}
        </ActionButton>
        <ConfirmButton
          operation="rotateWebhookSecret"
          label={t.rotate}
          question={t.rotateQuestion}
          consequence={t.rotateConsequence}
          act={async () => rotated((await ask('rotateWebhookSecret', { params: { id } })).secret)}
          done={t.rotated}
        />
        <ConfirmButton
          operation="deleteWebhook"
          label={t.delete}
          question={t.deleteQuestion(url)}
          consequence={t.deleteConsequence}
          act={async () => {
            await ask('deleteWebhook', { params: { id } });
            deleted();
          }}
          done={t.deleted}
        />
      </div>
      <DeliveryTable
        query={query}
        empty={noticeText.noDeliveriesYet}
        act={(delivery) => (
          <ActionButton
            operation="replayDelivery"
            size="small"
            aria-label={noticeText.replayOf(formatMoment(delivery.createdAt))}
            blocked={enabled ? null : t.disabledReplay}
            onClick={() =>
              void send(() => ask('replayDelivery', { params: { id, deliveryId: delivery.id } }), noticeText.replayed)
            }
          >
            {noticeText.replay}
          </ActionButton>
        )}
      />
    </>
  );
}
