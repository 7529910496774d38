import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ConnectionOptions, EventContext, Message } from 'rhea';
import type { Receive } from '../frames/message-ports.ts';
import { createPendingMessages } from '../mqtt/pending-messages.ts';

export interface AmqpSource {
  /** `amqp://…` or `amqps://…`, with credentials if needed. */
  readonly url: string;
  /** Each process takes from these; the broker gives a message of a queue to one of them. */
  readonly queues: readonly string[];
  readonly receive: Receive;
  readonly logger: Logger;
}

export interface AmqpHealth {
  readonly state: 'connected' | 'connecting';
  readonly since: string;
  /** Why the connection was last lost, or a queue refused. */
  readonly reason?: string;
}

export interface AmqpReceiver {
  health(): AmqpHealth;
  close(): Promise<void>;
}

/** Messages that a queue may send before the first of them is committed. */
const CREDIT = 200;
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const LONGEST_END_MS = 5_000;

/**
 * Receives messages of devices from the queues of an AMQP 1.0 broker, such as Artemis. Each is accepted only after it is
 * committed to the inbox, and given back if it can't be.
 */
export async function startAmqpReceiver({ url, queues, receive, logger }: AmqpSource): Promise<AmqpReceiver> {
  // Loaded only where it is used: most sites have no such broker.
  const { default: rhea } = await import('rhea');
  const container = rhea.create_container();
  const pending = createPendingMessages();
  let state: AmqpHealth['state'] = 'connecting';
  let since = new Date();
  let reason: string | undefined;
  const turn = (to: AmqpHealth['state']) => {
    if (to !== state) since = new Date();
    state = to;
  };
  const blame = (why: string) => {
    // Logged once; the health status shows the rest.
    if (why !== reason)
      logger.warn({ broker: new URL(url).host, reason: why }, 'the AMQP broker does not give messages');
    reason = why;
  };
  container.on('connection_open', () => {
    turn('connected');
    reason = undefined;
  });
  container.on('disconnected', ({ error }: EventContext) => {
    turn('connecting');
    blame(wordsOf(error) ?? 'the connection was closed');
  });
  container.on('connection_error', ({ connection }: EventContext) => blame(wordsOf(connection.error) ?? 'refused'));
  container.on('receiver_error', ({ receiver }: EventContext) => {
    blame(`${receiver?.source?.address}: ${wordsOf(receiver?.error) ?? 'refused'}`);
  });
  container.on('message', ({ message, delivery, receiver }: EventContext) => {
    if (message === undefined || delivery === undefined) return;
    if (pending.isEnding()) return void delivery.release();
    pending.begin();
    receive(topicOf(message, receiver?.source?.address ?? ''), bodyOf(message))
      .then(
        () => delivery.accept(),
        (cause: unknown) => {
          logger.warn({ err: cause }, 'a message could not be stored and is given back');
          setTimeout(() => delivery.release(), PAUSE_MS).unref();
        },
      )
      .finally(() => pending.finish());
  });
  let again: NodeJS.Timeout | undefined;
  const open = () => {
    const opened = container.connect(optionsOf(url));
    for (const address of queues)
      opened.open_receiver({ source: { address }, credit_window: CREDIT, autoaccept: false });
    return opened;
  };
  let connection = open();
  // The library connects again after a lost connection, but not after one that a stopping broker closes in order.
  container.on('connection_close', ({ connection: closed }: EventContext) => {
    if (pending.isEnding()) return;
    // After some errors it would connect again as well, and take each message by two connections.
    closed.set_reconnect(false);
    turn('connecting');
    blame(wordsOf(closed.error) ?? 'the broker closed the connection');
    clearTimeout(again);
    again = setTimeout(() => {
      connection = open();
    }, PAUSE_MS).unref();
  });
  return {
    health: () => ({ state, since: since.toISOString(), ...(reason !== undefined && { reason }) }),
    async close() {
      await pending.end(state === 'connected' ? LONGEST_END_MS : 0);
      clearTimeout(again);
      container.removeAllListeners('disconnected');
      connection.set_reconnect(false);
      const closed = new Promise<void>((resolve) => container.once('connection_close', () => resolve()));
      connection.close();
      if (state === 'connected') await Promise.race([closed, sleep(LONGEST_END_MS, undefined, { ref: false })]);
    },
  };
}

/** Connects once. @throws Error: the broker does not answer in time, or refuses */
export async function tryAmqp(url: string, withinMs: number): Promise<void> {
  const { default: rhea } = await import('rhea');
  const container = rhea.create_container();
  const connection = container.connect({ ...optionsOf(url), reconnect: false });
  const fault = await new Promise<Error | false>((resolve) => {
    const timer = setTimeout(() => resolve(new Error(`no answer within ${withinMs} ms`)), withinMs);
    const refuse = ({ error }: EventContext) => {
      clearTimeout(timer);
      resolve(new Error(wordsOf(error ?? connection.error) ?? 'it refuses'));
    };
    for (const event of ['connection_error', 'connection_close', 'disconnected']) container.on(event, refuse);
    container.on('connection_open', () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
  // The library waits without end for a broker that does not answer, and its types hide the socket.
  const { socket } = connection as unknown as { readonly socket?: Socket };
  if (fault) {
    socket?.destroy();
    throw fault;
  }
  connection.close();
  socket?.unref();
}

function optionsOf(url: string): ConnectionOptions {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isTls = protocol === 'amqps:';
  const common = {
    host: hostname,
    port: Number(port) || (isTls ? 5671 : 5672),
    reconnect: true,
    initial_reconnect_delay: PAUSE_MS,
    max_reconnect_delay: LONGEST_PAUSE_MS,
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  };
  return isTls ? { ...common, transport: 'tls', servername: hostname } : { ...common, transport: 'tcp' };
}

/**
 * The topic that the message would have by MQTT: its property `topic`, its subject, or the queue. Artemis writes the
 * slashes of topics as dots: `json.key.gate1.attrs` is `json/key/gate1/attrs`.
 */
function topicOf({ application_properties: properties, subject }: Message, queue: string): string {
  const given: unknown = properties?.topic;
  const name = typeof given === 'string' && given !== '' ? given : subject || queue;
  return name.includes('/') ? name : name.replaceAll('.', '/');
}

/** Bytes and texts as they are, also in a data section; anything else as JSON. */
function bodyOf({ body }: Message): Uint8Array {
  const content: unknown = (body as { content?: unknown } | null)?.content ?? body;
  if (content instanceof Uint8Array) return content;
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content ?? null));
}

function wordsOf(error: unknown): string | undefined {
  if (error === undefined || error === null) return undefined;
  const { description, message, condition } = error as { description?: string; message?: string; condition?: string };
  return description || message || condition;
}
