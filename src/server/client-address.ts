// Whose address a request comes from. Proxies say so in X-Forwarded-For, but so can everybody: it is believed only as far back as it was
// written by proxies that the operator has named. Without such names it is never looked at.

import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

export type IsTrusted = (address: string) => boolean;

type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** An address, or a range such as 10.0.0.0/8; null where it is neither. */
function readRange(text: string): Range | null {
  if (isIP(text) !== 0) return ipaddr.parseCIDR(`${text}/${isIPv6(text) ? 128 : 32}`);
  return ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : null;
}

export function isProxyRange(text: string): boolean {
  return readRange(text) !== null;
}

/** Which addresses are those of proxies that are to be believed; null: none are. */
export function trustedProxies(ranges: readonly string[]): IsTrusted | null {
  if (ranges.length === 0) return null;
  const known = ranges.map((range) => readRange(range)!);
  return (text) => {
    if (isIP(text) === 0) return false;
    const address = ipaddr.process(text);
    return known.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  };
}

/** The last address before proxies that are to be believed. */
export function addressOf({ socket, headers }: IncomingMessage, isTrusted: IsTrusted | null): string {
  let address = socket.remoteAddress ?? '';
  if (isTrusted === null) return address;
  const said = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  while (isTrusted(address)) {
    const before = withoutPort(said.pop()?.trim() ?? '');
    if (isIP(before) === 0) break;
    address = before;
  }
  return address;
}

/** Some proxies write the port as well. */
function withoutPort(text: string): string {
  return /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}

/** Whether a host, as it is set or as it stands in a URL, is this machine: what goes there is read by nobody on the way. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);
}

/** Who has one address of IPv6 mostly has the 2^64 beside it. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const parsed = ipaddr.process(address.split('%', 1)[0]!);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
