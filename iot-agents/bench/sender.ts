import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { acknowledgements, connection, publication } from '../../scripts/mqtt-packets.ts';

/*
 * Publishes uplinks or measurements as fast as they are acknowledged (with QoS 0: as the socket accepts them), or at a constant
 * rate. It uses a bare socket, because a client library would use more CPU than the measured program. Arguments: port, devices,
 * messages per device, time of the first message (0: each has the present time), `uplink` or `measure`, QoS, messages per second
 * (0: no limit), the first frame counter.
 */
const [port, devices, frames, start] = process.argv.slice(2, 6).map(Number) as [number, number, number, number];
const [message, qos, perSecond, firstCount] = process.argv.slice(6) as string[];
const level = qos === '1' ? 1 : 0;
const pace = Number(perSecond);
/** The maximum number of unacknowledged messages. */
const WINDOW = 2_000;

const socket = connect(port, '127.0.0.1');
await once(socket, 'connect');
socket.write(connection(`bench-${process.pid}`));
await once(socket, 'data');
const answers = acknowledgements(socket);

let sent = 0;
const begun = performance.now();
for (let frame = 0; frame < frames; frame++) {
  for (let device = 0; device < devices; device++) {
    if (pace > 0) await sleep(Math.max(0, begun + (sent * 1000) / pace - performance.now()));
    while (level === 1 && sent - answers.count() >= WINDOW) await answers.next();
    const packet = (message === 'measure' ? measure : publish)(device, frame, (sent++ % 65_535) + 1);
    if (!socket.write(packet) && level === 0) await once(socket, 'drain');
  }
}
while (level === 1 && answers.count() < sent) await answers.next();
socket.end();
await once(socket, 'close');

function timeOf(frame: number): string {
  return new Date(start === 0 ? Date.now() : start + frame * 1000).toISOString();
}

/** An IoTA-JSON measurement of one attribute. */
function measure(device: number, frame: number, id: number): Buffer {
  const body = JSON.stringify({ p: 20 + (frame % 50) / 10, TimeInstant: timeOf(frame) });
  return publication(`/json/bench/m${device}/attrs`, body, level, id);
}

function publish(device: number, frame: number, id: number): Buffer {
  const devEui = device.toString(16).padStart(16, '0');
  const time = timeOf(frame);
  const body = {
    deduplicationId: `${device}-${frame}-${start || begun}`,
    time,
    deviceInfo: {
      tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
      tenantName: 'ChirpStack',
      applicationId: '17c82e96-be03-4f38-aef3-f83d48582d97',
      applicationName: 'Lighting',
      deviceProfileId: '14855bf7-d10d-4aee-b618-ebfcb64dc7ad',
      deviceProfileName: 'Lamp',
      deviceName: `lamp-${device}`,
      devEui,
      tags: { street: 'rue de la Gare' },
    },
    devAddr: '01a2b3c4',
    adr: true,
    dr: 3,
    fCnt: Number(firstCount) + frame,
    fPort: 1,
    confirmed: false,
    data: Buffer.of(frame % 101, device & 255, frame & 255, 20, 0, 1).toString('base64'),
    object: { level: (frame % 101) / 100, power: 20.5, energy: frame, temperature: 20, status: 'ok' },
    rxInfo: [
      {
        gatewayId: '0016c001f153a14c',
        uplinkId: 1,
        gwTime: time,
        rssi: -112,
        snr: -4.2,
        location: { latitude: 49.47, longitude: 5.96, altitude: 300 },
      },
      { gatewayId: '0016c001f153a14d', uplinkId: 2, rssi: -101, snr: 2.5 },
    ],
    txInfo: {
      frequency: 868300000,
      modulation: { lora: { bandwidth: 125000, spreadingFactor: 9, codeRate: 'CR_4_5' } },
    },
  };
  const topic = `application/17c82e96-be03-4f38-aef3-f83d48582d97/device/${devEui}/event/up`;
  return publication(topic, JSON.stringify(body), level, id);
}
