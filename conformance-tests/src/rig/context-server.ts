import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listening, listen } from './listen.ts';

interface Served {
  text: string;
  readonly contentType: string;
  readonly headers: { readonly [name: string]: string };
  hits: number;
}

/** Serves @contexts to the broker under test. */
export class ContextServer {
  readonly #served = new Map<string, Served>();
  readonly #listening: Listening;
  #count = 0;

  static async start(host: string): Promise<ContextServer> {
    const box: { server?: ContextServer } = {};
    const listening = await listen((request, response) => box.server?.answer(request, response), host);
    box.server = new ContextServer(listening);
    return box.server;
  }

  private constructor(listening: Listening) {
    this.#listening = listening;
  }

  /** Serves `{"@context": context}`; returns its URL. */
  serve(context: unknown, headers: { readonly [name: string]: string } = {}): string {
    return this.serveText(JSON.stringify({ '@context': context }), 'application/ld+json', headers);
  }

  /** Serves any text; returns its URL. */
  serveText(
    text: string,
    contentType = 'application/ld+json',
    headers: { readonly [name: string]: string } = {},
  ): string {
    const path = `/contexts/${++this.#count}.jsonld`;
    this.#served.set(path, { text, contentType, headers, hits: 0 });
    return `${this.#listening.origin}${path}`;
  }

  /** Serves another context at an existing URL. */
  change(url: string, context: unknown): void {
    this.#at(url).text = JSON.stringify({ '@context': context });
  }

  /** The number of requests for the document. */
  hits(url: string): number {
    return this.#at(url).hits;
  }

  /** A URL that answers 404. */
  missing(): string {
    return `${this.#listening.origin}/missing/${++this.#count}.jsonld`;
  }

  /** A URL whose connection is closed without an answer. */
  broken(): string {
    return `${this.#listening.origin}/broken/${++this.#count}.jsonld`;
  }

  close(): Promise<void> {
    return this.#listening.close();
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    if (path.startsWith('/broken/')) {
      request.socket.destroy();
      return;
    }
    const served = this.#served.get(path);
    if (served === undefined) {
      response.writeHead(404).end();
      return;
    }
    served.hits++;
    response.writeHead(200, { 'content-type': served.contentType, ...served.headers }).end(served.text);
  }

  #at(url: string): Served {
    const served = this.#served.get(new URL(url).pathname);
    if (served === undefined) throw new Error(`No @context is served at ${url}`);
    return served;
  }
}
