// Where webhooks may lead: to http and https, and, unless the operator allows it, not into private networks. The server checks the same
// again at every connection, after names are resolved: what a name means can change between the two.

import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address is of the public internet. Not are private, loopback, link-local, carrier-grade NAT, multicast, unspecified,
 * documentation and benchmark addresses, and those of IPv6 that stand for one of IPv4 (mapped, NAT64, 6to4, Teredo): they may lead to
 * any of these.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6);
}

/** The host of a URL as DNS and sockets want it: an IPv6 literal without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Reads the URL of a webhook; a text says what is wrong with it. Names are not resolved here. */
export function readWebhookUrl(text: string, { privateAddresses }: { privateAddresses: boolean }): URL | string {
  if (!URL.canParse(text)) return 'is not a URL; wanted one such as https://example.com/notices';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// (or http://)';
  if (url.username !== '' || url.password !== '')
    return 'must not have a user or password in it; receivers know us by the signature of each delivery';
  if (privateAddresses) return url;
  const host = hostOf(url);
  const isPrivateName = /^(.+\.)?localhost\.?$/i.test(host);
  if (isPrivateName || (isIP(host) !== 0 && !isPublicAddress(host)))
    return `must not lead to a private or local address, and ${host} is one; an operator may allow that with BURSAR_WEBHOOKS_TO_PRIVATE_ADDRESSES=yes`;
  return url;
}
