import type { Socket } from 'node:net';

const MAX_CONNECTIONS = 20_000;

/** Counts the connections of each address, so that a single one can't use up all connections. */
export class ConnectionLimit {
  readonly sockets = new Set<Socket>();
  readonly #perAddress: number;
  readonly #counts = new Map<string, number>();

  constructor(perAddress: number) {
    this.#perAddress = perAddress;
  }

  /** Counts a connection until it is closed. @returns whether it is within the limit */
  take(socket: Socket): boolean {
    const { remoteAddress: address } = socket;
    if (address === undefined) return false; // it has already been closed
    const count = this.#counts.get(address) ?? 0;
    if (this.sockets.size >= MAX_CONNECTIONS || count >= this.#perAddress) return false;
    this.sockets.add(socket);
    this.#counts.set(address, count + 1);
    socket.once('close', () => this.#release(socket, address));
    return true;
  }

  #release(socket: Socket, address: string): void {
    this.sockets.delete(socket);
    const left = (this.#counts.get(address) ?? 1) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}
