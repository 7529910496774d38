import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

// Not imported, because an import loads all exports of the module, including a WebSocket client, which takes 50 ms.
const { ServerResponse } = process.getBuiltinModule('node:http');

/** Sends a text that is pure ASCII, as most JSON is, without converting it to UTF-8. */
export class AsciiResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  #contentLength: unknown;

  // With the parameters with which Fastify calls these.
  override writeHead(status: number, ...given: unknown[]): this {
    const headers = given.at(-1);
    if (typeof headers === 'object' && headers !== null && 'content-length' in headers)
      this.#contentLength = headers['content-length'];
    return super.writeHead(status, ...(given as [OutgoingHttpHeaders]));
  }

  override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
    const isAscii = typeof chunk === 'string' && encoding == null && this.#byteLength(chunk) === chunk.length;
    return super.end(chunk, (isAscii ? 'latin1' : encoding) as BufferEncoding, callback as () => void);
  }

  /** Fastify has counted the bytes already, for the header. */
  #byteLength(text: string): number {
    const counted = this.#contentLength ?? this.getHeader('content-length');
    return counted === undefined ? Buffer.byteLength(text) : Number(counted);
  }
}
