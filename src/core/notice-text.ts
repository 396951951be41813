// What notices say (N1, N2): one place for the sentences of banners, mails and webhooks, so that a person reads the same words
// everywhere. Plain text; whoever shows it in HTML escapes it.

import { type Credits, type Currency, formatCredits, percentOf } from './credits.ts';
import type { LimitScope } from './limit.ts';
import { resetOf } from './month.ts';
import type { Notice } from './notice.ts';

export const CURRENCY_NAMES: Record<Currency, string> = {
  'ai-builder-credits': 'AI Builder credits',
  'copilot-credits': 'Copilot Credits',
  'copilot-sessions': 'Copilot sessions',
};

/** A notice with the names of what it is about, as they are now; null where that is gone. */
export interface NamedNotice extends Notice {
  environmentName: string | null;
  limitScope: LimitScope | null;
}

/** `1025000.5` → `1,025,000.5`. */
export function readableCredits(amount: Credits): string {
  const [whole = '0', fraction] = formatCredits(amount).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** N1: what an administrator reads where any environment is near or over. */
export function someEnvironmentsSentence(currency: Currency): string {
  return `Some environments have consumed all or almost all ${CURRENCY_NAMES[currency]}`;
}

/** N1: what a maker reads. */
export const MAKER_SENTENCES = {
  'consumed-all': "You've consumed all your AI Builder credits",
  'license-needed': 'You need an AI Builder license to use this component',
  'capacity-missing': 'Missing Copilot Credit or AI Builder credit capacity',
} as const;

/** Whom it is about: `environment Sales (sales)`, `monthly limit l of user bob`. */
export function concerned(notice: NamedNotice): string {
  if (notice.limitId !== null) return `monthly limit ${notice.limitId}${scopeText(notice.limitScope)}`;
  const { environmentId, environmentName } = notice;
  return environmentName === null || environmentName === environmentId
    ? `environment ${environmentId}`
    : `environment ${environmentName} (${environmentId})`;
}

function scopeText(scope: LimitScope | null): string {
  if (scope === null) return '';
  const parts = [
    scope.userId && `user ${scope.userId}`,
    scope.resourceId && `resource ${scope.resourceId}`,
    scope.capability && `capability ${scope.capability}`,
    scope.environmentId && `environment ${scope.environmentId}`,
  ].filter(Boolean);
  return ` of ${parts.length === 0 ? 'the whole tenant' : parts.join(' and ')}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One line: whom and what. */
export function noticeSubject(notice: NamedNotice): string {
  const whom = capital(concerned(notice));
  const credits = CURRENCY_NAMES[notice.currency];
  const percent = percentOf(notice.consumed, notice.available);
  switch (notice.kind) {
    case 'near-capacity':
      return `${whom} has consumed almost all ${credits}${percent === null ? '' : ` (${percent} %)`}`;
    case 'exhausted':
      return `${whom} has consumed all ${credits}`;
    case 'blocked':
      return `${whom} has passed the blocking point of its ${credits}`;
    case 'nearing-limit':
      return `${whom} is nearing its ${credits}${percent === null ? '' : ` (${percent} %)`}`;
    case 'over-limit':
      return `${whom} is used up`;
    default:
      return notice.kind satisfies never;
  }
}

/** The figures and when they reset. */
export function noticeFigures(notice: NamedNotice): string {
  const { available, consumed, currency, month } = notice;
  const left = consumed < available ? `; ${readableCredits((available - consumed) as Credits)} are left` : '';
  const figures = `${readableCredits(consumed)} of ${readableCredits(available)} ${CURRENCY_NAMES[currency]} were consumed in ${month}${left}.`;
  return `${figures} The count starts again at 0 on ${resetOf(month)} (UTC).`;
}

/** What it means, and what helps (D5, D6, D13). */
export function noticeAdvice(notice: NamedNotice): string {
  const isAiBuilder = notice.currency === 'ai-builder-credits';
  const helps = isAiBuilder
    ? 'Raise its allocation from unallocated credits or from another environment, or provide Copilot Credits.'
    : 'Raise its allocation, buy more, or link pay-as-you-go to it.';
  switch (notice.kind) {
    case 'near-capacity':
      return `Its AI actions still run. ${helps}`;
    case 'exhausted':
      return `Its AI actions run on only where another source or overage covers them. ${helps}`;
    case 'blocked':
      return `Its AI actions are refused where no other source covers them. ${helps}`;
    case 'nearing-limit':
      return 'Nothing is stopped yet. Raise the limit if what it counts is wanted.';
    case 'over-limit':
      return 'If the limit is a stop, what it counts is refused from now on; else it only tells you. Raise the limit if that is not wanted.';
    default:
      return notice.kind satisfies never;
  }
}

/** All of it in one paragraph: what the API shows as `detail`. */
export function noticeDetail(notice: NamedNotice): string {
  return `${noticeFigures(notice)} ${noticeAdvice(notice)}`;
}
