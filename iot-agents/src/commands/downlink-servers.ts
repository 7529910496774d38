import type { NetworkServer } from '../frames/uplink-frame.ts';

/** Bytes for a device, before they are put the way of its network server. */
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

type Write = (downlink: Downlink) => object;

const thingsStack: Write = ({ id, fPort, bytes, confirmed }) => ({
  downlinks: [
    { f_port: fPort, frm_payload: base64(bytes), confirmed, priority: 'NORMAL', correlation_ids: [`cmd:${id}`] },
  ],
});

/** By which way each network server takes what: published on its MQTT broker. */
export const PUBLISHED: Readonly<Partial<Record<NetworkServer, Write>>> = {
  'ttn-v3': thingsStack,
  'chirpstack-v4': ({ id, devEui, fPort, bytes, confirmed, deadlineMs }) => ({
    id,
    devEui,
    expiresAt: new Date(Date.now() + deadlineMs).toISOString(),
    confirmed,
    fPort,
    data: base64(bytes),
  }),
  'chirpstack-v3': ({ fPort, bytes, confirmed }) => ({ confirmed, fPort, data: base64(bytes) }),
  actility: ({ devEui, fPort, bytes, confirmed, id }) => ({
    DevEUI_downlink: {
      Time: new Date().toISOString(),
      DevEUI: devEui.toUpperCase(),
      FPort: fPort,
      payload_hex: hexOf(bytes),
      ...(confirmed ? { Confirmed: 1 } : {}),
      CorrelationID: thingParkCorrelation(id),
    },
  }),
};

/** Posted to its API; ThingPark's is asked by parameters alone. */
export const POSTED: Readonly<Partial<Record<NetworkServer, Write>>> = {
  'ttn-v3': thingsStack,
  liveobjects: ({ fPort, bytes, confirmed }) => ({ data: hexOf(bytes), port: fPort, confirmed }),
  loriot: ({ devEui, fPort, bytes, confirmed }) => ({
    cmd: 'tx',
    EUI: devEui.toUpperCase(),
    port: fPort,
    confirmed,
    data: hexOf(bytes),
  }),
};

/** Those that send events of the downlinks they were given; of the others nothing more is heard. */
export const TELLS: ReadonlySet<NetworkServer> = new Set([
  'ttn-v3',
  'chirpstack-v4',
  'chirpstack-v3',
  'actility',
  'loriot',
]);

/** The parameters of ThingPark's downlink request. */
export function thingParkParameters({ id, devEui, fPort, bytes, confirmed }: Downlink): URLSearchParams {
  return new URLSearchParams({
    DevEUI: devEui.toUpperCase(),
    FPort: String(fPort),
    Payload: hexOf(bytes),
    ...(confirmed ? { Confirmed: '1' } : {}),
    CorrelationID: thingParkCorrelation(id),
  });
}

/** Sixteen hexadecimal digits are all it takes. */
export function thingParkCorrelation(id: string): string {
  return id.replaceAll('-', '').slice(0, 16).toUpperCase();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
