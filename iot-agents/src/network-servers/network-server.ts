import type { JsonObject } from '../frames/json-values.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';

/** What the agents know of a LoRaWAN network server: what it publishes, how its messages read, how it takes downlinks. */
export interface NetworkServer {
  /** `lns` of its frames. */
  readonly name: string;
  /** MQTT topic filters of what it publishes. Empty: it comes by webhook, or by the topics of a connection. */
  readonly topics: readonly string[];
  /** Whether a message has the shape of this server. */
  recognises(envelope: JsonObject): boolean;
  /** @param topic the MQTT topic, or path and query of a webhook. @throws EnvelopeError */
  read(envelope: JsonObject, topic: string, receivedAt: string): UplinkFrame;
  /** The MQTT topic of downlinks to the device that sent this uplink. Undefined: none can be told from the uplink. */
  downlinkTopic?(topic: string, frame: UplinkFrame): string | undefined;
  /** What is published there. */
  publishedDownlink?(downlink: Downlink): object;
  /** What its API takes, as JSON or as parameters of the URL. Absent: the connection's `downlink.body` has to say. */
  postedDownlink?(downlink: Downlink): { readonly body: object } | { readonly parameters: URLSearchParams };
  /** It sends events about the downlinks that it was given. */
  readonly reportsDownlinks: boolean;
  /** How its events name a command, when it does not keep our UUID. */
  correlationId?(commandId: string): string;
}

/** Bytes for a device, before they take the form of its network server. */
export interface Downlink {
  /** Of the command: a UUID. */
  readonly id: string;
  readonly devEui: string;
  /** The network server's name of the device. */
  readonly deviceId: string;
  readonly fPort: number;
  readonly bytes: Uint8Array;
  readonly confirmed: boolean;
  readonly deadlineMs: number;
}

export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Upper case. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
