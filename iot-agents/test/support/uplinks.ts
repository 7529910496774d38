/** Messages in the formats of network servers, with our own values. */

export interface Uplink {
  readonly topic: string;
  readonly body: object;
}

export interface UplinkValues {
  readonly devEui: string;
  readonly bytes?: readonly number[];
  readonly fCnt?: number;
  readonly fPort?: number;
  readonly time?: string;
  readonly id?: string;
  readonly decoded?: object;
  readonly rssi?: number;
  readonly snr?: number;
  /** The receiving gateway, for ChirpStack. */
  readonly gateway?: string;
}

let made = 0;

export function thingsStackUplink(values: UplinkValues): Uplink {
  const { devEui, bytes = [], fCnt = 1, fPort = 1, time = new Date().toISOString(), decoded } = values;
  const { rssi = -97, snr = 7.2, id = `as:up:${++made}-${process.pid}` } = values;
  return {
    topic: `v3/territory@tenant/devices/d-${devEui}/up`,
    body: {
      end_device_ids: {
        device_id: `d-${devEui}`,
        application_ids: { application_id: 'territory' },
        dev_eui: devEui.toUpperCase(),
      },
      correlation_ids: [id],
      received_at: time,
      uplink_message: {
        session_key_id: 'AXA50',
        f_port: fPort,
        ...(fCnt === 0 ? {} : { f_cnt: fCnt }),
        frm_payload: Buffer.from(bytes).toString('base64'),
        ...(decoded === undefined ? {} : { decoded_payload: decoded }),
        rx_metadata: [{ gateway_ids: { gateway_id: 'gw-a', eui: 'AA555A0000000101' }, rssi, snr }],
        settings: { data_rate: { lora: { bandwidth: 125000, spreading_factor: 9 } }, frequency: '867100000' },
        received_at: time,
      },
    },
  };
}

export function chirpStackUplink(values: UplinkValues): Uplink {
  const { devEui, bytes = [], fCnt = 1, fPort = 1, time = new Date().toISOString(), decoded } = values;
  const { rssi = -101, snr = 2.5, id = `${++made}-${process.pid}`, gateway = '0016c001f153a14d' } = values;
  return {
    topic: `application/app/device/${devEui}/event/up`,
    body: {
      deduplicationId: id,
      time,
      deviceInfo: { applicationId: 'app', deviceName: `d-${devEui}`, devEui, tags: {} },
      devAddr: '01a2b3c4',
      fCnt,
      fPort,
      confirmed: false,
      data: Buffer.from(bytes).toString('base64'),
      ...(decoded === undefined ? {} : { object: decoded }),
      rxInfo: [{ gatewayId: gateway, rssi, snr }],
      txInfo: { frequency: 868300000, modulation: { lora: { bandwidth: 125000, spreadingFactor: 9 } } },
    },
  };
}

export function chirpStackEvent(devEui: string, event: string, members: object): Uplink {
  return {
    topic: `application/app/device/${devEui}/event/${event}`,
    body: {
      deduplicationId: `${++made}-${process.pid}`,
      time: new Date().toISOString(),
      deviceInfo: { devEui },
      ...members,
    },
  };
}
