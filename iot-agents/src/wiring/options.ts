import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { Secrets } from '../devices/secret.ts';
import type { Counters } from '../frames/counters.ts';
import type { Device, DeviceProfile } from '../mapping/device-profile.ts';
import type { EmbeddedTls } from '../mqtt/embedded-broker.ts';
import type { MqttTls } from '../mqtt/subscriber.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';

export interface IotAgentsOptions {
  readonly db: Database;
  readonly client: NgsiLdClient;
  /** URL of the @context whose terms the profiles use. */
  readonly context: string;
  /** The broker is in this process: measures are written to it without the inbox between. Default false. */
  readonly isBrokerNear?: boolean;
  /** Where the embedded MQTT broker listens. */
  readonly host: string;
  /** 0: any that is free. Absent: no embedded MQTT broker. */
  readonly mqttPort?: number;
  /** A second door of the embedded MQTT broker. */
  readonly mqttTlsDoor?: EmbeddedTls;
  /** An MQTT broker elsewhere to take uplinks from. */
  readonly mqttUrl?: string;
  /** By which it knows us; of several processes each gets one of its own, made of this. */
  readonly mqttClientId?: string;
  readonly mqttTls?: MqttTls;
  readonly logger?: Logger;
  /** How sources are reached and their secrets kept; absent: nothing is read from others. */
  readonly reach?: { readonly outgoing: Outgoing; readonly secrets: Secrets };
  /** Where our own subscriptions notify that an attribute asks for a command; default `/iot/notify` beside the context. */
  readonly notifyUrl?: string;
  /** Gets the routes under `/iot`; not yet listening. */
  readonly app?: FastifyInstance;
  /**
   * `enforced`: network servers without a secret, MQTT clients without a credential and devices without a key are refused.
   * Default `open`.
   */
  readonly access?: 'open' | 'enforced';
  /**
   * With access enforced: MQTT clients without a credential are let in while nobody has been given one. They may do what
   * FIWARE's devices do, with their key in the topic, and have no lasting sessions. Default false.
   */
  readonly mqttAnonymous?: boolean;
  /** Most connections of one address to the embedded MQTT broker at a time. Default 5000. */
  readonly mqttConnectionsPerAddress?: number;
  /** Default true. False where another process has the MQTT broker that devices are connected to: that one sends them. */
  readonly sendsCommands?: boolean;
}

export interface IotAgents {
  /** Of the embedded MQTT broker; undefined without one. */
  readonly mqttPort: number | undefined;
  readonly mqttTlsPort: number | undefined;
  /** By which a network server that this process plays itself comes in at the embedded MQTT broker. */
  readonly ownMqttCredential: { readonly username: string; readonly password: string };
  /** Makes these profiles, devices and sources exist as given; sources run at once. @throws RegistryError */
  provision(given: {
    readonly profiles?: readonly DeviceProfile[];
    readonly devices?: readonly Device[];
    readonly sources?: readonly { readonly id: string; readonly [member: string]: unknown }[];
  }): Promise<void>;
  counters(): Readonly<Counters>;
  /** How long the oldest message that is not delivered has waited, seconds. */
  ingestLag(): Promise<number>;
  /** What the commands of all devices are called: writes of attributes of these names may ask for them. */
  commandNames(): Promise<ReadonlySet<string>>;
  /** Looks at once for devices that have fallen silent or are back, as it does every minute. */
  checkLiveness(): Promise<void>;
  /** Acknowledges nothing more, gives what is under way a moment, and stops. What is left is in the inbox. */
  close(): Promise<void>;
}
