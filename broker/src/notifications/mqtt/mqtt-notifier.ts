import { isIP } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { HOPS_HEADER } from '../../model/hops.ts';
import { allowedUrl, type OutgoingPolicy } from '../../outgoing/outgoing-url.ts';
import { type Attempt, noAnswer, SENT } from '../attempt.ts';
import type { NotificationMessage } from '../build/build-notification.ts';
import type { Notifier, Sending } from '../notifier.ts';

/** Idle connections are closed after this time. */
const IDLE_MS = 60_000;

const VERSIONS: { readonly [version: string]: 4 | 5 } = { 'mqtt3.1.1': 4, 'mqtt5.0': 5 };

interface Connection {
  readonly client: Promise<MqttClient>;
  usedAt: number;
}

/**
 * Publishes notifications (7.2). One connection for each combination of MQTT broker, credentials and protocol version,
 * opened on demand.
 */
export class MqttNotifier implements Notifier {
  readonly #policy: OutgoingPolicy;
  readonly #connections = new Map<string, Connection>();
  readonly #sweep: NodeJS.Timeout;

  constructor(policy: OutgoingPolicy) {
    this.#policy = policy;
    this.#sweep = setInterval(() => this.#closeIdle(), IDLE_MS);
    this.#sweep.unref();
  }

  send(sending: Sending, done: (attempt: Attempt) => void): void {
    this.#publish(sending).then(done);
  }

  /** Resolves when the MQTT broker has acknowledged it, or with QoS 0 when it has been written. Never rejects. */
  async #publish({ url, message, ownHeaders, endpoint, timeoutMs }: Sending): Promise<Attempt> {
    const settings = new Map(endpoint.notifierInfo.map(({ key, value }) => [key, value]));
    const version = VERSIONS[settings.get('MQTT-Version') ?? 'mqtt5.0'] ?? 5;
    const qos = Number(settings.get('MQTT-QoS') ?? 0) as 0 | 1 | 2; // validated when the subscription was created
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      const key = `${url.protocol}//${url.username}:${url.password}@${url.host} ${version}`;
      const client = await Promise.race([this.#connected(key, url, version, timeoutMs), late.promise]);
      const closed = Promise.withResolvers<never>();
      const onClose = () => closed.reject(new Error('The MQTT broker closed the connection'));
      client.once('close', onClose);
      try {
        const topic = decodeURIComponent(url.pathname.slice(1));
        const hops = message.headers[HOPS_HEADER];
        const properties =
          version === 5 && hops !== undefined ? { userProperties: { [HOPS_HEADER]: hops } } : undefined;
        const published = client.publishAsync(topic, payloadOf(message, ownHeaders), {
          qos,
          ...(properties && { properties }),
        });
        published.catch(() => {}); // already ended by another promise of the race
        await Promise.race([published, late.promise, closed.promise]);
      } finally {
        client.off('close', onClose);
      }
      return SENT;
    } catch (error) {
      return noAnswer(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.all(connections.map(({ client }) => end(client)));
  }

  #connected(key: string, url: URL, version: 4 | 5, timeoutMs: number): Promise<MqttClient> {
    const known = this.#connections.get(key);
    if (known !== undefined) {
      known.usedAt = Date.now();
      return known.client;
    }
    const forget = () => {
      if (this.#connections.get(key) === connection) this.#connections.delete(key);
    };
    const connection = { client: connect(url, version, timeoutMs, this.#policy, forget), usedAt: Date.now() };
    connection.client.catch(forget);
    this.#connections.set(key, connection);
    return connection.client;
  }

  #closeIdle(): void {
    for (const [key, { client, usedAt }] of this.#connections) {
      if (Date.now() - usedAt < IDLE_MS) continue;
      this.#connections.delete(key);
      void end(client);
    }
  }
}

async function connect(
  url: URL,
  version: 4 | 5,
  timeoutMs: number,
  policy: OutgoingPolicy,
  onClose: () => void,
): Promise<MqttClient> {
  const verdict = await allowedUrl(url.href, policy, ['mqtt:', 'mqtts:']);
  if (!verdict.allowed) throw new Error(verdict.reason);
  const options: IClientOptions = {
    protocolVersion: version,
    connectTimeout: timeoutMs,
    reconnectPeriod: 0, // the next delivery attempt connects again
    resubscribe: false,
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
  };
  // Connects to the address that was checked, because the name may resolve to another one now.
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const client = mqtt.connect({
    ...options,
    protocol: url.protocol === 'mqtts:' ? 'mqtts' : 'mqtt',
    host: verdict.address ?? name,
    port: Number(url.port) || (url.protocol === 'mqtts:' ? 8883 : 1883),
    ...(isIP(name) === 0 && { servername: name }),
  });
  client.on('close', () => {
    onClose();
    client.end(true);
  });
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve(client));
    client.on('error', reject);
    client.once('close', () => reject(new Error(`The MQTT broker ${url.host} can't be reached`)));
  });
}

/** 7.2: HTTP headers become `metadata`. */
function payloadOf({ headers, body }: NotificationMessage, ownHeaders: Sending['ownHeaders']): string {
  return `{"metadata":${JSON.stringify({ ...headers, ...ownHeaders })},"body":${body}}`;
}

async function end(client: Promise<MqttClient>): Promise<void> {
  try {
    await (await client).endAsync();
  } catch {
    // It was never connected, or is already closed.
  }
}
