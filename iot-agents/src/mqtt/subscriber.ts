import type { IClientOptions, MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import type { Logger } from 'pino';
import { readDeviceTopic } from '../fiware/device-message.ts';
import type { Publish, Receive } from '../frames/message-ports.ts';
import { coversTopic } from '../frames/topic-filter.ts';
import type { PendingMessages } from './pending-messages.ts';
import { createPendingMessages } from './pending-messages.ts';

export interface MqttSubscriber {
  connected(): boolean;
  health(): MqttHealth;
  /** Topics were added: subscribes again. */
  renew(): void;
  /** Connects again if it gave up because this process was no member. */
  resume(): void;
  publish: Publish;
  close(): Promise<void>;
}

export interface MqttHealth {
  readonly state: 'connected' | 'connecting' | 'unreachable';
  /** Since when it is in this state. */
  readonly since: string;
  readonly clientId: string;
  /** Why the last attempt failed. */
  readonly reason?: string;
  readonly failures?: number;
}

/** A client certificate and trusted authorities, PEM. */
export interface MqttTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface MqttSource {
  /** `mqtt://…` or `mqtts://…`, with credentials if needed. */
  readonly url: string;
  readonly tls?: MqttTls;
  /** Must be stable, because the broker keeps messages for it while we are disconnected. */
  readonly clientId: string;
  /** The processes of one group share messages: each goes to one of them. */
  readonly group: string;
  readonly receive: Receive;
  /** The topic filters of the inbox. */
  readonly topics: () => readonly string[];
  /** False: others may believe that this process has ended, and use its session. It must not throw them out of it. */
  readonly isMember: () => boolean;
  readonly logger: Logger;
}

const PUBACK = 0x40;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** An abandoned session without messages for this time is empty. */
const QUIET_MS = 3_000;
/** What the database has not committed by then will be delivered again. */
const LONGEST_END_MS = 5_000;

/**
 * Receives uplinks from an external MQTT broker: a persistent session with QoS 1 and shared subscriptions. Each message
 * is acknowledged only after it is committed to the inbox; many are processed in parallel.
 */
export function startMqttSubscriber(source: MqttSource): MqttSubscriber {
  const { topics, group, clientId, logger } = source;
  const pending = createPendingMessages();
  const client = open(source, pending);
  let since = new Date();
  let failures = 0;
  let reason: string | undefined;
  let isWaiting = false;
  const subscribe = (): void => {
    // Removes subscriptions of earlier versions without sharing, which would deliver each message twice.
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
    if (failures > 0) logger.info({ after: failures }, 'connected to the MQTT broker');
    failures = 0;
    reason = undefined;
    since = new Date();
    client.options.reconnectPeriod = FIRST_PAUSE_MS;
    // Always subscribes after connecting, because the broker may have lost our session. But nobody would receive what comes to a
    // session that another process has emptied meanwhile.
    if (!pending.isEnding()) subscribe();
  });
  // With several addresses, or an unexpected close, the last error counts.
  client.on('error', (error) => {
    reason = wordsOf(error);
  });
  client.on('close', () => {
    if (failures === 0) since = new Date();
    failures += 1;
    if (!source.isMember()) {
      isWaiting = true;
      client.end(true);
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    client.options.reconnectPeriod = pauseMs;
    const details = { url: withoutSecrets(source.url), reason: reason ?? 'the connection was closed' };
    // Logged once; the health status shows the rest.
    if (failures === 1) logger.warn(details, 'can not connect to the MQTT broker; will keep trying');
    else logger.debug({ ...details, failures, pauseMs }, 'still can not connect to the MQTT broker');
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
    resume() {
      if (!isWaiting) return;
      isWaiting = false;
      client.reconnect();
    },
    publish: (topic, payload, { qos, retain }) => client.publishAsync(topic, payload, { qos, retain }).then(() => {}),
    async close() {
      client.removeAllListeners('close');
      client.options.reconnectPeriod = 0; // what can't be acknowledged on this connection is delivered again
      // New messages stay with the broker. Messages in progress are acknowledged, or the broker would deliver them
      // again.
      await pending.end(client.connected ? LONGEST_END_MS : 0);
      await client.endAsync();
    },
  };
}

/** Receives the messages of an abandoned session and ends its subscriptions. @throws Error: no connection */
export async function emptySession(source: MqttSource, signal: AbortSignal): Promise<void> {
  const { topics, group, clientId } = source;
  // The identifier was set differently when the session began: then its group was another one, from which it would
  // receive everything once more.
  const groups = new Set([group, clientId, clientId.replace(/-\d+$/, '')]);
  const filters = [...topics(), ...[...groups].flatMap((each) => shared(topics(), each))];
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
  const client = open({ ...source, receive }, createPendingMessages(), { reconnectPeriod: 0 });
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
        client.unsubscribe(filters, (error) => (error ? fail(error) : check()));
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
  pending: PendingMessages,
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
    // A device's topic contains its key, so only the device id is logged.
    const topic = readDeviceTopic(packet.topic)?.deviceId ?? packet.topic;
    // Neither stored nor acknowledged; without an answer the client requests no more.
    if (pending.isEnding()) return;
    const stored = receive(packet.topic, body);
    if (packet.qos === 0) {
      stored.catch((cause: unknown) => logger.error({ err: cause, topic }, 'an uplink at QoS 0 is lost'));
      callback();
      return;
    }
    pending.begin();
    stored.then(
      () => {
        pending.finish();
        acknowledge(client, stream, packet.messageId ?? 0);
      },
      (cause: unknown) => {
        pending.finish();
        logger.warn({ err: cause, topic }, 'an uplink could not be stored and is not acknowledged');
        // After a reconnection the broker delivers unacknowledged messages again.
        stream.destroy();
      },
    );
    // With an error the client library continues without a PUBACK, which we send ourselves after the commit.
    callback(new Error('acknowledged when committed'));
  };
  return client;
}

/** Overlapping filters would each deliver the message, possibly to two processes, so only the wider one is used. */
function shared(topics: readonly string[], group: string): string[] {
  const all = [...new Set(topics)];
  const needed = all.filter((topic) => !all.some((other) => other !== topic && coversTopic(other, topic)));
  return needed.map((topic) => `$share/${group}/${topic}`);
}

/** Only on the connection by which the message arrived: on another one, the broker delivers it again. */
function acknowledge(client: MqttClient, stream: MqttClient['stream'], messageId: number): void {
  if (client.stream !== stream || stream.destroyed) return;
  stream.write(Buffer.of(PUBACK, 2, messageId >> 8, messageId & 0xff));
}

/** If several addresses were tried, each has its own error. */
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
