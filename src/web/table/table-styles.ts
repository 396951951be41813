// How the one table looks: as a table, and as cards where there is little room.

import { makeStyles, tokens } from '@fluentui/react-components';

/** Less room than this, and a list leaves out what is minor. */
const MAJOR_OF_LIST = '@container (max-width: 860px)';
/** Less room than this, and the rows of a list are cards. */
export const CARDS_OF_LIST = '@container (max-width: 620px)';
/** The same for a small table of figures. */
const CARDS_OF_FIGURES = '@container (max-width: 440px)';

const asCards = {
  table: { display: 'block' },
  header: { display: 'none' },
  body: { display: 'block' },
  row: { display: 'block', padding: `${tokens.spacingVerticalS} 0` },
  cell: {
    display: 'flex',
    height: 'auto',
    minHeight: '28px',
    gap: tokens.spacingHorizontalM,
    justifyContent: 'space-between',
    alignItems: 'center',
    textAlign: 'end',
    '::before': {
      content: 'attr(data-title)',
      flexShrink: 0,
      maxWidth: '45%',
      textAlign: 'start',
      color: tokens.colorNeutralForeground3,
    },
  },
} as const;

export const useCardStyles = {
  list: makeStyles({
    table: { [CARDS_OF_LIST]: asCards.table },
    header: { [CARDS_OF_LIST]: asCards.header },
    body: { [CARDS_OF_LIST]: asCards.body },
    row: { [CARDS_OF_LIST]: asCards.row },
    cell: { [CARDS_OF_LIST]: asCards.cell },
    minor: { [MAJOR_OF_LIST]: { display: 'none' } },
    selection: { [CARDS_OF_LIST]: { display: 'block', width: 'auto' } },
  }),
  figures: makeStyles({
    table: { [CARDS_OF_FIGURES]: asCards.table },
    header: { [CARDS_OF_FIGURES]: asCards.header },
    body: { [CARDS_OF_FIGURES]: asCards.body },
    row: { [CARDS_OF_FIGURES]: asCards.row },
    cell: { [CARDS_OF_FIGURES]: asCards.cell },
    minor: {},
    selection: { [CARDS_OF_FIGURES]: { display: 'block', width: 'auto' } },
  }),
};

export const useTableStyles = makeStyles({
  room: { containerType: 'inline-size' },
  sideways: { overflowX: 'auto' },
  auto: { tableLayout: 'auto' },
  // Rows that come and go must not move the columns.
  fixed: { tableLayout: 'fixed' },
  headerCell: { fontWeight: tokens.fontWeightSemibold },
  sticky: { position: 'sticky', top: 0, zIndex: 1, backgroundColor: tokens.colorNeutralBackground1 },
  // The button of a header that sorts, and what stands in its place in one that does not.
  headerCellEnd: { '& .fui-TableHeaderCell__button': { justifyContent: 'flex-end' }, textAlign: 'end' },
  // On the colour of a row that is pointed at the usual colour of a link is too faint in the dark.
  row: {
    ':hover a': { color: tokens.colorBrandForegroundLinkHover },
    ':hover .fui-Link': { color: tokens.colorBrandForegroundLinkHover },
  },
  clickable: { cursor: 'pointer' },
  selected: { backgroundColor: tokens.colorSubtleBackgroundSelected },
  fresh: {
    animationName: { from: { backgroundColor: tokens.colorBrandBackground2 }, to: {} },
    animationDuration: '2.5s',
    animationTimingFunction: 'ease-out',
    '@media (prefers-reduced-motion: reduce)': { animationName: 'none' },
  },
  cell: { overflowWrap: 'break-word' },
  end: { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  nowrap: { whiteSpace: 'nowrap' },
  selection: { width: '44px' },
  unseen: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' },
  skeleton: {
    display: 'block',
    height: '14px',
    width: '70%',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralStencil1,
  },
});
