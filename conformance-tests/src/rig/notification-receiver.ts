import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Mismatch } from '../mismatch.ts';
import { type Listening, listen } from './listen.ts';

export interface Received {
  readonly headers: { readonly [name: string]: string };
  readonly body: { readonly [member: string]: unknown };
  readonly atMs: number;
}

export interface EndpointBehaviour {
  readonly status?: number;
  readonly delayMs?: number;
}

/** One URL for notifications. */
export class Endpoint {
  readonly url: string;
  readonly received: Received[] = [];
  readonly behaviour: EndpointBehaviour;
  readonly #waitMs: number;
  #taken = 0;
  #wake: () => void = () => {};

  constructor(url: string, behaviour: EndpointBehaviour, waitMs: number) {
    this.url = url;
    this.behaviour = behaviour;
    this.#waitMs = waitMs;
  }

  /** Returns the next notification. @throws Mismatch: none arrives in time */
  async next(waitMs = this.#waitMs): Promise<Received> {
    const until = Date.now() + waitMs;
    while (this.received.length <= this.#taken) {
      const left = until - Date.now();
      if (left <= 0) throw new Mismatch('a notification', `none within ${waitMs} ms`);
      await Promise.race([new Promise<void>((resolve) => (this.#wake = resolve)), sleep(left)]);
    }
    return this.received[this.#taken++] as Received;
  }

  /** Waits for the absence of further notifications. @throws Mismatch: one arrives */
  async quiet(waitMs = 800): Promise<void> {
    await sleep(waitMs);
    const extra = this.received[this.#taken];
    if (extra !== undefined) throw new Mismatch('no notification', JSON.stringify(extra.body));
  }

  take(received: Received): void {
    this.received.push(received);
    this.#wake();
  }
}

/** Receives notifications from the broker under test. */
export class NotificationReceiver {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #listening: Listening;
  readonly #waitMs: number;

  static async start(host: string, waitMs: number): Promise<NotificationReceiver> {
    const box: { receiver?: NotificationReceiver } = {};
    const listening = await listen((request, response) => void box.receiver?.answer(request, response), host);
    box.receiver = new NotificationReceiver(listening, waitMs);
    return box.receiver;
  }

  private constructor(listening: Listening, waitMs: number) {
    this.#listening = listening;
    this.#waitMs = waitMs;
  }

  /** Opens a new endpoint, which answers 200 by default. */
  endpoint(behaviour: EndpointBehaviour = {}): Endpoint {
    const path = `/notify/${this.#endpoints.size + 1}`;
    const endpoint = new Endpoint(`${this.#listening.origin}${path}`, behaviour, this.#waitMs);
    this.#endpoints.set(path, endpoint);
    return endpoint;
  }

  close(): Promise<void> {
    return this.#listening.close();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const endpoint = this.#endpoints.get(request.url ?? '');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (endpoint === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { status = 200, delayMs = 0 } = endpoint.behaviour;
    endpoint.take({ headers: request.headers as Received['headers'], body: parsed(chunks), atMs: Date.now() });
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    response.writeHead(status).end();
  }
}

function parsed(chunks: readonly Buffer[]): Received['body'] {
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text) as Received['body'];
  } catch {
    return { 'not JSON': text };
  }
}
