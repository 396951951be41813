// What the client throws: an answer that says no (but for a refusal of credits, which `consume` and its like answer as a value), or
// no answer at all. `code` is the one to program against: that of the problem document, else `Unreachable` or `TimedOut`.

/** One thing that was wrong with the input: where, and what. */
export interface FieldProblem {
  pointer: string;
  detail: string;
}

/** An RFC 9457 problem document as Bursar writes it, with the members of its code. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string;
  code: string;
  errors?: FieldProblem[];
  [member: string]: unknown;
}

export class BursarError extends Error {
  readonly code: string;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /** The whole problem document; null where no answer came. */
  readonly problem: Problem | null;
  /** Each fault of the input, by JSON pointer. */
  readonly errors: readonly FieldProblem[];
  /** Whether the request may have had its effect all the same: the same idempotency key tells. */
  readonly outcomeUnknown: boolean;

  constructor(
    what: { code: string; status: number; detail: string; problem?: Problem | null; outcomeUnknown?: boolean },
    options?: ErrorOptions,
  ) {
    super(what.detail, options);
    this.name = 'BursarError';
    this.code = what.code;
    this.status = what.status;
    this.problem = what.problem ?? null;
    this.errors = this.problem?.errors ?? [];
    this.outcomeUnknown = what.outcomeUnknown ?? false;
  }
}

export function errorOfProblem(problem: Problem): BursarError {
  return new BursarError({ code: problem.code, status: problem.status, detail: problem.detail, problem });
}

/** A problem document, or what stands for one where something between us and Bursar answered in its own words. */
export function asProblem(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string') {
    const problem = body as Problem;
    return { ...problem, status, detail: problem.detail ?? problem.title ?? problem.code };
  }
  const code = status === 503 ? 'Unavailable' : status === 429 ? 'TooManyRequests' : 'UnexpectedAnswer';
  const title = `HTTP ${status} without a problem document`;
  return { type: 'about:blank', title, status, code, detail: `${title}: is this the address of a Bursar server?` };
}
