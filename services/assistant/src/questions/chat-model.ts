import { Problem } from '@alzette/kit/problems';
import type { Outgoing } from '@alzette/kit/service';
import { request } from 'undici';
import type { ModelSettings } from '../parts.ts';
import type { Tool } from '../tools/tool.ts';

/** A message of a dialogue, in the format of OpenAI's chat completions. */
export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string | null; readonly tool_calls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string };

export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  /** `arguments` is JSON, as the model wrote it. */
  readonly function: { readonly name: string; readonly arguments: string };
}

const TIMEOUT_MS = 90_000;
const MAX_BYTES = 1024 * 1024;
const MAX_CALLS = 8;
const MAX_TOKENS = 2000;
const LONGEST_ANSWER = 8000;
const LONGEST_ARGUMENTS = 10_000;

/**
 * Sends a dialogue to the model, through the guard on outgoing URLs, and returns its next message.
 *
 * @throws Problem 502: the URL is not allowed, or the answer is not a message
 */
export async function nextMessage(
  outgoing: Outgoing,
  { url, name, key }: ModelSettings,
  messages: readonly ChatMessage[],
  tools: readonly Tool[],
): Promise<Extract<ChatMessage, { role: 'assistant' }>> {
  const address = `${url.replace(/\/$/, '')}/chat/completions`;
  const verdict = await outgoing.check(address);
  if (!verdict.allowed) throw failed(`its address may not be reached: ${verdict.reason}`);
  const asked = {
    model: name,
    messages,
    temperature: 0,
    max_tokens: MAX_TOKENS,
    ...(tools.length > 0 && { tools: tools.map(functionOf), tool_choice: 'auto' }),
  };
  let text: string;
  let status: number;
  try {
    const { statusCode, body } = await request(address, {
      dispatcher: outgoing.dispatcher,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Alzette',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(asked),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    status = statusCode;
    text = await textOf(body);
  } catch (cause) {
    throw cause instanceof Problem ? cause : failed(cause instanceof Error ? cause.message : String(cause));
  }
  if (status !== 200) throw failed(`it answered HTTP ${status}`);
  return messageIn(text);
}

function functionOf({ name, description, input }: Tool) {
  return { type: 'function', function: { name, description, parameters: input } };
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw failed(`it answered more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface Completion {
  readonly choices?: readonly { readonly message?: { readonly content?: unknown; readonly tool_calls?: unknown } }[];
}

function messageIn(text: string): Extract<ChatMessage, { role: 'assistant' }> {
  const message = parsed(text)?.choices?.[0]?.message;
  if (typeof message !== 'object' || message === null) throw failed('it answered no message');
  const { content, tool_calls: calls } = message;
  const called = (Array.isArray(calls) ? calls : []).slice(0, MAX_CALLS).flatMap(callIn);
  const replyText = typeof content === 'string' ? content.slice(0, LONGEST_ANSWER) : null;
  if (called.length === 0 && replyText === null) throw failed('it answered neither a text nor a call');
  return { role: 'assistant', content: replyText, ...(called.length > 0 && { tool_calls: called }) };
}

function parsed(text: string): Completion | undefined {
  try {
    return JSON.parse(text) as Completion;
  } catch {
    return undefined;
  }
}

function callIn(call: unknown, place: number): ToolCall[] {
  const { id, function: called } = (call ?? {}) as { id?: unknown; function?: { name?: unknown; arguments?: unknown } };
  const { name, arguments: given } = called ?? {};
  if (typeof name !== 'string') return [];
  const args = typeof given === 'string' ? given : JSON.stringify(given ?? {});
  return [
    {
      id: typeof id === 'string' ? id.slice(0, 100) : `call-${place}`,
      type: 'function',
      function: { name: name.slice(0, 100), arguments: args.slice(0, LONGEST_ARGUMENTS) },
    },
  ];
}

function failed(why: string): Problem {
  return new Problem(502, 'The model did not answer', `The model of this site did not answer: ${why}`);
}
