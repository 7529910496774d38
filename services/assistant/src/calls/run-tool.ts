import { actor, type Caller } from '@alzette/kit/access';
import { Problem } from '@alzette/kit/problems';
import type { FastifyRequest } from 'fastify';
import type { AssistantParts } from '../parts.ts';
import type { PlatformRequest, Tool } from '../tools/tool.ts';
import { askAsCaller, type PlatformAnswer } from './ask-as-caller.ts';
import { type Bounded, bounded } from './bounded.ts';

/** The maximum length of an answer in characters: about 15,000 tokens. */
export const MAX_CHARACTERS = 60_000;
const TIMEOUT_MS = 30_000;

/** The result of a tool call. */
export interface ToolOutcome extends Bounded {
  readonly isError: boolean;
  /** The HTTP request, `GET /ngsi-ld/v1/entities?type=…`, with its body if it has one. */
  readonly request: string;
  /** The total count of a list. */
  readonly count?: number;
}

/**
 * Runs a tool for the sender of the request, with their rights and limits, and records it in the audit. A refusal of
 * the API is a result.
 *
 * @throws Problem 400: an argument is invalid
 */
export async function runTool(
  parts: AssistantParts,
  from: FastifyRequest,
  tool: Tool,
  input: unknown,
  most = MAX_CHARACTERS,
): Promise<ToolOutcome> {
  const { app, context, territories } = parts;
  const caller = parts.callerOf(from);
  const asked = tool.request(input, { timeZone: territories.of(from.tenant).timeZone, now: new Date() });
  const answer = await withinTime(askAsCaller(app, context, from, asked));
  const isError = answer.status >= 400;
  await noteCall(parts, caller, tool.name, answer.status);
  return {
    isError,
    request: textOf(asked),
    ...bounded(answer.body, most),
    ...(answer.count !== undefined && { count: answer.count }),
  };
}

/** The request as text, which a person can read and repeat. */
export function textOf({ method, path, body }: PlatformRequest): string {
  return [`${method} ${path}`, ...(body === undefined ? [] : [JSON.stringify(body)])].join('\n');
}

async function withinTime(asking: Promise<PlatformAnswer>): Promise<PlatformAnswer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const detail = `There was no answer within ${TIMEOUT_MS / 1000} s: ask for less`;
    timer = setTimeout(() => reject(new Problem(504, 'Timed out', detail)), TIMEOUT_MS);
  });
  try {
    return await Promise.race([asking, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The arguments are not recorded: they may name persons, and the audit is never deleted. */
function noteCall({ audit }: AssistantParts, caller: Caller, tool: string, status: number): Promise<void> {
  return audit.append({
    actor: actor(caller),
    action: 'assistant.call',
    object: tool,
    tenant: caller.tenant,
    outcome: status < 400 ? 'done' : status < 500 ? 'refused' : 'failed',
    details: { status, ...(caller.client !== undefined && { client: caller.client }) },
  });
}
