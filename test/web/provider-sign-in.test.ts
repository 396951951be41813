// Sign-in at an OpenID provider in a browser that keeps cookies as browsers do: the provider is another site, so that a strict cookie set on the
// way back must be there for the page's own requests, and the one of the sign-in must have come along.

import { connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from '../support/a-browser.ts';
import { type AnOpenIdProvider, anOpenIdProvider } from '../support/an-openid-provider.ts';

let provider: AnOpenIdProvider;
/** Where people open Bursar: an address that is known before the server runs. */
let gateway: Server;
let publicUrl: string;

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

describeInBrowser(
  'signing in at a provider',
  (web) => {
    beforeAll(async () => {
      const body = { id: 'contoso', name: 'Contoso', sandbox: { now: '2025-12-10T08:00:00Z' } };
      await web.call(web.server.operatorKey, 'POST /v1/tenants', body);
    });

    afterAll(async () => {
      gateway?.close();
      await provider?.stop();
    });

    function open() {
      web.expectTrouble(new RegExp(`^asked ${provider.issuer}`));
      return web.open(null, '/activity?find=x', { origin: publicUrl });
    }

    it('leads to the page that was wanted, with a session that no script sees and that is there after a reload', async () => {
      const page = await open();
      const link = page.getByRole('link', { name: 'Sign in with Our provider' });
      await link.waitFor();
      // Nobody has an account with a password here.
      expect(await page.getByRole('textbox').count()).toBe(0);
      await web.inspect(page, 'sign-in-provider');
      await link.click();
      await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor();
      expect(page.url()).toBe(`${publicUrl}/#/activity?find=x`);
      expect(await page.evaluate('document.cookie')).toBe('');
      const cookies = await page.context().cookies(publicUrl);
      // Both in the folder of the API alone; the cookie of the sign-in is gone.
      expect(await page.context().cookies(`${publicUrl}/v1/session`)).toMatchObject([
        { name: 'bursar_session', path: '/v1', httpOnly: true, sameSite: 'Strict' },
      ]);
      expect(cookies).toEqual([]);
      await page.reload();
      await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor();
    });

    it('makes an account that is shown with its provider, and whose password is not changed here', async () => {
      const page = await open();
      await page.getByRole('link', { name: /Our provider/ }).click();
      await page.getByRole('button', { name: 'Account' }).click();
      await page.getByText('ada@contoso.com', { exact: true }).waitFor();
      expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Sign out everywhere', 'Sign out']);
      await page.keyboard.press('Escape');
      await page.goto(`${publicUrl}/#/settings?tab=people`);
      await page.getByRole('row', { name: /ada@contoso\.com.*Our provider/ }).waitFor();
    });

    it('says in words of its own why nobody came in', async () => {
      provider.person = null;
      const page = await open();
      await page.getByRole('link', { name: /Our provider/ }).click();
      await page.getByText(/gives you no role in Bursar, or your account is disabled/).waitFor();
      expect(page.url()).toBe(`${publicUrl}/#/activity?find=x`);
      await web.inspect(page, 'sign-in-provider-failed');
      provider.person = 'ada';
    });
  },
  async () => {
    let serverPort = 0;
    gateway = createServer((socket) => {
      const onward = connect(serverPort, '127.0.0.1');
      for (const each of [socket, onward]) each.on('error', () => each.destroy());
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    publicUrl = `http://127.0.0.1:${portOf(gateway)}`;
    provider = await anOpenIdProvider({ redirectUris: [`${publicUrl}/v1/sign-in-callback-own`], host: 'localhost' });
    return {
      openId: { settings: [provider.settings({ tenantId: 'contoso' })], publicUrl },
      listening: (url) => {
        serverPort = Number(new URL(url).port);
      },
    };
  },
);
