import { enterTrace } from '@alzette/kit/tracing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Contexts } from '../../context/contexts.ts';
import type { KnownNames } from '../../entities/discovery/known-names.ts';
import type { SnapshotSpaces } from '../../snapshots/snapshot-spaces.ts';
import type { InteropSettings } from '../../tenants/interop/interop-settings.ts';
import type { Company } from '../../tenants/quotas/company.ts';
import type { Quotas } from '../../tenants/quotas/quotas.ts';
import type { TenantUsage } from '../../tenants/quotas/tenant-usage.ts';
import type { Tenants } from '../../tenants/tenants.ts';
import type { Door } from '../requests/door.ts';
import { beginningTenant, checkHeaders, prepareRequest } from '../requests/request.ts';
import { readHops } from '../requests/request-hops.ts';
import { addInteropHeaders, setInterop } from '../requests/request-interop.ts';
import { resolveTenant } from '../requests/request-tenant.ts';
import { rememberAnswer } from './client-errors.ts';
import { compressAnswers } from './compress-answers.ts';
import { holdLargeBodies } from './large-bodies.ts';
import { isPublic, varyByTenant } from './public-answers.ts';
import { limitTenants, TenantRates } from './tenant-rates.ts';

interface StepParts {
  readonly contexts: Contexts;
  readonly tenants: Tenants;
  readonly snapshots: SnapshotSpaces;
  readonly quotas: Quotas;
  readonly company: Company;
  readonly usage: TenantUsage;
  readonly interop: InteropSettings;
  readonly names: KnownNames;
  /** Of all processes, which share the rates of tenants. */
  readonly processes: () => number;
  readonly isTls: boolean;
  readonly door: Door | undefined;
}

/**
 * Adds what happens to each request, in order. Each phase is one hook, because each call of a hook by Fastify costs time
 * and most of these steps are short.
 */
export function addRequestSteps(app: FastifyInstance, parts: StepParts): void {
  const { contexts, tenants, snapshots, quotas, company, usage, interop, names, processes, isTls, door } = parts;
  app.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(reply, isTls);
    rememberAnswer(request, reply);
    if (!resolveTenant(request, reply, door)) return;
    setInterop(request, interop);
    checkHeaders(request, reply, done);
  });

  app.addHook('preParsing', limitTenants(quotas, new TenantRates(quotas, processes), usage));

  const holdLargeBody = holdLargeBodies(company);
  const prepare = prepareRequest(contexts, tenants, snapshots);
  app.addHook('preHandler', (request, reply, done) => {
    holdLargeBody(request, reply, () => {
      // Only here, because a request leaves its trace while its body is read and while it waits. Entering it also before
      // increased the CPU time of an update by a tenth.
      enterTrace(request.trace);
      try {
        readHops(request);
      } catch (error) {
        done(error as Error); // an NgsiLdError
        return;
      }
      prepare(request, done);
    });
  });

  const finish = (
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: (error: Error | null, payload?: unknown) => void,
  ): void => {
    if (isPublic(reply)) varyByTenant(reply);
    const tenant = beginningTenant(request, reply, tenants);
    if (tenant === undefined && request.interop === null) {
      compressAnswers(request, reply, payload, done);
      return;
    }
    Promise.resolve(tenant !== undefined && tenants.begin(tenant))
      .then(() => addInteropHeaders(request, reply, names, interop))
      .then(
        () => compressAnswers(request, reply, payload, done),
        (error: Error) => done(error, payload),
      );
  };
  app.addHook('onSend', finish);
}

const A_YEAR_S = 365 * 24 * 60 * 60;

/**
 * Headers that tell browsers that answers are data, not pages. Routes that serve pages set more. Not set on the raw
 * response: Node would then store and check each header of an answer by itself. Their names are in lower case, as
 * Fastify sends them: others would be converted for each answer.
 */
function setSecurityHeaders(reply: FastifyReply, isTls: boolean): void {
  if (isTls) reply.header('strict-transport-security', `max-age=${A_YEAR_S}`);
  reply.header('x-content-type-options', 'nosniff');
}
