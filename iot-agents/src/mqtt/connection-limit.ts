import type { Socket } from 'node:net';
import { networkOf } from '@alzette/kit/network';

const MAX_CONNECTIONS = 20_000;

/** Counts the connections of each network, so that a single one can't use up all connections. */
export class ConnectionLimit {
  readonly sockets = new Set<Socket>();
  readonly #perNetwork: number;
  readonly #counts = new Map<string, number>();

  constructor(perNetwork: number) {
    this.#perNetwork = perNetwork;
  }

  /** Counts a connection until it is closed. @returns whether it is within the limit */
  take(socket: Socket): boolean {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined) return false; // it has already been closed
    const network = networkOf(remoteAddress);
    const count = this.#counts.get(network) ?? 0;
    if (this.sockets.size >= MAX_CONNECTIONS || count >= this.#perNetwork) return false;
    this.sockets.add(socket);
    this.#counts.set(network, count + 1);
    socket.once('close', () => this.#release(socket, network));
    return true;
  }

  #release(socket: Socket, network: string): void {
    this.sockets.delete(socket);
    const left = (this.#counts.get(network) ?? 1) - 1;
    if (left > 0) this.#counts.set(network, left);
    else this.#counts.delete(network);
  }
}
