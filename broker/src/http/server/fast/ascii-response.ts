import type { IncomingMessage } from 'node:http';

// Not imported: an import reads all that the module exports, a WebSocket client too, which takes 50 ms of the start.
const { ServerResponse } = process.getBuiltinModule('node:http');

/** Sends a text that is pure ASCII, as most JSON is, without converting it to UTF-8. */
export class AsciiResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  // With the parameters with which Fastify calls it.
  override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
    const isAscii = typeof chunk === 'string' && encoding == null && this.#byteLength(chunk) === chunk.length;
    return super.end(chunk, (isAscii ? 'latin1' : encoding) as BufferEncoding, callback as () => void);
  }

  /** Fastify has counted the bytes already, for the header. */
  #byteLength(text: string): number {
    const counted = this.getHeader('content-length');
    return counted === undefined ? Buffer.byteLength(text) : Number(counted);
  }
}
