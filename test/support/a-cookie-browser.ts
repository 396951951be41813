// What of a browser a sign-in over two sites needs: it goes where it is sent, keeps the cookies of each host, and sends a cookie to the folder
// that set it, by https only where it says so, and a strict one not where another site sent it.

export interface Visited {
  url: string;
  status: number;
  headers: Headers;
}

interface Cookie {
  host: string;
  folder: string;
  name: string;
  value: string;
  secure: boolean;
  strict: boolean;
}

export class CookieBrowser {
  readonly #cookies: Cookie[] = [];
  /** Where a host really is: `https://bursar.example.com` at a port of this machine. */
  readonly #places: Record<string, string>;
  /** Of every request. */
  readonly #headers: Record<string, string>;

  constructor(places: Record<string, string> = {}, headers: Record<string, string> = {}) {
    this.#places = places;
    this.#headers = headers;
  }

  /** What a link or an address line does: every answer on the way, the last of which leads nowhere else, or where `until` says so. */
  async open(address: string, until: (url: string) => boolean = () => false): Promise<Visited[]> {
    const visited: Visited[] = [];
    let next: string | null = address;
    let crossed = false;
    while (next !== null && !until(next)) {
      const url: string = next;
      const answer = await this.fetch(url, { crossed });
      visited.push({ url, status: answer.status, headers: answer.headers });
      await answer.arrayBuffer();
      const location = answer.headers.get('location');
      next = location === null ? null : new URL(location, url).href;
      crossed ||= next !== null && new URL(next).host !== new URL(url).host;
      if (visited.length > 20) throw new Error(`${address} leads round and round`);
    }
    if (next !== null) visited.push({ url: next, status: 0, headers: new Headers() });
    return visited;
  }

  /** One request; `crossed`: another site led to it. */
  async fetch(address: string, { crossed = false, headers = {} }: { crossed?: boolean; headers?: Record<string, string> } = {}) {
    const url = new URL(address);
    const own = this.#cookies.filter(
      (each) =>
        each.host === url.host &&
        `${url.pathname}/`.startsWith(`${each.folder}/`) &&
        (!each.secure || url.protocol === 'https:') &&
        !(each.strict && crossed),
    );
    const cookie = own.map(({ name, value }) => `${name}=${value}`).join('; ');
    const place = this.#places[url.origin] ?? url.origin;
    const answer = await fetch(`${place}${url.pathname}${url.search}`, {
      redirect: 'manual',
      headers: { ...this.#headers, ...headers, ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of answer.headers.getSetCookie()) this.#keep(url, line);
    return answer;
  }

  cookie(name: string): string | undefined {
    return this.#cookies.find((each) => each.name === name)?.value;
  }

  #keep({ host, pathname }: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(/; */);
    const name = pair.slice(0, pair.indexOf('='));
    const said = new Map<string, string>();
    for (const each of attributes) {
      const [attribute = '', value = ''] = each.split('=', 2);
      said.set(attribute.toLowerCase(), value);
    }
    const folder = (said.get('path') ?? pathname.slice(0, pathname.lastIndexOf('/'))).replace(/\/$/, '');
    const known = this.#cookies.findIndex((each) => each.host === host && each.name === name && each.folder === folder);
    if (known >= 0) this.#cookies.splice(known, 1);
    const isOver = said.get('max-age') === '0' || Date.parse(said.get('expires') ?? '') < Date.now();
    if (isOver) return;
    const value = pair.slice(name.length + 1);
    this.#cookies.push({ host, folder, name, value, secure: said.has('secure'), strict: said.get('samesite') === 'Strict' });
  }
}
