import { actor } from '@alzette/kit/access';
import { bodyReader, object } from '@alzette/kit/bodies';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { identifier, readPath } from '@alzette/kit/parameters';
import { missing, Problem, unavailable } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { runTool } from '../calls/run-tool.ts';
import type { AssistantParts, ModelSettings } from '../parts.ts';
import { QUESTION_TOOLS } from '../tools/all-tools.ts';
import { off, QUESTIONS_USE, TOOLS_USE } from '../uses.ts';
import { answerQuestion } from './answer-question.ts';
import { ANSWER_LANGUAGES, type AnswerLanguage } from './first-messages.ts';

const readQuestion = bodyReader<{ question: string; language?: AnswerLanguage }>(
  object({ question: { type: 'string', minLength: 3, maxLength: 500 }, language: { enum: ANSWER_LANGUAGES } }, [
    'question',
  ]),
);
const readInput = bodyReader<object>({ type: 'object' });
const NAME = { name: identifier({ required: true }) };
/** The maximum number of concurrent questions in this process, because each may cost money. */
const MAX_CONCURRENT = 4;
const RETRY_AFTER_S = 20;

/** `/assistant/questions`, and the queries of answers, which can be run again. */
export function questionRoutes(scope: FastifyInstance, parts: AssistantParts): void {
  const { callerOf, uses, model } = parts;
  /** Users whose question is being answered. */
  const asking = new Set<string>();

  scope.post(
    '/questions',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary:
        'Answers a question in natural language with the configured model, and lists the queries made and everything sent to the model',
      body: readQuestion.schema,
      answer: { type: 'object' },
    }),
    async (request) => {
      const { question, language = 'fr' } = readQuestion(request.body);
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
  );

  scope.post(
    '/tools/:name',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'Runs a tool of the assistant; `GET /assistant` describes the arguments',
      body: readInput.schema,
      answer: object({ request: { type: 'string' }, output: { type: 'string' } }),
    }),
    async (request) => {
      const { tenant } = callerOf(request);
      const isOn = (await uses.isOn(QUESTIONS_USE, tenant)) || (await uses.isOn(TOOLS_USE, tenant));
      if (!isOn) throw off('The assistant is off', [TOOLS_USE, QUESTIONS_USE]);
      const { name } = readPath(request, NAME);
      const tool = QUESTION_TOOLS.find((each) => each.name === name);
      if (tool === undefined) throw missing('tool', name);
      const { text: output, ...outcome } = await runTool(parts, request, tool, readInput(request.body));
      return { ...outcome, output };
    },
  );

  /** @throws Problem 404: the use is off, or the site has no model */
  async function modelFor(request: FastifyRequest): Promise<ModelSettings> {
    if (!(await uses.isOn(QUESTIONS_USE, callerOf(request).tenant)))
      throw off('Questions in words are off', [QUESTIONS_USE]);
    if (model === undefined)
      throw new Problem(404, 'There is no model', 'None is configured: set ASSISTANT_MODEL_URL and ASSISTANT_MODEL');
    return model;
  }
}
