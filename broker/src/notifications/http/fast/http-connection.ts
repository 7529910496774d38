import type { Socket } from 'node:net';
import { ChunkedBody } from './chunked-body.ts';
import { type AnswerHead, parseAnswerHead } from './http-answer.ts';

/** The outcome of a request. */
export type HttpOutcome =
  | { readonly status: number }
  /** There was no answer. */
  | { readonly error: Error };

/** Callbacks of a connection. */
export interface ConnectionWatcher {
  /** The response was read completely, so another request may follow. */
  onFree(connection: HttpConnection): void;
  onClose(connection: HttpConnection): void;
}

const HEAD_END = '\r\n\r\n';
const LONGEST_HEAD = 16 * 1024;
/** The time limit for the rest of a response whose status is known. */
const BODY_MS = 5000;

/** A connection that sends one request at a time and evaluates only the status of the response. */
export class HttpConnection {
  /** In milliseconds since 1970: the end of the time in which it may be idle or read the rest of a response. */
  freeUntil = 0;
  /** Whether it has already served a request: the next one may then meet a server that is just closing it. */
  wasUsed = false;
  readonly #socket: Socket;
  readonly #watcher: ConnectionWatcher;
  #done: ((outcome: HttpOutcome) => void) | undefined;
  /** The part of an incomplete head. */
  #head: Buffer | undefined;
  /** The remaining bytes of a body, or its chunk reader. */
  #body: number | ChunkedBody = 0;
  #idleMs = 0;
  #isClosed = false;

  constructor(socket: Socket, watcher: ConnectionWatcher) {
    this.#socket = socket;
    this.#watcher = watcher;
    socket.on('error', (error) => this.close(error));
    socket.on('end', () => this.close(new Error('The connection was closed without an answer')));
    socket.on('close', () => this.close(new Error('The connection was closed without an answer')));
  }

  /**
   * @param request the whole request; in a string each character is one byte
   *
   * @param done called once, never before this returns
   */
  send(request: string | Buffer, done: (outcome: HttpOutcome) => void): void {
    this.#done = done;
    if (typeof request === 'string') this.#socket.write(request, 'latin1');
    else this.#socket.write(request);
  }

  /** Reads what the socket received. Keeps none of these bytes. */
  read(bytes: Buffer): void {
    if (this.#isClosed) return;
    if (this.#body !== 0) this.#readBody(bytes, 0);
    else if (this.#done === undefined) this.close(new Error('Received data that was not requested'));
    else this.#readHead(this.#head === undefined ? bytes : Buffer.concat([this.#head, bytes]));
  }

  /** Whether it has been idle, or reading the rest of a response, for too long. */
  isOverdue(now: number): boolean {
    return this.#done === undefined && this.freeUntil <= now;
  }

  /** A request in progress ends with this error. */
  close(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    this.#watcher.onClose(this);
    const done = this.#done;
    this.#done = undefined;
    done?.({ error });
  }

  #readHead(bytes: Buffer): void {
    const headEnd = bytes.indexOf(HEAD_END, 0, 'latin1');
    if (headEnd === -1) {
      this.#head = Buffer.from(bytes);
      if (bytes.length > LONGEST_HEAD) this.close(new Error('The head of the answer is too long'));
      return;
    }
    this.#head = undefined;
    const head = parseAnswerHead(bytes.toString('latin1', 0, headEnd + 2));
    const bodyStart = headEnd + HEAD_END.length;
    if (head === undefined) this.close(new Error('The answer is not HTTP/1.1'));
    else if (head.status >= 200) this.#answered(head, bytes, bodyStart);
    // 1xx: an interim response; the final one is still to come.
    else if (bodyStart < bytes.length) this.read(bytes.subarray(bodyStart));
  }

  /** A response counts even if it breaks off after its status. */
  #answered({ status, body, idleMs }: AnswerHead, bytes: Buffer, bodyStart: number): void {
    this.wasUsed = true;
    this.#idleMs = idleMs;
    const done = this.#done;
    this.#done = undefined;
    if (body === 'close' || idleMs === 0) {
      this.close(new Error('The connection can not be reused'));
    } else {
      this.#body = body === 'chunked' ? new ChunkedBody() : body;
      this.freeUntil = Date.now() + BODY_MS;
      this.#readBody(bytes, bodyStart);
    }
    done?.({ status });
  }

  #readBody(bytes: Buffer, start: number): void {
    let end: number;
    try {
      end = this.#bodyEnd(bytes, start);
    } catch (error) {
      this.close(error as Error); // thrown by the chunk reader
      return;
    }
    if (end === -1) return;
    this.#body = 0;
    if (end < bytes.length) {
      this.close(new Error('Received data beyond the end of the answer'));
      return;
    }
    this.freeUntil = Date.now() + this.#idleMs;
    this.#watcher.onFree(this);
  }

  #bodyEnd(bytes: Buffer, start: number): number {
    if (typeof this.#body !== 'number') return this.#body.read(bytes, start);
    const end = start + this.#body;
    if (end <= bytes.length) return end;
    this.#body = end - bytes.length;
    return -1;
  }
}
