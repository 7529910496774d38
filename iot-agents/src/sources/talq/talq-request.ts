import { randomUUID } from 'node:crypto';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { fetchOutgoing, refusal, SHORT_ANSWER } from '../../outgoing/outgoing.ts';
import { talqEntityId } from './talq-device.ts';
import type { TalqFrom, TalqSource } from './talq-source.ts';

/** The URL of a resource of the gateway. */
export function talqUrl({ url, clientAddress }: TalqFrom, resource: string): URL {
  const made = new URL(`${url.replace(/\/+$/, '')}/${resource}`);
  made.searchParams.set('clientAddress', clientAddress);
  return made;
}

export function talqHeaders({ apiVersion = '2.6.2', headers, secretHeaders }: TalqFrom) {
  return {
    headers: { accept: 'application/json', 'talq-api-version': apiVersion, ...headers },
    ...(secretHeaders === undefined ? {} : { secretHeaders }),
  };
}

/** A write with its id. @throws SourceError: another status */
export async function sendTalq(
  outgoing: Outgoing,
  { from }: Pick<TalqSource, 'from'>,
  method: 'POST' | 'PATCH',
  resource: string,
  body: unknown,
  signal: AbortSignal,
  { accepted, talqRequestId = randomUUID() }: { readonly accepted: readonly number[]; readonly talqRequestId?: string },
): Promise<{ readonly status: number }> {
  const url = talqUrl(from, resource);
  url.searchParams.set('talqRequestId', talqRequestId);
  const { headers, ...secret } = talqHeaders(from);
  const answer = await fetchOutgoing(outgoing, url.href, {
    largestAnswer: SHORT_ANSWER,
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...secret,
    body: JSON.stringify(body),
    signal,
  });
  if (!accepted.includes(answer.status)) throw refusal(answer);
  return answer;
}

/** The ResourceReference of a lamp or a group of the gateway; undefined: it has no such one. */
export function referenceOf(
  { id: source }: Pick<TalqSource, 'id'>,
  id: unknown,
): { readonly resource: string; readonly address: string } | undefined {
  for (const [type, resource] of [
    ['Streetlight', 'devices'],
    ['StreetlightGroup', 'groups'],
  ] as const) {
    const prefix = talqEntityId(source, type, '');
    if (typeof id === 'string' && id.startsWith(prefix)) return { resource, address: id.slice(prefix.length) };
  }
  return undefined;
}
