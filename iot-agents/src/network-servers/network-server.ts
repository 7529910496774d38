import type { JsonObject } from '../frames/json-values.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';

/** A LoRaWAN network server: its topics, the format of its messages, and how it accepts downlinks. */
export interface NetworkServer {
  /** The value of `lns` in its frames. */
  readonly name: string;
  /** MQTT topic filters of its messages. Empty: it uses webhooks, or the topics of a connection. */
  readonly topics: readonly string[];
  /** Whether a message has the structure of this server. */
  recognises(envelope: JsonObject): boolean;
  /** @param topic the MQTT topic, or path and query of a webhook. @throws EnvelopeError */
  read(envelope: JsonObject, topic: string, receivedAt: string): UplinkFrame;
  /** The MQTT topic of downlinks to the device of this uplink. Undefined: it can't be derived. */
  downlinkTopic?(topic: string, frame: UplinkFrame): string | undefined;
  /** The message to publish on it. */
  publishedDownlink?(downlink: Downlink): object;
  /** The request to its API, as JSON or as URL parameters. Absent: the connection needs a `downlink.body`. */
  postedDownlink?(downlink: Downlink): { readonly body: object } | { readonly parameters: URLSearchParams };
  /** Whether it sends events about downlinks. */
  readonly reportsDownlinks: boolean;
  /** The id of a command in its events, if it does not keep our UUID. */
  correlationId?(commandId: string): string;
}

/** A downlink, before conversion to the network server's format. */
export interface Downlink {
  /** The id of the command, a UUID. */
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
