import { actor } from '@alzette/kit/access';
import type { Language } from '@alzette/kit/languages';
import { Problem } from '@alzette/kit/problems';
import type { FastifyRequest } from 'fastify';
import { runTool } from '../calls/run-tool.ts';
import type { QuestionAnswer, QuestionCall } from '../contract/contract.ts';
import type { AssistantParts, ModelSettings } from '../parts.ts';
import { QUESTION_TOOLS } from '../tools/all-tools.ts';
import { QUESTIONS_USE } from '../uses.ts';
import { type ChatMessage, nextMessage, type ToolCall } from './chat-model.ts';
import { firstMessages } from './first-messages.ts';

/** After this many rounds of tool calls the model must answer. */
const MAX_ROUNDS = 5;
/** The maximum length of a tool's answer to the model, in characters. */
const MAX_ANSWER_CHARACTERS = 8000;
const LONGEST_LOGGED = 500;

/**
 * Lets the site's model answer a question with reading tools, each with the rights of the caller.
 *
 * @throws Problem 502: the model does not answer
 */
export async function answerQuestion(
  parts: AssistantParts,
  model: ModelSettings,
  from: FastifyRequest,
  asked: { readonly question: string; readonly language: Language },
): Promise<QuestionAnswer> {
  const sent = await firstMessages(parts, from, asked.question, asked.language);
  const calls: QuestionCall[] = [];
  let answer: string | null = null;
  for (let round = 0; answer === null; round += 1) {
    const tools = round < MAX_ROUNDS ? QUESTION_TOOLS : [];
    const message = await nextMessage(parts.outgoing, model, sent, tools);
    const called = tools.length > 0 ? (message.tool_calls ?? []) : [];
    if (called.length === 0) {
      answer = message.content ?? '';
      break;
    }
    sent.push(message);
    for (const call of called) {
      const made = await makeCall(parts, from, call);
      calls.push(made);
      sent.push({ role: 'tool', tool_call_id: call.id, content: made.output });
    }
  }
  const output = await log(parts, model, from, calls, sent);
  return { answer, model: model.name, calls, sent, output };
}

/** An invalid call is also answered to the model, which can correct it. */
async function makeCall(
  parts: AssistantParts,
  from: FastifyRequest,
  { function: called }: ToolCall,
): Promise<QuestionCall> {
  const { name, arguments: given } = called;
  const wrong = (input: unknown, detail: string): QuestionCall => ({
    tool: name,
    input,
    request: '',
    isError: true,
    output: JSON.stringify({ detail }),
  });
  const tool = QUESTION_TOOLS.find((each) => each.name === name);
  if (tool === undefined) return wrong(given, `There is no tool ${name}`);
  let input: unknown;
  try {
    input = JSON.parse(given || '{}');
  } catch {
    return wrong(given, 'The arguments are no JSON');
  }
  try {
    const { request, isError, text, cut, count } = await runTool(parts, from, tool, input, MAX_ANSWER_CHARACTERS);
    const summary = cut !== undefined || count !== undefined ? `\n${JSON.stringify({ count, cut })}` : '';
    return { tool: name, input, request, isError, output: text + summary };
  } catch (error) {
    if (error instanceof Problem) return wrong(input, error.message);
    throw error;
  }
}

/** Without the question, which may name persons: the register and the audit are never deleted. */
async function log(
  { uses, audit, callerOf }: AssistantParts,
  { name, url }: ModelSettings,
  from: FastifyRequest,
  calls: readonly QuestionCall[],
  sent: readonly ChatMessage[],
): Promise<string> {
  const caller = callerOf(from);
  const by = actor(caller);
  const characters = JSON.stringify(sent).length;
  const model = { name, host: new URL(url).host };
  await audit.append({
    actor: by,
    action: 'assistant.question',
    object: name,
    tenant: caller.tenant,
    outcome: 'done',
    details: { model, calls: calls.length, characters },
  });
  const queries = calls.map(({ tool, request }) => ({ tool, request: request.slice(0, LONGEST_LOGGED) }));
  return uses.log({ use: QUESTIONS_USE, tenant: caller.tenant, by, output: { characters }, why: { model, queries } });
}
