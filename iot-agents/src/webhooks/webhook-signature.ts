import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { namedCache } from '@alzette/kit/caches';
import type { SignatureScheme } from '../devices/connection.ts';

const TOLERANCE_S = 300;
const REMEMBERED_BYTES = 4 * 1024 * 1024;

/** Verifies signatures of messages, and detects replays. */
interface SignatureCheck {
  /** Undefined: valid; otherwise the error. `keys`: a signature by any of them is valid. */
  fault(
    scheme: SignatureScheme,
    keys: readonly string[],
    headers: IncomingHttpHeaders,
    body: Buffer,
  ): string | undefined;
  /** The message could not be stored after all, so it may be sent again. */
  forget(scheme: SignatureScheme, headers: IncomingHttpHeaders): void;
}

export function createSignatureCheck(): SignatureCheck {
  /** Signatures with a time, by when they become too old anyway. */
  const seen = namedCache<number>('webhook_signatures', REMEMBERED_BYTES);
  return {
    fault(scheme, keys, headers, body) {
      const { timestampHeader, toleranceS = TOLERANCE_S } = scheme;
      const given = signatureOf(scheme, headers);
      if (given === undefined) return `header ${scheme.header} is missing`;
      let signed = body;
      if (timestampHeader !== undefined) {
        const moment = headerOf(headers, timestampHeader);
        if (moment === undefined) return `header ${timestampHeader} is missing`;
        const ms = momentMs(moment);
        if (!(Math.abs(Date.now() - ms) <= toleranceS * 1000)) {
          return `header ${timestampHeader} is "${moment.slice(0, 40)}", expected a time within ${toleranceS} s of now`;
        }
        signed = Buffer.concat([Buffer.from(`${moment}.`), body]);
      }
      if (!keys.some((key) => isSignature(scheme, key, signed, given))) {
        return `header ${scheme.header} is not the signature of this message`;
      }
      return timestampHeader === undefined ? undefined : remember(bytesOf(scheme, given), toleranceS);
    },
    forget(scheme, headers) {
      seen.delete(bytesOf(scheme, signatureOf(scheme, headers) ?? '').toString('hex'));
    },
  };

  /** By its bytes, which can be written in several ways. */
  function remember(signature: Buffer, toleranceS: number): string | undefined {
    const key = signature.toString('hex');
    const until = seen.get(key);
    if (until !== undefined && until > Date.now()) return 'this message was received before';
    // A time may be ahead by the same tolerance.
    seen.set(key, Date.now() + 2 * toleranceS * 1000, 0);
    return undefined;
  }
}

function isSignature(scheme: SignatureScheme, key: string, signed: Buffer, given: string): boolean {
  const { algorithm = 'sha256' } = scheme;
  const expected = createHmac(algorithm, key).update(signed).digest();
  const bytes = bytesOf(scheme, given);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function bytesOf({ encoding = 'hex' }: SignatureScheme, given: string): Buffer {
  return Buffer.from(given, encoding);
}

function signatureOf({ header, prefix = '', encoding }: SignatureScheme, headers: IncomingHttpHeaders) {
  const text = headerOf(headers, header);
  if (text === undefined || !text.startsWith(prefix)) return undefined;
  const signature = text.slice(prefix.length);
  return encoding === 'base64' ? signature : signature.toLowerCase();
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : undefined;
}

/** Ten digits are seconds, thirteen milliseconds. */
function momentMs(text: string): number {
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  return /^\d{13}$/.test(text) ? Number(text) : Date.parse(text);
}
