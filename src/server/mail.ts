// Mails of notices (N2): one to each recipient, telling of all that crossed at that moment, in the words of the banners; and of invitations.
// Plain text with simple HTML beside it.

import nodemailer from 'nodemailer';
import type { InvitationMail } from '../api/route.ts';
import { formatInstant } from '../core/month.ts';
import { concerned, noticeAdvice, noticeFigures, noticeSubject, someEnvironmentsSentence } from '../core/notice-text.ts';
import type { TakenDelivery } from '../store/delivery.ts';
import type { StoredNotice } from '../store/notice.ts';
import { escapeHtml } from './docs-page.ts';
import type { AttemptEnd } from './webhook-delivery.ts';

export interface MailSettings {
  smtpUrl: string;
  /** `Bursar <bursar@example.com>` */
  from: string;
  /** Where people open Bursar; null: mails have no link. */
  publicUrl: string | null;
}

export interface Mailer {
  /** What the mail server or the way to it did wrong is an answer. */
  send(delivery: TakenDelivery): Promise<AttemptEnd>;
  invite(invitation: InvitationMail): Promise<AttemptEnd>;
  close(): void;
}

export interface Mail {
  subject: string;
  text: string;
  html: string;
}

const TIMEOUT_MS = 20_000;
const MOST_TOLD = 50;
const MOST_OF_AN_ANSWER = 1024;

export function smtpMailer(settings: MailSettings): Mailer {
  const transport = nodemailer.createTransport({
    url: settings.smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([^\s>]+)/.exec(settings.from)?.[1] ?? 'localhost';
  async function sendMail(address: string, mail: Mail, messageId?: string): Promise<AttemptEnd> {
    try {
      const sent = await transport.sendMail({
        from: settings.from,
        to: { name: '', address },
        ...mail,
        ...(messageId === undefined ? {} : { messageId }),
        headers: { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' },
      });
      return { outcome: 'delivered', status: statusOf(sent.response), error: null, answer: shortened(sent.response) };
    } catch (error) {
      return endOf(error as SmtpError);
    }
  }
  return {
    // The same id however often it is sent, so that a mailbox can tell a repetition.
    send: (delivery) => sendMail(delivery.email!, mailOf(delivery, settings.publicUrl), `<${delivery.id}@${domain}>`),
    invite: (invitation) => sendMail(invitation.email, invitationMail(invitation)),
    close: () => transport.close(),
  };
}

interface SmtpError extends Error {
  responseCode?: number;
  response?: string;
  command?: string;
}

/** A 5xx to the address or to the message is for good; to anything else (login, sender) it is the operator's to mend, and tried again. */
function endOf({ message, responseCode, response, command }: SmtpError): AttemptEnd {
  const status = responseCode ?? null;
  const forGood = status !== null && status >= 500 && (command === 'RCPT TO' || command === 'DATA');
  return { outcome: forGood ? 'refused' : 'failed', status, error: shortened(message), answer: shortened(response) };
}

function statusOf(response: string | undefined): number | null {
  const code = /^\d{3}/.exec(response ?? '')?.[0];
  return code === undefined ? null : Number(code);
}

function shortened(text: string | undefined): string | null {
  return text === undefined ? null : withoutControls(text).slice(0, MOST_OF_AN_ANSWER);
}

/** The mail of a delivery. */
export function mailOf({ tenantName, tenantId, isSandbox, notices }: TakenDelivery, publicUrl: string | null): Mail {
  const subject = `[${tenantName}${isSandbox ? ', sandbox' : ''}] ${headline(notices)}`;
  const told = notices.slice(0, MOST_TOLD);
  const more = notices.length - told.length;
  const where = isSandbox ? `sandbox tenant ${tenantName} (${tenantId})` : `tenant ${tenantName} (${tenantId})`;
  const rest = more > 0 ? `And ${more} more; Bursar lists them all under Notices.` : null;
  const why = `You get this mail because your address is among those that notices of ${where} are mailed to. A tenant administrator can change that.`;
  const text = [
    ...told.map((notice) => `${noticeSubject(notice)}.\n${noticeFigures(notice)}\n${noticeAdvice(notice)}`),
    ...(rest === null ? [] : [rest]),
    ...(publicUrl === null ? [] : [`Open Bursar: ${publicUrl}/`]),
    `-- \n${why}`,
  ].join('\n\n');
  const html = [
    ...told.map(
      (notice) =>
        `<h3>${escapeHtml(noticeSubject(notice))}</h3>\n<p>${escapeHtml(noticeFigures(notice))}</p>\n<p>${escapeHtml(noticeAdvice(notice))}</p>`,
    ),
    ...(rest === null ? [] : [`<p>${escapeHtml(rest)}</p>`]),
    ...(publicUrl === null ? [] : [`<p><a href="${escapeHtml(`${publicUrl}/`)}">Open Bursar</a></p>`]),
    `<hr>\n<p><small>${escapeHtml(why)}</small></p>`,
  ].join('\n');
  return mailWith(subject, text, html);
}

/** Mails invitations beside the requests that make them: whoever invites has the link as well. */
export function invitationMailer(mailer: Mailer, log: (line: string) => void): (invitation: InvitationMail) => void {
  return (invitation) =>
    void mailer.invite(invitation).then(({ outcome, error }) => {
      if (outcome !== 'delivered') log(`an invitation could not be mailed: ${error}`);
    });
}

function invitationMail({ tenantName, again, link, expiresAt }: InvitationMail): Mail {
  const subject = `${again ? 'Another password for' : 'Invitation to'} Bursar: ${tenantName}`;
  const what = again
    ? `A tenant administrator of ${tenantName} gives you a link with which you choose another password for Bursar.`
    : `A tenant administrator of ${tenantName} invites you to Bursar. With this link you choose a password.`;
  const until = `It works once, until ${formatInstant(expiresAt)}. Who has it can choose your password: pass it on to nobody.`;
  const text = `${what}\n\n${link}\n\n${until}\n`;
  const html = `<p>${escapeHtml(what)}</p>\n<p><a href="${escapeHtml(link)}">Choose a password</a></p>\n<p>${escapeHtml(until)}</p>`;
  return mailWith(subject, text, html);
}

function mailWith(subject: string, text: string, html: string): Mail {
  return {
    subject: withoutControls(subject),
    text,
    html: `<!doctype html>\n<html lang="en"><body>\n${html}\n</body></html>\n`,
  };
}

function withoutControls(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** Several notices under one sentence: that of the banner where environments are among them. */
function headline(notices: readonly StoredNotice[]): string {
  const [first] = notices;
  if (notices.length === 1) return noticeSubject(first!);
  const names = new Set(notices.map(concerned));
  if (names.size === 1) return noticeSubject(notices.at(-1)!);
  const ofEnvironment = notices.find((notice) => notice.limitId === null);
  return ofEnvironment ? someEnvironmentsSentence(ofEnvironment.currency) : `${names.size} monthly limits are nearing or used up`;
}
