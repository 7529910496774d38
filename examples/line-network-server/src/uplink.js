import { refused } from '@alzette/kit/problems';

const LINE = /^([0-9A-F]{16});(\d{1,3});(\d{1,10});((?:[0-9A-F]{2})*);(-?\d{1,3})$/i;

/** A line of the network server as an uplink of The Things Stack, which the product reads. @throws Problem 400 */
export function uplinkOf(line) {
  const [, devEui, port, counter, payload, rssi] = LINE.exec(line) ?? [];
  if (devEui === undefined) throw refused('body', line.slice(0, 80), 'lines such as 70B3D57ED0000001;2;17;0A1B;-97');
  return {
    end_device_ids: { dev_eui: devEui.toUpperCase() },
    received_at: new Date().toISOString(),
    uplink_message: {
      f_port: Number(port),
      f_cnt: Number(counter),
      frm_payload: Buffer.from(payload, 'hex').toString('base64'),
      rx_metadata: [{ rssi: Number(rssi) }],
    },
  };
}
