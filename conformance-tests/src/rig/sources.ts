import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listening, listen } from './listen.ts';

/** A request of the broker to a source. */
export interface SourceRequest {
  readonly method: string;
  /** Below `/ngsi-ld/v1`, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** The body as JSON; undefined: none. */
  readonly body: unknown;
}

/** The answer of a source; `silent`: no answer at all. */
export type SourceAnswer = { readonly status: number; readonly body?: unknown } | 'silent';

/** A context source of one case. */
export interface Source {
  /** The endpoint to register. */
  readonly endpoint: string;
  readonly seen: readonly SourceRequest[];
}

/** The context sources that cases register at the broker. */
export class Sources {
  readonly #sources = new Map<string, { answer: (request: SourceRequest) => SourceAnswer; seen: SourceRequest[] }>();
  readonly #listening: Listening;

  static async start(host: string): Promise<Sources> {
    const box: { sources?: Sources } = {};
    const listening = await listen((request, response) => void box.sources?.answer(request, response), host);
    box.sources = new Sources(listening);
    return box.sources;
  }

  private constructor(listening: Listening) {
    this.#listening = listening;
  }

  /** Opens a source with these answers. */
  open(answer: (request: SourceRequest) => SourceAnswer): Source {
    const name = `source${this.#sources.size + 1}`;
    const source = { answer, seen: [] };
    this.#sources.set(name, source);
    return { endpoint: `${this.#listening.origin}/${name}`, seen: source.seen };
  }

  close(): Promise<void> {
    return this.#listening.close();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://source');
    const [, name = ''] = pathname.split('/');
    const source = this.#sources.get(name);
    if (source === undefined) {
      response.writeHead(404).end();
      return;
    }
    const path = pathname.slice(`/${name}/ngsi-ld/v1`.length).replace(/\/$/, '');
    const body = chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const { method = '', headers } = request;
    const seen = { method, path: decodeURIComponent(path), query: searchParams, headers, body };
    source.seen.push(seen);
    const answer = source.answer(seen);
    if (answer === 'silent') return;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }
}
