import type { FastifyRequest } from 'fastify';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember } from '../../model/values.ts';
import { type Parameters, readBoolean, readInteger } from './parameters.ts';

/** Which part of a list is asked for (5.5.9, 6.3.13). */
export interface Page {
  readonly limit: number;
  readonly offset: number;
  /** Whether to tell how many there are in all. */
  readonly count: boolean;
}

const DEFAULT_LIMIT = 20;
/** Larger pages are refused: a client pages on. */
const MAX_LIMIT = 5000;

/** @throws NgsiLdError BadRequestData: no such page; TooManyResults: a larger page than this broker gives */
export function readPage(parameters: Parameters): Page {
  const count = readBoolean(parameters, 'count') ?? false;
  const limit = readInteger(parameters, 'limit', 0) ?? DEFAULT_LIMIT;
  if (limit === 0 && !count) throw badMember('limit', 0, 'at least 1, or count=true beside it');
  if (limit > MAX_LIMIT) throw new NgsiLdError('TooManyResults', `limit: got ${limit}, expected at most ${MAX_LIMIT}`);
  return { limit, offset: readInteger(parameters, 'offset', 0) ?? 0, count };
}

/** How the links of a list are written, where clients compare them as text. */
interface LinkStyle {
  /** In which order they have the parameters. */
  readonly order: 'byName' | 'asAsked';
  /** Absent: the media type of the answer. */
  readonly type?: string;
}

/** The Link headers to the pages before and after (6.3.10): the request's own parameters with another offset. */
export function pageLinks(
  request: FastifyRequest,
  { limit, offset }: Pick<Page, 'limit' | 'offset'>,
  hasNext: boolean,
  style: LinkStyle = { order: 'byName' },
): string[] {
  if (limit === 0) return [];
  const links: string[] = [];
  if (hasNext) links.push(pageLink(request, 'next', limit, offset + limit, style));
  if (offset > 0) links.push(pageLink(request, 'prev', limit, Math.max(0, offset - limit), style));
  return links;
}

function pageLink(
  request: FastifyRequest,
  relation: 'next' | 'prev',
  limit: number,
  offset: number,
  { order, type = request.ngsiLd.mediaType }: LinkStyle,
): string {
  const [path = ''] = request.url.split('?', 1);
  const all = Object.entries({ ...request.ngsiLd.parameters, limit: String(limit), offset: String(offset) });
  if (order === 'byName') all.sort(([one], [other]) => (one < other ? -1 : 1));
  const query = all.map(([name, value]) => `${name}=${encodeValue(value)}`).join('&');
  return `<${path.replace(/\/$/, '')}?${query}>;rel="${relation}";type="${type}"`;
}

const PLAIN = /^[\w.-]*$/;

/** Encodes what a query can't hold as it is, and no more: people read these links. */
function encodeValue(value: string): string {
  if (PLAIN.test(value)) return value;
  return encodeURI(value).replace(/[&+#]/g, encodeURIComponent);
}
