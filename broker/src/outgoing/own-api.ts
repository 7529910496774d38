import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Where our own API can be reached. */
interface OwnPlace {
  readonly publicUrl: string;
  /** The port that we listen on; absent: only the port of the public URL is known. */
  readonly port?: number | undefined;
  /** Whether a host belongs to a tenant. Default: none does. */
  readonly isHostOfTenant?: (host: string) => boolean;
}

/** Paths that accept writes: the NGSI-LD API, and the routes for devices. */
const WRITTEN_BY = /^\/+(?:ngsi-ld\/+v1|iot\/+(?:d|json|lns))(?:\/|$)/i;

/** Whether a URL leads to our own API, by the public URL or by an address of this machine, in any spelling. */
export async function leadsToOwnApi(
  text: string,
  { publicUrl, port, isHostOfTenant = () => false }: OwnPlace,
): Promise<boolean> {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || !WRITTEN_BY.test(decoded(url.pathname))) return false;
  const own = new URL(publicUrl);
  const host = url.hostname.replace(/\.$/, '');
  if ((host === own.hostname || isHostOfTenant(host)) && portOf(url) === portOf(own)) return true;
  if (portOf(url) !== port && portOf(url) !== portOf(own)) return false;
  return isOfThisMachine(host.replace(/^\[(.*)\]$/, '$1'));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

async function isOfThisMachine(host: string): Promise<boolean> {
  try {
    const addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
    const own = ownAddresses();
    return addresses.some((address) => own.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'));
  } catch {
    return false; // a name that can't be resolved does not lead to us
  }
}

/**
 * Includes the unspecified addresses, which lead to this machine. IPv6 spellings of IPv4 addresses are covered as well.
 */
function ownAddresses(): BlockList {
  const own = new BlockList();
  own.addSubnet('127.0.0.0', 8);
  own.addSubnet('0.0.0.0', 8);
  own.addSubnet('::', 127, 'ipv6');
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((of) => of ?? [])) {
    own.addAddress(address.replace(/%.*$/, ''), family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return own;
}
