import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { parsePostgresUrl } from '../database/postgres-url.ts';

/** Parses the text of a setting. */
export interface SettingKind<T> {
  /** Undefined: invalid. @throws Error: with its own description */
  parse(text: string): T | undefined;
  readonly expected: string;
}

/** `on`, `true` and `1`, or `off`, `false` and `0`. */
export const onOff: SettingKind<boolean> = {
  parse: (text) => ({ on: true, true: true, 1: true, off: false, false: false, 0: false })[text.toLowerCase()],
  expected: 'on or off',
};

export const anyText: SettingKind<string> = { parse: (text) => text, expected: 'a text' };

export const hostName: SettingKind<string> = {
  parse: (text) => (isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text) ? text : undefined),
  expected: 'an IP address or a host name',
};

/** @param what the unit or a description, e.g. `milliseconds` */
export function wholeNumberOf(min: number, max: number, what?: string): SettingKind<number> {
  return {
    parse: (text) => (/^\d{1,15}$/.test(text) ? within(Number(text), min, max) : undefined),
    expected: `${what === undefined ? '' : `${what}, `}an integer from ${min} to ${max}`,
  };
}

export function numberOf(min: number, max: number, what = 'a number'): SettingKind<number> {
  return { parse: (text) => within(Number(text), min, max), expected: `${what} from ${min} to ${max}` };
}

function within(number: number, min: number, max: number): number | undefined {
  return number >= min && number <= max ? number : undefined;
}

export const port: SettingKind<number> = { ...wholeNumberOf(1, 65_535), expected: 'a port, 1 to 65535' };

export const portOrOff: SettingKind<number> = { ...wholeNumberOf(0, 65_535), expected: 'a port, 0 (off) to 65535' };

export function choice<const T extends string>(values: readonly T[]): SettingKind<T> {
  return { parse: (text) => values.find((value) => value === text), expected: values.join(', ') };
}

/** @param protocols including the colon. @param example for error messages */
export function urlOf(protocols: readonly string[], example: string): SettingKind<string> {
  return {
    parse: (text) => (protocols.includes(URL.parse(text)?.protocol ?? '') ? text : undefined),
    expected: `a URL such as ${example}`,
  };
}

/** Of one server, or of several of one database with commas between. */
export const postgresUrl: SettingKind<string> = {
  parse: (text) => (parsePostgresUrl(text) === undefined ? undefined : text),
  expected: 'a URL such as postgres://user@host/name or postgres://user@host1:5432,host2:5432/name',
};

/** Values separated by commas; all of them must be valid. */
export function commaList<T>(
  item: SettingKind<T>,
  expected = `${item.expected}, separated by commas`,
): SettingKind<readonly T[]> {
  return {
    parse(text) {
      const parts = text.split(',').map((part) => part.trim());
      const values = parts.filter((part) => part !== '').map((part) => item.parse(part));
      return values.includes(undefined) ? undefined : (values as T[]);
    },
    expected,
  };
}

/** An address, or a network such as `10.0.0.0/8`. */
export const network: SettingKind<string> = {
  parse(text) {
    const [address = '', bits] = text.split('/');
    const version = isIP(address);
    if (version === 0) return undefined;
    return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32))
      ? text
      : undefined;
  },
  expected: 'addresses or networks such as 10.0.0.0/8',
};

/** The name of a file; the value is its content. */
export const textFile: SettingKind<string> = {
  parse(text) {
    return readFileSync(text, 'utf8');
  },
  expected: 'the name of a file',
};

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host name or address refers only to this machine. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  return version === 0 ? host === 'localhost' : LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
