// Asks for a report: which one, up to which day, over how many days.

import { Input, makeStyles, Radio, RadioGroup, Select, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { REPORT_DAYS, REPORT_TYPES, type ReportType } from '../../core/report.ts';
import { ask } from '../client.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { reportText as t } from '../strings/report.ts';

const useStyles = makeStyles({
  label: { display: 'flex', flexDirection: 'column' },
  hint: { color: tokens.colorNeutralForeground3 },
});

/** So that a link can open it for one report: `/reports?panel=new&type=copilot-credits-users`. */
export const NEW_REPORT_PARAMETERS = ['type'] as const;

export function NewReportPanel({ panel }: { panel: PanelState<'type'> }) {
  return panel.isOpen ? <NewReport panel={panel} /> : null;
}

function typeOf(text: string | undefined): ReportType {
  return REPORT_TYPES.find((each) => each === text) ?? REPORT_TYPES[0];
}

function NewReport({ panel }: { panel: PanelState<'type'> }) {
  const styles = useStyles();
  const asked = typeOf(panel.parameters.type);
  const [type, setType] = useState(asked);
  const [targetDate, setTargetDate] = useState('');
  const [days, setDays] = useState<(typeof REPORT_DAYS)[number]>(REPORT_DAYS[0]);
  return (
    <FormPanel
      panel={panel}
      title={t.newTitle}
      saveLabel={t.submit}
      saved={t.submitted}
      isDirty={type !== asked || targetDate !== '' || days !== REPORT_DAYS[0]}
      save={async () => {
        await ask('createReport', { body: { type, days, ...(targetDate !== '' && { targetDate }) } });
      }}
    >
      <PanelField pointer="/type" label={t.choose}>
        <RadioGroup value={type} onChange={(_, { value }) => setType(typeOf(value))}>
          {REPORT_TYPES.map((each) => (
            <Radio
              key={each}
              value={each}
              label={
                <span className={styles.label}>
                  <Text>{t.types[each]}</Text>
                  <Text size={200} className={styles.hint}>
                    {t.typeHints[each]}
                  </Text>
                </span>
              }
            />
          ))}
        </RadioGroup>
      </PanelField>
      <PanelField pointer="/targetDate" label={t.targetDate} hint={t.targetDateHint}>
        <Input type="date" value={targetDate} onChange={(_, { value }) => setTargetDate(value)} />
      </PanelField>
      <PanelField pointer="/days" label={t.days}>
        <Select
          value={String(days)}
          onChange={(_, { value }) => setDays(REPORT_DAYS.find((each) => String(each) === value) ?? REPORT_DAYS[0])}
        >
          {REPORT_DAYS.map((each) => (
            <option key={each} value={each}>
              {t.daysOption(each)}
            </option>
          ))}
        </Select>
      </PanelField>
    </FormPanel>
  );
}
