// One notice: its figures, what helps, and whom it was sent to.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { Notice } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { formatMoment } from '../figures.ts';
import { Loading } from '../frame/page-notice.tsx';
import { useWhyNot } from '../may.ts';
import { PageLink, useOpenPage } from '../page-link.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { ViewPanel } from '../panel/view-panel.tsx';
import { noticeText as t } from '../strings/notice.ts';
import { DeliveryTable } from './delivery-table.tsx';
import { deliveriesOfNoticeQuery } from './notice-data.ts';

export const NOTICE_PARAMETERS = ['notice'] as const;

const useStyles = makeStyles({
  at: { color: tokens.colorNeutralForeground3 },
  buttons: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalL },
});

export interface NoticePanelProps {
  panel: PanelState<'notice'>;
  /** undefined: not among those that are loaded. */
  notice: Notice | undefined;
  isLoading: boolean;
}

export function NoticePanel({ panel, notice, isLoading }: NoticePanelProps) {
  return (
    <ViewPanel panel={panel} title={notice?.subject ?? t.title} size="wide">
      {notice ? <Told notice={notice} /> : isLoading ? <Loading /> : <Text>{t.gone}</Text>}
    </ViewPanel>
  );
}

function Told({ notice: { id, at, detail, environmentId, limitId, currency } }: { notice: Notice }) {
  const styles = useStyles();
  const openPage = useOpenPage();
  const whyNot = useWhyNot('listDeliveriesOfNotice');
  return (
    <>
      <Text className={styles.at}>{formatMoment(at)} UTC</Text>
      <Text>{detail}</Text>
      {environmentId !== undefined && (
        <div className={styles.buttons}>
          {limitId === undefined && (
            <ActionButton
              operation="setAllocation"
              environmentIds={[environmentId]}
              appearance="primary"
              onClick={() => openPage('/licensing/add-ons', { state: { panel: 'assign', environment: environmentId, currency } })}
            >
              {t.assign}
            </ActionButton>
          )}
          <PageLink to="/environments/$environmentId" params={{ environmentId }}>
            {t.openEnvironment}
          </PageLink>
        </div>
      )}
      {whyNot === null && <DeliveryTable query={deliveriesOfNoticeQuery(id)} empty={t.noDeliveries} />}
    </>
  );
}
