import { cacheableForADay, DOCUMENT, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { AssistantParts } from '../parts.ts';

const WELL_KNOWN = '/oauth-protected-resource';
/** The scopes that clients request: assistants read and propose, nothing more. */
const SCOPES = ['alzette:read', 'alzette:propose'];

/**
 * Below `/.well-known`: the issuer of tokens for the API (RFC 9728), as clients of `/mcp` look it up. The document of
 * `/mcp` names its own address; a token for it is a token for the API.
 */
export function metadataRoutes(scope: FastifyInstance, { publicUrl, issuers, territories }: AssistantParts): void {
  for (const path of ['', '/mcp']) {
    scope.get(
      WELL_KNOWN + path,
      operation({
        access: 'nothing',
        anyTenant: true,
        summary: 'The authorization servers of the API (RFC 9728)',
        answers: DOCUMENT,
      }),
      (request, reply) =>
        cacheableForADay(request, reply, {
          resource: publicUrl + path,
          authorization_servers: issuers,
          scopes_supported: SCOPES,
          bearer_methods_supported: ['header'],
          resource_name: `Alzette, ${territories.of(request.tenant).name}`,
        }),
    );
  }
}

/** WWW-Authenticate of a refusal on `/mcp`, with the address of that document. @param given the original header */
export function challengeOf(publicUrl: string, given: unknown): string {
  const metadata = `resource_metadata="${publicUrl}/.well-known${WELL_KNOWN}/mcp", scope="${SCOPES[0]}"`;
  return typeof given === 'string' ? `${given}, ${metadata}` : `Bearer realm="alzette", ${metadata}`;
}
