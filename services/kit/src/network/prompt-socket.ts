import { connect, type Socket } from 'node:net';

/**
 * Opens a connection for a protocol of short requests and answers: none waits for the acknowledgement of the one before
 * (Nagle's algorithm), which costs 40 ms each. Errors reach the listeners of the protocol's client, if it has any yet.
 */
export function promptSocket(host: string, port: number): Socket {
  return connect({ host, port, noDelay: true }).on('error', () => undefined);
}
