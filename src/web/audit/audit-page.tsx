// The audit log (T3): who did what, newest first, filtered by the state in the address; the end of its chain, to be kept elsewhere.

import { Button, makeStyles, Select, Tooltip, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { FilterRegular } from '@fluentui/react-icons/svg/filter';
import { AUDIT_OUTCOMES } from '../../core/audit.ts';
import { apiUrl } from '../client.ts';
import { formatCount } from '../figures.ts';
import { ChosenFilter, FilterSection, TypedFilter } from '../filter-field.tsx';
import { MayNotSee } from '../frame/may-not-see.tsx';
import { PageHeading, Section } from '../frame/section.tsx';
import { useLiveState } from '../live.ts';
import { useWhyNot } from '../may.ts';
import { useChangePageState, usePageState } from '../page-state.ts';
import { usePagedRows } from '../paged-rows.ts';
import { auditText as t } from '../strings/audit.ts';
import { List } from '../table/list.tsx';
import { AUDIT_COLUMNS } from './audit-columns.tsx';
import { ASK_AGAIN_MS, type AuditFilter, auditQuery } from './audit-data.ts';
import { FILTERS, filterOf } from './audit-filter.ts';
import { AuditPanel } from './audit-panel.tsx';
import { OPERATION_CHOICE } from './audit-words.tsx';
import { ChainEnd } from './chain-end.tsx';

const useStyles = makeStyles({
  filters: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, minWidth: 0 },
});

export function AuditPage() {
  const whyNot = useWhyNot('listAuditEvents');
  const filter = filterOf(usePageState());
  return (
    <>
      <PageHeading title={t.title} lead={t.lead} {...(whyNot === null && { actions: <ExportLink filter={filter} /> })} />
      {whyNot === null ? <Log filter={filter} /> : <MayNotSee why={whyNot} />}
    </>
  );
}

function ExportLink({ filter }: { filter: AuditFilter }) {
  const query = new URLSearchParams(filter as Record<string, string>);
  return (
    <Tooltip content={t.exportHint} relationship="description">
      <Button
        as="a"
        icon={<ArrowDownloadRegular />}
        href={apiUrl(`v1/audit/content${query.size > 0 ? `?${query}` : ''}`)}
        download
      >
        {t.exportAll}
      </Button>
    </Tooltip>
  );
}

function Log({ filter }: { filter: AuditFilter }) {
  const styles = useStyles();
  const state = usePageState();
  const change = useChangePageState();
  const isPaused = useLiveState() === 'paused';
  const paged = usePagedRows({ ...auditQuery(filter), refetchInterval: isPaused ? false : ASK_AGAIN_MS });
  const set = FILTERS.filter((name) => state[name] !== undefined);
  const isOpen = state.filters === 'more';
  return (
    <>
      {isOpen && (
        <FilterSection title={t.filters} names={FILTERS}>
          <ChosenFilter name="operation" label={t.operation} any={t.anyOperation}>
            {OPERATION_CHOICE.map(([operation, said]) => (
              <option key={operation} value={operation}>
                {said}
              </option>
            ))}
          </ChosenFilter>
          <TypedFilter name="actor" label={t.actor} hint={t.actorHint} />
          <TypedFilter name="subject" label={t.subject} hint={t.subjectHint} />
          <TypedFilter name="from" label={t.from} type="date" />
          <TypedFilter name="to" label={t.to} type="date" />
        </FilterSection>
      )}
      <List
        title={t.list}
        columns={AUDIT_COLUMNS}
        {...paged}
        rowId={({ sequence }) => String(sequence)}
        csvName="audit-log"
        isFiltered={set.length > 0}
        onOpen={({ sequence }) => change({ panel: 'event', event: String(sequence) })}
        empty={<Section title={t.empty}>{t.emptyText}</Section>}
        filters={
          <div className={styles.filters}>
            <Select aria-label={t.outcome} value={state.outcome ?? ''} onChange={(_, { value }) => change({ outcome: value })}>
              <option value="">{t.anyOutcome}</option>
              {AUDIT_OUTCOMES.map((each) => (
                <option key={each} value={each}>
                  {t.outcomes[each]}
                </option>
              ))}
            </Select>
            <Button
              icon={<FilterRegular />}
              aria-expanded={isOpen}
              onClick={() => change({ filters: isOpen ? undefined : 'more' }, { replace: true })}
            >
              {set.length > 0 ? t.filtersSet(formatCount(set.length)) : t.filters}
            </Button>
          </div>
        }
      />
      <ChainEnd isPaused={isPaused} />
      <AuditPanel events={paged.rows} />
    </>
  );
}
