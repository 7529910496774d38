import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import { LongestGap } from './longest-gap.ts';

/** Numbers of answers to writes by status; 0: no answer. */
export type Answers = Map<number, number>;

export interface Flow {
  readonly answers: Answers;
  /** The longest wait for an answer so far, in milliseconds. */
  slowestMs(): number;
  /** The longest time without an acknowledged write since the last call, in ms. */
  takeGap(): number;
  /** Stops the writers; resolves when the last one has its answer. */
  stop(): Promise<void>;
}

/** The type of the entities of all flows. */
export const TYPE = 'Counter';
const READ = `/ngsi-ld/v1/entities?type=${TYPE}&q=n>=0&limit=10`;
/** The number of writes to an entity after which it is read. */
const READ_EVERY = 5;
/** Every so many rounds a writer writes its entities in one request, so that they are notified together. */
const TOGETHER_EVERY = 3;
const PAUSE_AFTER_FAILURE_MS = 100;
const NO_ANSWER_MS = 60_000;

/** Sends a request on a persistent connection, and never retries. */
function ask(
  agent: Agent,
  method: string,
  url: string,
  body: object | undefined,
  tenant: OutgoingHttpHeaders,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const payload = body && Buffer.from(JSON.stringify(body));
    const ofBody = payload && { 'content-type': 'application/json', 'content-length': payload.length };
    const headers = { ...tenant, ...ofBody };
    const outgoing = request(url, { agent, method, headers, timeout: NO_ANSWER_MS }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.end(payload);
  });
}

/**
 * Starts writers. Each increments its own entities, one write after the other, each at a random URL. A write without a
 * clear answer is doubtful: it may be stored or not, and is not repeated.
 */
export async function startFlow(
  ledger: Ledger,
  urls: readonly string[],
  writers: number,
  entitiesOfEach: number,
  pauseMs: number,
  tenant?: string,
): Promise<Flow> {
  const headers = headersOf(tenant);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const answers: Answers = new Map();
  let isStopping = false;
  let slowest = 0;
  const gap = new LongestGap();
  const urlOf = () => urls[Math.floor(Math.random() * urls.length)] as string;
  const write = async (method: string, path: string, body: object): Promise<boolean> => {
    const since = performance.now();
    const status = await ask(agent, method, urlOf() + path, body, headers).then(
      (answer) => answer.status,
      () => 0,
    );
    slowest = Math.max(slowest, performance.now() - since);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    const isDone = status >= 200 && status < 300 && status !== 207;
    if (isDone) gap.happened();
    return isDone;
  };
  const ids = (writer: number) =>
    Array.from({ length: entitiesOfEach }, (_, nth) => `urn:ngsi-ld:${TYPE}:${writer}-${nth}`);
  for (let writer = 0; writer < writers; writer++) {
    for (const id of ids(writer)) {
      const created = await write('POST', '/ngsi-ld/v1/entities', {
        id,
        type: TYPE,
        n: { type: 'Property', value: 0 },
      });
      if (!created) throw new Error(`${id} could not be created`);
      ledger.wrote(id, 0, true);
    }
  }
  answers.clear();
  const run = async (writer: number) => {
    const own = ids(writer);
    for (let n = 1; !isStopping; n++) {
      if (n % TOGETHER_EVERY === 0) {
        const updates = own.map((id) => ({ id, type: TYPE, n: { type: 'Property', value: n } }));
        const isDone = await write('POST', '/ngsi-ld/v1/entityOperations/update', updates);
        for (const id of own) ledger.wrote(id, n, isDone);
        await pause(isDone ? pauseMs * (0.5 + Math.random()) : PAUSE_AFTER_FAILURE_MS);
        continue;
      }
      for (const id of own) {
        if (isStopping) return;
        const isDone = await write('PATCH', `/ngsi-ld/v1/entities/${id}/attrs`, { n: { type: 'Property', value: n } });
        ledger.wrote(id, n, isDone);
        if (n % READ_EVERY === 0)
          await ask(agent, 'GET', `${urlOf()}${READ}`, undefined, headers).catch(() => undefined);
        await pause(isDone ? pauseMs * (0.5 + Math.random()) : PAUSE_AFTER_FAILURE_MS);
      }
    }
  };
  const running = Promise.all(Array.from({ length: writers }, (_, writer) => run(writer)));
  return {
    answers,
    slowestMs: () => Math.round(slowest),
    takeGap: () => gap.take(),
    async stop() {
      isStopping = true;
      await running;
      agent.destroy();
    },
  };
}

/** How an endpoint responds to notifications. */
export type Behaviour = 'good' | 'slow' | 'failing' | 'resetting' | 'silent';

export interface Subscriber {
  readonly url: string;
  /** Sets the behaviour from now on. */
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

const SLOW_MS = 200;

/** An endpoint that adds the notifications to the ledger, and acknowledges them. */
export async function startSubscriber(
  ledger: Pick<Ledger, 'addSubscriber' | 'notified'>,
  host = '127.0.0.1',
): Promise<Subscriber> {
  const subscriber = ledger.addSubscriber();
  let behaviour: Behaviour = 'good';
  const take = async (incoming: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if (behaviour === 'resetting') return void response.socket?.resetAndDestroy();
    if (behaviour === 'failing') return void response.writeHead(503).end();
    if (behaviour === 'silent') return;
    if (behaviour === 'slow') await pause(SLOW_MS);
    const { id, changeIds, data } = JSON.parse(text) as {
      id: string;
      changeIds?: { readonly [entity: string]: string };
      data: { id: string; n?: { value: number } }[];
    };
    for (const entity of data) {
      if (entity.n === undefined) continue; // a device without a measure, or deleted
      ledger.notified(subscriber, { entity: entity.id, n: entity.n.value, change: changeIds?.[entity.id] ?? id });
    }
    response.writeHead(204).end();
  };
  const server: Server = createServer((incoming, response) => {
    take(incoming, response).catch(() => response.destroy());
  }).listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://${host}:${typeof address === 'object' ? address?.port : 0}/notify`,
    behave(next) {
      behaviour = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Subscribes it to every change of every counter. @throws Error: the broker refuses the subscription
 *
 * @param throttling the least number of seconds between two notifications
 */
export async function subscribe(
  url: string,
  subscriber: Subscriber,
  tenant?: string,
  throttling?: number,
): Promise<void> {
  const response = await fetch(`${url}/ngsi-ld/v1/subscriptions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headersOf(tenant) },
    body: JSON.stringify({
      type: 'Subscription',
      entities: [{ type: TYPE }],
      ...(throttling !== undefined && { throttling }),
      notification: { endpoint: { uri: subscriber.url, timeout: 2000, cooldown: 500 } },
    }),
  });
  if (!response.ok) throw new Error(`subscribing: ${response.status} ${await response.text()}`);
}

/** @param tenant absent: the default tenant */
export function headersOf(tenant?: string): Record<string, string> {
  return tenant === undefined ? {} : { 'ngsild-tenant': tenant };
}
