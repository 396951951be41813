// Mails of notices (N2), sent to a real SMTP server.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credits } from '../src/core/credits.ts';
import type { Instant, Month } from '../src/core/month.ts';
import { mailOf, smtpMailer } from '../src/server/mail.ts';
import { readServeSettings } from '../src/server/serve-settings.ts';
import type { TakenDelivery } from '../src/store/delivery.ts';
import type { StoredNotice } from '../src/store/notice.ts';
import { aMailServer, type MailServer } from './support/a-mail-server.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, call } from './support/call.ts';

let server: AServer;
let mailServer: MailServer;
let now = Date.now() as Instant;

beforeAll(async () => {
  mailServer = await aMailServer();
  server = await startServer({ smtpUrl: mailServer.url, clock: () => now });
});

afterAll(async () => {
  await server?.stop();
  await mailServer?.stop();
});

/** A sandbox whose environment `sales` has 1,000 AI Builder credits. */
async function aTenant(emails: string[], on: AServer = server) {
  const { id, key } = await on.tenant('Contoso & Söhne', '2026-03-10T08:00:00Z');
  const ask = (methodAndPath: string, body?: unknown) => call(on.url, methodAndPath, { key, body });
  await ask('POST /v1/environments', { id: 'sales', name: 'Sales <EMEA>' });
  await ask('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
  await ask('PUT /v1/environments/sales/allocations/ai-builder-credits', { credits: '1000' });
  await ask('PUT /v1/notice-recipients', { emails });
  return {
    id,
    ask,
    consume: async (pages: number) =>
      expect((await ask('POST /v1/consumptions', { ...ACTION, usage: { pages } })).status).toBe(201),
    deliveries: async (notice = '1') => (await ask(`GET /v1/notices/${notice}/deliveries`)).body.value,
    mailsTo: (address: string) => mailServer.mails.filter((mail) => mail.to === address),
  };
}

describe('a mail', () => {
  it('goes to each recipient by itself, says tenant, environment, what, figures, what helps, and where to look', async () => {
    const tenant = await aTenant(['ada@contoso.com', 'bob@contoso.com']);
    await tenant.consume(8);
    await server.deliver();
    await server.deliver();
    const [mail, ...more] = tenant.mailsTo('ada@contoso.com');
    expect(more).toEqual([]);
    expect(tenant.mailsTo('bob@contoso.com')).toHaveLength(1);
    expect(mail!.headers).toMatchObject({
      from: 'Bursar <bursar@example.com>',
      to: 'ada@contoso.com',
      'auto-submitted': 'auto-generated',
    });
    expect(mail!.raw).not.toContain('bob@contoso.com');
    for (const sentence of [
      'Environment Sales <EMEA> (sales) has consumed almost all AI Builder credits (80 %).',
      '800 of 1,000 AI Builder credits were consumed in 2026-03; 200 are left. The count starts again at 0 on 2026-04-01 (UTC).',
      'Raise its allocation from unallocated credits',
      'https://bursar.example.com/',
      `sandbox tenant Contoso & Söhne (${tenant.id})`,
      // The HTML beside it.
      'Environment Sales &#60;EMEA&#62; (sales)',
    ])
      expect(mail!.text).toContain(sentence);
    expect(await tenant.deliveries()).toMatchObject([
      { status: 'delivered', attempts: [{ status: 250, error: null }] },
      { status: 'delivered', attempts: [{ status: 250, error: null }] },
    ]);
    expect(mail!.headers['message-id']).toBe(
      `<${(await tenant.deliveries()).find((each: { email: string }) => each.email === 'ada@contoso.com').id}@example.com>`,
    );
  });

  it('tells of all that crossed at one moment', async () => {
    const tenant = await aTenant(['ada@many.example']);
    await tenant.ask('PUT /v1/limits/l', { scope: { userId: 'ada' }, currency: 'ai-builder-credits', monthly: '900' });
    await tenant.consume(10);
    await server.deliver();
    const notices = (await tenant.ask('GET /v1/notices')).body.value;
    expect(notices.length).toBeGreaterThanOrEqual(4);
    const mails = tenant.mailsTo('ada@many.example');
    expect(mails).toHaveLength(1);
    for (const { subject } of notices) expect(mails[0]!.text).toContain(subject);
    for (const { id } of notices) expect(await tenant.deliveries(id)).toHaveLength(1);
  });

  it('is not sent for what crossed before there were recipients, nor after the last was taken away', async () => {
    const tenant = await aTenant([]);
    await tenant.consume(8);
    await server.deliver();
    await tenant.ask('PUT /v1/notice-recipients', { emails: ['ada@late.example'] });
    await server.deliver();
    await tenant.ask('PUT /v1/notice-recipients', { emails: [] });
    await tenant.consume(2);
    await server.deliver();
    expect(tenant.mailsTo('ada@late.example')).toEqual([]);
    expect(await tenant.deliveries()).toEqual([]);
  });

  it('is tried again where the mail server is busy, and not where it refuses the address', async () => {
    const tenant = await aTenant(['busy@contoso.com', 'gone@contoso.com', 'well@contoso.com']);
    await tenant.consume(8);
    await server.deliver();
    const logged = async () =>
      Object.fromEntries(
        (await tenant.deliveries()).map(
          (each: { email: string; status: string; attempts: { status: number; error: string }[] }) => [
            each.email,
            [each.status, ...each.attempts.map((attempt) => attempt.status)],
          ],
        ),
      );
    expect(await logged()).toEqual({
      'busy@contoso.com': ['waiting', 450],
      'gone@contoso.com': ['failed', 550],
      'well@contoso.com': ['delivered', 250],
    });
    const gone = (await tenant.deliveries()).find((each: { email: string }) => each.email === 'gone@contoso.com');
    expect(gone.attempts[0].error).toContain('no such mailbox');
    now = (now + 60_000) as Instant;
    await server.deliver();
    mailServer.busy = false;
    now = (now + 600_000) as Instant;
    await server.deliver();
    expect(await logged()).toMatchObject({
      'busy@contoso.com': ['delivered', 450, 450, 250],
      'gone@contoso.com': ['failed', 550],
    });
    expect(tenant.mailsTo('well@contoso.com')).toHaveLength(1);
  });

  it('waits where no mail server listens', async () => {
    const mailer = smtpMailer({ smtpUrl: 'smtp://127.0.0.1:1', from: 'bursar@example.com', publicUrl: null });
    expect(await mailer.send(aDelivery())).toMatchObject({
      outcome: 'failed',
      status: null,
      error: expect.stringContaining('ECONNREFUSED'),
    });
    mailer.close();
  });

  it('is off without SMTP_URL, and says so', async () => {
    const without = await startServer();
    const tenant = await aTenant(['ada@contoso.com'], without);
    expect((await tenant.ask('GET /v1/notice-recipients')).body).toEqual({ emails: ['ada@contoso.com'], mail: 'off' });
    await tenant.consume(8);
    await without.deliver();
    expect(await tenant.deliveries()).toEqual([]);
    await without.stop();
  });
});

function aDelivery(changes: Partial<TakenDelivery> = {}): TakenDelivery {
  const notice: StoredNotice = {
    number: 1,
    at: now,
    kind: 'over-limit',
    month: '2026-03' as Month,
    currency: 'copilot-credits',
    environmentId: null,
    environmentName: null,
    limitId: 'l',
    limitScope: { userId: 'bob' },
    available: credits('1000'),
    consumed: credits('1234567.5'),
    sandbox: false,
  };
  return {
    cell: 0,
    tenantId: 'contoso',
    id: '01a1fcfc-e95d-72f4-815e-f58e755c5517',
    createdAt: now,
    tenantName: 'Contoso',
    isSandbox: false,
    email: 'ada@contoso.com',
    webhook: null,
    notices: [notice],
    isTest: false,
    failures: 0,
    ...changes,
  };
}

describe('the text of a mail', () => {
  it('of a limit names whom it is on', () => {
    const { subject, text } = mailOf(aDelivery(), null);
    expect(subject).toBe('[Contoso] Monthly limit l of user bob is used up');
    expect(text).toContain('1,234,567.5 of 1,000 Copilot Credits were consumed in 2026-03.');
    expect(text).not.toContain('Open Bursar');
  });

  it('cannot begin another header or another element', async () => {
    const { notices } = aDelivery();
    const evil = `Evil\r\nBcc: all@contoso.com\r\n\r\n<script>alert(1)</script>`;
    const delivery = aDelivery({ tenantName: evil, notices: [{ ...notices[0]!, limitScope: { userId: '<img src=x>' } }] });
    const mail = mailOf(delivery, null);
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.html).not.toMatch(/<script|<img/);
    const mailer = smtpMailer({ smtpUrl: mailServer.url, from: 'bursar@example.com', publicUrl: null });
    expect(await mailer.send({ ...delivery, email: 'evil@contoso.com' })).toMatchObject({ outcome: 'delivered' });
    mailer.close();
    const sent = mailServer.mails.filter((each) => each.to === 'evil@contoso.com');
    expect(sent).toHaveLength(1);
    expect(sent[0]!.headers).not.toHaveProperty('bcc');
    expect(mailServer.mails.filter((each) => each.to === 'all@contoso.com')).toEqual([]);
  });

  it('of very many notices stays short', () => {
    const { notices } = aDelivery();
    const many = Array.from({ length: 500 }, (_, index) => ({ ...notices[0]!, number: index + 1, limitId: `l${index}` }));
    const { subject, text } = mailOf(aDelivery({ notices: many }), null);
    expect(subject).toBe('[Contoso] 500 monthly limits are nearing or used up');
    expect(text).toContain('And 450 more');
    expect(text.length).toBeLessThan(20_000);
  });
});

describe('recipients', () => {
  it('are addresses and nothing else, at most fifty, each once', async () => {
    const tenant = await aTenant([]);
    const put = (emails: unknown) => tenant.ask('PUT /v1/notice-recipients', { emails });
    for (const wrong of [
      'ada',
      'ada@',
      '@contoso.com',
      'ada@contoso.com, bob@contoso.com',
      'Ada <ada@contoso.com>',
      'ada@contoso.com\r\nBcc: bob@contoso.com',
      'ada@contoso..com',
      'ada@-contoso.com',
      `${'a'.repeat(65)}@contoso.com`,
      '"a b"@contoso.com',
      'ada@contoso.com>',
      'a@b@c',
    ])
      expect(await put([wrong]), wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: '/emails/0' }] } });
    expect((await put(Array.from({ length: 51 }, (_, index) => `a${index}@contoso.com`))).status).toBe(422);
    expect((await put(['Ada@contoso.com', 'bob+x@mail.contoso.com', 'ada@contoso.com'])).body).toEqual({
      emails: ['ada@contoso.com', 'bob+x@mail.contoso.com'],
      mail: 'on',
    });
    expect((await tenant.ask('GET /v1/notice-recipients')).body.emails).toHaveLength(2);
  });
});

describe('the settings of mail and webhooks', () => {
  it('have defaults, and are read', () => {
    expect(readServeSettings({})).toMatchObject({
      smtpUrl: null,
      mailFrom: 'Bursar <bursar@localhost>',
      publicUrl: null,
      webhooksToPrivateAddresses: false,
    });
    const given = {
      SMTP_URL: 'smtps://user:password@mail.example.com:465',
      BURSAR_MAIL_FROM: 'bursar@example.com',
      BURSAR_PUBLIC_URL: 'https://bursar.example.com/x/',
      BURSAR_WEBHOOKS_TO_PRIVATE_ADDRESSES: 'yes',
    };
    expect(readServeSettings(given)).toMatchObject({
      smtpUrl: given.SMTP_URL,
      mailFrom: 'bursar@example.com',
      publicUrl: 'https://bursar.example.com/x',
      webhooksToPrivateAddresses: true,
    });
  });

  it.each([
    ['SMTP_URL', 'mail.example.com'],
    ['SMTP_URL', 'smtp://'],
    ['BURSAR_MAIL_FROM', 'Bursar'],
    ['BURSAR_MAIL_FROM', 'Bursar <a@b>\r\nBcc: c@d'],
    ['BURSAR_PUBLIC_URL', 'bursar.example.com'],
    ['BURSAR_WEBHOOKS_TO_PRIVATE_ADDRESSES', 'true'],
  ])('%s=%j is refused', (name, value) => {
    expect(() => readServeSettings({ [name]: value })).toThrow(name);
  });
});
