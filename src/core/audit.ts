// The audit log (T3): what was done or refused, by whom, when, from where, what it was about and how that was before and after. An
// event is stored as the text that its hash is of (store/audit.ts), so that text is made here and nowhere else.

import { formatInstant, type Instant } from './month.ts';
import type { Refusal } from './refusal.ts';

export const AUDIT_OUTCOMES = ['done', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Where a request comes from. */
export interface Origin {
  address: string;
  /** What the program calls itself; null: it does not say. */
  agent: string | null;
  requestId: string;
}

/** Who did it: `key:ID`, `person:ID`, `token:PROVIDER:SUBJECT`, `operator`, or `nobody` where it is not known. */
export interface Actor {
  actor: string;
  actorName: string | null;
  role: string | null;
}

export const NOBODY: Actor = { actor: 'nobody', actorName: null, role: null };
export const OPERATOR: Actor = { actor: 'operator', actorName: null, role: null };

/** A key, a person or a token as who does something. */
export function actorOf({ kind, id, name, role }: { kind: string; id: string; name: string | null; role: string }): Actor {
  return { actor: `${kind}:${id}`, actorName: name, role };
}

/** Of what an event of several refusals was about. */
export const MOST_SUBJECTS = 20;

export interface AuditEvent extends Origin, Actor {
  at: Instant;
  /** The operation of the API (openapi.json). */
  operation: string;
  outcome: AuditOutcome;
  /** Of a refused one: why. */
  code: string | null;
  detail: string | null;
  /** How often it was refused since the last event that says so. */
  times: number;
  /** What it was about, such as `limit:ada`; of several refusals the last. */
  subject: string | null;
  /** Of several refusals that were about more than one: the first `MOST_SUBJECTS`, without repeats. */
  subjects: string[];
  /** null: it was not there; secrets are never in it. */
  before: object | null;
  after: object | null;
}

/** As it is stored. */
export interface LoggedEvent extends AuditEvent {
  /** 1, 2, 3 … in its tenant, without gaps. */
  sequence: number;
  /** SHA-256 of the one before, this one's number and its text, in hexadecimal digits. */
  hash: string;
}

/** The end of a tenant's chain: who keeps one can tell later whether anything up to it was changed. */
export interface AuditHead {
  sequence: number;
  hash: string;
}

/** A sign-in, done or refused, or a sign-out: whom it was of, or the name that was given. */
export function signInEvent(
  who: Actor & { operation: string; subject: string | null; refusal: Refusal | null },
  origin: Origin,
  at: Instant,
): AuditEvent {
  const { refusal, ...rest } = who;
  return {
    ...origin,
    ...rest,
    at,
    outcome: refusal === null ? 'done' : 'refused',
    code: refusal?.refused ?? null,
    detail: refusal?.detail ?? null,
    times: 1,
    subjects: [],
    before: null,
    after: null,
  };
}

const MOST_OF_A_TEXT = 1_000;
const MOST_OF_AN_AGENT = 200;
/** Of before and after, each, in JSON. */
export const MOST_OF_A_STATE = 16_384;

/** Neither can be read back out of a column of JSON. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

function short(text: string | null, most: number): string | null {
  return text === null ? null : clean(text.length > most ? `${text.slice(0, most)}…` : text);
}

/** A state that is too long keeps its beginning. */
function shortState(state: object | null): object | null {
  if (state === null) return null;
  const text = JSON.stringify(state, (_name, value) => (typeof value === 'string' ? clean(value) : value));
  return text.length > MOST_OF_A_STATE ? { cut: true, json: clean(text.slice(0, MOST_OF_A_STATE)) } : JSON.parse(text);
}

/** The text that is stored and hashed. What was not said is left out. */
export function auditText(event: AuditEvent): string {
  return JSON.stringify({
    at: formatInstant(event.at),
    actor: short(event.actor, MOST_OF_A_TEXT),
    actorName: short(event.actorName, MOST_OF_A_TEXT) ?? undefined,
    role: event.role ?? undefined,
    operation: event.operation,
    outcome: event.outcome,
    code: event.code ?? undefined,
    detail: short(event.detail, MOST_OF_A_TEXT) ?? undefined,
    times: event.times === 1 ? undefined : event.times,
    subject: short(event.subject, MOST_OF_A_TEXT) ?? undefined,
    subjects: event.subjects.length === 0 ? undefined : event.subjects.map((each) => short(each, MOST_OF_A_TEXT)),
    before: shortState(event.before) ?? undefined,
    after: shortState(event.after) ?? undefined,
    address: event.address,
    agent: short(event.agent, MOST_OF_AN_AGENT) ?? undefined,
    requestId: event.requestId,
  });
}

/** What `auditText` wrote. */
export type AuditText = Omit<Partial<AuditEvent>, 'at'> &
  Pick<AuditEvent, 'actor' | 'operation' | 'outcome' | 'address' | 'requestId'> & { at: string };

/** `at` is given by the column: it is the same. */
export function eventOf(said: AuditText, at: Instant): AuditEvent {
  return {
    at,
    actor: said.actor,
    actorName: said.actorName ?? null,
    role: said.role ?? null,
    operation: said.operation,
    outcome: said.outcome,
    code: said.code ?? null,
    detail: said.detail ?? null,
    times: said.times ?? 1,
    subject: said.subject ?? null,
    subjects: said.subjects ?? [],
    before: said.before ?? null,
    after: said.after ?? null,
    address: said.address,
    agent: said.agent ?? null,
    requestId: said.requestId,
  };
}
