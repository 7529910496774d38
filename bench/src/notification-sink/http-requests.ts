/** One complete request. */
export interface HttpRequest {
  readonly target: string;
  readonly body: Buffer;
  /** The offset of the next request. */
  readonly end: number;
}

const HEAD_END = '\r\n\r\n';

/** The request at an offset (RFC 9112), with its body by Content-Length or chunked; undefined until it is complete. */
export function requestAt(bytes: Buffer, start: number): HttpRequest | undefined {
  const headEnd = bytes.indexOf(HEAD_END, start, 'latin1');
  if (headEnd === -1) return undefined;
  const head = bytes.toString('latin1', start, headEnd);
  const from = headEnd + HEAD_END.length;
  const target = head.slice(head.indexOf(' ') + 1, head.indexOf(' ', head.indexOf(' ') + 1));
  const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(head)?.[1];
  if (length === undefined && /\r\ntransfer-encoding:[^\r]*chunked/i.test(head)) return chunkedAt(bytes, from, target);
  const end = from + Number(length ?? 0);
  return end > bytes.length ? undefined : { target, body: bytes.subarray(from, end), end };
}

/** RFC 9112, 7.1; trailers are skipped. */
function chunkedAt(bytes: Buffer, from: number, target: string): HttpRequest | undefined {
  const chunks: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at, 'latin1');
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (size === 0) {
      const end = bytes.indexOf(HEAD_END, lineEnd, 'latin1');
      return end === -1 ? undefined : { target, body: Buffer.concat(chunks), end: end + HEAD_END.length };
    }
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
    if (at > bytes.length) return undefined;
  }
}
