// People: invited by a link that is shown once, changed, disabled, signed out; what cannot be done says why.

import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { aContoso, describeInBrowser, NARROW, sidewaysOverflow } from '../support/a-browser.ts';
import { signInAtProvider } from '../support/sign-in-at-provider.ts';

const PASSWORD = 'lantern orbit pickle 47';
const PEOPLE = '/settings?tab=people';

describeInBrowser('the people', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
  });

  const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^Show ${name}|^(Name)?${name}`) });
  const listed = async (email: string) =>
    (await web.call(key, 'GET /v1/people')).value.find((each: { email: string }) => each.email === email);

  async function accept(link: string): Promise<Page> {
    const page = await web.open(null);
    await page.goto(link);
    await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Save and sign in' }).click();
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
    return page;
  }

  /** Somebody who is signed in, and the page that they look at. */
  async function aPerson(email: string, name: string, role: string): Promise<{ id: string; page: Page }> {
    const { person, invitation } = await web.call(key, 'POST /v1/people', { email, name, role });
    return { id: person.id, page: await accept(`${web.server.url}/invitation#${invitation.secret}`) };
  }

  it('invites somebody by a link that is shown once, and says when they have accepted', async () => {
    const page = await web.open(key, PEOPLE, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('heading', { name: 'Nobody has an account yet' }).waitFor();
    await web.inspect(page, 'people-none');
    await page.getByRole('button', { name: 'Invite a person' }).click();
    const panel = page.getByRole('dialog', { name: 'Invite a person' });
    const save = panel.getByRole('button', { name: 'Invite', exact: true });
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    await panel.getByLabel('E-mail').fill('ada@contoso.com');
    await panel.getByLabel('Name').fill('Ada Lovelace');
    await panel.getByRole('radio', { name: /^Environment administrator/ }).check();
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    await panel.getByRole('group', { name: 'Environments' }).getByRole('checkbox', { name: 'Sales', exact: true }).check();
    await web.inspect(page, 'people-invite');
    await save.click();

    const made = page.getByRole('alertdialog', { name: 'The link for Ada Lovelace' });
    const link = await made.getByRole('textbox', { name: 'Link' }).inputValue();
    expect(link.startsWith(`${web.server.url}/invitation#bursar-invite_`)).toBe(true);
    await web.inspect(page, 'people-link');
    await made.getByRole('button', { name: 'Copy' }).click();
    await made.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link);
    await made.getByRole('button', { name: 'I have it' }).click();
    await made.waitFor({ state: 'detached' });
    expect((await page.content()) + page.url()).not.toContain(link.split('#')[1]);

    await row(page, 'Ada Lovelace').getByText('Invited').waitFor();
    await row(page, 'Ada Lovelace')
      .getByText(/^The link works until/)
      .waitFor();
    const theirs = await accept(link);
    await theirs.getByRole('button', { name: 'Account' }).click();
    await theirs.getByText('Environment administrator', { exact: true }).waitFor();
    await theirs.keyboard.press('Escape');

    await page.reload();
    await row(page, 'Ada Lovelace').getByText('Active').waitFor();
    await web.inspect(page, 'people');
  }, 120_000);

  it('shows what is known of somebody, and changes what they may do', async () => {
    await web.call(key, 'POST /v1/people', {
      email: 'dorothy@contoso.com',
      name: 'Dorothy Vaughan',
      role: 'environment-admin',
      environmentIds: ['sales'],
    });
    const page = await web.open(key, PEOPLE);
    await page.getByRole('button', { name: 'Show Dorothy Vaughan' }).click();
    const details = page.getByRole('dialog', { name: 'Dorothy Vaughan' });
    await details.getByText('Here, with a password').waitFor();
    await web.inspect(page, 'person');
    await details.getByRole('button', { name: 'Change' }).click();
    const changing = page.getByRole('dialog', { name: 'Change Dorothy Vaughan' });
    await changing.getByRole('radio', { name: /^Reader/ }).check();
    await web.inspect(page, 'person-change');
    await changing.getByRole('button', { name: 'Save' }).click();
    await changing.waitFor({ state: 'detached' });
    await row(page, 'Dorothy Vaughan').getByText('Reader').waitFor();
    expect(await listed('dorothy@contoso.com')).toMatchObject({ role: 'reader', environmentIds: [] });
  });

  it('disables an account, which signs it out at once, and enables it again', async () => {
    web.expectTrouble(/status of (401|403)/);
    const { page: theirs } = await aPerson('alan@contoso.com', 'Alan Turing', 'reader');
    const page = await web.open(key, PEOPLE);
    await page.getByRole('button', { name: 'Show Alan Turing' }).click();
    const details = page.getByRole('dialog', { name: 'Alan Turing' });
    await details.getByRole('button', { name: 'Disable' }).click();
    const question = page.getByRole('alertdialog', { name: 'Disable the account of Alan Turing?' });
    await web.inspect(page, 'person-disable');
    await question.getByRole('button', { name: 'Disable' }).click();
    await details.getByText('Disabled', { exact: true }).waitFor();
    await theirs.getByText('You were signed out').waitFor();
    await theirs.getByLabel('E-mail', { exact: true }).fill('alan@contoso.com');
    await theirs.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await theirs.getByRole('button', { name: 'Sign in', exact: true }).click();
    await theirs.getByRole('alert').getByText('This account is disabled; ask a tenant administrator.').waitFor();
    const link = details.getByRole('button', { name: 'New link' });
    expect(await link.getAttribute('aria-disabled')).toBe('true');
    await details.getByRole('button', { name: 'Enable' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Enable' }).click();
    await details.getByRole('button', { name: 'Disable' }).waitFor();
    await theirs.getByRole('button', { name: 'Sign in', exact: true }).click();
    await theirs.getByRole('button', { name: 'Live', exact: true }).waitFor();
  });

  it('signs somebody out everywhere, and gives a new link to who has lost the password', async () => {
    web.expectTrouble(/status of 401/);
    const { page: theirs } = await aPerson('hedy@contoso.com', 'Hedy Lamarr', 'reader');
    const page = await web.open(key, PEOPLE, { viewport: NARROW });
    await page.getByRole('button', { name: 'Show Hedy Lamarr' }).click();
    const details = page.getByRole('dialog', { name: 'Hedy Lamarr' });
    await web.inspect(page, 'person-narrow');
    await details.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out everywhere' }).click();
    await theirs.getByText('You were signed out').waitFor();
    await details.getByRole('button', { name: 'New link' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'New link' }).click();
    const made = page.getByRole('alertdialog', { name: 'The link for Hedy Lamarr' });
    const link = await made.getByRole('textbox', { name: 'Link' }).inputValue();
    await web.inspect(page, 'people-link-narrow');
    await made.getByRole('button', { name: 'I have it' }).click();
    await theirs.goto(link);
    await theirs.getByText('Hedy Lamarr, choose another password').waitFor();
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'detached' });
    await web.inspect(page, 'people-narrow');
  });

  it('says why one cannot disable oneself, and why an account of a provider is changed there', async () => {
    const { page } = await aPerson('grace@contoso.com', 'Grace Hopper', 'tenant-admin');
    const [tenant] = (await web.server.store.listTenants({ limit: 1 })).value;
    await signInAtProvider(web.server.store, tenant!, {
      provider: 'entra',
      subject: '00000000-0000-0000-0000-000000000042',
      email: 'katherine@contoso.com',
      name: 'Katherine Johnson',
      role: 'maker',
      environmentIds: [],
      userId: 'katherine@contoso.com',
    });
    await page.goto(`${web.server.url}/#${PEOPLE}`);
    await row(page, 'Grace Hopper').getByText('You', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Show Grace Hopper' }).click();
    await hasReason(page, 'Disable', /You cannot disable your own account/);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Show Katherine Johnson' }).click();
    await hasReason(page, 'Change', /They sign in at entra/);
    await hasReason(page, 'New link', /They sign in at entra and have no password here/);
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).getAttribute('aria-disabled')).toBeNull();
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  });

  async function hasReason(page: Page, button: string, why: RegExp): Promise<void> {
    const found = page.getByRole('dialog').getByRole('button', { name: button, exact: true });
    await expect.poll(() => found.getAttribute('aria-disabled')).toBe('true');
    await found.focus();
    await page.getByRole('tooltip').getByText(why).waitFor();
  }

  it('tells who invites an address twice that it has an account', async () => {
    web.expectTrouble(/status of 409/);
    await web.call(key, 'POST /v1/people', { email: 'twice@contoso.com', name: 'Twice', role: 'reader' });
    const page = await web.open(key, `${PEOPLE}&panel=invite`);
    const panel = page.getByRole('dialog', { name: 'Invite a person' });
    await panel.getByLabel('E-mail').fill('Twice@contoso.com');
    await panel.getByLabel('Name').fill('Again');
    await panel.getByRole('button', { name: 'Invite', exact: true }).click();
    await panel
      .getByRole('alert')
      .getByText(/has an account in this tenant already/)
      .waitFor();
  });

  it('tells a reader, who may not see people, whom to ask', async () => {
    const reader = await web.call(key, 'POST /v1/keys', { role: 'reader' });
    const page = await web.open(reader.key, PEOPLE);
    await page.getByText(/Your role, Reader, may not do this/).waitFor();
  });
});
