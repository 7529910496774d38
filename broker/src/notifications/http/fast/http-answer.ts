/** The head of an HTTP response (RFC 9112, 4 and 6). */
export interface AnswerHead {
  readonly status: number;
  /** How the body ends: after a number of bytes, by chunks, or when the connection is closed. */
  readonly body: number | 'chunked' | 'close';
  /** How long the connection may be idle before it is used again, in milliseconds; 0: it can't be reused. */
  readonly idleMs: number;
}

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |\r\n)/;
const CONTENT_LENGTH = /\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n/i;
const CHUNKED = /\r\ntransfer-encoding:[^\r\n]*chunked[ \t]*\r\n/i;
const TRANSFER_ENCODING = /\r\ntransfer-encoding:/i;
const CONNECTION = /\r\nconnection:([^\r\n]*)/i;
const KEEP_ALIVE = /\r\nkeep-alive:[^\r\n]*?timeout=(\d+)/i;

/** For servers that don't state a keep-alive timeout. */
const DEFAULT_IDLE_MS = 4000;
/**
 * We stop using a connection this long before the server closes it, because a request sent at that moment would be
 * lost.
 */
const MARGIN_MS = 1000;
const LONGEST_IDLE_MS = 600_000;

/** @param head including the line end of its last line. @returns undefined if it is not HTTP/1.1 */
export function parseAnswerHead(head: string): AnswerHead | undefined {
  const line = STATUS_LINE.exec(head);
  if (line === null) return undefined;
  const status = Number(line[2]);
  return { status, body: bodyOf(status, head), idleMs: idleOf(head, line[1]) };
}

function bodyOf(status: number, head: string): AnswerHead['body'] {
  if (status < 200 || status === 204 || status === 304) return 0;
  if (TRANSFER_ENCODING.test(head)) return CHUNKED.test(head) ? 'chunked' : 'close';
  const length = CONTENT_LENGTH.exec(head)?.[1];
  return length === undefined ? 'close' : Number(length);
}

function idleOf(head: string, minorVersion: string | undefined): number {
  const connection = CONNECTION.exec(head)?.[1]?.toLowerCase();
  if (connection?.includes('close')) return 0;
  if (minorVersion === '0' && !connection?.includes('keep-alive')) return 0;
  const seconds = KEEP_ALIVE.exec(head)?.[1];
  if (seconds === undefined) return DEFAULT_IDLE_MS;
  return Math.min(Math.max(Number(seconds) * 1000 - MARGIN_MS, 0), LONGEST_IDLE_MS);
}
