import { Readable } from 'node:stream';
import { type Agent, request as undiciRequest } from 'undici';
import { Mismatch } from '../mismatch.ts';
import type { Answer, SentRequest } from './exchange.ts';

/** @throws Mismatch: no answer in time */
export async function send(request: SentRequest, agent: Agent, timeoutMs: number, isChunked: boolean): Promise<Answer> {
  const { method, url, headers, body } = request;
  try {
    const answer = await undiciRequest(url, {
      method,
      headers,
      body: body === undefined ? null : isChunked ? Readable.from([Buffer.from(body)]) : body,
      dispatcher: agent,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.body.text();
    return { request, status: answer.statusCode, headers: flat(answer.headers), text, body: parsed(text) };
  } catch (cause) {
    const { name, message } = cause as Error;
    const got = name === 'TimeoutError' ? `none within ${timeoutMs} ms` : `${name}: ${message}`;
    throw new Mismatch('an answer', got, request);
  }
}

function flat(headers: { readonly [name: string]: string | string[] | undefined }): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
