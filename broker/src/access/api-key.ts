import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { badMember, checkDateTime } from '../model/values.ts';
import { type Limit, parseLimits } from './limits.ts';
import { ACTIONS, type Action, type KeyOwner, type Principal } from './principal.ts';
import { checkMembers, optionalText, textList, wordList } from './read-members.ts';

/** The stored data of a key, without the key itself. */
export interface ApiKey {
  readonly title: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly client?: string;
  readonly organisation?: string;
  /** The maximum rights of the key. */
  readonly scopes: readonly Action[];
  readonly expiresAt?: string;
  /** The tenants in which it is valid, '' is the default tenant; absent: all. */
  readonly tenants?: readonly string[];
  /** Addresses and networks (CIDR) from which it is valid; absent: any. */
  readonly addresses?: readonly string[];
  readonly limits?: readonly Limit[];
  readonly owner?: KeyOwner;
}

const MEMBERS = [
  'title',
  'roles',
  'groups',
  'client',
  'organisation',
  'scopes',
  'expiresAt',
  'tenants',
  'addresses',
  'limits',
];
const KEY = /^alz_([0-9a-f]{12})_([\w-]{43})$/;

/** A new key: its id, the complete key to be shown once, and the hash to store. */
export function newKey(): { readonly id: string; readonly key: string; readonly hash: string } {
  const id = randomBytes(6).toString('hex');
  const key = `alz_${id}_${randomBytes(32).toString('base64url')}`;
  return { id, key, hash: hashOf(key) };
}

/** The part of a key that may be shown. */
export function prefixOf(id: string): string {
  return `alz_${id}`;
}

/** The id in the text of a key; undefined: it is not a key. */
export function idOfKey(text: string): string | undefined {
  return KEY.exec(text)?.[1];
}

/** No slow hash is needed: 256 random bits can't be guessed. */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

export function isKey(key: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(key), 'hex'), Buffer.from(hash, 'hex'));
}

/** @throws NgsiLdError BadRequestData: names the member */
export function parseKey(body: unknown): ApiKey {
  const given = checkMembers(body, 'key', MEMBERS);
  const title = optionalText(given.title, 'title');
  if (title === undefined) throw badMember('title', undefined, 'what the key is for');
  const client = optionalText(given.client, 'client');
  const organisation = optionalText(given.organisation, 'organisation');
  const expiresAt = given.expiresAt === undefined ? undefined : checkDateTime(given.expiresAt, 'expiresAt');
  const tenants = textList(given.tenants, 'tenants');
  const addresses = textList(given.addresses, 'addresses');
  if (addresses) networkList(addresses);
  const limits = given.limits === undefined ? undefined : parseLimits(given.limits);
  return {
    title,
    roles: textList(given.roles, 'roles') ?? [],
    groups: textList(given.groups, 'groups') ?? [],
    scopes: wordList(given.scopes, 'scopes', ACTIONS) ?? ['read'],
    ...(client !== undefined && { client }),
    ...(organisation !== undefined && { organisation }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(tenants && { tenants }),
    ...(addresses && { addresses }),
    ...(limits && { limits }),
  };
}

/** @throws NgsiLdError BadRequestData: an item is neither an address nor a network */
export function networkList(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of addresses) {
    const [address = '', length, ...others] = text.split('/');
    const version = isIP(address);
    const most = version === 6 ? 128 : 32;
    const bits = length === undefined ? most : Number(length);
    if (version === 0 || others.length > 0 || length === '' || !Number.isInteger(bits) || bits < 0 || bits > most) {
      throw badMember('addresses', text, 'an IP address or a network such as 192.0.2.0/24');
    }
    list.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** An IPv4 address in the form ::ffff:192.0.2.1 is treated as IPv4. */
export function isWithin(list: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(plain) !== 0 && list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

export function principalOfKey(
  id: string,
  { roles, groups, client, organisation, scopes, expiresAt, tenants, owner }: ApiKey,
): Principal {
  return {
    kind: 'key',
    id,
    roles,
    groups,
    actions: scopes,
    ...(client !== undefined && { client }),
    ...(organisation !== undefined && { organisation }),
    ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }),
    ...(tenants && { tenants }),
    ...(owner && { owner }),
    ...(owner?.issuer !== undefined && { issuer: owner.issuer }),
  };
}
