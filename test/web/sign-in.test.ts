// The sign-in: an invitation becomes an account with a password of one's own, which signs in, is changed, and ends everywhere; what is
// said where something of it does not work. Secrets get into no address and no storage. Keys sign in in foundation.test.ts.

import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { hashKey, newInvitation } from '../../src/api/key-secret.ts';
import type { Instant } from '../../src/core/month.ts';
import { aContoso, describeInBrowser, NARROW } from '../support/a-browser.ts';

const PASSWORD = 'lantern orbit pickle 47';
const ANOTHER = 'walrus thimble gazette 9';

describeInBrowser('the sign-in', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
  const linkOf = (secret: string) => `${web.server.url}/invitation#${secret}`;

  async function invite(email: string, name: string, role = 'reader'): Promise<string> {
    const { invitation } = await web.call(key, 'POST /v1/people', { email, name, role });
    return linkOf(invitation.secret);
  }

  async function choosePassword(page: Page, link: string, password = PASSWORD): Promise<void> {
    await page.goto(link);
    await page.getByLabel('New password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Save and sign in' }).click();
    await heading(page, 'Home');
  }

  /** Somebody with an account and its password, who is not signed in. */
  async function aPerson(email: string, name: string, role?: string): Promise<void> {
    const page = await web.open(null);
    await choosePassword(page, await invite(email, name, role));
    await page.context().close();
  }

  async function signInWith(page: Page, email: string, password: string): Promise<void> {
    await page.getByLabel('E-mail', { exact: true }).fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  async function openAs(email: string, password = PASSWORD, path = '/'): Promise<Page> {
    const page = await web.open(null, path);
    await signInWith(page, email, password);
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    return page;
  }

  it('makes the first administrator of who opens the link that was printed, once', async () => {
    web.expectTrouble(/status of 401/);
    const [tenant] = (await web.server.store.listTenants({ limit: 1 })).value;
    const secret = newInvitation(tenant!.cell);
    await web.server.store.people.invite(
      tenant!,
      { email: null, name: 'First administrator', role: 'tenant-admin', environmentIds: [], userId: null },
      { hash: hashKey(secret), until: (Date.now() + 3_600_000) as Instant },
    );
    const page = await web.open(null);
    await page.goto(linkOf(secret));
    await page.getByText('This makes you the first administrator of Contoso').waitFor();
    await web.inspect(page, 'invitation-first');
    await page.keyboard.type('Grace Hopper');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Grace@Contoso.com');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await heading(page, 'Home');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByText('grace@contoso.com').waitFor();

    const other = await web.open(null);
    await other.goto(linkOf(secret));
    await heading(other, 'This link does not work');
    await web.inspect(other, 'invitation-over');
    await other.getByRole('button', { name: 'Go to the sign-in' }).click();
    await heading(other, 'Sign in to Bursar');
  });

  it('leaves who is signed in so where they open a link that was used', async () => {
    web.expectTrouble(/status of 401/);
    const link = await invite('joan@contoso.com', 'Joan Clarke');
    const page = await web.open(null);
    await choosePassword(page, link);
    await page.goto(link);
    await heading(page, 'This link does not work');
    await page.getByRole('button', { name: 'Go to the sign-in' }).click();
    await heading(page, 'Home');
    await page.reload();
    await heading(page, 'Home');
  });

  it('lets who was invited choose a password, and keeps the link out of address, history and storage', async () => {
    const link = await invite('ada@contoso.com', 'Ada Lovelace', 'billing-admin');
    const secret = link.split('#')[1]!;
    const page = await web.open(null, '/', { viewport: NARROW });
    await page.goto(link);
    await page.getByText('Welcome, Ada Lovelace').waitFor();
    expect(await page.getByLabel('E-mail', { exact: true }).inputValue()).toBe('ada@contoso.com');
    const field = page.getByLabel('New password', { exact: true });
    await expect.poll(() => page.evaluate('document.activeElement?.name')).toBe('password');
    expect(page.url()).toBe(`${web.server.url}/`);
    await web.inspect(page, 'invitation-narrow');

    await field.fill('short');
    await page.getByRole('button', { name: 'Save and sign in' }).click();
    await page.getByText('Wanted at least 12 characters, came 5.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => page.evaluate('document.activeElement?.name')).toBe('password');
    await field.fill('correct horse battery staple');
    await page.keyboard.press('Enter');
    await page.getByText(/Is one of those that everybody tries first/).waitFor();
    await web.inspect(page, 'invitation-refused-narrow');
    await field.fill(PASSWORD);
    await page.getByRole('button', { name: 'Show what is typed' }).click();
    expect(await field.getAttribute('type')).toBe('text');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await heading(page, 'Home');

    const kept = await page.evaluate<string>(
      'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, history.state, location.href])',
    );
    for (const each of [secret, PASSWORD]) expect(kept + (await page.content())).not.toContain(each);
    await page.goBack();
    expect(page.url()).not.toContain(secret);
  });

  it('signs in with e-mail address and password, says what is wrong, and signs out', async () => {
    web.expectTrouble(/status of 401/);
    await aPerson('alan@contoso.com', 'Alan Turing');
    const page = await web.open(null, '/environments');
    await page.getByLabel('E-mail', { exact: true }).waitFor();
    await web.inspect(page, 'sign-in-password');
    for (const width of [360, 768, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      await web.inspect(page, `sign-in-password-${width}`);
    }
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Enter your e-mail address.').waitFor();
    await page.getByText('Enter your password.').waitFor();
    await signInWith(page, 'alan@contoso.com', ANOTHER);
    await page.getByRole('alert').getByText('do not belong together').waitFor();
    await web.inspect(page, 'sign-in-password-refused');
    await signInWith(page, 'Alan@contoso.com', PASSWORD);
    // The page that was wanted.
    await heading(page, 'Environments');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByText('Alan Turing').waitFor();
    await page.getByText('alan@contoso.com').waitFor();
    // Fluent puts menus beside the landmarks.
    await web.screenshot(page, 'account-menu-dark');
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('E-mail', { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in with a key' }).click();
    await page.getByLabel('Key of your tenant').waitFor();
    await web.inspect(page, 'sign-in-key');
    await page.getByRole('button', { name: 'Sign in with e-mail and password' }).click();
    await page.getByLabel('E-mail', { exact: true }).waitFor();
  });

  it('says how long to wait after too many wrong passwords', async () => {
    web.expectTrouble(/status of (401|429)/);
    const page = await web.open(null);
    const alert = page.getByRole('alert');
    await expect
      .poll(
        async () => {
          await signInWith(page, 'nobody@contoso.com', ANOTHER);
          await alert.waitFor();
          return alert.textContent();
        },
        { timeout: 20_000 },
      )
      .toMatch(/There were too many attempts. Try again in [\d,]+ seconds?\./);
  });

  it('changes the password, which ends the sessions elsewhere and not this one', async () => {
    web.expectTrouble(/status of (401|422)/);
    await aPerson('hedy@contoso.com', 'Hedy Lamarr');
    const elsewhere = await openAs('hedy@contoso.com', PASSWORD, '/activity');
    const page = await openAs('hedy@contoso.com');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Change password' }).click();
    const panel = page.getByRole('dialog', { name: 'Change password' });
    const save = panel.getByRole('button', { name: 'Change password' });
    await panel.getByLabel('Present password').fill(`not ${PASSWORD}`);
    await panel.getByLabel('New password').fill('too short');
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    await panel.getByLabel('New password').fill(ANOTHER);
    await save.click();
    await panel.getByText('Is not the present password').first().waitFor();
    await web.inspect(page, 'change-password');
    await panel.getByLabel('Present password').fill(PASSWORD);
    await save.click();
    await panel.waitFor({ state: 'detached' });
    await page.getByText('Your password was changed').first().waitFor();
    await expect
      .poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")'), { message: 'the focus is back' })
      .toBe('Account');
    await elsewhere.getByText('You were signed out').waitFor();
    await page.reload();
    await heading(page, 'Home');
    await openAs('hedy@contoso.com', ANOTHER);
  });

  it('signs out everywhere, after a question', async () => {
    web.expectTrouble(/status of 401/);
    await aPerson('mary@contoso.com', 'Mary Jackson');
    const elsewhere = await openAs('mary@contoso.com', PASSWORD, '/activity');
    const page = await openAs('mary@contoso.com');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out everywhere' }).click();
    const question = page.getByRole('alertdialog', { name: 'Sign out everywhere?' });
    await web.inspect(page, 'sign-out-everywhere');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out everywhere' }).click();
    await question.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByLabel('E-mail', { exact: true }).waitFor();
    await elsewhere.getByText('You were signed out').waitFor();
    // Found by its role: the dialog that went with the page hides it no longer from those who listen.
    await signInWith(page, 'mary@contoso.com', PASSWORD);
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    // What was done before the sign-in is not told after it, and its question not asked again.
    expect(await page.getByText('signed out').count()).toBe(0);
    expect(page.url()).not.toContain('panel');
  });

  it('offers a key no change of a password', async () => {
    const page = await web.open(key, '/?panel=password');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).waitFor();
    expect(await page.getByRole('menuitem').count()).toBe(1);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('says why a sign-in elsewhere failed, in words of its own, and forgets it', async () => {
    const page = await web.open(null);
    await page.goto(`${web.server.url}/?signInFailed=forbidden#/environments`);
    await page.getByText('gives you no role in Bursar').waitFor();
    expect(page.url()).toBe(`${web.server.url}/#/environments`);
    await web.inspect(page, 'sign-in-failed-elsewhere');
    await page.goto(`${web.server.url}/?signInFailed=Call+0800+1234#/environments`);
    await page.getByText('The sign-in at your organisation did not work').waitFor();
    expect(await page.content()).not.toContain('0800');
    await page.reload();
    await page.getByLabel('E-mail', { exact: true }).waitFor();
    expect(await page.getByText('your organisation').count()).toBe(0);
  });

  it('asks for the tenant where several live here, and knows it the next time', async () => {
    web.expectTrouble(/status of 401/);
    const { id, key: own } = await web.server.tenant('Fabrikam');
    const { invitation } = await web.call(own, 'POST /v1/people', {
      email: 'ada@fabrikam.com',
      name: 'Ada',
      role: 'tenant-admin',
    });
    const page = await web.open(null);
    await page.goto(linkOf(invitation.secret));
    expect(await page.getByLabel('Tenant').inputValue()).toBe(id);
    await web.inspect(page, 'invitation-tenant');
    await choosePassword(page, linkOf(invitation.secret));
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await expect.poll(() => page.getByLabel('Tenant').inputValue()).toBe(id);

    const elsewhere = await web.open(null);
    await elsewhere.getByLabel('Tenant').fill('nowhere');
    await signInWith(elsewhere, 'ada@fabrikam.com', PASSWORD);
    await elsewhere.getByRole('alert').getByText('do not belong together').waitFor();
    await elsewhere.getByLabel('Tenant').fill(id);
    await signInWith(elsewhere, 'ada@fabrikam.com', PASSWORD);
    await heading(elsewhere, 'Home');
  });
});
