// The texts of every list.

export const tableText = {
  find: 'Search',
  count: (shown: string, all: string) => (shown === all ? all : `${shown} of ${all}`),
  /** While the server has more than is here. */
  loaded: (shown: string, loaded: string) => (shown === loaded ? `${loaded} loaded` : `${shown} of ${loaded} loaded`),
  noneMatch: (find: string) => `Nothing matches “${find}”.`,
  noneMatchLoaded: (find: string) => `Nothing that is loaded matches “${find}”.`,
  noneFiltered: 'Nothing matches these filters.',
  clear: 'Clear the search',
  columns: 'Columns',
  usualColumns: 'Usual columns',
  csv: 'Download as CSV',
  actions: 'Actions',
  more: 'Load more',
  loadingMore: 'Loading …',
  loading: 'Loading …',
  select: (name: string) => `Select ${name}`,
  selectAll: 'Select all',
  selected: (count: string) => `${count} selected`,
} as const;
