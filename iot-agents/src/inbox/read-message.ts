import type { Connections } from '../devices/connection.ts';
import { readDeviceAddress } from '../fiware/device-message.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import { readUplink } from '../network-servers/read-uplink.ts';
import { partitionOf } from '../processes/partition-of.ts';
import type { ReadMessage } from './stored-frame.ts';

/** Determines the device from the message alone: all messages of one device must be in one partition. */
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
