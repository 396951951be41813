// Mails of notices (N2): one to each recipient, telling of all that crossed at that moment, in the words of the banners. Plain text with
// simple HTML beside it.

import nodemailer from 'nodemailer';
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
  return {
    async send(delivery) {
      try {
        const sent = await transport.sendMail({
          from: settings.from,
          to: { name: '', address: delivery.email! },
          ...mailOf(delivery, settings.publicUrl),
          // The same however often it is sent, so that a mailbox can tell a repetition.
          messageId: `<${delivery.id}@${domain}>`,
          headers: { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' },
        });
        return { outcome: 'delivered', status: statusOf(sent.response), error: null, answer: shortened(sent.response) };
      } catch (error) {
        return endOf(error as SmtpError);
      }
    },
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
  return text === undefined ? null : text.replace(/\p{Cc}+/gu, ' ').slice(0, MOST_OF_AN_ANSWER);
}

/** The mail of a delivery. */
export function mailOf({ tenantName, tenantId, isSandbox, notices }: TakenDelivery, publicUrl: string | null): Mail {
  const subject = `[${tenantName}${isSandbox ? ', sandbox' : ''}] ${headline(notices)}`.replace(/\p{Cc}+/gu, ' ');
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
  return { subject, text, html: `<!doctype html>\n<html lang="en"><body>\n${html}\n</body></html>\n` };
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
