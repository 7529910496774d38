import { type LookupAddress, type LookupOptions, lookup as lookupWithCallback } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6, type Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';

/**
 * Where a URL given by a user may lead: `open` anywhere; `public-only` neither to private networks nor to this machine.
 */
export type OutgoingPolicy = 'open' | 'public-only' | PublicAnd;

/** Public addresses and the given networks. */
export interface PublicAnd {
  readonly networks?: BlockList;
  /** Our own origin, for URLs from users who have access to it anyway. */
  readonly own?: string;
}

export type OutgoingVerdict =
  | {
      readonly allowed: true;
      readonly url: URL;
      /** The resolved address of the host, if it was checked. */
      readonly address?: string;
    }
  | { readonly allowed: false; readonly reason: string };

const HTTP = ['http:', 'https:'];

/** Not public: IANA's special-purpose registries, including cloud metadata (169.254.169.254, fd00:ec2::254). */
const NOT_PUBLIC: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 96], // unspecified, loopback, IPv4-compatible
  ['::ffff:0:0:0', 96], // IPv4-translated: reaches any IPv4 address (RFC 2765)
  ['64:ff9b::', 96], // NAT64: reaches any IPv4 address
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4: reaches any IPv4 address
  ['3fff::', 20],
  ['fc00::', 7],
  ['fe80::', 9], // link-local and the former site-local
  ['ff00::', 8],
];

const notPublic = new BlockList();
for (const [network, prefix] of NOT_PUBLIC) notPublic.addSubnet(network, prefix, isIPv6(network) ? 'ipv6' : 'ipv4');

/**
 * Checks whether the product may connect to a URL given by a user: a @context, an endpoint or a context source. Unless
 * the policy is `open`, the host is resolved, and refused if any of its addresses is not allowed.
 */
export async function allowedUrl(
  text: string,
  policy: OutgoingPolicy,
  protocols: readonly string[] = HTTP,
): Promise<OutgoingVerdict> {
  const url = URL.parse(text);
  if (url === null) return refused(`"${text}" is not an absolute URL`);
  if (!protocols.includes(url.protocol)) {
    return refused(`"${text}" has the scheme ${url.protocol} where one of ${protocols.join(', ')} is expected`);
  }
  if (policy === 'open' || isOwn(url.origin, policy)) return { allowed: true, url };

  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  try {
    const addresses = isIP(host) ? [{ address: host }] : await lookup(host, { all: true });
    const inside = addresses.find(({ address }) => !isAllowed(address, policy));
    return inside === undefined
      ? { allowed: true, url, ...(addresses[0] && { address: addresses[0].address }) }
      : refused(`"${text}" leads to ${inside.address}, which is not a public address`);
  } catch {
    return refused(`the host of "${text}" cannot be resolved`);
  }
}

/**
 * A connection pool that applies `policy` again when connecting, because a name may resolve differently the second
 * time. URLs with a literal address must have passed `allowedUrl`.
 */
export function outgoingAgent(policy: OutgoingPolicy, options: Agent.Options = {}): Agent {
  if (policy === 'open') return new Agent(options);
  return new Agent({ ...options, connect: { ...options.connect, lookup: lookupBy(policy) } });
}

/**
 * Receives for all connections. With a new buffer for each read, a POST of 600 bytes and its answer take 12 µs of CPU
 * instead of 9.
 */
const received = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * The same for HTTP/1.1 connections managed by the caller. It calls back with a socket, or with the error, and calls
 * `onBytes` with what the socket receives: the bytes are only valid until that function returns.
 */
export function outgoingDial(policy: OutgoingPolicy) {
  const options = { allowH2: false, ...(policy !== 'open' && { lookup: lookupBy(policy) }) };
  const connectTls = buildConnector(options); // remembers TLS sessions
  return (
    { hostname, host, protocol, port }: URL,
    onBytes: (bytes: Buffer) => void,
    connected: (error: Error | null, socket: Socket | null) => void,
  ): void => {
    const isTls = protocol === 'https:';
    const onRead = (length: number) => {
      onBytes(received.subarray(0, length));
      return true; // go on reading
    };
    const connect = isTls ? connectTls : buildConnector({ ...options, onread: { buffer: received, callback: onRead } });
    connect({ hostname: hostname.replace(/^\[(.*)\]$/, '$1'), host, protocol, port }, (error, socket) => {
      if (isTls) socket?.on('data', onBytes);
      connected(error, socket ?? null);
    });
  };
}

function isAllowed(address: string, policy: OutgoingPolicy): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  return (
    !notPublic.check(address, family) ||
    (typeof policy !== 'string' && policy.networks?.check(address, family) === true)
  );
}

function isOwn(origin: string, policy: OutgoingPolicy): boolean {
  return typeof policy !== 'string' && policy.own === origin;
}

function refused(reason: string): OutgoingVerdict {
  return { allowed: false, reason };
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

function lookupBy(policy: OutgoingPolicy) {
  const own = typeof policy === 'string' || policy.own === undefined ? undefined : new URL(policy.own).hostname;
  return (hostname: string, options: LookupOptions, done: LookupCallback): void => {
    lookupWithCallback(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const reachable = addresses.filter(({ address }) => hostname === own || isAllowed(address, policy));
      const first = reachable[0];
      if (first === undefined) return done(new Error(`${hostname} has no public address`), []);
      if (options.all) return done(null, reachable);
      done(null, first.address, first.family);
    });
  };
}
