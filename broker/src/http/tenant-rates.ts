import type { FastifyReply, FastifyRequest } from 'fastify';
import { LimitReached } from '../access/access-error.ts';
import type { Quotas } from '../store/quotas.ts';

interface Bucket {
  tokens: number;
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * Holds tenants to so many requests a second, as a bucket that fills at that rate and holds those of one second. Processes
 * share it evenly: all together never let more pass, though fewer where one of them is asked more than others.
 */
export class TenantRates {
  readonly #quotas: Pick<Quotas, 'of'>;
  readonly #processes: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(quotas: Pick<Quotas, 'of'>, processes: () => number) {
    this.#quotas = quotas;
    this.#processes = processes;
  }

  /** Counts a request of a tenant. @throws LimitReached */
  count(tenant: string, now = Date.now()): void {
    const { requestsPerSecond } = this.#quotas.of(tenant);
    if (requestsPerSecond === undefined) return;
    const perSecond = requestsPerSecond / this.#processes();
    // One request must fit, however little of the rate falls to this process.
    const most = Math.max(perSecond, 1);
    const bucket = this.#buckets.get(tenant) ?? { tokens: most, at: now };
    bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(tenant, bucket);
    if (bucket.tokens < 1) {
      const who = tenant === '' ? 'The default tenant' : `Tenant ${tenant}`;
      throw new LimitReached(
        `${who} may send ${requestsPerSecond} requests a second, and this would be more`,
        Math.ceil((1 - bucket.tokens) / perSecond),
      );
    }
    bucket.tokens--;
  }
}

/** A hook that counts the requests to the API of tenants that are limited in them; where none is, it does nothing. */
export function limitTenants(quotas: Quotas, rates: TenantRates) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    if (!quotas.limitsRequests || request.routeOptions.config.operation === undefined) {
      done();
      return;
    }
    try {
      rates.count(String(request.headers['ngsild-tenant'] ?? ''));
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}
