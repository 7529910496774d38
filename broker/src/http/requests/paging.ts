import type { FastifyRequest } from 'fastify';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember } from '../../model/values.ts';
import { type Parameters, readBoolean, readInteger } from './parameters.ts';

/** The requested page of a list (5.5.9, 6.3.13). */
export interface Page {
  readonly limit: number;
  readonly offset: number;
  /** Whether to return the total count. */
  readonly count: boolean;
}

const DEFAULT_LIMIT = 20;
/** The maximum page size. */
const MAX_LIMIT = 5000;

/** @throws NgsiLdError BadRequestData: invalid values; TooManyResults: the page is too large */
export function readPage(parameters: Parameters): Page {
  const count = readBoolean(parameters, 'count') ?? false;
  const limit = readInteger(parameters, 'limit', 0) ?? DEFAULT_LIMIT;
  if (limit === 0 && !count) throw badMember('limit', 0, 'at least 1, or count=true with it');
  if (limit > MAX_LIMIT) throw new NgsiLdError('TooManyResults', `limit: got ${limit}, expected at most ${MAX_LIMIT}`);
  return { limit, offset: readInteger(parameters, 'offset', 0) ?? 0, count };
}

/** The form of links in lists, for clients that compare them as text. */
interface LinkStyle {
  /** The order of the parameters. */
  readonly order: 'byName' | 'asAsked';
  /** Absent: the media type of the answer. */
  readonly type?: string;
}

/** The Link headers to the previous and next page (6.3.10): the request's own parameters with another offset. */
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

/** Encodes only what is necessary in a query string, so that links stay readable. */
function encodeValue(value: string): string {
  if (PLAIN.test(value)) return value;
  return encodeURI(value).replace(/[&+#]/g, encodeURIComponent);
}
