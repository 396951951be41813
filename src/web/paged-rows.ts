// The rows of a list that the server pages, as `List` takes them: `<List {...usePagedRows(reportsQuery)} … />`.

import { useInfiniteQuery } from '@tanstack/react-query';
import type { pagedQuery } from './data.ts';
import type { ListProps } from './table/list.tsx';

export type PagedRows<Row> = Required<Pick<ListProps<Row>, 'rows' | 'error' | 'retry' | 'more'>>;

export function usePagedRows<Row>(query: ReturnType<typeof pagedQuery<Row>>): PagedRows<Row> {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(query);
  return {
    rows: data,
    error,
    retry: () => void refetch(),
    more: hasNextPage ? { load: () => void fetchNextPage(), isLoading: isFetchingNextPage } : undefined,
  };
}
