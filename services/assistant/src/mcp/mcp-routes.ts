import { BY_ENTITIES } from '@alzette/kit/objects';
import { Problem } from '@alzette/kit/problems';
import { media, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AssistantParts } from '../parts.ts';
import type { Proposals } from '../proposals/proposal-rows.ts';
import { off, TOOLS_USE } from '../uses.ts';
import { challengeOf } from './resource-metadata.ts';

/** The longest message of a client in bytes. */
const MAX_BYTES = 128 * 1024;

/**
 * `/mcp`: the territory for assistants, by the Model Context Protocol over streamable HTTP, without sessions. Each
 * message is answered with the rights of its sender.
 */
export function mcpRoutes(scope: FastifyInstance, parts: AssistantParts, proposals: Proposals): void {
  // Also applies when the broker's hooks refuse a credential: clients find the issuer by this header.
  scope.addHook('onSend', async (_request, reply, payload) => {
    const header = reply.getHeader('www-authenticate');
    if (reply.statusCode === 401) reply.header('www-authenticate', challengeOf(parts.publicUrl, header));
    return payload;
  });
  const described = { access: 'known' as const, objects: BY_ENTITIES, bodyLimit: MAX_BYTES };
  scope.post(
    '',
    operation({
      ...described,
      summary: 'The Model Context Protocol endpoint for assistants',
      body: { type: 'object', description: 'A JSON-RPC 2.0 message' },
      answers: { 200: media('application/json; charset=utf-8', 'text/event-stream'), 202: null },
    }),
    async (request, reply) => {
      await mustBeOn(parts, request);
      return answer(parts, proposals, request, reply);
    },
  );
  // These are for messages that the server initiates and for ending a session. We have neither.
  for (const method of ['GET', 'DELETE'] as const) {
    scope.route({
      method,
      url: '',
      ...operation({ ...described, summary: 'Answers 405: there are no sessions', answers: { 405: null } }),
      handler: async (request) => {
        await mustBeOn(parts, request);
        throw new Problem(
          405,
          'Method not allowed',
          `${method}: got it on /mcp, expected POST: there are no sessions here`,
          {
            headers: { allow: 'POST' },
          },
        );
      },
    });
  }
}

/** @throws Problem 404: the use is off; 401: the caller is anonymous */
async function mustBeOn({ uses, callerOf }: AssistantParts, request: FastifyRequest): Promise<void> {
  const caller = callerOf(request);
  if (!(await uses.isOn(TOOLS_USE, caller.tenant))) throw off('The assistant is off', [TOOLS_USE]);
  if (caller.kind === 'anonymous')
    throw new Problem(401, 'Unauthorized', 'Expected a token of a user, or an API key, with the right to read');
}

async function answer(
  parts: AssistantParts,
  proposals: Proposals,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // Loaded with the first client, so that the start is faster without one.
  const [{ createMcpHandler }, { territoryServer }] = await Promise.all([
    import('@modelcontextprotocol/server'),
    import('./territory-server.ts'),
  ]);
  const handler = createMcpHandler(() => territoryServer(parts, proposals, request), {
    // Lists change only with the rights of the caller, so there is nothing to subscribe to.
    maxSubscriptions: 0,
    onerror: (error) => parts.logger.debug({ err: error }, 'refused a message of an assistant'),
  });
  try {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (value !== undefined) headers.set(name, String(value));
    const asked = new Request(`${parts.publicUrl}/mcp`, {
      method: 'POST',
      headers,
      body: JSON.stringify(request.body),
    });
    const answered = await handler.fetch(asked, { parsedBody: request.body });
    const text = await answered.text();
    return reply
      .code(answered.status)
      .type(answered.headers.get('content-type') ?? 'application/json')
      .send(text);
  } finally {
    await handler.close();
  }
}
