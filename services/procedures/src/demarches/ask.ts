import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '@alzette/kit/problems';
import type { Outgoing } from '@alzette/kit/service';
import { request } from 'undici';

export interface Asked {
  readonly outgoing: Outgoing;
  readonly url: string;
  readonly token: string;
  readonly waitMs: number;
}

/** A page has at most 100 dossiers. */
const MAX_BYTES = 32 * 1024 * 1024;
const MOST_TRIES = 4;
const LONGEST_PAUSE_S = 60;
const TOO_MANY = 429;

/**
 * Asks Démarches simplifiées. If it asks for a pause (429), it is asked again after that.
 *
 * @throws Problem 502: it may not be reached, does not answer in time, or answers an error
 */
export async function askDemarches<Data>(
  asked: Asked,
  query: string,
  variables: { readonly [name: string]: string | number | null },
): Promise<Data> {
  const { outgoing, url } = asked;
  const verdict = await outgoing.check(url);
  if (!verdict.allowed) throw failed(`its address may not be reached: ${verdict.reason}`);
  for (let tries = 1; ; tries += 1) {
    const { status, text, pauseS } = await post(asked, JSON.stringify({ query, variables }));
    if (status === TOO_MANY && tries < MOST_TRIES) {
      await wait(Math.min(pauseS, LONGEST_PAUSE_S) * 1000);
      continue;
    }
    if (status === 401 || status === 403) throw failed(`it refuses the token (HTTP ${status})`);
    if (status !== 200) throw failed(`it answered HTTP ${status}`);
    return dataIn<Data>(text);
  }
}

async function post({ outgoing, url, token, waitMs }: Asked, body: string) {
  try {
    const answer = await request(url, {
      dispatcher: outgoing.dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'user-agent': 'Alzette' },
      body,
      signal: AbortSignal.timeout(waitMs),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw failed(`it answered more than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
    const pauseS = Number(answer.headers['retry-after'] ?? 1);
    return { status: answer.statusCode, text: Buffer.concat(chunks).toString(), pauseS: pauseS >= 0 ? pauseS : 1 };
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw failed(cause instanceof Error ? cause.message : String(cause));
  }
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message?: string }[];
}

/** The data of an answer; GraphQL tells errors with the status 200. */
function dataIn<Data>(text: string): Data {
  let answer: Answer;
  try {
    answer = JSON.parse(text) as Answer;
  } catch {
    throw failed('its answer is no JSON');
  }
  const messages = (answer.errors ?? []).map(({ message }) => message ?? 'an error without a message');
  if (messages.length > 0) throw failed(messages.join('; ').slice(0, 500));
  if (typeof answer.data !== 'object' || answer.data === null) throw failed('its answer has no data');
  return answer.data as Data; // as its schema says
}

export function failed(detail: string): Problem {
  return new Problem(502, 'Bad gateway', `Démarches simplifiées: ${detail}`);
}
