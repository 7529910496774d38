import type { Socket } from 'node:net';
import { ChunkedBody } from './chunked-body.ts';
import { type AnswerHead, parseAnswerHead } from './http-answer.ts';

/** How a request ended. */
export type HttpOutcome =
  | { readonly status: number }
  /** Nothing was answered. */
  | { readonly error: Error };

/** Who hears of a connection. */
export interface ConnectionWatcher {
  /** The answer was read to its end: another request may follow. */
  onFree(connection: HttpConnection): void;
  onClose(connection: HttpConnection): void;
}

const HEAD_END = '\r\n\r\n';
const LONGEST_HEAD = 16 * 1024;
/** For the rest of an answer whose status is known. */
const BODY_MS = 5000;

/** A connection that sends one request at a time, and asks of an answer no more than its status. */
export class HttpConnection {
  /** Until when it may be idle, or at reading the rest of an answer; in milliseconds since 1970. */
  freeUntil = 0;
  /** Whether an answer has come on it: with the next request it may meet a server that closes it just then. */
  wasUsed = false;
  readonly #socket: Socket;
  readonly #watcher: ConnectionWatcher;
  #done: ((outcome: HttpOutcome) => void) | undefined;
  /** What has come of a head that is not whole. */
  #head: Buffer | undefined;
  /** Of a body that is not whole: the bytes to come, or what reads its chunks. */
  #body: number | ChunkedBody = 0;
  #idleMs = 0;
  #isClosed = false;

  constructor(socket: Socket, watcher: ConnectionWatcher) {
    this.#socket = socket;
    this.#watcher = watcher;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', (error) => this.close(error));
    socket.on('end', () => this.close(new Error('The connection was closed without an answer')));
    socket.on('close', () => this.close(new Error('The connection was closed without an answer')));
  }

  /**
   * @param request all of it; of a text each character is a byte
   * @param done called once, never before this returns
   */
  send(request: string | Buffer, done: (outcome: HttpOutcome) => void): void {
    this.#done = done;
    if (typeof request === 'string') this.#socket.write(request, 'latin1');
    else this.#socket.write(request);
  }

  /** Whether it has been idle, or reading the rest of an answer, for too long. */
  isOverdue(now: number): boolean {
    return this.#done === undefined && this.freeUntil <= now;
  }

  /** A request that is under way ends with this error. */
  close(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    this.#watcher.onClose(this);
    const done = this.#done;
    this.#done = undefined;
    done?.({ error });
  }

  #read(bytes: Buffer): void {
    if (this.#isClosed) return;
    if (this.#body !== 0) this.#readBody(bytes, 0);
    else if (this.#done === undefined) this.close(new Error('Something came that was not asked for'));
    else this.#readHead(this.#head === undefined ? bytes : Buffer.concat([this.#head, bytes]));
  }

  #readHead(bytes: Buffer): void {
    const headEnd = bytes.indexOf(HEAD_END, 0, 'latin1');
    if (headEnd === -1) {
      this.#head = bytes;
      if (bytes.length > LONGEST_HEAD) this.close(new Error('The head of the answer is too long'));
      return;
    }
    this.#head = undefined;
    const head = parseAnswerHead(bytes.toString('latin1', 0, headEnd + 2));
    const bodyStart = headEnd + HEAD_END.length;
    if (head === undefined) this.close(new Error('The answer is not HTTP/1.1'));
    else if (head.status >= 200) this.#answered(head, bytes, bodyStart);
    // 1xx: the answer is yet to come.
    else if (bodyStart < bytes.length) this.#read(bytes.subarray(bodyStart));
  }

  /** An answer that breaks off after its status has been given all the same. */
  #answered({ status, body, idleMs }: AnswerHead, bytes: Buffer, bodyStart: number): void {
    this.wasUsed = true;
    this.#idleMs = idleMs;
    const done = this.#done;
    this.#done = undefined;
    if (body === 'close' || idleMs === 0) {
      this.close(new Error('No further request can follow'));
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
      this.close(error as Error); // thrown where it reads chunks
      return;
    }
    if (end === -1) return;
    this.#body = 0;
    if (end < bytes.length) {
      this.close(new Error('More came than the answer has'));
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
