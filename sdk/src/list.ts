// A list of the API: iterate it (`for await`) and the pages are fetched as they are needed, or ask for one page at a time.

export interface Page<T> {
  value: T[];
  /** Absent on the last page. */
  nextCursor?: string | undefined;
}

export interface PageRequest {
  /** 1 to 1,000; default 100. */
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface List<T> extends AsyncIterable<T> {
  page(request?: PageRequest): Promise<Page<T>>;
  /** Everything; `most` protects against more than is wanted. */
  all(most?: number): Promise<T[]>;
}

const LARGEST_PAGE = 1000;

/** `pageSize` is what iterating asks for at a time. */
export function listOf<T>(page: (request: PageRequest) => Promise<Page<T>>, pageSize = LARGEST_PAGE): List<T> {
  async function* items(limit: number): AsyncGenerator<T, void> {
    let cursor: string | undefined;
    do {
      const { value, nextCursor } = await page({ limit, cursor });
      yield* value;
      cursor = nextCursor;
    } while (cursor !== undefined);
  }
  return {
    page: (request = {}) => page(request),
    [Symbol.asyncIterator]: () => items(pageSize),
    async all(most = Number.POSITIVE_INFINITY) {
      const all: T[] = [];
      for await (const item of items(Math.max(1, Math.min(LARGEST_PAGE, most)))) {
        if (all.length >= most) break;
        all.push(item);
      }
      return all;
    },
  };
}
