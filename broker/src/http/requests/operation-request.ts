import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.ts';
import type { Context } from '../../context/contexts.ts';
import type { NamedWarning, OperationRequest } from '../../operations/operation-request.ts';
import { releaseBodySlot } from '../server/large-bodies.ts';
import { callerOf } from './caller.ts';
import { readBoolean } from './parameters.ts';
import { quotedText } from './request-interop.ts';
import { answeredVersion } from './version-preference.ts';

/**
 * Extracts what an operation needs from a request.
 *
 * @param isLocal whether local data only was requested, if not by the URL parameter `local`
 *
 * @throws NgsiLdError InvalidRequest: `local` is not a boolean
 */
export function operationRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  isLocal = readBoolean(request.ngsiLd.parameters, 'local') ?? false,
): OperationRequest {
  return new HttpOperationRequest(request, reply, isLocal);
}

class HttpOperationRequest implements OperationRequest {
  readonly caller: Caller;
  readonly context: Context;
  readonly headers: IncomingHttpHeaders;
  readonly isLocal: boolean;
  readonly isDraft: boolean;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;

  constructor(request: FastifyRequest, reply: FastifyReply, isLocal: boolean) {
    this.caller = callerOf(request, request.ngsiLd.tenant);
    this.context = request.ngsiLd.context;
    this.headers = request.headers;
    this.isLocal = isLocal;
    this.isDraft = answeredVersion(request) === '2.0';
    this.#request = request;
    this.#reply = reply;
  }

  onSourcesAsked(): void {
    releaseBodySlot(this.#request);
  }

  onWarnings(warnings: readonly NamedWarning[]): void {
    const lines = warnings.map(({ code, agent, text }) => `${code} ${agent} "${quotedText(text)}"`);
    this.#reply.header('NGSILD-Warning', [...new Set(lines)]);
  }
}
