import { actor } from '@alzette/kit/access';
import { Problem } from '@alzette/kit/problems';
import type { FastifyRequest } from 'fastify';
import { runTool } from '../calls/run-tool.ts';
import type { AssistantParts, ModelSettings } from '../parts.ts';
import { QUESTION_TOOLS } from '../tools/all-tools.ts';
import { QUESTIONS_USE } from '../uses.ts';
import { type ChatMessage, nextMessage, type ToolCall } from './chat-model.ts';
import { type AnswerLanguage, firstMessages } from './first-messages.ts';

/** So often the model may call tools before it has to answer. */
const MOST_ROUNDS = 5;
/** So much of an answer of a tool it is given, in characters. */
const MOST_OF_A_CALL = 8000;
const LONGEST_LOGGED = 500;

/** A query that the model has made, to be looked at, changed and run anew. */
export interface QuestionCall {
  readonly tool: string;
  readonly input: unknown;
  readonly request: string;
  readonly isError: boolean;
  /** JSON, as the model was given it. */
  readonly output: string;
}

export interface QuestionAnswer {
  readonly answer: string;
  readonly model: string;
  readonly calls: readonly QuestionCall[];
  /** All that was sent to the model, in its order. */
  readonly sent: readonly ChatMessage[];
  /** By which the register of AI uses takes a judgement on it. */
  readonly output: string;
}

/**
 * Has the site's model answer a question by tools that read, each with the rights of who asks.
 *
 * @throws Problem 502: the model does not answer
 */
export async function answerQuestion(
  parts: AssistantParts,
  model: ModelSettings,
  from: FastifyRequest,
  asked: { readonly question: string; readonly language: AnswerLanguage },
): Promise<QuestionAnswer> {
  const sent = await firstMessages(parts, from, asked.question, asked.language);
  const calls: QuestionCall[] = [];
  let answer: string | null = null;
  for (let round = 0; answer === null; round += 1) {
    const tools = round < MOST_ROUNDS ? QUESTION_TOOLS : [];
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

/** A call that can't be made is an answer to the model as well: it may do better. */
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
    const { request, isError, text, cut, count } = await runTool(parts, from, tool, input, MOST_OF_A_CALL);
    const beside = cut !== undefined || count !== undefined ? `\n${JSON.stringify({ count, cut })}` : '';
    return { tool: name, input, request, isError, output: text + beside };
  } catch (error) {
    if (error instanceof Problem) return wrong(input, error.message);
    throw error;
  }
}

/** Without the question, which may name persons: the register and the audit keep what they are given. */
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
