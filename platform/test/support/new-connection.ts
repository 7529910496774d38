import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Sends a request over a new connection, so that any of the workers behind a port may receive it. */
export async function askOnNewConnection(
  method: string,
  url: string,
  body?: string | object,
  type = 'application/json',
) {
  const outgoing = request(url, { method, agent: false, headers: body === undefined ? {} : { 'content-type': type } });
  outgoing.end(typeof body === 'object' ? JSON.stringify(body) : body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const answer: Answer = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: Buffer.concat(chunks).toString(),
  };
  return answer;
}
