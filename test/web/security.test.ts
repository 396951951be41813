// What the browser itself makes of the page's protection (issue 4, point 8): nothing runs or loads that is not the page's own, the
// session is beyond every script, and a page of another origin neither reads nor changes anything with it, though the browser would
// send the cookie along: another port is the same site. What the server says without a browser is in test/session.test.ts.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser } from '../support/a-browser.ts';

describeInBrowser('the page', (web) => {
  let key: string;
  let foreign: Server;
  let foreignPort: number;
  /** Of the foreign server. */
  let visits = 0;

  beforeAll(async () => {
    key = await aContoso(web);
    foreign = createServer((_request, response) => {
      visits += 1;
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Elsewhere</title><h1>Elsewhere</h1>');
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    foreignPort = (foreign.address() as AddressInfo).port;
  });

  afterAll(() => {
    foreign?.closeAllConnections();
    foreign?.close();
  });

  it('is served under a policy that names no other host and nothing in line', async () => {
    const page = await web.open(null);
    const answer = await page.request.get(web.server.url);
    const policy = answer.headers()['content-security-policy']!;
    expect(policy).not.toMatch(/unsafe|\*|https?:|nonce|strict-dynamic/);
    const directives = Object.fromEntries(policy.split(/;\s*/).map((each) => [each.split(' ')[0], each.split(' ').slice(1)]));
    expect(directives).toMatchObject({
      'default-src': ["'self'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    });
    // Scripts have no directive of their own: they are held to the first one.
    expect(Object.keys(directives)).not.toContain('script-src');
  });

  it('runs no script and takes no style that somebody slips into it, and asks no other host', async () => {
    web.expectTrouble(/Content Security Policy/);
    // Asked for by the document, and stopped within the browser.
    web.expectTrouble(/^asked .+\/pixel\.png$/);
    const page = await web.open(key, '/environments');
    const hostile = `
      <img src="http://127.0.0.1:${foreignPort}/pixel.png" onerror="window.ran = 'onerror'">
      <svg onload="window.ran = 'onload'"></svg>
      <a id="link" href="javascript:window.ran = 'link'">x</a>
      <button id="button" onclick="window.ran = 'onclick'">x</button>
      <iframe src="http://127.0.0.1:${foreignPort}/"></iframe>
      <style>#slipped { letter-spacing: 7px }</style><p id="slipped" style="word-spacing: 9px">x</p>`;
    const violations = await page.evaluate<string[]>(`new Promise((resolve) => {
      const violations = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violations.push(effectiveDirective));
      const place = document.createElement('div');
      document.body.append(place);
      place.innerHTML = ${JSON.stringify(hostile)};
      const script = document.createElement('script');
      script.textContent = "window.ran = 'script'";
      place.append(script);
      const from = document.createElement('script');
      from.src = 'data:text/javascript,window.ran = "data"';
      place.append(from);
      document.getElementById('link').click();
      document.getElementById('button').click();
      fetch('http://127.0.0.1:${foreignPort}/').catch(() => setTimeout(() => resolve(violations), 200));
    })`);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(visits).toBe(0);
    expect(new Set(violations)).toEqual(
      new Set(['img-src', 'script-src-attr', 'script-src-elem', 'frame-src', 'style-src-elem', 'style-src-attr', 'connect-src']),
    );
    const style = (property: string) => page.evaluate(`getComputedStyle(document.getElementById('slipped')).${property}`);
    expect([await style('letterSpacing'), await style('wordSpacing')]).toEqual(['normal', '0px']);
  });

  it('has its session where no script and no other path sees it', async () => {
    const page = await web.open(key);
    const [cookie, ...others] = await page.context().cookies();
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ name: 'bursar_session', path: '/v1', httpOnly: true, sameSite: 'Strict' });
    const kept = await page.evaluate<string>(
      'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, history.state, location.href])',
    );
    expect(kept).not.toContain(cookie!.value);
    expect(kept).not.toContain(key);
  });

  it('says what is missing from a change that the session alone asks for', async () => {
    web.expectTrouble(/status of 403/);
    const page = await web.open(key);
    const answer = await page.evaluate<{ status: number; body: unknown }>(`fetch('v1/environments', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Forged"}',
    }).then(async (answer) => ({ status: answer.status, body: await answer.json() }))`);
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'Forbidden', detail: expect.stringContaining('needs the header "x-bursar-csrf: 1"') },
    });
    expect(await names()).not.toContain('Forged');
  });

  for (const [where, host] of [
    ['another port, to which the browser sends the cookie', '127.0.0.1'],
    ['another site', 'localhost'],
  ] as const) {
    it(`gives nothing to ${where}`, async () => {
      const { page, statuses } = await elsewhere(host);
      const tried = await page.evaluate<Record<string, string>>(attacks(web.server.url));
      expect(tried).toEqual({
        read: 'unreadable',
        'read without asking': 'unreadable',
        change: 'unreadable',
        'change as text': 'unreadable',
        'change as a form': 'unreadable',
        'read as a script': 'unreadable',
        frame: 'unreadable',
        stream: 'unreadable',
      });
      // The browser did send them, and the server refused each one: the cookie came where the site is the same.
      const changes = statuses.filter(({ method }) => method === 'POST').map(({ status }) => status);
      expect(changes).toEqual(host === '127.0.0.1' ? [403, 403] : [401, 401]);
      expect(await names()).not.toContain('Forged');
    });
  }

  it('gives nothing to a page without an origin', async () => {
    const { page, statuses } = await elsewhere('127.0.0.1');
    const inside = await page.evaluate<Record<string, string>>(`new Promise((resolve) => {
      addEventListener('message', ({ data, origin }) => resolve({ ...data, origin }));
      const frame = document.createElement('iframe');
      frame.sandbox = 'allow-scripts allow-forms';
      frame.srcdoc = '<script>(' + ${JSON.stringify(`() => ${attacks(web.server.url)}`)} + ')().then((tried) => parent.postMessage(tried, "*"))</' + 'script>';
      document.body.append(frame);
    })`);
    expect(inside.origin).toBe('null');
    expect(new Set(Object.values(inside))).toEqual(new Set(['unreadable', 'null']));
    expect(statuses.filter(({ method, status }) => method === 'POST' && status < 400)).toEqual([]);
    expect(await names()).not.toContain('Forged');
  });

  it('gives nothing to a form that a person is led to send', async () => {
    const { page } = await elsewhere('127.0.0.1');
    await page.evaluate(`{
      const form = document.createElement('form');
      form.method = 'post';
      form.enctype = 'text/plain';
      form.action = '${web.server.url}/v1/environments';
      const field = document.createElement('input');
      field.name = '{"name":"Forged","x":"';
      field.value = '"}';
      form.append(field);
      document.body.append(form);
      form.submit();
    }`);
    await page.waitForURL(`${web.server.url}/v1/environments`);
    const { code } = JSON.parse((await page.locator('body').textContent())!);
    expect(['Forbidden', 'UnsupportedMediaType']).toContain(code);
    expect(await names()).not.toContain('Forged');
  });

  it('is of no use to a window that opened it', async () => {
    const { page } = await elsewhere('127.0.0.1');
    const opening = page.context().waitForEvent('page');
    await page.evaluate(`window.opened = window.open('${web.server.url}/'), undefined`);
    const opened = await opening;
    await opened.locator('main h1').waitFor();
    expect(await opened.evaluate('window.opener')).toBeNull();
    expect(await page.evaluate('opened.closed')).toBe(true);
  });

  /** A page of another origin, in a browser that is signed in. */
  async function elsewhere(host: string): Promise<{ page: Page; statuses: { method: string; status: number }[] }> {
    const signedIn = await web.open(key);
    const page = await signedIn.context().newPage();
    const statuses: { method: string; status: number }[] = [];
    // Also of answers that the browser keeps from the page.
    const devtools = await page.context().newCDPSession(page);
    const methods = new Map<string, string>();
    devtools.on('Network.requestWillBeSent', ({ requestId, request }) => {
      if (request.url.startsWith(web.server.url)) methods.set(requestId, request.method);
    });
    devtools.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => {
      const method = methods.get(requestId);
      if (method !== undefined) statuses.push({ method, status: statusCode });
    });
    await devtools.send('Network.enable');
    await page.goto(`http://${host}:${foreignPort}/`);
    return { page, statuses };
  }

  async function names(): Promise<string[]> {
    const { value } = await web.call(key, 'GET /v1/environments');
    return value.map(({ name }: { name: string }) => name);
  }
});

/** An expression: what a page of another origin gets for each thing it tries. */
function attacks(url: string): string {
  return `(async () => {
    const seen = async (answer) => (answer.type === 'opaque' ? 'unreadable' : 'read ' + (await answer.text()).slice(0, 80));
    const ask = (path, init) => fetch('${url}' + path, { credentials: 'include', ...init }).then(seen, () => 'unreadable');
    const body = '{"name":"Forged"}';
    const element = (tag, given) =>
      new Promise((resolve) => {
        const made = Object.assign(document.createElement(tag), given);
        made.onerror = () => resolve('unreadable');
        made.onload = () => {
          let seen = 'unreadable';
          try {
            if (tag === 'script') seen = 'ran';
            else if (made.contentDocument?.querySelector('h1')) seen = 'framed';
          } catch {}
          resolve(seen);
        };
        document.body.append(made);
      });
    return {
      read: await ask('/v1/tenant', {}),
      'read without asking': await ask('/v1/tenant', { mode: 'no-cors' }),
      change: await ask('/v1/environments', { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-bursar-csrf': '1' } }),
      'change as text': await ask('/v1/environments', { method: 'POST', mode: 'no-cors', body, headers: { 'content-type': 'text/plain' } }),
      'change as a form': await ask('/v1/environments', { method: 'POST', mode: 'no-cors', body: new URLSearchParams({ name: 'Forged' }) }),
      'read as a script': await element('script', { src: '${url}/v1/tenant' }),
      frame: await element('iframe', { src: '${url}/' }),
      stream: await new Promise((resolve) => {
        const source = new EventSource('${url}/v1/stream', { withCredentials: true });
        source.onopen = () => resolve('followed');
        source.onerror = () => (source.close(), resolve('unreadable'));
      }),
    };
  })()`;
}
