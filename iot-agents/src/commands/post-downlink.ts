import { traceHeaders } from '@alzette/kit/tracing';
import type { Connections } from '../devices/connection.ts';
import { signedDownlink } from '../network-servers/actility.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';
import { fetchOutgoing, refusal, SHORT_ANSWER } from '../outgoing/outgoing.ts';
import { SourceError } from '../outgoing/remote-error.ts';
import type { PostDownlink } from './send-command.ts';
import { RefusedError } from './send-command.ts';

const TIMEOUT_MS = 10_000;

/**
 * Posts downlinks to the APIs of network servers, with the credentials of their connections. Without `outgoing` it
 * always refuses.
 */
export function downlinkPoster(
  connections: Pick<Connections, 'get' | 'downlinkKeys'>,
  outgoing: Outgoing | undefined,
): PostDownlink {
  return async (id, url, body) => {
    if (outgoing === undefined) throw new RefusedError('requests to network servers are disabled');
    const { asKey, downlinkHeaders = {} } = connections.downlinkKeys(id);
    const asId = connections.get(id)?.downlink?.asId;
    const target = asId === undefined || asKey === undefined ? url : signedDownlink(url, asId, asKey, new Date());
    const answer = await fetchOutgoing(outgoing, target, {
      largestAnswer: SHORT_ANSWER,
      method: 'POST',
      ...(body === '' ? {} : { body }),
      headers: { ...traceHeaders(), ...(body !== '' && { 'content-type': 'application/json' }) },
      secretHeaders: downlinkHeaders,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.status >= 200 && answer.status < 300) return;
    const refused = refusal(answer);
    // Any other answer may be temporary.
    const isFinal = answer.status < 500 && answer.status !== 429 && answer.status !== 408;
    throw isFinal ? new RefusedError(refused.message) : new SourceError(refused.message);
  };
}
