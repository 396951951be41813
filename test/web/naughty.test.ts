// The Big List of Naughty Strings typed into every field, put into every address, and stored under every name: always text, never a
// script, an element, a formula or a fault of the server (issue 4, point 8). a-browser.ts fails on dialogs, on what breaks the
// Content-Security-Policy, and on answers of 500 and more, which a browser writes to the console.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { NAUGHTY } from '../fixtures/naughty-strings.ts';
import { aContoso, CONTOSO_NOW, describeInBrowser } from '../support/a-browser.ts';
import { ACTION, type Called, call } from '../support/call.ts';

const IN_PAGE = readFileSync(new URL('../fixtures/naughty-in-page.js', import.meta.url), 'utf8');
const WEB = fileURLToPath(new URL('../../src/web/', import.meta.url));
/** What is refused is said in the page; the browser also writes it to the console. */
const REFUSED = /status of (400|404|409|422)/;
/** Texts in each field, so that the whole list is typed more than three times. */
const ROUNDS = 30;
const HOSTILE = '<img src=x onerror=alert(1)>';
/** More, and the server may say that it has too much to do. */
const AT_ONCE = 50;
/** A list of 600 rows is seen at once. */
const TALL = { width: 1440, height: 60_000 };

interface Place {
  at: string;
  /** By their labels; some of those that are there. */
  fields: string[];
  before?: (page: Page) => Promise<unknown>;
}

/** Every page, tab and panel with a field. */
const PLACES: Place[] = [
  { at: '/licensing/capacity', fields: ['Search: What your tenant bought', 'Search: Environments'] },
  { at: '/licensing/capacity?panel=purchase', fields: ['Quantity', 'Bought on', 'Starts on', 'Ends on'] },
  { at: '/licensing/add-ons', fields: ['Search: Environments with assigned credits'] },
  { at: '/licensing/add-ons?panel=assign&environment=sales,support', fields: ['Credits of Sales', 'Environment'] },
  { at: '/licensing/copilot-studio', fields: ['Search: Billing plans'] },
  { at: '/licensing/copilot-studio?panel=manage&environment=sales', fields: ['Assigned Copilot Credits', 'Environment'] },
  { at: '/licensing/copilot-studio?panel=plan', fields: ['Name', 'Monthly limit'] },
  { at: '/environments', fields: ['Search: Environments'] },
  { at: '/environments?panel=new', fields: ['Name', 'Id', 'Region'] },
  { at: '/environments/sales?panel=switches', fields: ['Name'] },
  { at: '/environments/finance?tab=usage', fields: ['Search: By user, month to date', 'Search: By model, month to date'] },
  { at: '/environments/sales?tab=resources', fields: ['Search: Apps, flows and agents'] },
  {
    at: '/environments/sales?tab=resources&panel=declare',
    fields: ['Id', 'Name', 'Apps that have this flow'],
    before: (page) => page.getByRole('dialog').getByLabel('Kind').selectOption('flow'),
  },
  { at: '/environments/sales?tab=limits', fields: ['Search: Monthly limits'] },
  {
    at: '/environments/sales?tab=limits&panel=limit',
    fields: ['Id of the limit', 'Credits a month', 'Tell at per cent', 'User', 'App, flow or agent'],
  },
  { at: '/reports', fields: ['Search: Your reports'] },
  { at: '/reports?panel=new', fields: ['Last day (UTC)'] },
  { at: '/imports', fields: ['Search: What was imported'] },
  { at: '/activity?filters=more', fields: ['Search: Latest activity', 'User', 'Code of a refusal', 'Environment'] },
  {
    at: '/playground?capability=receipt-processing&environment=sales',
    fields: ['Capability', 'Environment', 'User', 'How many pages'],
    // The choices are made anew when what can be chosen has come.
    before: async (page) => {
      await page.getByLabel('How many pages').waitFor();
      await expect.poll(() => page.getByRole('combobox', { name: 'Environment' }).inputValue()).toBe('Sales');
    },
  },
  { at: '/calculator', fields: ['Actions a month'] },
  { at: '/notices', fields: ['Search: Notices'] },
  { at: '/settings?tab=credits&panel=credits', fields: ['Late usage'] },
  { at: '/settings?tab=enforcement', fields: ['First day', 'Last day', 'Figures late by (days)'] },
  { at: '/settings?tab=enforcement&panel=enforcement', fields: ['Near capacity at', 'Falls back at', 'Blocks at'] },
  { at: '/settings?tab=notices', fields: ['Search: Webhooks'] },
  { at: '/settings?tab=notices&panel=recipients', fields: ['Notices are mailed to'] },
  { at: '/settings?tab=notices&panel=webhook', fields: ['URL', 'Description'] },
  { at: '/settings?tab=keys', fields: ['Search: Keys'] },
  {
    at: '/settings?tab=keys&panel=key',
    fields: ['Name', 'User'],
    before: (page) => page.getByRole('radio', { name: /^Maker/ }).check(),
  },
  {
    at: '/settings?tab=keys&panel=key',
    fields: ['Name', 'Search environments'],
    before: (page) => page.getByRole('radio', { name: /^Environment administrator/ }).check(),
  },
  { at: '/settings?tab=clock&panel=clock', fields: ['To (UTC)'] },
  { at: '/settings?tab=trials&panel=trial', fields: ['User'] },
];
/** Panels that show something and ask for nothing. */
const WITHOUT_FIELDS = ['notice', 'deliveries', 'differences', 'rotate'];
/** Forms whose text is shown in a list afterwards. */
const FORMS: {
  at: string;
  field: string;
  save: string;
  list: string;
  column: string;
  rest?: Record<string, (place: number) => string>;
}[] = [
  { at: '/environments?panel=new', field: 'Name', save: 'Create', list: 'Environments', column: 'Name' },
  { at: '/licensing/copilot-studio?panel=plan', field: 'Name', save: 'Create', list: 'Billing plans', column: 'Name' },
  { at: '/settings?tab=keys&panel=key', field: 'Name', save: 'Create', list: 'Keys', column: 'Name' },
  {
    at: '/settings?tab=notices&panel=webhook',
    field: 'Description',
    save: 'Create',
    list: 'Webhooks',
    column: 'Description',
    rest: { URL: (place) => `https://example.com/${place}` },
  },
  {
    at: '/environments/sales?tab=resources&panel=declare',
    field: 'Name',
    save: 'Declare',
    list: 'Apps, flows and agents',
    column: 'Name',
    rest: { Id: (place) => `app-${place}` },
  },
];
/** Whatever a page keeps in its address. */
const PARAMETERS = (
  'find sort columns tab panel record environment currency more product plan limit webhook notice import type from to user ' +
  'capability model resource source code status caller filters trial.find view days'
).split(' ');

describeInBrowser('naughty strings', (web) => {
  let key: string;

  beforeAll(async () => {
    key = await aContoso(web);
    await web.call(key, 'PUT /v1/limits/monthly', {
      scope: { environmentId: 'sales' },
      currency: 'copilot-credits',
      monthly: '9',
    });
    await web.call(key, 'POST /v1/billing-plans', { name: 'Azure' });
    await web.call(key, 'POST /v1/webhooks', { url: 'https://example.com/notices' });
    await web.call(key, 'PUT /v1/resources/app/expenses', { environmentId: 'sales' });
    await web.call(key, 'POST /v1/reports', { type: 'ai-builder-consumption' });
    const imported = await call(web.server.url, `POST /v1/imports?dryRun=false&fileName=${encodeURIComponent(HOSTILE)}`, {
      key,
      raw: `Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial\n2025-10-01,"${HOSTILE}",lab-2,"${HOSTILE}",12,false\n`,
      headers: { 'content-type': 'text/csv' },
    });
    expect(imported.status, JSON.stringify(imported.body)).toBe(201);
  });

  it('are typed on every page and panel that there is', () => {
    const sources = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'));
    const panels = sources.flatMap((file) =>
      [...readFileSync(WEB + file, 'utf8').matchAll(/usePanel\('([^']+)'/g)].map(([, name]) => name!),
    );
    expect(panels.length).toBeGreaterThan(15);
    const covered = PLACES.map(({ at }) => new URLSearchParams(at.split('?')[1]).get('panel'));
    expect(panels.filter((panel) => !covered.includes(panel) && !WITHOUT_FIELDS.includes(panel))).toEqual([]);
  });

  it('stay what was typed, in every field', async () => {
    web.expectTrouble(REFUSED);
    // No hand can type a text into a field of a date; the browser keeps nothing of it.
    web.expectTrouble(/^The specified value [\s\S]+ (cannot be parsed|does not conform)/);
    const page = await web.open(key);
    await page.evaluate(IN_PAGE);
    let typed = 0;
    const wrong: string[] = [];
    for (const { at, fields, before } of PLACES) {
      await move(page, at, fields[0]!);
      await before?.(page);
      const found = await page.evaluate<Typed>(`naughty.type(${JSON.stringify(NAUGHTY)}, ${typed}, ${ROUNDS})`);
      wrong.push(...found.wrong.map((each) => `${at}: ${each}`));
      wrong.push(
        ...fields.filter((field) => !found.fields.includes(field)).map((field) => `${at} has no ${field}, but ${found.fields}`),
      );
      typed = found.next;
    }
    expect(wrong).toEqual([]);
    expect(typed).toBeGreaterThan(3 * NAUGHTY.length);
  });

  it('are shown as they were saved, where a form took them, and said to be wrong at its field where it did not', async () => {
    web.expectTrouble(REFUSED);
    const page = await web.open(key);
    await page.evaluate(IN_PAGE);
    for (const { at, field, save, list, column, rest = {} } of FORMS) {
      const texts = NAUGHTY.filter((text) => text.trim() !== '' && /[<"'=%]/.test(text));
      const shown: string[] = [];
      for (let place = 0; place < 4; place += 1) {
        const text = texts[(place * 41 + at.length * 7) % texts.length]!;
        await move(page, at, field);
        const panel = page.getByRole('dialog');
        await panel.getByLabel(field).first().fill(text);
        for (const [label, value] of Object.entries(rest)) await panel.getByLabel(label).first().fill(value(place));
        await panel.getByRole('button', { name: save, exact: true }).click();
        const secret = page.getByRole('alertdialog');
        await panel.getByRole('alert').or(secret).or(page.getByText(list).first()).first().waitFor();
        await expect
          .poll(async () => (await panel.getByRole('alert').count()) > 0 || (await panel.count()) === 0 || secret.isVisible())
          .toBe(true);
        if ((await panel.getByRole('alert').count()) === 0) shown.push(text.trim());
        if (await secret.isVisible()) await secret.getByRole('button').last().click();
      }
      expect(shown.length, at).toBeGreaterThan(0);
      await move(page, at.replace(/[?&]panel=.*/, ''), `Search: ${list}`);
      for (const text of shown)
        await expect
          .poll(() => page.evaluate<string[]>(`naughty.cells(${JSON.stringify(list)}, ${JSON.stringify(column)})`))
          .toContain(text);
      expect(await page.evaluate('naughty.foreign()'), at).toEqual([]);
    }
  });

  it('in an address lead to a page that says what is there, or that nothing is', async () => {
    web.expectTrouble(REFUSED);
    const page = await web.open(key);
    await page.evaluate(IN_PAGE);
    const addresses = NAUGHTY.map((text, place) => {
      const state = PARAMETERS.map((name) => `${name}=${encodeURIComponent(text)}`).join('&');
      // As somebody types it, and as a program writes it.
      if (place % 5 < 4) return `/environments/${place % 2 ? text : encodeURIComponent(text)}`;
      return `${PLACES[place % PLACES.length]!.at.split('?')[0]}?${state}`;
    });
    expect(await page.evaluate(`naughty.open(${JSON.stringify(addresses)}, 12)`)).toEqual([]);
    await page.evaluate(`location.hash = ${JSON.stringify(`/environments/${encodeURIComponent(HOSTILE)}`)}`);
    await page.getByText(`There is no environment ${HOSTILE} in this tenant.`).waitFor();
    await page.evaluate(`location.hash = ${JSON.stringify(`/environments?find=${encodeURIComponent(HOSTILE)}x`)}`);
    await page.getByText(`Nothing matches “${HOSTILE}x”.`).waitFor();
    expect(await page.evaluate('naughty.foreign()')).toEqual([]);
  });

  it('are shown as they are under every name that came by the API, and are no formula in a file', async () => {
    const hostile = await web.server.tenant(HOSTILE, CONTOSO_NOW);
    const api = (route: string, body: unknown) => call(web.server.url, route, { key: hostile.key, body });
    /** Those that it takes; the others it refuses, as what they are. */
    async function taken(send: (text: string, place: number) => Promise<Called>, texts = NAUGHTY): Promise<string[]> {
      const answers: Called[] = [];
      for (let begun = 0; begun < texts.length; begun += AT_ONCE)
        answers.push(...(await Promise.all(texts.slice(begun, begun + AT_ONCE).map((text, place) => send(text, begun + place)))));
      for (const { status, body } of answers) expect([200, 201, 422], JSON.stringify(body)).toContain(status);
      return texts.filter((_text, place) => answers[place]!.status < 300);
    }
    const some = NAUGHTY.filter((_text, place) => place % 8 === 0);
    await api('POST /v1/entitlements', { product: 'copilot-credit-pack', quantity: 9 });
    await api('POST /v1/environments', { id: 'sales', name: 'Sales' });
    const environments = await taken((name, place) => api('POST /v1/environments', { id: `e-${place}`, name }));
    expect(environments.length).toBeGreaterThan(0.95 * NAUGHTY.length);
    const users = await taken((userId, place) =>
      api('POST /v1/consumptions', {
        ...ACTION,
        userId,
        caller: 'agent',
        capability: 'generative-answer',
        usage: { responses: 1 + (place % 3) },
        resource: { type: 'agent', id: userId, name: userId },
      }),
    );
    expect(users.length).toBe(environments.length);
    const keys = await taken((name) => api('POST /v1/keys', { role: 'maker', userId: name, name }), some);
    const plans = await taken((name) => api('POST /v1/billing-plans', { name }), some);
    const limits = await taken(
      (userId, place) => api(`PUT /v1/limits/l-${place}`, { scope: { userId }, currency: 'copilot-credits', monthly: '5' }),
      some,
    );
    expect([keys.length, plans.length, limits.length]).toEqual(
      [users, users, users].map((all) => some.filter((text) => all.includes(text)).length),
    );
    const webhooks = await taken(
      (text) => api('POST /v1/webhooks', { url: `https://example.com/#${text}`, description: text }),
      some.slice(0, 15),
    );
    expect(webhooks.length).toBeGreaterThan(5);
    const changes = environments.slice(0, 90).map((name) => ({
      environmentId: `e-${NAUGHTY.indexOf(name)}`,
      currency: 'copilot-credits',
      credits: '1',
    }));
    expect((await api('POST /v1/allocations/changes', { changes })).status).toBe(200);

    const page = await web.open(hostile.key, '/', { viewport: TALL });
    await page.getByText(HOSTILE, { exact: true }).waitFor();
    await page.evaluate(IN_PAGE);
    const cells = (list: string, column: string) =>
      page.evaluate<string[]>(`naughty.cells(${JSON.stringify(list)}, ${JSON.stringify(column)})`);
    const are = (list: string, column: string, texts: string[]) =>
      expect.poll(async () => new Set(await cells(list, column)), { timeout: 10_000 }).toEqual(new Set(texts));

    await move(page, '/environments', 'Search: Environments');
    await are('Environments', 'Name', ['Sales', ...environments]);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as CSV' }).click();
    const file: Uint8Array[] = [];
    for await (const chunk of await (await downloading).createReadStream()) file.push(chunk as Uint8Array);
    const rows: Record<string, string>[] = parse(Buffer.concat(file), { columns: true, bom: true, relax_column_count: true });
    expect(new Set(rows.map((row) => row.Name))).toEqual(new Set(['Sales', ...environments].map(inCell)));
    expect(rows.flatMap((row) => Object.values(row)).filter((cell) => inCell(cell) !== cell)).toEqual([]);

    await move(page, '/licensing/add-ons', 'Search: Environments with assigned credits');
    await are('Environments with assigned credits', 'Environment', environments.slice(0, 90));
    await move(page, '/licensing/copilot-studio', 'Search: Billing plans');
    await are('Billing plans', 'Name', plans);
    await move(page, '/settings?tab=keys', 'Search: Keys');
    await expect.poll(() => cells('Keys', 'Name')).toEqual(expect.arrayContaining(keys));
    await move(page, '/settings?tab=notices', 'Search: Webhooks');
    await are('Webhooks', 'Description', webhooks);
    expect(await page.evaluate('naughty.foreign()')).toEqual([]);
  }, 120_000);
});

/** What stands in a file where a spreadsheet would run it. */
function inCell(text: string): string {
  return /^[=+\-@\t\r＝＋－＠]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}

interface Typed {
  wrong: string[];
  fields: string[];
  next: number;
}

/** In the page that is there; what was typed into a panel is given up. */
async function move(page: Page, at: string, field: string): Promise<void> {
  const panel = page.getByRole('dialog');
  const discard = panel.getByRole('button', { name: 'Discard', exact: true });
  await expect
    .poll(async () => {
      if (await discard.isVisible()) await discard.click();
      else if (await panel.isVisible()) await page.keyboard.press('Escape');
      return panel.count();
    })
    .toBe(0);
  await page.evaluate(`location.hash = ${JSON.stringify(at)}`);
  const within = at.includes('panel=') ? panel : page.getByRole('main');
  await within.getByLabel(field).first().waitFor({ timeout: 5_000 });
}
