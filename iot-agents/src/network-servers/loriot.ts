import {
  bareFrame,
  believedTime,
  bestReception,
  dataRate,
  deviceStatusBattery,
  point,
} from '../frames/frame-values.ts';
import type { JsonObject } from '../frames/json-values.ts';
import { epochTime, eui, hex, number, objects, optional, text, time } from '../frames/json-values.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import type { NetworkServer } from './network-server.ts';
import { hexOf } from './network-server.ts';

const MESSAGES = new Set(['rx', 'gw', 'txd']);

export const loriot: NetworkServer = {
  name: 'loriot',
  topics: [],
  recognises: (envelope) => 'EUI' in envelope && MESSAGES.has(String(envelope.cmd)),
  read: (envelope, _topic, receivedAt) => readLoriot(envelope, receivedAt),
  postedDownlink: ({ devEui, fPort, bytes, confirmed }) => ({
    body: { cmd: 'tx', EUI: devEui.toUpperCase(), port: fPort, confirmed, data: hexOf(bytes) },
  }),
  reportsDownlinks: true,
};

/**
 * Parses LORIOT's `rx` and `gw` (both may be sent for one uplink and are then duplicates) and `txd` (a downlink was
 * transmitted).
 */
function readLoriot(envelope: JsonObject, receivedAt: string): UplinkFrame {
  const devEui = eui(envelope.EUI);
  if (devEui === undefined) throw new EnvelopeError('unknown_envelope', 'EUI is missing or not 16 hex digits');
  const frame = {
    ...bareFrame('loriot', devEui, receivedAt),
    ...believedTime(receivedAt, ['lns', epochTime(envelope.ts)]),
    dedupKey: [envelope.cmd, devEui, envelope.seqdn ?? envelope.ts ?? receivedAt].join(':'),
  };
  if (envelope.cmd === 'txd') {
    return { ...frame, kind: 'downlink-event', downlink: { state: 'SENT', correlationIds: [] } };
  }
  const gateways = objects(envelope.gws).map((reception) => ({
    ...optional('id', eui(reception.gweui)),
    rssi: number(reception.rssi) ?? null,
    snr: number(reception.snr) ?? null,
    ...optional('location', point({ latitude: reception.lat, longitude: reception.lon })),
    ...optional('time', time(reception.time)),
  }));
  const fCnt = number(envelope.fcnt) ?? 0;
  const own = { rssi: number(envelope.rssi) ?? null, snr: number(envelope.snr) ?? null };
  return {
    ...frame,
    kind: 'data',
    fPort: number(envelope.port) ?? null,
    fCnt,
    payload: hex(envelope.data, 'data'),
    dedupKey: `${devEui}:${fCnt}:${text(envelope.data)}:${number(envelope.ts)}`,
    best: bestReception(gateways) ?? (own.rssi === null && own.snr === null ? null : own),
    gateways,
    ...dataRate(envelope.dr),
    ...optional('frequencyHz', number(envelope.freq)),
    ...('bat' in envelope ? { battery: deviceStatusBattery(envelope.bat) } : {}),
  };
}
