import type { IClientOptions, MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import type { Logger } from 'pino';
import { readDeviceTopic } from '../fiware/device-message.ts';
import type { Publish, Receive } from '../frames/message-ports.ts';
import { coversTopic } from '../frames/topic-filter.ts';
import type { UnderWay } from './under-way.ts';
import { createUnderWay } from './under-way.ts';

export interface MqttSubscriber {
  connected(): boolean;
  health(): MqttHealth;
  /** Topics have come: subscribes again. */
  renew(): void;
  publish: Publish;
  close(): Promise<void>;
}

export interface MqttHealth {
  readonly state: 'connected' | 'connecting' | 'unreachable';
  /** Of that state. */
  readonly since: string;
  readonly clientId: string;
  /** Why the last try failed. */
  readonly reason?: string;
  readonly failures?: number;
}

/** A certificate to show and authorities to trust, PEM. */
export interface MqttTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface MqttSource {
  /** `mqtt://…` or `mqtts://…`, with credentials if needed. */
  readonly url: string;
  readonly tls?: MqttTls;
  /** Stable: the broker keeps messages for it while we are away. */
  readonly clientId: string;
  /** The processes of one group share what comes: each message goes to one of them. */
  readonly group: string;
  readonly receive: Receive;
  /** Topic filters of all that is for the inbox. */
  readonly topics: () => readonly string[];
  readonly logger: Logger;
}

const PUBACK = 0x40;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** An abandoned session that brings nothing for so long is empty. */
const QUIET_MS = 3_000;
/** What the database has not committed by then is brought again. */
const LONGEST_END_MS = 5_000;

/**
 * Takes uplinks from an MQTT broker elsewhere: a persistent session at QoS 1 with shared subscriptions, each message
 * acknowledged when it is committed to the inbox and not before, many of them under way at once.
 */
export function startMqttSubscriber(source: MqttSource): MqttSubscriber {
  const { topics, group, clientId, logger } = source;
  const underWay = createUnderWay();
  const client = open(source, underWay);
  let since = new Date();
  let failures = 0;
  let reason: string | undefined;
  const subscribe = (): void => {
    // A session from before they were shared would bring each message twice.
    client.unsubscribe([...topics()], (error) => {
      if (error && client.connected) logger.error({ err: error }, 'MQTT subscription failed');
    });
    client.subscribe(shared(topics(), group), { qos: 1 }, (error, granted) => {
      const refused = granted?.filter(({ qos }) => (qos as number) === 128).map(({ topic }) => topic) ?? [];
      if (error && client.connected) logger.error({ err: error }, 'MQTT subscription failed');
      if (refused.length > 0) logger.error({ topics: refused }, 'the MQTT broker refuses subscriptions');
    });
  };
  client.on('connect', () => {
    if (failures > 0) logger.info({ after: failures }, 'the MQTT broker is reached');
    failures = 0;
    reason = undefined;
    since = new Date();
    client.options.reconnectPeriod = FIRST_PAUSE_MS;
    // On every connection, ourselves: a broker that lost our session must not leave us deaf.
    subscribe();
  });
  // Of several addresses, or of a connection that is closed without a word, the last word stands.
  client.on('error', (error) => {
    reason = wordsOf(error);
  });
  client.on('close', () => {
    if (failures === 0) since = new Date();
    failures += 1;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    client.options.reconnectPeriod = pauseMs;
    const told = { url: withoutSecrets(source.url), reason: reason ?? 'the connection was closed' };
    // Once: the health tells how it goes on.
    if (failures === 1) logger.warn(told, 'the MQTT broker is not reached; trying again until it is');
    else logger.debug({ ...told, failures, pauseMs }, 'the MQTT broker is still not reached');
  });
  return {
    connected: () => client.connected,
    health: () => ({
      state: client.connected ? 'connected' : failures > 0 ? 'unreachable' : 'connecting',
      since: since.toISOString(),
      clientId,
      ...(failures === 0 ? {} : { reason: reason ?? 'the connection was closed', failures }),
    }),
    renew() {
      if (client.connected) subscribe();
    },
    publish: (topic, payload, { qos, retain }) => client.publishAsync(topic, payload, { qos, retain }).then(() => {}),
    async close() {
      client.removeAllListeners('close');
      // What comes from now on stays with the broker. What is under way is acknowledged, or the broker would bring it again.
      await underWay.end(LONGEST_END_MS);
      await client.endAsync();
    },
  };
}

/** Takes what a session holds that nobody serves any more, and ends its subscriptions. @throws Error: not reached */
export async function emptySession(source: MqttSource, signal: AbortSignal): Promise<void> {
  const { topics, group } = source;
  let last = performance.now();
  let waiting = 0;
  const receive: Receive = async (topic, body) => {
    last = performance.now();
    waiting += 1;
    try {
      await source.receive(topic, body);
    } finally {
      waiting -= 1;
    }
  };
  const client = open({ ...source, receive }, createUnderWay(), { reconnectPeriod: 0 });
  try {
    await new Promise<void>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const fail = (error?: Error): void => {
        clearTimeout(timer);
        reject(error ?? new Error('the connection was closed'));
      };
      const check = (): void => {
        if (waiting === 0 && performance.now() - last > QUIET_MS) resolve();
        else timer = setTimeout(check, QUIET_MS / 3);
      };
      client.once('connect', () => {
        client.unsubscribe([...topics(), ...shared(topics(), group)], (error) => (error ? fail(error) : check()));
      });
      client.once('error', fail);
      client.once('close', () => fail());
      signal.addEventListener('abort', () => fail(), { once: true });
    });
  } finally {
    await client.endAsync();
  }
}

function open(
  { url, tls, clientId, receive, logger }: MqttSource,
  underWay: UnderWay,
  options: IClientOptions = {},
): MqttClient {
  const client = connect(url, {
    clientId,
    clean: false,
    protocolVersion: 4,
    reconnectPeriod: FIRST_PAUSE_MS,
    resubscribe: false,
    ...tls,
    ...options,
  });
  client.handleMessage = (packet, callback) => {
    const body = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const { stream } = client;
    // A device's topic holds its key.
    const topic = readDeviceTopic(packet.topic)?.deviceId ?? packet.topic;
    // Neither stored nor acknowledged; without an answer the client asks for no more.
    if (underWay.isEnding()) return;
    const stored = receive(packet.topic, body);
    if (packet.qos === 0) {
      stored.catch((cause: unknown) => logger.error({ err: cause, topic }, 'an uplink at QoS 0 is lost'));
      callback();
      return;
    }
    underWay.add(
      stored.then(
        () => acknowledge(client, stream, packet.messageId ?? 0),
        (cause: unknown) => {
          logger.warn({ err: cause, topic }, 'an uplink could not be stored and is not acknowledged');
          // A new connection makes the broker hand over anew what we have not acknowledged.
          stream.destroy();
        },
      ),
    );
    // With an error the client goes on to the next message and sends no PUBACK: that is ours to send, after the commit.
    callback(new Error('acknowledged when committed'));
  };
  return client;
}

/** Of filters that overlap each would bring the message, perhaps to two processes: the wider one is enough. */
function shared(topics: readonly string[], group: string): string[] {
  const all = [...new Set(topics)];
  const needed = all.filter((topic) => !all.some((other) => other !== topic && coversTopic(other, topic)));
  return needed.map((topic) => `$share/${group}/${topic}`);
}

/** On the connection the message came by: on another, the broker delivers it again and is answered then. */
function acknowledge(client: MqttClient, stream: MqttClient['stream'], messageId: number): void {
  if (client.stream !== stream || stream.destroyed) return;
  stream.write(Buffer.of(PUBACK, 2, messageId >> 8, messageId & 0xff));
}

/** Of several addresses that were tried, each has its own. */
function wordsOf(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((one) => wordsOf(one as Error)).join('; ');
  return error.message;
}

function withoutSecrets(url: string): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}
