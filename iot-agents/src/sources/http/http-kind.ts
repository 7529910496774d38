import { POINTER } from '../../devices/validation.ts';
import { checkMapped, FILE, harvestMapped } from '../csv/mapped-source.ts';
import type { SourceKind } from '../items/source-kind.ts';
import { MAPPING, TEXT, TEXTS, URL_TEXT, wrongMember } from '../items/source-schemas.ts';
import type { HttpSource } from './http-source.ts';
import { readHttp } from './read-http.ts';

const PAGES = { type: 'integer', minimum: 1, maximum: 10_000 } as const;

const PAGING = {
  type: 'object',
  required: ['by'],
  additionalProperties: false,
  properties: {
    by: { enum: ['next', 'offset', 'page', 'cursor'] },
    pointer: POINTER,
    parameter: TEXT,
    size: { type: 'integer', minimum: 1, maximum: 100_000 },
    sizeParameter: TEXT,
    first: { type: 'integer', minimum: 0 },
    maxPages: PAGES,
  },
} as const;

const HTTP_FROM = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: {
    url: URL_TEXT,
    method: { enum: ['GET', 'POST'] },
    headers: TEXTS,
    secretHeaders: TEXTS,
    secretParameters: TEXTS,
    body: {},
    paging: PAGING,
  },
} as const;

export const httpKind: SourceKind<HttpSource> = {
  kind: 'http',
  members: { ...MAPPING, ...FILE, from: HTTP_FROM },
  required: ['from', 'entities'],
  check(source) {
    checkFrom(source);
    checkMapped(source);
  },
  secretsGoTo: ({ from }) => URL.parse(from.url)?.origin ?? '',
  harvest: (source, reading) =>
    harvestMapped(source, reading, (gathering) => {
      const { outgoing, state, signal, isPreview } = reading;
      return readHttp(outgoing, source, gathering, { state: isPreview ? {} : state, signal, onlyFirst: isPreview });
    }),
};

function checkFrom(source: HttpSource): void {
  const { url, method = 'GET', body, paging } = source.from;
  const parsed = URL.parse(url);
  if (parsed === null) throw wrongMember('from.url', url, 'an absolute http or https URL');
  if (parsed.username !== '' || parsed.password !== '') {
    throw wrongMember(
      'from.url',
      shownUrl(parsed),
      'no user and password: secretHeaders keep "Authorization" encrypted',
    );
  }
  if (body !== undefined && method !== 'POST') throw wrongMember('from.body', body, 'absent with GET');
  if (paging === undefined) return;
  if (source.csv !== undefined || source.xlsx !== undefined)
    throw wrongMember('from.paging', paging, 'absent for files');
  const needs = {
    next: [],
    offset: ['parameter', 'size'],
    page: ['parameter', 'size'],
    cursor: ['parameter', 'pointer'],
  };
  const missing = needs[paging.by].find((member) => !(member in paging));
  if (missing !== undefined)
    throw wrongMember(`from.paging.${missing}`, undefined, `a value for paging by ${paging.by}`);
}

function shownUrl({ origin }: URL): string {
  return origin.replace('//', '//…@');
}
