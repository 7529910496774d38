import type { Connections } from '../devices/connection.ts';
import { partitionOf } from '../sharing/partition-of.ts';
import { readDeviceAddress } from '../transports/device-message.ts';
import { readUplink } from '../transports/read-uplink.ts';
import { EnvelopeError } from '../transports/uplink-frame.ts';
import type { ReadMessage } from './inbox.ts';

/** Tells by a message alone which device's it is: all messages of one device are of one partition. */
export function messageReader(connections: Pick<Connections, 'of'>): ReadMessage {
  return (topic, body, receivedAt) => {
    const connection = connections.of(topic);
    const address = connection === undefined ? readDeviceAddress(topic) : undefined;
    if (address !== undefined) {
      const device = `${address.apikey}/${address.deviceId}`;
      return { partition: partitionOf(device), device };
    }
    try {
      const frame = readUplink(topic, body, receivedAt, connection?.pointers);
      return { partition: partitionOf(frame.devEui ?? frame.deviceId), frame };
    } catch (cause) {
      if (!(cause instanceof EnvelopeError)) throw cause;
      return { partition: partitionOf(topic) };
    }
  };
}
