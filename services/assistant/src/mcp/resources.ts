import type { McpServer } from '@modelcontextprotocol/server';
import type { FastifyRequest } from 'fastify';
import { askAsCaller } from '../calls/ask-as-caller.ts';
import { bounded } from '../calls/bounded.ts';
import { MAX_CHARACTERS } from '../calls/run-tool.ts';
import type { AssistantParts } from '../parts.ts';
import { GUIDE_TO_Q } from './guide.ts';

const JSON_TYPE = 'application/json';

/** Resources that an assistant can read before it queries: communes, types, how to query. */
export function addResources(server: McpServer, parts: AssistantParts, from: FastifyRequest): void {
  server.registerResource(
    'territory',
    'alzette://territory',
    {
      title: 'The territory',
      description: 'Communes with their scopes, bounding box, time zone and @context',
      mimeType: JSON_TYPE,
    },
    (uri) => ({
      contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(territoryOf(parts, from.tenant)) }],
    }),
  );
  server.registerResource(
    'types',
    'alzette://types',
    {
      title: 'Types and attributes',
      description: 'The types of entities that you may read, with their attributes',
      mimeType: JSON_TYPE,
    },
    async (uri) => {
      const path = '/ngsi-ld/v1/types?details=true';
      const { body } = await askAsCaller(parts.app, parts.context, from, { method: 'GET', path });
      return { contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: bounded(body, MAX_CHARACTERS).text }] };
    },
  );
  server.registerResource(
    'guide-to-q',
    'alzette://guide/q',
    { title: 'How to query', description: 'The query language, with examples', mimeType: 'text/markdown' },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/markdown', text: GUIDE_TO_Q }] }),
  );
}

/** Public facts about the territory. */
export function territoryOf({ territories, context }: AssistantParts, tenant: string) {
  const territory = territories.of(tenant);
  return {
    name: territory.name,
    timeZone: territory.timeZone,
    bbox: territory.bbox,
    context,
    portal: territories.publicUrl(tenant),
    communes: territory.communes.map(({ slug, name, scope, center }) => ({ slug, name, scope, center })),
  };
}
