// The one list: a table with its search, order, choice of columns, CSV and "load more", all of it in the address; what stands in its
// place while it loads, where it failed, and where there is nothing.

import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemCheckbox,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  SearchBox,
  Text,
  Tooltip,
  tokens,
} from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { ColumnTripleEditRegular } from '@fluentui/react-icons/svg/column-triple-edit';
import type { ReactNode } from 'react';
import { formatCount } from '../figures.ts';
import { PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { tableText } from '../strings/table.ts';
import type { Column } from './column.ts';
import { DataTable, type Selection } from './data-table.tsx';
import { downloadCsv } from './download-csv.ts';
import { type ListState, useListState } from './list-state.ts';

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS, minWidth: 0 },
  count: { color: tokens.colorNeutralForeground3, whiteSpace: 'nowrap' },
  search: { width: '240px', maxWidth: '100%' },
  buttons: { display: 'flex' },
  none: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalM}`,
  },
  more: { display: 'flex', justifyContent: 'center', padding: tokens.spacingVerticalS },
});

const NONE: readonly never[] = [];

export interface ListProps<Row> {
  title: string;
  /** Of its state in the address, on a page with several lists. */
  prefix?: string;
  /** A constant; `extra` ones are shown when they are chosen. */
  columns: readonly Column<Row>[];
  /** undefined: not there yet. */
  rows: readonly Row[] | undefined;
  rowId: (row: Row) => string;
  /** Why there are none, and how to ask again. */
  error?: Error | null;
  retry?: () => void;
  /** What to do next where there is nothing: stands in the place of the list. */
  empty: ReactNode;
  /** Whether filters of the page, which the server applies, may be why there is nothing. */
  isFiltered?: boolean;
  defaultSort?: string;
  /** Filters, beside the search box. */
  filters?: ReactNode;
  /** What can be done with the list: "New …". */
  actions?: ReactNode;
  /** The server has more. */
  more?: { load: () => void; isLoading: boolean } | undefined;
  onOpen?: (row: Row) => void;
  isFresh?: (row: Row) => boolean;
  selection?: Selection<Row>;
  /** The name of the CSV file. */
  csvName: string;
}

export function List<Row>(props: ListProps<Row>) {
  const { title, prefix, columns, rows, rowId, error, retry, empty, isFiltered = false, defaultSort } = props;
  const { filters, actions, more, onOpen, isFresh, selection } = props;
  const state = useListState({ prefix, columns, rows: rows ?? NONE, defaultSort });
  if (!rows && error) {
    const failed = <PageFailed error={error} retry={() => retry?.()} />;
    // A filter may be why.
    return filters === undefined ? (
      failed
    ) : (
      <Section title={title} actions={filters}>
        {failed}
      </Section>
    );
  }
  if (rows?.length === 0 && !more && !isFiltered) return empty;
  return (
    <Section
      title={title}
      holds="table"
      actions={
        <Tools {...props} state={state}>
          {filters}
          {actions}
        </Tools>
      }
    >
      {rows && state.shown.length === 0 ? (
        <NoneMatch state={state} hasMore={more !== undefined} />
      ) : (
        <DataTable
          label={title}
          columns={state.columns}
          rows={rows && state.shown}
          rowId={rowId}
          sort={state.sort}
          onSort={state.sortBy}
          selection={selection}
          {...(onOpen && { onOpen })}
          {...(isFresh && { isFresh })}
        />
      )}
      {more && <More {...more} />}
    </Section>
  );
}

function Tools<Row>({
  state,
  title,
  columns,
  rows,
  more,
  csvName,
  selection,
  children,
}: ListProps<Row> & { state: ListState<Row>; children: ReactNode }) {
  const styles = useStyles();
  const say = more ? tableText.loaded : tableText.count;
  return (
    <div className={styles.tools}>
      {rows && (
        <Text size={200} className={styles.count} aria-live="polite">
          {selection && selection.ids.size > 0
            ? tableText.selected(formatCount(selection.ids.size))
            : say(formatCount(state.shown.length), formatCount(rows.length))}
        </Text>
      )}
      <SearchBox
        className={styles.search}
        aria-label={`${tableText.find}: ${title}`}
        placeholder={tableText.find}
        value={state.typed}
        onChange={(_, { value }) => state.type(value)}
      />
      {children}
      <div className={styles.buttons}>
        <ColumnChoice columns={columns} state={state} />
        <Tooltip content={tableText.csv} relationship="label">
          <Button
            appearance="subtle"
            icon={<ArrowDownloadRegular />}
            disabledFocusable={state.shown.length === 0}
            onClick={() => downloadCsv(csvName, state.columns, state.shown)}
          />
        </Tooltip>
      </div>
    </div>
  );
}

function ColumnChoice<Row>({ columns, state }: { columns: readonly Column<Row>[]; state: ListState<Row> }) {
  return (
    <Menu
      persistOnItemClick
      checkedValues={{ columns: state.columns.map(({ id }) => id) }}
      onCheckedValueChange={(_, { checkedItems }) => {
        // A table without columns says nothing.
        if (checkedItems.length > 0) state.choose(columns.map(({ id }) => id).filter((id) => checkedItems.includes(id)));
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={tableText.columns} relationship="label">
          <Button appearance="subtle" icon={<ColumnTripleEditRegular />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {columns.map(({ id, title }) => (
            <MenuItemCheckbox key={id} name="columns" value={id}>
              {title || tableText.actions}
            </MenuItemCheckbox>
          ))}
          <MenuDivider />
          <MenuItem
            disabled={state.isUsual}
            onClick={() => state.choose(columns.filter(({ extra }) => extra !== true).map(({ id }) => id))}
          >
            {tableText.usualColumns}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function NoneMatch<Row>({ state, hasMore }: { state: ListState<Row>; hasMore: boolean }) {
  const styles = useStyles();
  if (state.find === '') return <Text className={styles.none}>{tableText.noneFiltered}</Text>;
  return (
    <div className={styles.none}>
      <Text>{(hasMore ? tableText.noneMatchLoaded : tableText.noneMatch)(state.find)}</Text>
      <Button size="small" onClick={() => state.type('')}>
        {tableText.clear}
      </Button>
    </div>
  );
}

function More({ load, isLoading }: { load: () => void; isLoading: boolean }) {
  const styles = useStyles();
  return (
    <div className={styles.more}>
      <Button appearance="subtle" disabledFocusable={isLoading} onClick={load}>
        {isLoading ? tableText.loadingMore : tableText.more}
      </Button>
    </div>
  );
}
