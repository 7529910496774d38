import { createHash } from 'node:crypto';
import { LANGUAGES, type Language } from '@alzette/kit/languages';
import { decimal, idempotencyKey } from '@alzette/kit/parameters';
import { Problem, refused } from '@alzette/kit/problems';
import { media, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { categoryOf, readCategories } from '../categories/categories.ts';
import { isOurs } from '../categories/category.ts';
import { findPublic } from '../citizen/find-reports.ts';
import { CLOSED_STATUSES, OPEN_STATUSES, type Report } from '../contract/report.ts';
import { type Answers, type Contact, MAX_TEXT } from '../contract/submission.ts';
import { limitRate } from '../guard/rates.ts';
import type { ReportParts } from '../parts.ts';
import { readLastPublicTexts, readPublicEntries } from '../store/journal.ts';
import { findPostingKey } from '../store/posting-keys.ts';
import { readSettings } from '../store/settings.ts';
import type { NewReport } from '../submitting/new-report.ts';
import { submitReport } from '../submitting/submit.ts';
import { definitionOf, requestOf, serviceOf, updateOf } from './answers.ts';
import { fetchPhoto } from './fetch-photo.ts';
import { type Node, toXml } from './xml.ts';

type Format = 'json' | 'xml';
type Fields = ReadonlyMap<string, readonly string[]>;

const DISCOVERY_NAMESPACE = 'http://open311.org/spec/discovery';
const CHANGESET = '2026-11-28T00:00:00Z';
/** The defaults of the specification: 90 days, at most 1,000 requests. */
const PERIOD_MS = 90 * 86_400_000;
const MAX_REQUESTS = 1000;
const POSTS_PER_KEY_AND_HOUR = 1000;
const OPEN311 = { 200: media('application/json; charset=utf-8', 'text/xml; charset=utf-8') };

// Longer than 80 lines: routes that share how an answer is written, as JSON or XML.
/** `/open311/v2`: Open311 GeoReport v2, in JSON and XML. */
export function open311Routes(scope: FastifyInstance, parts: ReportParts): void {
  const { db, territories } = parts;
  readFormFields(scope);
  scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    // Errors of the surrounding application (their `type` is their name) go to its own handler.
    if ('type' in error && error.type === error.name) throw error;
    const status = error instanceof Problem ? error.status : (error.statusCode ?? 500);
    if (status >= 500) request.log.error({ err: error }, 'a request failed');
    const description = status >= 500 ? 'Something went wrong; the error is in the log' : error.message;
    if (error instanceof Problem) reply.headers(error.headers);
    return answer(reply.code(status), formatOf(request) ?? 'json', 'errors', [{ code: status, description }]);
  });
  const inFormats = (
    path: string,
    summary: string,
    handle: (request: FastifyRequest, reply: FastifyReply, format: Format) => Promise<FastifyReply>,
  ) => {
    for (const format of ['json', 'xml'] as const) {
      scope.get(
        `${path}.${format}`,
        operation({ access: 'nothing', summary: `${summary} (${format})`, answers: OPEN311 }),
        (request, reply) => handle(request, reply, format),
      );
    }
  };

  inFormats('/discovery', 'Where this Open311 server is', async (request, reply, format) => {
    const { contact } = await readSettings(db, request.tenant);
    const publicUrl = territories.publicUrl(request.tenant);
    const url = `${publicUrl}/open311/v2`;
    const endpoint = {
      specification: 'http://wiki.open311.org/GeoReport_v2',
      url,
      changeset: CHANGESET,
      type: 'production',
      formats: ['text/xml', 'application/json'],
    };
    const key_service = `${publicUrl}/docs`;
    return answer(
      reply,
      format,
      'discovery',
      { changeset: CHANGESET, contact, key_service, endpoints: [endpoint] },
      DISCOVERY_NAMESPACE,
    );
  });
  inFormats('/services', 'Report categories', async (request, reply, format) => {
    const ours = (await readCategories(db, request.tenant)).filter((category) => category.isActive && isOurs(category));
    return answer(
      reply,
      format,
      'services',
      ours.map((category) => serviceOf(category, languageOf(request))),
    );
  });
  scope.get(
    '/services/:code',
    operation({ access: 'nothing', summary: 'The attributes of a service: CODE.json or CODE.xml', answers: OPEN311 }),
    async (request, reply) => {
      const { name, format } = named(request, 'code');
      const category = await categoryOf(db, request.tenant, name, 'service_code').catch(() => undefined);
      if (category === undefined)
        throw new Problem(404, 'Not found', `service_code: got “${name}”, expected one of /services`);
      return answer(reply, format, 'service_definition', definitionOf(category, languageOf(request)));
    },
  );
  inFormats(
    '/requests',
    'Requests of the last 90 days, or of a time of at most 90 days',
    async (request, reply, format) => {
      const { filter, page } = requestsQuery(request);
      const { reports } = await findPublic(db, request.tenant, filter, page);
      return answer(reply, format, 'service_requests', await shown(parts, request, reports));
    },
  );
  scope.get(
    '/requests/:id',
    operation({ access: 'nothing', summary: 'One request: ID.json or ID.xml', answers: OPEN311 }),
    async (request, reply) => {
      const { name, format } = named(request, 'id');
      const { reports } = await findPublic(db, request.tenant, { ids: [name] }, { limit: 1, offset: 0 });
      if (reports.length === 0)
        throw new Problem(
          404,
          'Not found',
          `service_request_id: got “${name}”, which does not exist or is not public yet`,
        );
      return answer(reply, format, 'service_requests', await shown(parts, request, reports));
    },
  );
  scope.get(
    '/tokens/:token',
    operation({
      access: 'nothing',
      summary: 'The id of a request by its token; both are equal here',
      answers: OPEN311,
    }),
    async (request, reply) => {
      const { name, format } = named(request, 'token');
      return answer(reply, format, 'service_requests', [{ service_request_id: name, token: name }]);
    },
  );
  inFormats('/servicerequestupdates', 'Public updates within a time', async (request, reply, format) => {
    const query = request.query as Readonly<Record<string, string>>;
    const from = dateOf(query, 'start_date') ?? new Date(Date.now() - PERIOD_MS);
    const updates = await readPublicEntries(
      db,
      request.tenant,
      from,
      dateOf(query, 'end_date') ?? new Date(),
      MAX_REQUESTS,
    );
    return answer(reply, format, 'service_request_updates', updates.map(updateOf));
  });
  for (const format of ['json', 'xml'] as const) {
    scope.post(
      `/requests.${format}`,
      operation({
        access: 'nothing',
        summary: `Posts a request with an api_key; the fields as a form (${format})`,
        answers: OPEN311,
      }),
      async (request, reply) => {
        const { tenant } = request;
        const fields = fieldsOf(request);
        const key = await postingKey(parts, tenant, one(fields, 'api_key'));
        await limitRate(db, tenant, `key:${key}`, POSTS_PER_KEY_AND_HOUR, 'posts by one key');
        const given = await newReportOf(parts, tenant, fields);
        const { report } = await submitReport(parts, {
          tenant,
          given,
          source: `open311:${key}`,
          key: idempotencyKey(request),
        });
        const made = { service_request_id: report.id, service_notice: '', account_id: one(fields, 'account_id') ?? '' };
        return answer(reply.code(201), format, 'service_requests', [made]);
      },
    );
  }
}

function answer(reply: FastifyReply, format: Format, root: string, content: Node, namespace?: string): FastifyReply {
  if (format === 'json') return reply.type('application/json; charset=utf-8').send(JSON.stringify(content));
  return reply.type('text/xml; charset=utf-8').send(toXml(root, content, namespace));
}

function formatOf({ url }: FastifyRequest): Format | undefined {
  return /\.(json|xml)(?:\?|$)/.exec(url)?.[1] as Format | undefined;
}

/** The last segment of a path, `NAME.json` or `NAME.xml`. */
function named(request: FastifyRequest, parameter: string): { readonly name: string; readonly format: Format } {
  const [, name = '', format] =
    /^([\w-]{1,64})\.(json|xml)$/.exec((request.params as Record<string, string>)[parameter] ?? '') ?? [];
  if (format === undefined)
    throw new Problem(404, 'Not found', `${parameter}: expected a name ending in .json or .xml`);
  return { name, format: format as Format };
}

function languageOf(request: FastifyRequest): Language {
  const { locale } = request.query as { readonly locale?: string };
  return LANGUAGES.find((language) => locale?.toLowerCase().startsWith(language)) ?? 'fr';
}

function dateOf(query: Readonly<Record<string, string>>, name: string): Date | undefined {
  const given = query[name];
  if (given === undefined) return undefined;
  const date = new Date(given.replace(/ (\d\d:?\d\d)$/, '+$1'));
  if (Number.isNaN(date.getTime())) throw refused(name, given, 'a date and time such as 2026-03-29T08:00:00Z (W3C)');
  return date;
}

function requestsQuery(request: FastifyRequest) {
  const query = request.query as Readonly<Record<string, string>>;
  const list = (name: string) => query[name]?.split(',').map((each) => each.trim());
  const ids = list('service_request_id');
  const status = list('status');
  const odd = status?.find((each) => each !== 'open' && each !== 'closed');
  if (odd !== undefined) throw refused('status', odd, 'open or closed');
  const to = dateOf(query, 'end_date');
  const from = dateOf(query, 'start_date') ?? new Date((to?.getTime() ?? Date.now()) - PERIOD_MS);
  const statuses = status?.flatMap((each): readonly string[] => (each === 'open' ? OPEN_STATUSES : CLOSED_STATUSES));
  const size = wholeOf(query, 'page_size', 100, MAX_REQUESTS);
  // A query by ids has no time limit.
  const filter = ids === undefined ? { categories: list('service_code'), statuses, from, to } : { ids };
  return {
    filter,
    page: { limit: ids === undefined ? size : MAX_REQUESTS, offset: (wholeOf(query, 'page', 1, 100_000) - 1) * size },
  };
}

function wholeOf(query: Readonly<Record<string, string>>, name: string, otherwise: number, most: number): number {
  const given = query[name];
  if (given === undefined) return otherwise;
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw refused(name, given, `a whole number from 1 to ${most}`);
  return number;
}

async function shown(parts: ReportParts, request: FastifyRequest, reports: readonly Report[]): Promise<Node[]> {
  const { db, files } = parts;
  const { tenant } = request;
  const language = languageOf(request);
  const categories = new Map((await readCategories(db, tenant)).map((category) => [category.code, category]));
  const texts = await readLastPublicTexts(
    db,
    tenant,
    reports.map(({ id }) => id),
  );
  return reports.map((report) =>
    requestOf(report, categories.get(report.category), texts.get(report.id), { files, tenant, language }),
  );
}

/** Parses form fields; a repeated field has several values. */
function readFormFields(scope: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded';
  scope.addContentTypeParser(type, { parseAs: 'string', bodyLimit: 64 * 1024 }, (_request, body, done) => {
    const fields = new Map<string, string[]>();
    for (const [name, value] of new URLSearchParams(String(body)))
      fields.set(name, [...(fields.get(name) ?? []), value]);
    const odd = [...fields].flat(2).find((text) => text.includes('\0'));
    if (odd === undefined) done(null, fields);
    else done(refused('body', odd, 'text without U+0000'));
  });
}

function fieldsOf({ body, query }: FastifyRequest): Fields {
  if (!(body instanceof Map)) throw refused('body', body, 'a form (application/x-www-form-urlencoded)');
  const { api_key: apiKey } = query as { readonly api_key?: string };
  return apiKey === undefined || body.has('api_key') ? body : new Map([...body, ['api_key', [apiKey]]]);
}

function one(fields: Fields, name: string): string | undefined {
  const value = fields.get(name)?.at(-1);
  return value === '' ? undefined : value;
}

async function postingKey({ db }: ReportParts, tenant: string, key: string | undefined): Promise<string> {
  const id =
    key === undefined
      ? undefined
      : await findPostingKey(db, tenant, createHash('sha256').update(key).digest('base64url'));
  if (id === undefined)
    throw new Problem(
      403,
      'Forbidden',
      `api_key: got ${key === undefined ? 'nothing' : 'an invalid key'}, expected a valid key`,
    );
  return id;
}

const MAX_LINE = 200;
const ATTRIBUTE = /^attribute\[([\w-]{1,40})\](?:\[\])?$/;

async function newReportOf(parts: ReportParts, tenant: string, fields: Fields): Promise<NewReport> {
  const service = one(fields, 'service_code');
  if (service === undefined) throw refused('service_code', undefined, 'one listed in /services');
  await categoryOf(parts.db, tenant, service, 'service_code');
  const [lat, long] = [coordinate(fields, 'lat', 90), coordinate(fields, 'long', 180)];
  const answers: Record<string, string | readonly string[]> = {};
  for (const [name, values] of fields) {
    const code = ATTRIBUTE.exec(name)?.[1];
    if (code !== undefined) answers[code] = values.length === 1 ? String(values[0]) : values;
  }
  const media = one(fields, 'media_url');
  return {
    category: service,
    position: [long, lat],
    text: line(fields, 'description', MAX_TEXT),
    address: line(fields, 'address_string', MAX_LINE),
    photos: media === undefined ? [] : [await fetchPhoto(parts, tenant, media)],
    answers: answers as Answers,
    contact: contactOf(fields),
    language: 'fr',
    device: one(fields, 'device_id'),
  };
}

function contactOf(fields: Fields): Contact {
  const name = [line(fields, 'first_name', MAX_LINE), line(fields, 'last_name', MAX_LINE)]
    .filter((part) => part !== undefined)
    .join(' ');
  const email = line(fields, 'email', MAX_LINE);
  const phone = line(fields, 'phone', MAX_LINE);
  return { ...(name !== '' && { name }), ...(email !== undefined && { email }), ...(phone !== undefined && { phone }) };
}

function line(fields: Fields, name: string, most: number): string | undefined {
  const value = one(fields, name);
  if (value !== undefined && value.length > most) throw refused(name, value, `at most ${most} characters`);
  return value;
}

function coordinate(fields: Fields, name: string, most: number): number {
  const reader = decimal({ min: -most, max: most });
  const given = one(fields, name);
  const value = given === undefined ? undefined : reader.parse(given);
  if (value === undefined) throw refused(name, given, `${reader.expected} (addresses are not geocoded)`);
  return value;
}
