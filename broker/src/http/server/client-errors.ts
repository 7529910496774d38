import { type IncomingMessage, METHODS, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NgsiLdError } from '../../model/errors.ts';
import { shown } from '../../model/values.ts';
import { problemOf } from '../answers/problem.ts';
import { methodProblem } from '../requests/resource.ts';

const HEADERS_LIMIT_KIB = 16;

/** Node's error for bytes that are not a valid request. */
interface ConnectionError extends Error {
  readonly code?: string;
  /** Set by the HTTP parser. */
  readonly reason?: string;
  /** The bytes that the parser received last. */
  readonly rawPacket?: unknown;
}

/** On the socket itself, because a WeakMap of all connections took a microsecond per request. */
const ANSWER = Symbol('the last answer');

interface Connection extends Socket {
  [ANSWER]?: ServerResponse;
}

/** Remembers the answer in progress on a connection: the error for a following invalid request must wait for it. */
export function rememberAnswer({ raw }: FastifyRequest, reply: FastifyReply): void {
  (raw.socket as Connection)[ANSWER] = reply.raw;
}

/** Whether the last request of a connection has no complete answer yet. */
export function awaitsAnswer(connection: Connection): boolean {
  const answer = connection[ANSWER];
  return answer !== undefined && !answer.writableFinished && !answer.destroyed;
}

/** The methods that a path has; none: it is unknown. */
type MethodsOf = (path: string) => readonly string[];

/**
 * Answers what is not a valid request with 400, 405, 408 or 431 and ProblemDetails, and closes the connection.
 */
export function answerClientError(error: ConnectionError, socket: Socket, methodsOf: MethodsOf): void {
  const earlier = (socket as Connection)[ANSWER];
  // If sent at once, it would be taken for the answer to the previous request, which is complete and may have been
  // performed.
  if (earlier?.req.complete && awaitsAnswer(socket)) {
    earlier.once('finish', () => answerClientError(error, socket, methodsOf));
    return;
  }
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, phrase, problem, allowed } = unknownMethod(error, methodsOf) ?? describe(error);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\n${allowed === undefined ? '' : `Allow: ${allowed}\r\n`}` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // If destroyed with unread bytes, the connection would be reset before the answer arrives.
  setTimeout(() => socket.destroy(), CLOSE_AFTER_MS).unref();
}

const CLOSE_AFTER_MS = 1000;

interface Refusal {
  readonly status: number;
  readonly phrase: string;
  readonly problem: object;
  /** The methods that the path has. */
  readonly allowed?: string;
}

const REQUEST_LINE = /^([A-Za-z][\w-]{0,31}) (\/[^\s?]*)\S* HTTP\/1\.[01]\r?\n/;

/** A method that the HTTP parser does not know, for a known path (6.3.2). */
function unknownMethod({ code, rawPacket }: ConnectionError, methodsOf: MethodsOf): Refusal | undefined {
  if (code !== 'HPE_INVALID_METHOD') return undefined;
  const [, method = '', path = ''] =
    (Buffer.isBuffer(rawPacket) && REQUEST_LINE.exec(rawPacket.toString('latin1'))) || [];
  const methods = methodsOf(path);
  if (methods.length === 0 || METHODS.includes(method)) return undefined;
  const allowed = methods.join(', ');
  return { status: 405, phrase: 'Method Not Allowed', problem: methodProblem(method, methods), allowed };
}

function describe(error: ConnectionError): Refusal {
  const [status, phrase, detail] = statusOf(error);
  return { status, phrase, problem: { ...problemOf(new NgsiLdError('InvalidRequest', detail)), status } };
}

function statusOf({ code, reason }: ConnectionError): [status: number, phrase: string, detail: string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return [408, 'Request Timeout', 'The request did not arrive in time, expected its headers and body at once'];
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = `The headers are too large, expected at most ${HEADERS_LIMIT_KIB} KiB of request line and headers`;
    return [431, 'Request Header Fields Too Large', detail];
  }
  return [400, 'Bad Request', `The bytes are not an HTTP/1.1 request: ${reason ?? 'they could not be read'}`];
}

/** Answers 417 to an `Expect` that isn't `100-continue` (RFC 9110, 10.1.1). */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const detail = `Expect: got ${shown(request.headers.expect)}, expected 100-continue or nothing`;
    const body = JSON.stringify({ ...problemOf(new NgsiLdError('InvalidRequest', detail)), status: 417 });
    response.writeHead(417, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    });
    response.end(body);
  });
}
