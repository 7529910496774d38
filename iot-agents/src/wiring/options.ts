import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { CheckCommands } from '../commands/check-commands.ts';
import type { Database } from '../database.ts';
import type { Secrets } from '../devices/secret.ts';
import type { ContextOf } from '../frames/context-of.ts';
import type { Counters } from '../frames/counters.ts';
import type { Device, DeviceProfile } from '../mapping/device-profile.ts';
import type { EmbeddedPorts } from '../mqtt/addresses.ts';
import type { EmbeddedTls } from '../mqtt/embedded-broker.ts';
import type { MqttTls } from '../mqtt/subscriber.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';

export interface IotAgentsOptions {
  readonly db: Database;
  readonly client: NgsiLdClient;
  /** URL of the @context with the terms of profiles. */
  readonly context: string;
  /** URL of a tenant's own @context, if it has one. */
  readonly ownContextOf?: ((tenant: string) => string | undefined) | undefined;
  /** The broker runs in this process: measures are written to it directly, without the inbox. Default false. */
  readonly isBrokerNear?: boolean;
  /** The listen address of the embedded MQTT broker. */
  readonly host: string;
  /** 0: any free port. Absent: no embedded MQTT broker. */
  readonly mqttPort?: number;
  /** The ports of the embedded MQTT broker if another process of this machine has it. */
  readonly mqttPortsElsewhere?: EmbeddedPorts;
  /** An additional TLS listener of the embedded MQTT broker. */
  readonly mqttTlsDoor?: EmbeddedTls;
  /** An external MQTT broker for uplinks. */
  readonly mqttUrl?: string;
  /** The client id there; with several processes, each gets its own derived from this. */
  readonly mqttClientId?: string;
  readonly mqttTls?: MqttTls;
  /** An AMQP 1.0 broker with queues of messages of devices. */
  readonly amqp?: { readonly url: string; readonly queues: readonly string[] };
  readonly logger?: Logger;
  /** HTTP access to sources and the encryption of their secrets; absent: no sources are read. */
  readonly reach?: { readonly outgoing: Outgoing; readonly secrets: Secrets };
  /** The endpoint of our subscriptions on command attributes; default `/iot/notify` beside the context. */
  readonly notifyUrl?: string;
  /** Receives the routes under `/iot`; must not be listening yet. */
  readonly app?: FastifyInstance;
  /**
   * `enforced`: network servers without a secret, MQTT clients without a credential and devices without a key are
   * refused. Default `open`.
   */
  readonly access?: 'open' | 'enforced';
  /**
   * If access is enforced: admit MQTT clients without a credential while there are no passwords. They may do what
   * FIWARE devices do, with their key in the topic, and have no persistent sessions. Default false.
   */
  readonly mqttAnonymous?: boolean;
  /** The maximum number of concurrent connections of one address to the embedded MQTT broker. Default 5000. */
  readonly mqttConnectionsPerAddress?: number;
  /** Judges commands that a request asks for, beside its rights, before they are accepted. */
  readonly checkCommands?: CheckCommands;
  /** Default true. False if another process has the MQTT broker of the devices and sends the commands. */
  readonly sendsCommands?: boolean;
}

export interface IotAgents {
  /** The port of the embedded MQTT broker; undefined without one. */
  readonly mqttPort: number | undefined;
  readonly mqttTlsPort: number | undefined;
  /** The credential for a network server that this process simulates, at the embedded MQTT broker. */
  readonly ownMqttCredential: { readonly username: string; readonly password: string };
  /** Creates or replaces profiles, devices and sources; sources run at once. @throws RegistryError */
  provision(given: {
    readonly profiles?: readonly DeviceProfile[];
    readonly devices?: readonly Device[];
    readonly sources?: readonly { readonly id: string; readonly [member: string]: unknown }[];
  }): Promise<void>;
  counters(): Readonly<Counters>;
  /** The age of the oldest undelivered message in seconds. */
  ingestLag(): Promise<number>;
  /** The names of the commands of all devices: writing an attribute with such a name may request a command. */
  commandNames(): Promise<ReadonlySet<string>>;
  /** Calls `onChange` when they may have changed. */
  watchCommandNames(onChange: () => void): void;
  /** Checks at once for silent and returned devices, as it does every minute. */
  checkLiveness(): Promise<void>;
  /** Stops acknowledging, gives work in progress a moment, and stops. The rest stays in the inbox. */
  close(): Promise<void>;
}

/** The @context of each tenant, by the options. */
export function contextOf({ context, ownContextOf }: Pick<IotAgentsOptions, 'context' | 'ownContextOf'>): ContextOf {
  return (tenant) => ownContextOf?.(tenant) || context;
}
