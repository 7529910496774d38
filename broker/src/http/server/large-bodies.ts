import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Company } from '../../tenants/quotas/company.ts';

/** Shorter bodies need little memory when parsed. */
const LARGE_BYTES = 16 * 1024;
/** The total of bodies in progress: enough that the write lane always has entities for a full statement. */
const MAX_BYTES = 512 * 1024;

interface Waiting {
  readonly tenant: string;
  readonly bytes: number;
  start(): void;
}

const leave = new WeakMap<FastifyRequest, () => void>();

/**
 * Limits how many requests with large bodies are parsed at once: a parsed body takes about twenty times its size in memory
 * until it is answered. A body larger than the limit runs alone. Tenants take turns; those of one go on as they arrived.
 */
class LargeBodies {
  #bytes = 0;
  readonly #waiting: Waiting[] = [];
  #lastTenant: string | undefined;

  enter(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#next();
  }

  leave(bytes: number): void {
    this.#bytes -= bytes;
    this.#next();
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const ofOther = this.#waiting.findIndex(({ tenant }) => tenant !== this.#lastTenant);
      const at = Math.max(ofOther, 0);
      const next = this.#waiting[at] as Waiting;
      if (this.#bytes > 0 && this.#bytes + next.bytes > MAX_BYTES) return;
      this.#waiting.splice(at, 1);
      this.#lastTenant = next.tenant;
      this.#bytes += next.bytes;
      next.start();
    }
  }
}

/** Lets requests whose body has been received, but not parsed, go on: those with a large one in turn. */
export function holdLargeBodies(company: Company) {
  const bodies = new LargeBodies();
  return (request: FastifyRequest, reply: FastifyReply, goOn: () => void): void => {
    const { body } = request;
    if (!Buffer.isBuffer(body) || body.length < LARGE_BYTES) {
      company.seen(request.tenant);
      goOn();
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
      tenant: request.tenant,
      bytes,
      start() {
        // The client has disconnected, so the request need not be processed.
        if (state === 'left') {
          bodies.leave(bytes);
          return;
        }
        state = 'in';
        goOn();
      },
    });
  };
}

/** Frees the slot of a large body for the next request. Called when a request begins to wait for other servers. */
export function releaseBodySlot(request: FastifyRequest): void {
  leave.get(request)?.();
}
