import type { AiUses } from '@alzette/kit/ai-uses';
import { forKnown } from '@alzette/kit/objects';
import { serviceRoutes } from '@alzette/kit/routes';
import { type Handlers, serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { type AssistantContract, assistantContract } from './contract/contract.ts';
import { mcpRoutes } from './mcp/mcp-routes.ts';
import { metadataRoutes } from './mcp/resource-metadata.ts';
import type { AssistantParts, ModelSettings } from './parts.ts';
import { proposalHandlers } from './proposals/proposal-routes.ts';
import { openProposals } from './proposals/proposal-rows.ts';
import { questionHandlers } from './questions/question-routes.ts';
import { QUESTION_TOOLS, READING_TOOLS } from './tools/all-tools.ts';
import { QUESTIONS_USE, TOOLS_USE, USES } from './uses.ts';

export type { ModelSettings } from './parts.ts';

export interface AssistantOptions {
  /** Absent: the site has no model, and questions in words are not available. */
  readonly model?: ModelSettings;
  /** The accepted token issuers; default: our own provider. */
  readonly issuers?: readonly string[];
}

/**
 * The territory for assistants: tools, resources and prompts by the Model Context Protocol, proposals that people
 * decide on, questions in words. Off until an administrator turns the uses on.
 */
export function assistantService({ model, issuers = [] }: AssistantOptions = {}) {
  return defineService({
    name: 'assistant',
    needs: ['uses'],
    async start(given: ServiceContext & { readonly uses: AiUses }) {
      const { app, publicUrl, db, uses } = given;
      for (const use of USES) uses.declare(use);
      const trusted = issuers.length > 0 ? issuers : [`${publicUrl}/oidc`];
      const parts: AssistantParts = { ...given, model, issuers: trusted };
      const proposals = openProposals(db);
      await serviceRoutes(app, '/mcp', (scope) => mcpRoutes(scope, parts, proposals));
      await serviceRoutes(app, '/.well-known', (scope) => metadataRoutes(scope, parts));
      await serviceRoutes(app, '/assistant', (scope) =>
        serve(scope, assistantContract, {
          ...aboutHandlers(parts),
          ...questionHandlers(parts),
          ...proposalHandlers(parts, proposals),
        }),
      );
      return { parts: { proposals } };
    },
  });
}

/** Which parts of the service the caller can use; pages show only these. */
function aboutHandlers({ uses, model, callerOf, publicUrl }: AssistantParts): Handlers<AssistantContract, 'about'> {
  return {
    about: {
      objects: forKnown('assistant'),
      async handle(request) {
        const { tenant, mayPropose } = callerOf(request);
        const [toolsOn, questionsOn] = await Promise.all([
          uses.isOn(TOOLS_USE, tenant),
          uses.isOn(QUESTIONS_USE, tenant),
        ]);
        return {
          tools: {
            isOn: toolsOn,
            url: `${publicUrl}/mcp`,
            mayPropose,
            names: READING_TOOLS.map(({ name, title, description }) => ({ name, title, description })),
          },
          questions: {
            isOn: questionsOn && model !== undefined,
            ...(questionsOn && model !== undefined && { model: model.name, host: new URL(model.url).host }),
            tools: QUESTION_TOOLS.map(({ name, title, input }) => ({ name, title, input })),
          },
        };
      },
    },
  };
}
