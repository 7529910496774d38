export type FrameKind = 'data' | 'join' | 'status' | 'location' | 'downlink-event' | 'log';

export interface GeoPoint {
  readonly type: 'Point';
  /** Longitude, latitude and, if known, altitude in metres. */
  readonly coordinates: readonly number[];
}

export interface GatewayReception {
  readonly id?: string;
  readonly eui?: string;
  /** dBm. */
  readonly rssi: number | null;
  /** dB. */
  readonly snr: number | null;
  readonly location?: GeoPoint;
  readonly time?: string;
}

/** An event of one device in a form that is independent of the network server. */
export interface UplinkFrame {
  readonly kind: FrameKind;
  /** The name of the network server, as in the table; `generic`: it was read with the pointers of a connection. */
  readonly lns: string;
  /** 16 lower-case hex digits. */
  readonly devEui?: string;
  readonly deviceId: string;
  readonly applicationId?: string;
  readonly deviceName?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Null: the envelope has no port. */
  readonly fPort: number | null;
  readonly fCnt: number | null;
  readonly confirmed: boolean;
  /** Empty if the uplink had none. */
  readonly payload: Uint8Array;
  readonly upstreamDecoded?: Readonly<Record<string, unknown>>;
  /** The error messages of the network server's own decoder. */
  readonly upstreamErrors?: readonly string[];
  readonly upstreamWarnings?: readonly string[];
  /** ISO 8601 UTC, milliseconds. */
  readonly time: string;
  readonly timeSource: 'gateway' | 'lns' | 'reception';
  readonly receivedAt: string;
  readonly dedupKey: string;
  readonly sessionKey?: string;
  /** The sender declares that the frame is old. */
  readonly late: boolean;
  /** Created in the network server's console, not by a device. */
  readonly simulated: boolean;
  /** The reception with the highest SNR, then the highest RSSI. */
  readonly best: { readonly gatewayId?: string; readonly rssi: number | null; readonly snr: number | null } | null;
  readonly gateways: readonly GatewayReception[];
  readonly spreadingFactor?: number;
  readonly bandwidthHz?: number;
  readonly frequencyHz?: number;
  /** The battery state reported by the network server; `value` is 0..1. */
  readonly battery?: { readonly kind: 'external' } | { readonly kind: 'level'; readonly value: number } | null;
  /** dB, from the network server's status request. */
  readonly linkMargin?: number;
  readonly networkLocation?: { readonly point: GeoPoint; readonly accuracy?: number; readonly source: string };
  /** What a downlink event says about a command. */
  readonly downlink?: {
    readonly state: DownlinkState;
    readonly correlationIds: readonly string[];
    readonly error?: string;
  };
  readonly log?: { readonly level: string; readonly code: string; readonly description: string };
}

export type DownlinkState = 'QUEUED' | 'SENT' | 'DELIVERED' | 'RETRYING' | 'ERROR';

/** Why an envelope can't be parsed: `bad_syntax` (not JSON) or `unknown_envelope` (an unknown structure). */
export class EnvelopeError extends Error {
  readonly reason: 'bad_syntax' | 'unknown_envelope';

  constructor(reason: 'bad_syntax' | 'unknown_envelope', message: string) {
    super(message);
    this.name = 'EnvelopeError';
    this.reason = reason;
  }
}
