import { actor } from '@alzette/kit/access';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { missing, Problem, unavailable } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import { runTool } from '../calls/run-tool.ts';
import type { AssistantContract } from '../contract/contract.ts';
import type { AssistantParts, ModelSettings } from '../parts.ts';
import { QUESTION_TOOLS } from '../tools/all-tools.ts';
import { off, QUESTIONS_USE, TOOLS_USE } from '../uses.ts';
import { answerQuestion } from './answer-question.ts';

/** The maximum number of concurrent questions in this process, because each may cost money. */
const MAX_CONCURRENT = 4;
const RETRY_AFTER_S = 20;

/** `/assistant/questions`, and the queries of answers, which can be run again. */
export function questionHandlers(parts: AssistantParts): Handlers<AssistantContract, 'ask' | 'runTool'> {
  const { callerOf, uses, model } = parts;
  /** Users whose question is being answered. */
  const asking = new Set<string>();

  /** @throws Problem 404: the use is off, or the site has no model */
  async function modelFor({ tenant }: FastifyRequest): Promise<ModelSettings> {
    if (!(await uses.isOn(QUESTIONS_USE, tenant))) throw off('Questions in words are off', [QUESTIONS_USE]);
    if (model === undefined)
      throw new Problem(404, 'There is no model', 'None is configured: set ASSISTANT_MODEL_URL and ASSISTANT_MODEL');
    return model;
  }

  return {
    ask: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { question, language = 'fr' } = request.body;
        const chosen = await modelFor(request);
        const caller = callerOf(request);
        // Each question costs the site something, whatever a policy lets anyone read.
        if (caller.kind === 'anonymous')
          throw new Problem(401, 'Unauthorized', 'Expected a token of a user, or an API key');
        const who = `${caller.tenant} ${actor(caller)} ${caller.kind === 'open' ? request.ip : ''}`;
        if (asking.has(who) || asking.size >= MAX_CONCURRENT)
          throw unavailable('Too many questions are being answered; try again later', RETRY_AFTER_S);
        asking.add(who);
        try {
          return await answerQuestion(parts, chosen, request, { question, language });
        } finally {
          asking.delete(who);
        }
      },
    },
    runTool: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { tenant, params, body } = request;
        const isOn = (await uses.isOn(QUESTIONS_USE, tenant)) || (await uses.isOn(TOOLS_USE, tenant));
        if (!isOn) throw off('The assistant is off', [TOOLS_USE, QUESTIONS_USE]);
        const tool = QUESTION_TOOLS.find(({ name }) => name === params.name);
        if (tool === undefined) throw missing('tool', params.name);
        const { text: output, ...outcome } = await runTool(parts, request, tool, body);
        return { ...outcome, output };
      },
    },
  };
}
