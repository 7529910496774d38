import type { FastifyReply, FastifyRequest } from 'fastify';
import { LimitReached } from '../../model/errors.ts';
import { beyondQuota } from '../../tenants/quotas/quota.ts';
import type { Quotas } from '../../tenants/quotas/quotas.ts';
import type { TenantUsage } from '../../tenants/quotas/tenant-usage.ts';
import { needOf } from './access-needs.ts';

interface Bucket {
  tokens: number;
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * Limits the requests per second of tenants, as a token bucket with the capacity of one second. Processes share the
 * rate evenly, so the total never exceeds the limit, but can be lower if requests are unevenly distributed.
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
   * Counts a request of a tenant. Anonymous requests may use half of the rate, so that the rest stays available for
   * known callers.
   *
   * @throws LimitReached
   */
  count(tenant: string, isAnonymous = false, now = Date.now()): void {
    const { requestsPerSecond } = this.#quotas.of(tenant);
    if (requestsPerSecond === undefined) return;
    const perSecond = requestsPerSecond / this.#processes();
    const all = this.#bucket(tenant, perSecond, now);
    const beyond = beyondQuota(tenant, 'requestsPerSecond', requestsPerSecond);
    if (isAnonymous) {
      // Tenant names can't contain a line break.
      const anonymous = this.#bucket(`${tenant}\nanonymous`, perSecond / 2, now);
      if (anonymous.tokens < 1) throw reached(`${beyond}; strangers may use half of it`, anonymous, perSecond / 2);
      if (all.tokens >= 1) anonymous.tokens--;
    }
    if (all.tokens < 1) throw reached(beyond, all, perSecond);
    all.tokens--;
  }

  /** The bucket with the tokens now available. */
  #bucket(name: string, perSecond: number, now: number): Bucket {
    // At least one request must fit, however small this process's share is.
    const most = Math.max(perSecond, 1);
    const bucket = this.#buckets.get(name) ?? { tokens: most, at: now };
    bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(name, bucket);
    return bucket;
  }
}

function reached(beyond: string, { tokens }: Bucket, perSecond: number): LimitReached {
  return new LimitReached(beyond, Math.ceil((1 - tokens) / perSecond));
}

/**
 * A hook that runs after access was granted, so that nobody can use up the rate of a tenant they have no rights in.
 * Counts requests to operations: of the NGSI-LD API, of services and of operators. Pages and their files are no operations.
 */
export function limitTenants(quotas: Quotas, rates: TenantRates, usage: Pick<TenantUsage, 'add'>) {
  return (
    request: FastifyRequest,
    _reply: FastifyReply,
    _payload: unknown,
    done: (error?: Error | null) => void,
  ): void => {
    const { operation, openapi } = request.routeOptions.config;
    if (operation === undefined && openapi === undefined) {
      done();
      return;
    }
    usage.add(request.tenant, 'requests');
    if (!quotas.limitsRequests) {
      done();
      return;
    }
    try {
      // A route without required rights is open to everyone.
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
