import { createHash } from 'node:crypto';
import type { Frame } from './payloads.ts';
import { type Reception, spreadingFactor } from './radio.ts';

/** An uplink in the format of a network server. */
export interface Message {
  readonly topic: string;
  readonly payload: string;
}

export interface Sender {
  /** 16 lower-case hex digits. */
  readonly devEui: string;
  /** Lower-case letters, digits and hyphens. */
  readonly deviceId: string;
}

export interface Uplink extends Frame {
  readonly fCnt: number;
  readonly receptions: readonly Reception[];
  readonly time: Date;
}

const TTN_APPLICATION = 'alzette-lighting';
const TTN_TENANT = 'ttn';
const CHIRPSTACK_APPLICATION = '5a0f6d0e-3f2b-4c55-9a3e-6e1b9a1f7c10';
const CHIRPSTACK_TENANT = '0d1c52a4-7a5e-4b0b-8d0a-1f5a3f0c2e77';
const CHIRPSTACK_PROFILE = '9d7a7b52-0b9f-4a7c-8e54-3b5a5ad0a9f3';

/** The Things Stack v3: dev_eui in capitals; a zero frame counter is omitted. */
export function ttnUplink({ devEui, deviceId }: Sender, uplink: Uplink): Message {
  const receivedAt = uplink.time.toISOString();
  const body = {
    end_device_ids: {
      device_id: deviceId,
      application_ids: { application_id: TTN_APPLICATION },
      dev_eui: devEui.toUpperCase(),
      dev_addr: deviceAddress(devEui).toUpperCase(),
    },
    received_at: receivedAt,
    uplink_message: {
      f_port: uplink.fPort,
      f_cnt: uplink.fCnt,
      frm_payload: uplink.payload.toString('base64'),
      rx_metadata: uplink.receptions.map(({ gateway, rssi, snr }) => ({
        gateway_ids: { gateway_id: gateway.id, eui: gateway.eui.toUpperCase() },
        rssi,
        channel_rssi: rssi,
        snr,
        location: { latitude: gateway.position[1], longitude: gateway.position[0], source: 'SOURCE_REGISTRY' },
      })),
      settings: {
        data_rate: {
          lora: { bandwidth: 125_000, spreading_factor: spreadingFactor(uplink.receptions), coding_rate: '4/5' },
        },
        frequency: '868100000',
      },
      received_at: receivedAt,
    },
  };
  return { topic: `v3/${TTN_APPLICATION}@${TTN_TENANT}/devices/${deviceId}/up`, payload: JSON.stringify(body) };
}

/** The topic for downlinks to the demo's application in The Things Stack. */
export const TTN_DOWNLINKS = `v3/${TTN_APPLICATION}@${TTN_TENANT}/devices/+/down/push`;

/** A downlink pushed to The Things Stack, and the event after the device has acknowledged it. */
export interface PushedDownlink {
  readonly deviceId: string;
  readonly payload: Buffer;
  acknowledged(at: Date): Message;
}

export function readTtnDownlinks(topic: string, message: Buffer): PushedDownlink[] {
  const deviceId = /\/devices\/([^/]+)\/down\/push$/.exec(topic)?.[1] ?? '';
  const { downlinks = [] } = JSON.parse(message.toString()) as {
    readonly downlinks?: readonly { readonly frm_payload?: string; readonly correlation_ids?: readonly string[] }[];
  };
  return downlinks.map((downlink) => ({
    deviceId,
    payload: Buffer.from(downlink.frm_payload ?? '', 'base64'),
    acknowledged: (at) => ({
      topic: topic.replace(/push$/, 'ack'),
      payload: JSON.stringify({
        end_device_ids: { device_id: deviceId, application_ids: { application_id: TTN_APPLICATION } },
        correlation_ids: downlink.correlation_ids,
        received_at: at.toISOString(),
        downlink_ack: downlink,
      }),
    }),
  }));
}

/** ChirpStack v4. */
export function chirpstackUplink({ devEui, deviceId }: Sender, uplink: Uplink): Message {
  const factor = spreadingFactor(uplink.receptions);
  const body = {
    deduplicationId: uuidOf(`${devEui} ${uplink.fCnt} ${uplink.time.getTime()}`),
    time: uplink.time.toISOString().replace('Z', '+00:00'),
    deviceInfo: {
      tenantId: CHIRPSTACK_TENANT,
      tenantName: 'Alzette',
      applicationId: CHIRPSTACK_APPLICATION,
      applicationName: 'Alzette',
      deviceProfileId: CHIRPSTACK_PROFILE,
      deviceProfileName: deviceId.replace(/-.*/, ''),
      deviceName: deviceId,
      devEui,
    },
    devAddr: deviceAddress(devEui),
    adr: true,
    dr: 12 - factor,
    fCnt: uplink.fCnt,
    fPort: uplink.fPort,
    confirmed: false,
    data: uplink.payload.toString('base64'),
    rxInfo: uplink.receptions.map(({ gateway, rssi, snr }, i) => ({
      gatewayId: gateway.eui,
      uplinkId: (uplink.fCnt * 8 + i) % 2 ** 32,
      rssi,
      snr,
      location: { latitude: gateway.position[1], longitude: gateway.position[0] },
    })),
    txInfo: {
      frequency: 868_300_000,
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: factor, codeRate: 'CR_4_5' } },
    },
  };
  return { topic: `application/${CHIRPSTACK_APPLICATION}/device/${devEui}/event/up`, payload: JSON.stringify(body) };
}

/** A device's EUI: its maker's prefix (6 hex digits), followed by a hash of its name. */
export function devEuiOf(prefix: string, name: string): string {
  return prefix + createHash('sha256').update(name).digest('hex').slice(0, 10);
}

function deviceAddress(devEui: string): string {
  return `01${devEui.slice(-6)}`;
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
