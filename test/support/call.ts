// Calls a running server and answers status, headers and body.

export interface Called {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it
  body: any;
}

export interface Call {
  key?: string;
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** `await call(server.url, 'POST /v1/environments', { key, body: { name: 'Sales' } })` */
export async function call(url: string, methodAndPath: string, { key, body, raw, headers }: Call = {}): Promise<Called> {
  const [method = 'GET', path = '/'] = methodAndPath.split(' ');
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    redirect: 'manual',
    ...(payload === undefined ? {} : { body: payload }),
  });
  const type = response.headers.get('content-type') ?? '';
  const text = /event-stream/.test(type) ? await beginningOf(response) : await response.text();
  const isJson = /json/.test(type);
  return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
}

/** What the requests of the page itself carry, without which a cookie changes nothing. */
export const OWN_PAGE = { 'x-bursar-csrf': '1', 'sec-fetch-site': 'same-origin' };

/** What a browser sends back. */
export function cookieOf({ headers }: Called): string {
  return (headers.get('set-cookie') ?? '').split(';')[0]!;
}

/** All that a list has, page by page. `ask` is given what each page adds to the query: `limit=2&cursor=…`. */
export async function pagesOf<T>(ask: (query: string) => Promise<Called>, limit: number): Promise<T[]> {
  const all: T[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await ask(`limit=${limit}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    all.push(...body.value);
    if (body.nextCursor === undefined) return all;
    cursor = body.nextCursor;
  }
}

/** A stream goes on for as long as somebody listens: its first block is enough here. */
async function beginningOf(response: Response): Promise<string> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('\n\n')) text += (await reader.read()).value ?? '\n\n';
  await reader.cancel();
  return text;
}

/** 100 AI Builder credits, or 8 Copilot Credits, in the environment `sales`. */
export const ACTION = {
  environmentId: 'sales',
  userId: 'ada',
  caller: 'cloud-flow',
  capability: 'custom-document-processing',
  usage: { pages: 1 },
};
