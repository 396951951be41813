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
