import type { FastifyReply, FastifyRequest } from 'fastify';
import { LimitReached } from '../../access/access-error.ts';
import type { Quotas } from '../../tenants/quotas/quotas.ts';
import { needOf } from './access-needs.ts';

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

  /**
   * Counts a request of a tenant. The anonymous have half of what it may send: they leave the rest to whom it knows.
   *
   * @throws LimitReached
   */
  count(tenant: string, isAnonymous = false, now = Date.now()): void {
    const { requestsPerSecond } = this.#quotas.of(tenant);
    if (requestsPerSecond === undefined) return;
    const perSecond = requestsPerSecond / this.#processes();
    const who = tenant === '' ? 'The default tenant' : `Tenant ${tenant}`;
    const all = this.#bucket(tenant, perSecond, now);
    const may = `${who} may send ${requestsPerSecond} requests a second`;
    if (isAnonymous) {
      // A line break is in no tenant's name.
      const anonymous = this.#bucket(`${tenant}\nanonymous`, perSecond / 2, now);
      if (anonymous.tokens < 1) throw reached(`${may}, the anonymous half of them,`, anonymous, perSecond / 2);
      if (all.tokens >= 1) anonymous.tokens--;
    }
    if (all.tokens < 1) throw reached(`${may},`, all, perSecond);
    all.tokens--;
  }

  /** What is left now. */
  #bucket(name: string, perSecond: number, now: number): Bucket {
    // One request must fit, however little of the rate falls to this process.
    const most = Math.max(perSecond, 1);
    const bucket = this.#buckets.get(name) ?? { tokens: most, at: now };
    bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(name, bucket);
    return bucket;
  }
}

function reached(may: string, { tokens }: Bucket, perSecond: number): LimitReached {
  return new LimitReached(`${may} and this would be more`, Math.ceil((1 - tokens) / perSecond));
}

/**
 * A hook for when access has been granted, so that nobody uses up the rate of a tenant they have no right in. Counts the
 * requests to the API of tenants that are limited in them; where none is, it does nothing.
 */
export function limitTenants(quotas: Quotas, rates: TenantRates) {
  return (
    request: FastifyRequest,
    _reply: FastifyReply,
    _payload: unknown,
    done: (error?: Error | null) => void,
  ): void => {
    if (!quotas.limitsRequests || request.routeOptions.config.operation === undefined) {
      done();
      return;
    }
    try {
      // What asks for no right, anybody may call.
      const isAnonymous =
        request.access?.principal.kind === 'anonymous' || needOf(request, request.routeOptions) === 'nothing';
      rates.count(request.tenant, isAnonymous);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}
