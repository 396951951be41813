// The three things that people come for.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { LayerRegular } from '@fluentui/react-icons/svg/layer';
import { PulseRegular } from '@fluentui/react-icons/svg/pulse';
import type { ReactNode } from 'react';
import type { OperationName } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { useOpenPage } from '../page-link.tsx';
import { homeText as t } from '../strings/home.ts';

const useStyles = makeStyles({
  tasks: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 260px), 1fr))',
    gap: tokens.spacingHorizontalL,
    margin: 0,
    padding: 0,
    listStyleType: 'none',
  },
  task: {
    display: 'grid',
    gridTemplateColumns: 'auto 1fr auto',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    boxShadow: tokens.shadow2,
  },
  icon: { fontSize: '24px', display: 'flex', color: tokens.colorBrandForeground1 },
  words: { display: 'flex', flexDirection: 'column', minWidth: 0 },
  text: { color: tokens.colorNeutralForeground2 },
});

export function Tasks() {
  const styles = useStyles();
  const openPage = useOpenPage();
  return (
    <ul className={styles.tasks} aria-label={t.tasks}>
      <Task
        of="allocate"
        icon={<LayerRegular />}
        operation="changeAllocations"
        onClick={() => openPage('/licensing/add-ons', { state: { panel: 'assign' } })}
      />
      <Task of="report" icon={<ArrowDownloadRegular />} operation="listReports" onClick={() => openPage('/reports')} />
      <Task of="activity" icon={<PulseRegular />} operation="listActivity" onClick={() => openPage('/activity')} />
    </ul>
  );
}

function Task({
  of,
  icon,
  operation,
  onClick,
}: {
  of: keyof typeof t.task;
  icon: ReactNode;
  operation: OperationName;
  onClick: () => void;
}) {
  const styles = useStyles();
  const { title, text, go } = t.task[of];
  return (
    <li className={styles.task}>
      <span className={styles.icon} aria-hidden>
        {icon}
      </span>
      <div className={styles.words}>
        <Text weight="semibold">{title}</Text>
        <Text size={200} className={styles.text}>
          {text}
        </Text>
      </div>
      <ActionButton operation={operation} onClick={onClick}>
        {go}
      </ActionButton>
    </li>
  );
}
