import type { Socket } from 'node:net';

const CONNECT = 1;
const SUBSCRIBE = 8;
/** The remaining length has at most four bytes (MQTT 3.1.1, 2.2.3). */
const LAST_LENGTH_SHIFT = 21;

/** The limits of a client, queried for each packet. */
export interface PacketLimits {
  /** The maximum size of a packet after its fixed header. */
  readonly bytes: number;
  /** Average packets per second; Infinity: unlimited. */
  readonly perSecond: number;
  /** The maximum burst. */
  readonly burst: number;
}

/**
 * Enforces limits before the broker buffers anything, because the broker waits for a complete packet whatever its
 * declared length. A packet that is too long, or a first packet other than CONNECT, closes the connection. Packets
 * beyond the rate stay in the socket until they are due, so a fast sender is slowed down without loss.
 *
 * The broker reads with `read`, so that is what is wrapped. It gets at most one SUBSCRIBE at a time, at the end of what
 * it reads: so topics authorised in one turn belong to the same packet.
 */
export function guardPackets(socket: Socket, limits: () => PacketLimits, onRefused: (reason: string) => void): void {
  const scanner = new PacketScanner();
  const rate = new PacketRate();
  const read = socket.read.bind(socket);
  let isWaiting = false;
  const readAgain = (): void => {
    isWaiting = false;
    socket.emit('readable');
  };

  socket.read = (size?: number) => {
    if (isWaiting) return null;
    const allowed = limits();
    const waitMs = rate.waitMs(allowed);
    if (waitMs > 0) {
      isWaiting = true;
      const timer = setTimeout(readAgain, waitMs);
      socket.once('close', () => clearTimeout(timer));
      return null;
    }
    const chunk: Buffer | null = read(size);
    if (chunk === null) return null;
    const { fault, end, packets } = scanner.scan(chunk, allowed.bytes);
    if (fault !== undefined) {
      onRefused(fault);
      socket.destroy();
      return null;
    }
    rate.count(packets);
    if (end === chunk.length) return chunk;
    socket.unshift(chunk.subarray(end));
    isWaiting = true;
    // After everything that the broker does with the SUBSCRIBE in this turn.
    setImmediate(readAgain);
    return chunk.subarray(0, end);
  };
}

/**
 * Limits the packet rate with a token bucket. Everything in a chunk is accepted; the next chunk waits until there are
 * tokens again.
 */
class PacketRate {
  #limits: PacketLimits | undefined;
  #allowance = 0;
  #countedAt = 0;

  /** The time until the next packet is due. */
  waitMs(limits: PacketLimits): number {
    const { perSecond, burst } = limits;
    if (perSecond === Number.POSITIVE_INFINITY) return 0;
    const now = performance.now();
    const earned = ((now - this.#countedAt) / 1000) * perSecond;
    // New limits after authentication start with a full bucket.
    this.#allowance = this.#limits === limits ? Math.min(burst, this.#allowance + earned) : burst;
    this.#limits = limits;
    this.#countedAt = now;
    return this.#allowance >= 1 ? 0 : ((1 - this.#allowance) / perSecond) * 1000;
  }

  count(packets: number): void {
    this.#allowance -= packets;
  }
}

/** Finds packet boundaries in the chunks of a stream. */
class PacketScanner {
  /** The type of the current packet; 0 between packets. */
  #type = 0;
  #length = 0;
  #shift = 0;
  /** The remaining bytes of the packet; -1: its length is not known yet. */
  #left = 0;
  #isFirst = true;

  /** `end`: the end of the first SUBSCRIBE in the chunk, or of the chunk. Anything behind it must be scanned again. */
  scan(chunk: Buffer, longest: number): { readonly fault?: string; readonly end: number; readonly packets: number } {
    let packets = 0;
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at);
        this.#left -= step;
        at += step;
        if (this.#left === 0 && this.#type === SUBSCRIBE) return { end: at, packets };
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      if (this.#left === 0) {
        this.#type = byte >> 4;
        packets += 1;
        if (this.#isFirst && this.#type !== CONNECT)
          return { fault: 'the first packet is not a CONNECT', end: at, packets };
        this.#isFirst = false;
        this.#left = -1;
        this.#length = 0;
        this.#shift = 0;
        continue;
      }
      this.#length += (byte & 0x7f) * 2 ** this.#shift;
      if (byte >= 0x80) {
        if (this.#shift === LAST_LENGTH_SHIFT)
          return { fault: 'the length of a packet is malformed', end: at, packets };
        this.#shift += 7;
        continue;
      }
      if (this.#length > longest) {
        return { fault: `a packet is ${this.#length} bytes long, expected at most ${longest}`, end: at, packets };
      }
      this.#left = this.#length;
    }
    return { end: chunk.length, packets };
  }
}
