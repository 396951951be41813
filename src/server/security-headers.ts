// The headers that every answer has, whoever writes it: the framework, the gate by hand, or the parser on the bare socket.

const A_YEAR_SECONDS = 365 * 24 * 3600;

/** No scripts or styles in line, none from elsewhere, no framing. */
const ALWAYS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

export type SecurityHeaders = Readonly<Record<string, string>>;

/** `overTls`: whoever came once over TLS is to come no other way. Other hosts of the domain are not ours to speak for. */
export function securityHeaders({ overTls }: { overTls: boolean }): SecurityHeaders {
  return overTls ? { ...ALWAYS, 'strict-transport-security': `max-age=${A_YEAR_SECONDS}` } : ALWAYS;
}
