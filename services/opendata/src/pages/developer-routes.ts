import { randomBytes } from 'node:crypto';
import { formField, readForms } from '@alzette/kit/bodies';
import { LANGUAGES } from '@alzette/kit/languages';
import { oneOf, readQuery } from '@alzette/kit/parameters';
import { type AddressLimit, FORM, operation, PAGE } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { publishedDatasets } from '../datasets/dataset-rows.ts';
import { PAGE_HEADERS } from '../html/page.ts';
import { addKeyRequest } from '../keys/request-rows.ts';
import { type OpenDataParts, siteOf } from '../parts.ts';
import type { MaybeSandbox } from '../sandbox/sandbox.ts';
import { KEPT_FOR, languageOf } from './data-routes.ts';
import type { Done, UseOfKey } from './developer-forms.ts';
import { developerPage } from './developer-page.ts';

const QUERY = { lang: oneOf(LANGUAGES) };
const EMAIL = /^[^\s@<>,;]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,}$/;
const MOST = { name: 120, purpose: 2000 } as const;
const SECRET_BYTES = 24;

interface Limits {
  /** Of requests for keys, and of keys of the sandbox. */
  readonly keys: AddressLimit;
  readonly others: AddressLimit;
}

/** `/developers`: what programs can read and write, keys, a sandbox, signed messages, limits and use. */
export function developerRoutes(
  scope: FastifyInstance,
  parts: OpenDataParts & MaybeSandbox,
  { keys, others }: Limits,
): void {
  const { db, territories, context, access, publicUrl, sandbox } = parts;
  readForms(scope, 16 * 1024);
  const pageOf = async (request: FastifyRequest, done: Done) => {
    const language = languageOf(request);
    const site = siteOf(territories, request.tenant);
    const datasets = (await publishedDatasets(db, site.tenant)).filter(({ generation }) => generation > 0);
    return developerPage({
      ...site,
      ...{ context, datasets, language, done, hasKeys: access === 'enforced' },
      ...(sandbox && { sandbox: { tenant: sandbox.tenant, installation: publicUrl } }),
    });
  };

  scope.get(
    '/',
    operation({
      access: 'nothing',
      summary: 'The page for developers: addresses, keys, sandbox, examples, webhooks, limits',
      query: QUERY,
      answers: PAGE,
    }),
    async (request, reply) => {
      readQuery(request, QUERY);
      const text = await pageOf(request, { form: 'none' });
      return reply.headers({ ...PAGE_HEADERS, 'cache-control': KEPT_FOR }).send(text);
    },
  );

  scope.post(
    '/',
    operation({
      access: 'nothing',
      summary: 'Forms: asks for a key, makes one of the sandbox, subscribes with a key, or shows its limits and use',
      query: QUERY,
      answers: FORM,
    }),
    async (request, reply) => {
      readQuery(request, QUERY);
      const form = formField(request, 'form');
      const isOfKey = form === 'webhook' || form === 'use';
      (isOfKey ? others : keys).take(request.ip);
      const done = isOfKey ? await withKey(parts, request, form) : await newKey(parts, request, form);
      const text = await pageOf(request, done);
      return reply
        .code(statusOf(done))
        .headers({ ...PAGE_HEADERS, 'cache-control': 'no-store' })
        .send(text);
    },
  );
}

function statusOf(done: Done): number {
  if (done.form === 'ask') return { asked: 200, incomplete: 400, tooMany: 503 }[done.state];
  if (done.form === 'sandbox' && done.key === undefined) return 503;
  return done.form === 'refused' || (done.form === 'use' && done.use === undefined) ? 400 : 200;
}

async function newKey(
  { db, access, sandbox }: OpenDataParts & MaybeSandbox,
  request: FastifyRequest,
  form: string,
): Promise<Done> {
  if (form === 'sandbox' && sandbox !== undefined && access === 'enforced') {
    return { form: 'sandbox', key: await sandbox.makeKey(`Sandbox, ${new Date().toISOString().slice(0, 16)}`) };
  }
  const field = (of: string) => formField(request, of).trim();
  const [name, email, purpose] = [field('name'), field('email'), field('purpose')];
  // A field that people do not see: only programs fill it.
  const isProgram = formField(request, 'website') !== '';
  const isWhole =
    name !== '' && purpose !== '' && EMAIL.test(email) && name.length <= MOST.name && purpose.length <= MOST.purpose;
  if (!isWhole || isProgram) return { form: 'ask', state: 'incomplete' };
  const isKept = await addKeyRequest(db, request.tenant, { name, email, purpose, language: languageOf(request) });
  return { form: 'ask', state: isKept ? 'asked' : 'tooMany' };
}

/** What is done with a key of the form, and with its rights. */
async function withKey(
  { app, sandbox, context }: OpenDataParts & MaybeSandbox,
  request: FastifyRequest,
  form: 'webhook' | 'use',
): Promise<Done> {
  const field = (of: string) => formField(request, of).trim();
  const tenant = field('where') === 'sandbox' ? (sandbox?.tenant ?? request.tenant) : request.tenant;
  const ask = async (method: 'GET' | 'POST', url: string, body?: object) => {
    const answer = await app.inject({
      method,
      url,
      remoteAddress: request.ip,
      headers: {
        ...(tenant !== '' && { 'ngsild-tenant': tenant }),
        ...(field('key') !== '' && { 'x-api-key': field('key') }),
        ...(body && { 'content-type': 'application/ld+json' }),
      },
      ...(body && { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, headers: answer.headers, read: <T>() => answer.json() as T };
  };
  if (form === 'webhook') {
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    const notifierInfo = [{ key: 'HMAC-SHA256-Key', value: secret }];
    const endpoint = { uri: field('uri'), accept: 'application/json', notifierInfo };
    const { status, headers, read } = await ask('POST', '/ngsi-ld/v1/subscriptions', {
      type: 'Subscription',
      entities: [{ type: field('type') }],
      notification: { format: 'keyValues', endpoint },
      '@context': context,
    });
    if (status === 201) return { form, secret, id: decodeURIComponent(`${headers.location}`.split('/').at(-1) ?? '') };
    const { title = '', detail = title } = read<{ readonly title?: string; readonly detail?: string }>();
    return { form: 'refused', detail };
  }
  const me = await ask('GET', '/ops/access/me');
  if (me.status !== 200) return { form, use: undefined };
  const { may, key } = me.read<{ may: UseOfKey['may']; key?: Omit<UseOfKey, 'may' | 'webhooks'> }>();
  if (key === undefined) return { form, use: undefined };
  const subscriptions = await ask('GET', '/ngsi-ld/v1/subscriptions?limit=100');
  const webhooks = subscriptions.status === 200 ? subscriptions.read<UseOfKey['webhooks']>() : [];
  return { form, use: { ...key, may, webhooks } };
}
