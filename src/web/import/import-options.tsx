// How files are read, where they do not say it themselves.

import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  Button,
  Field,
  Input,
  makeStyles,
  Select,
  tokens,
} from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';
import { MOST_BELOW_THOUSAND } from '../../core/import-value.ts';
import { IMPORT_VIEWS } from '../../core/import-view.ts';
import { importText as t } from '../strings/import.ts';
import type { ImportTerms } from './run-import.ts';

const useStyles = makeStyles({
  form: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 220px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
    padding: `${tokens.spacingVerticalS} 0`,
  },
  apply: { justifySelf: 'start', marginTop: '26px' },
  input: { minWidth: 0 },
});

const NONE = { view: '', from: '', to: '', belowThousand: '', environment: '' };

export function ImportOptions({ apply }: { apply: (terms: ImportTerms) => void }) {
  const styles = useStyles();
  const [typed, setTyped] = useState(NONE);
  const set = (change: Partial<typeof NONE>) => setTyped({ ...typed, ...change });
  const { view, from, to, belowThousand, environment } = typed;
  const isCount = /^\d{1,3}$/.test(belowThousand) && Number(belowThousand) <= MOST_BELOW_THOUSAND;
  const fault = belowThousand === '' || isCount ? {} : { validationMessage: t.belowThousandWanted };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const chosen = IMPORT_VIEWS.find((each) => each === view);
    apply({
      ...(chosen && { view: chosen }),
      ...(from !== '' && { from }),
      ...(to !== '' && { to }),
      ...(isCount && { belowThousandAs: Number(belowThousand) }),
      ...(environment.trim() !== '' && { environmentId: environment.trim() }),
    });
  };
  return (
    <Accordion collapsible>
      <AccordionItem value="options">
        <AccordionHeader as="h3">{t.options}</AccordionHeader>
        <AccordionPanel>
          <form className={styles.form} noValidate onSubmit={submit}>
            <Field label={t.view}>
              <Select value={view} onChange={(_, { value }) => set({ view: value })}>
                <option value="">{t.anyView}</option>
                {IMPORT_VIEWS.map((each) => (
                  <option key={each} value={each}>
                    {t.views[each]}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label={t.from} hint={t.daysHint}>
              <Input className={styles.input} type="date" value={from} onChange={(_, { value }) => set({ from: value })} />
            </Field>
            <Field label={t.to}>
              <Input className={styles.input} type="date" value={to} onChange={(_, { value }) => set({ to: value })} />
            </Field>
            <Field label={t.belowThousand} {...fault}>
              <Input
                className={styles.input}
                inputMode="numeric"
                placeholder="500"
                value={belowThousand}
                onChange={(_, { value }) => set({ belowThousand: value })}
              />
            </Field>
            <Field label={t.environment} hint={t.environmentHint}>
              <Input
                className={styles.input}
                placeholder="imported"
                value={environment}
                onChange={(_, { value }) => set({ environment: value })}
              />
            </Field>
            <Button className={styles.apply} type="submit">
              {t.apply}
            </Button>
          </form>
        </AccordionPanel>
      </AccordionItem>
    </Accordion>
  );
}
