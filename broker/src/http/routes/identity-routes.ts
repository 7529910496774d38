import type { FastifyInstance } from 'fastify';
import { sendDocument } from '../answers/answer.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import { parameters, resource } from '../requests/resource.ts';

/** `/info/sourceIdentity` (6.33): the identity of this broker, which is stable and different for each tenant. */
export function identityRoutes(app: FastifyInstance, aliasOf: (tenant: string) => string): void {
  // 6.33.3.1 Retrieve Context Source Identity Information
  resource(app, '/info/sourceIdentity', {
    GET: {
      parameters: parameters(),
      answers: JSON_TYPES,
      anyTenant: true,
      handle(request, reply) {
        const alias = aliasOf(request.ngsiLd.tenant);
        return sendDocument(request, reply, {
          id: `urn:ngsi-ld:ContextSourceIdentity:${alias}`,
          type: 'ContextSourceIdentity',
          contextSourceAlias: alias,
          contextSourceUptime: duration(process.uptime()),
          contextSourceTimeAt: new Date().toISOString(),
        });
      },
    },
  });
}

/** Seconds as an ISO 8601 duration. */
function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const days = Math.floor(whole / 86_400);
  const parts = [Math.floor((whole % 86_400) / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return `P${days > 0 ? `${days}D` : ''}T${parts[0]}H${parts[1]}M${parts[2]}S`;
}
