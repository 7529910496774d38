import type { FastifyReply, FastifyRequest } from 'fastify';

/** What shorter bodies become takes little memory. */
const LARGE_BYTES = 16 * 1024;
/** Of the bodies under way: enough that the write lane always has a statement's entities waiting. */
const MOST_BYTES = 512 * 1024;

interface Waiting {
  readonly bytes: number;
  start(): void;
}

const leave = new WeakMap<FastifyRequest, () => void>();

/**
 * Lets the requests with large bodies be parsed a few at a time, in the order in which they have arrived whole: what is
 * made of a body takes some twenty times its memory until it is answered. One that is larger than all may be goes alone.
 */
class LargeBodies {
  #bytes = 0;
  readonly #waiting: Waiting[] = [];

  enter(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#next();
  }

  leave(bytes: number): void {
    this.#bytes -= bytes;
    this.#next();
  }

  #next(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#bytes > 0 && this.#bytes + next.bytes > MOST_BYTES) return;
      this.#waiting.shift();
      this.#bytes += next.bytes;
      next.start();
    }
  }
}

/** A hook for when the bytes of a body are there and not yet parsed. */
export function holdLargeBodies() {
  const bodies = new LargeBodies();
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { body } = request;
    if (!Buffer.isBuffer(body) || body.length < LARGE_BYTES) {
      done();
      return;
    }
    const bytes = body.length;
    let state: 'waiting' | 'in' | 'left' = 'waiting';
    const end = () => {
      if (state === 'in') bodies.leave(bytes);
      state = 'left';
    };
    leave.set(request, end);
    reply.raw.once('close', end);
    bodies.enter({
      bytes,
      start() {
        // The client has gone meanwhile: nobody waits for what would be done.
        if (state === 'left') {
          bodies.leave(bytes);
          return;
        }
        state = 'in';
        done();
      },
    });
  };
}

/**
 * Gives the slot of a large body to the next request. For a request that from now on waits for other servers, not for this
 * process and its database.
 */
export function releaseBodySlot(request: FastifyRequest): void {
  leave.get(request)?.();
}
