import type { MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import type { Logger } from 'pino';
import type { Publish, Receive } from './embedded-mqtt.ts';

export interface MqttSubscriber {
  connected(): boolean;
  /** Topics have come: subscribes again. */
  renew(): void;
  publish: Publish;
  close(): Promise<void>;
}

const PUBACK = 0x40;

/**
 * Takes uplinks from an MQTT broker elsewhere: a persistent session at QoS 1, each message acknowledged when it is
 * committed to the inbox and not before, many of them under way at once.
 */
export function startMqttSubscriber(options: {
  /** `mqtt://…` or `mqtts://…`, with credentials if needed. */
  readonly url: string;
  /** Stable: the broker keeps messages for it while we are away. */
  readonly clientId: string;
  readonly receive: Receive;
  /** Topic filters of all that is for the inbox. */
  readonly topics: () => readonly string[];
  readonly logger: Logger;
}): MqttSubscriber {
  const { receive, topics, logger } = options;
  const client = connect(options.url, {
    clientId: options.clientId,
    clean: false,
    protocolVersion: 4,
    reconnectPeriod: 1_000,
    // On every connection, ourselves: a broker that lost our session must not leave us deaf.
    resubscribe: false,
  });
  const subscribe = (): void => {
    client.subscribe([...topics()], { qos: 1 }, (error) => {
      if (error) logger.error({ err: error }, 'MQTT subscription failed');
    });
  };
  client.on('connect', subscribe);
  client.on('error', (error) => logger.warn({ err: error }, 'MQTT connection failed'));
  client.handleMessage = (packet, callback) => {
    const body = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const { stream } = client;
    const stored = receive(packet.topic, body);
    if (packet.qos === 0) {
      stored.catch((cause: unknown) => logger.error({ err: cause, topic: packet.topic }, 'an uplink at QoS 0 is lost'));
      callback();
      return;
    }
    stored.then(
      () => acknowledge(client, stream, packet.messageId ?? 0),
      (cause: unknown) => {
        logger.warn({ err: cause, topic: packet.topic }, 'an uplink could not be stored and is not acknowledged');
        // A new connection makes the broker hand over anew what we have not acknowledged.
        stream.destroy();
      },
    );
    // With an error the client goes on to the next message and sends no PUBACK: that is ours to send, after the commit.
    callback(new Error('acknowledged when committed'));
  };
  return {
    connected: () => client.connected,
    renew() {
      if (client.connected) subscribe();
    },
    publish: (topic, payload, { qos, retain }) => client.publishAsync(topic, payload, { qos, retain }).then(() => {}),
    close: () => client.endAsync(),
  };
}

/** On the connection the message came by: on another, the broker delivers it again and is answered then. */
function acknowledge(client: MqttClient, stream: MqttClient['stream'], messageId: number): void {
  if (client.stream !== stream || stream.destroyed) return;
  stream.write(Buffer.of(PUBACK, 2, messageId >> 8, messageId & 0xff));
}
