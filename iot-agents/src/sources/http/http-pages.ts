import { pointed } from '../../frames/json-pointer.ts';
import type { Outgoing, OutgoingAnswer } from '../../outgoing/outgoing.ts';
import { fetchOutgoing, refusal, shown } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import type { HttpFrom, Paging } from './http-source.ts';

/** Validators of the last answer. Sent with the next request, so that the server can answer 304. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

interface Page {
  readonly answer: OutgoingAnswer;
  /** Set if the answer is JSON. */
  readonly json?: unknown;
}

const MAX_PAGES = 100;
/** The limit for all pages of a run together. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * All pages at a URL; none if it has not changed. `asJson` is false for binary content.
 *
 * @throws SourceError
 */
export async function fetchPages(
  outgoing: Outgoing,
  from: HttpFrom,
  options: {
    readonly asJson: boolean;
    readonly known: Validators;
    readonly signal: AbortSignal;
    /** The number of items on a page, to recognise the last page. */
    readonly countOf: (json: unknown) => number;
    readonly onlyFirst?: boolean;
  },
): Promise<{ readonly pages: Page[]; readonly validators: Validators }> {
  const { paging } = from;
  const { signal, known, countOf, asJson } = options;
  // With several pages, the validators of the first one don't show whether others have changed.
  const conditional: Record<string, string> =
    paging === undefined
      ? {
          ...(known.etag === undefined ? {} : { 'if-none-match': known.etag }),
          ...(known.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
        }
      : {};
  const pages: Page[] = [];
  let bytes = 0;
  let url: URL | undefined = firstUrl(from);
  let validators: Validators = {};
  while (url !== undefined) {
    const answer: OutgoingAnswer = await fetchOutgoing(outgoing, url.href, {
      method: from.method ?? 'GET',
      headers: {
        accept: asJson ? 'application/json, application/geo+json;q=0.9, */*;q=0.1' : '*/*',
        ...(from.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...conditional,
        ...from.headers,
      },
      ...(from.secretHeaders === undefined ? {} : { secretHeaders: from.secretHeaders }),
      ...(from.body === undefined ? {} : { body: JSON.stringify(from.body) }),
      signal,
    });
    bytes += answer.body.length;
    if (bytes > MAX_BYTES) throw new SourceError(`the pages have more than ${MAX_BYTES / 1024 / 1024} MiB together`);
    if (answer.status === 304) return { pages: [], validators: known };
    if (answer.status < 200 || answer.status >= 300) throw refusal(answer);
    const json = asJson ? readJson(answer) : undefined;
    pages.push({ answer, ...(asJson ? { json } : {}) });
    if (paging === undefined) {
      const [etag, lastModified] = [answer.headers.get('etag'), answer.headers.get('last-modified')];
      validators = { ...(etag === null ? {} : { etag }), ...(lastModified === null ? {} : { lastModified }) };
      break;
    }
    if (options.onlyFirst === true) break;
    const next = nextUrl(from, paging, url, { answer, json }, pages.length, countOf(json));
    if (next !== undefined && pages.length >= (paging.maxPages ?? MAX_PAGES)) {
      throw new SourceError(`there are more than ${paging.maxPages ?? MAX_PAGES} pages (paging.maxPages)`);
    }
    if (next !== undefined && next.host !== url.host) {
      throw new SourceError(`the next page lies on ${next.host}, expected ${url.host}`);
    }
    url = next;
  }
  return { pages, validators };
}

function firstUrl(from: HttpFrom): URL {
  const url = new URL(from.url);
  withSecrets(url, from);
  const { paging } = from;
  if (paging?.by === 'offset' || paging?.by === 'page') {
    url.searchParams.set(paging.parameter, String(paging.first ?? (paging.by === 'page' ? 1 : 0)));
    if (paging.sizeParameter !== undefined) url.searchParams.set(paging.sizeParameter, String(paging.size));
  }
  return url;
}

function withSecrets(url: URL, { secretParameters = {} }: HttpFrom): void {
  for (const [name, value] of Object.entries(secretParameters)) url.searchParams.set(name, value);
}

function nextUrl(
  from: HttpFrom,
  paging: Paging,
  url: URL,
  { answer, json }: Page,
  pages: number,
  count: number,
): URL | undefined {
  if (paging.by === 'next') {
    const link =
      paging.pointer === undefined
        ? /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(answer.headers.get('link') ?? '')?.[1]
        : pointed(json, paging.pointer);
    if (typeof link !== 'string' || link === '') return undefined;
    const next = new URL(link, url);
    withSecrets(next, from);
    return next;
  }
  const next = new URL(url);
  if (paging.by === 'cursor') {
    const cursor = pointed(json, paging.pointer);
    if ((typeof cursor !== 'string' && typeof cursor !== 'number') || cursor === '') return undefined;
    next.searchParams.set(paging.parameter, String(cursor));
    return next;
  }
  if (count < paging.size) return undefined;
  const first = paging.first ?? (paging.by === 'page' ? 1 : 0);
  next.searchParams.set(paging.parameter, String(first + pages * (paging.by === 'page' ? 1 : paging.size)));
  return next;
}

function readJson({ body, url, headers }: OutgoingAnswer): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch (cause) {
    const type = headers.get('content-type') ?? 'of no type';
    const excerpt = Buffer.from(body.subarray(0, 80)).toString().replace(/\s+/g, ' ');
    throw new SourceError(`${shown(new URL(url))} answered no JSON (${type}): ${excerpt}`, { cause });
  }
}
