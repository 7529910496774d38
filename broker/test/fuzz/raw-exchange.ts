import { connect } from 'node:net';

/** An answer as received. */
export interface Answer {
  readonly status: number;
  /** By lower-case name; the last value of a repeated header. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly ms: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Sends bytes on a new connection and reads one answer; undefined if the server closed without one. For an endless
 * answer (server-sent events), only the head is read.
 *
 * @param finish whether to close our side after sending, like a client that disconnects
 */
export function exchange(
  port: number,
  bytes: Buffer,
  finish = false,
  timeoutMs = 300_000,
): Promise<Answer | undefined> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`No answer within ${timeoutMs} ms, got ${JSON.stringify(received.toString('latin1'))}`));
    }, timeoutMs);
    const done = (closed: boolean): void => {
      const answer = readAnswer(received, closed, performance.now() - started);
      if (answer === undefined && !closed) return;
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => (finish ? socket.end(bytes) : socket.write(bytes)));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      done(false);
    });
    socket.on('end', () => done(true));
    socket.on('close', () => done(true));
    // A server that refuses a body closes the connection while we are sending it.
    socket.on('error', () => {});
  });
}

function readAnswer(received: Buffer, closed: boolean, ms: number): Answer | undefined {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = received.subarray(0, headEnd).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  const rest = received.subarray(headEnd + 4);
  if (status === 100) return readAnswer(rest, closed, ms);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const body = readBody(rest, headers, closed);
  return body === undefined ? undefined : { status, headers, body: body.toString('utf8'), ms };
}

function readBody(rest: Buffer, headers: ReadonlyMap<string, string>, closed: boolean): Buffer | undefined {
  if (headers.get('content-type')?.startsWith('text/event-stream')) return rest;
  const length = headers.get('content-length');
  if (length !== undefined && rest.length >= Number(length)) return rest.subarray(0, Number(length));
  return closed ? rest : undefined;
}
