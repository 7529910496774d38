import { promisify } from 'node:util';
import { createGunzip, createInflate, deflate, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { TalqError } from './talq-error.ts';

const CODINGS = new Map([
  ['gzip', { decoder: createGunzip, encode: promisify(gzip) }],
  ['deflate', { decoder: createInflate, encode: promisify(deflate) }],
]);

/** Reads compressed bodies, and answers in the encoding of the request (TALQ 2.7.1, 3.4). */
export function encodedBodies(scope: FastifyInstance): void {
  scope.addHook('preParsing', async ({ headers }, _reply, payload) => {
    const name = encodingOf(headers);
    if (name === undefined) return payload;
    const coding = CODINGS.get(name);
    if (coding === undefined) {
      const expected = [...CODINGS.keys(), 'identity'].join(', ');
      throw new TalqError(415, 'headerValueNotValid', `content-encoding is ${name}, expected one of ${expected}`);
    }
    // Fastify compares the first with Content-Length, and the decoded length with the limit of the route.
    const decoded = Object.assign(coding.decoder(), { receivedEncodedLength: 0 });
    payload.on('data', (chunk: Buffer) => {
      decoded.receivedEncodedLength += chunk.length;
    });
    payload.on('error', (error) => decoded.destroy(error));
    return payload.pipe(decoded);
  });
  scope.addHook('onSend', async ({ headers }, reply, payload) => {
    reply.header('cache-control', 'no-transform');
    const name = encodingOf(headers);
    const coding = CODINGS.get(name ?? '');
    if (coding === undefined || typeof payload !== 'string' || reply.hasHeader('content-encoding')) return payload;
    reply.header('content-encoding', name).removeHeader('content-length');
    return coding.encode(payload);
  });
}

/** Undefined: not compressed. */
function encodingOf(headers: { readonly 'content-encoding'?: string }): string | undefined {
  const name = headers['content-encoding']?.trim().toLowerCase();
  return name === '' || name === 'identity' ? undefined : name;
}
