import { createHash, randomBytes } from 'node:crypto';
import { actor } from '@alzette/kit/access';
import { bodyReader, object, TEXT } from '@alzette/kit/bodies';
import type { Queryable } from '@alzette/kit/database';
import { documents, forEveryone, judged, listed, named, readable } from '@alzette/kit/objects';
import { dateTime, identifier, readPath, readQuery, text } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import { readCategories } from '../categories/categories.ts';
import { CATEGORY_DEFAULTS, CATEGORY_SCHEMA, type Category } from '../categories/category.ts';
import { addBlock, BLOCK_KINDS, type BlockKind, deleteBlock, listBlocks } from '../guard/blocks.ts';
import type { ReportParts } from '../parts.ts';
import { eraseReports } from '../privacy/erase.ts';
import { exportReports } from '../privacy/export.ts';
import { urnOf } from '../report/report.ts';
import { organisationsOf, statisticsOf } from '../statistics/statistics.ts';
import { type Contact, emailHash, loadAuthors, reportsOfContact } from '../store/author-rows.ts';
import { deleteDocument, readDocuments, saveDocument } from '../store/documents/documents.ts';
import { deletePostingKey, insertPostingKey, listPostingKeys } from '../store/posting-keys.ts';
import { type ReportSettings, readSettings, SETTINGS_ID, SETTINGS_SCHEMA } from '../store/settings.ts';
import { CONTACT } from '../submitting/new-report.ts';
import { readTemplates, TEMPLATE_SCHEMA, type Template } from './templates.ts';

const CODE = {
  code: text({ max: 40, pattern: /^[a-z][a-z0-9-]*$/, expected: 'lower-case letters, digits and "-"', required: true }),
};
const ID = { id: identifier({ required: true }) };
const PERIOD = { since: dateTime(), until: dateTime() };
const ANY = { type: 'object' };
const DAY_MS = 86_400_000;
const readCategory = bodyReader<Omit<Category, 'code'>>(CATEGORY_SCHEMA);
const readTemplate = bodyReader<Omit<Template, 'id'>>(TEMPLATE_SCHEMA);
const readSettingsBody = bodyReader<Partial<ReportSettings>>(SETTINGS_SCHEMA);
const readKey = bodyReader<{ name: string; days?: number }>(
  object({ name: TEXT, days: { type: 'integer', minimum: 1, maximum: 3650 } }, ['name']),
);
const readBlock = bodyReader<{ kind: BlockKind; days: number; reason: string }>(
  object(
    {
      kind: { enum: BLOCK_KINDS },
      days: { type: 'integer', minimum: 1, maximum: 365 },
      reason: { ...TEXT, minLength: 1 },
    },
    ['kind', 'days', 'reason'],
  ),
);
const readPerson = bodyReader<Contact>({ ...CONTACT, minProperties: 1 });

/** `/reports/…`: categories, templates, settings, keys, block lists, statistics, and requests for personal data. */
export function adminRoutes(scope: FastifyInstance, parts: ReportParts, given: ServiceContext): void {
  categoryRoutes(scope, parts, given);
  templateRoutes(scope, parts, given);
  settingRoutes(scope, parts, given);
  blockRoutes(scope, parts, given);
  personRoutes(scope, parts, given);
}

function categoryRoutes(scope: FastifyInstance, parts: ReportParts, given: ServiceContext): void {
  const { db } = parts;
  scope.get(
    '/categories',
    operation({
      access: 'read',
      objects: forEveryone('Categories are public'),
      summary: 'Report categories',
      answer: ANY,
    }),
    async (request) => ({
      categories: await withOwn(db, given.callerOf(request).tenant, 'category', readCategories, ({ code }) => code),
    }),
  );
  scope.put(
    '/categories/:code',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Adds a category, or replaces a built-in one',
      body: readCategory.schema,
      answer: ANY,
    }),
    async (request) => {
      const { code } = readPath(request, CODE);
      const category = { ...CATEGORY_DEFAULTS, ...readCategory(request.body), code };
      await saveDocument(db, given.callerOf(request).tenant, 'category', code, category);
      return category;
    },
  );
  scope.delete(
    '/categories/:code',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Deletes a category, or restores the built-in one',
    }),
    async (request, reply) => {
      const { code } = readPath(request, CODE);
      if (!(await deleteDocument(db, given.callerOf(request).tenant, 'category', code)))
        throw missing('category', code);
      return reply.code(204).send();
    },
  );
}

function templateRoutes(scope: FastifyInstance, { db }: ReportParts, given: ServiceContext): void {
  scope.get(
    '/templates',
    operation({
      access: 'read',
      objects: forEveryone('Replies are written for authors of reports'),
      summary: 'Reply templates',
      answer: ANY,
    }),
    async (request) => ({
      templates: await withOwn(db, given.callerOf(request).tenant, 'template', readTemplates, ({ id }) => id),
    }),
  );
  scope.put(
    '/templates/:id',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Adds or replaces a reply template',
      body: readTemplate.schema,
      answer: ANY,
    }),
    async (request) => {
      const { id } = readPath(request, ID);
      const template = { ...readTemplate(request.body), id };
      await saveDocument(db, given.callerOf(request).tenant, 'template', id, template);
      return template;
    },
  );
  scope.delete(
    '/templates/:id',
    operation({ access: 'administer', audited: { values: 'above' }, summary: 'Deletes a reply template' }),
    async (request, reply) => {
      const { id } = readPath(request, ID);
      if (!(await deleteDocument(db, given.callerOf(request).tenant, 'template', id))) throw missing('template', id);
      return reply.code(204).send();
    },
  );
}

/** With a mark for entries of an administrator; built-in ones can't be deleted. */
async function withOwn<T>(
  db: Queryable,
  tenant: string,
  kind: 'category' | 'template',
  read: (db: Queryable, tenant: string) => Promise<T[]>,
  idOf: (each: T) => string,
) {
  const own = await readDocuments(db, tenant, kind);
  return (await read(db, tenant)).map((each) => ({ ...each, isOwn: own.has(idOf(each)) }));
}

function settingRoutes(scope: FastifyInstance, parts: ReportParts, given: ServiceContext): void {
  const { db, objects } = parts;
  scope.get(
    '/settings',
    operation({
      access: 'read',
      objects: documents(objects.moderation, async () => [true]),
      summary: 'Settings of reports, for who may moderate in a commune',
      answer: ANY,
    }),
    (request) => readSettings(db, given.callerOf(request).tenant),
  );
  scope.put(
    '/settings',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Changes the settings of reports',
      body: readSettingsBody.schema,
      answer: ANY,
    }),
    async (request) => {
      const { tenant } = given.callerOf(request);
      const settings = { ...(await readSettings(db, tenant)), ...readSettingsBody(request.body) };
      await saveDocument(db, tenant, 'settings', SETTINGS_ID, settings);
      return settings;
    },
  );

  scope.get(
    '/keys',
    operation({ access: 'administer', summary: 'Keys for posting reports (Open311)', answer: ANY }),
    async (request) => ({
      keys: await listPostingKeys(db, given.callerOf(request).tenant),
    }),
  );
  scope.post(
    '/keys',
    operation({
      access: 'administer',
      audited: { values: 'body' },
      summary: 'Creates a key, which is returned only once',
      body: readKey.schema,
      answer: ANY,
    }),
    async (request, reply) => {
      const { name, days } = readKey(request.body);
      const key = randomBytes(24).toString('base64url');
      const digest = createHash('sha256').update(key).digest('base64url');
      const expiresAt = days === undefined ? undefined : new Date(Date.now() + days * DAY_MS);
      const id = await insertPostingKey(db, given.callerOf(request).tenant, { name, digest, expiresAt });
      return reply.code(201).send({ id, name, key });
    },
  );
  scope.delete(
    '/keys/:id',
    operation({ access: 'administer', audited: { values: 'above' }, summary: 'Revokes a key' }),
    async (request, reply) => {
      const { id } = readPath(request, ID);
      if (!(await deletePostingKey(db, given.callerOf(request).tenant, id))) throw missing('key', id);
      return reply.code(204).send();
    },
  );
}

function blockRoutes(scope: FastifyInstance, parts: ReportParts, given: ServiceContext): void {
  const { db, secrets, keyed } = parts;
  scope.get(
    '/blocks',
    operation({ access: 'administer', summary: 'Blocked senders, and until when', answer: ANY }),
    async (request) => ({
      blocks: await listBlocks(db, given.callerOf(request).tenant),
    }),
  );
  scope.post(
    '/:id/block',
    operation({
      access: 'administer',
      summary: 'Blocks the sender of a report',
      body: readBlock.schema,
      answer: ANY,
    }),
    async (request, reply) => {
      const { id } = readPath(request, ID);
      const { kind, days, reason } = readBlock(request.body);
      const caller = given.callerOf(request);
      const author = (await loadAuthors(db, secrets, caller.tenant, [id])).get(id);
      if (author === undefined) throw missing('report', id);
      const { email } = author.contact;
      const hash = { address: author.addressHash, device: author.deviceHash, email: email && emailHash(keyed, email) }[
        kind
      ];
      if (hash === undefined || hash === '')
        throw refused('kind', kind, `a kind of data that is known of the author of ${id}`);
      const until = new Date(Date.now() + days * DAY_MS);
      const block = await addBlock(db, caller.tenant, { kind, hash, reason, actor: actor(caller), until });
      return reply.code(201).send({ id: block, expiresAt: until });
    },
  );
  scope.delete(
    '/blocks/:id',
    operation({ access: 'administer', summary: 'Removes a block' }),
    async (request, reply) => {
      const { id } = readPath(request, ID);
      if (!(await deleteBlock(db, given.callerOf(request).tenant, id))) throw missing('block', id);
      return reply.code(204).send();
    },
  );
}

function personRoutes(scope: FastifyInstance, parts: ReportParts, given: ServiceContext): void {
  const { db, secrets, keyed, audit, territory, objects } = parts;
  scope.get(
    '/statistics',
    operation({
      access: 'read',
      objects: listed(objects.figures),
      summary: 'Statistics of the reports you may see, by commune, category and delay, and whether all are published',
      query: PERIOD,
      answer: ANY,
    }),
    async (request) => {
      const { since, until } = readQuery(request, PERIOD);
      const { tenant } = given.callerOf(request);
      const known = (await organisationsOf(db, tenant)).map((organisation) => `/${organisation}`);
      const all = [...territory.communes.map(({ scope }) => scope), ...known];
      const seen = await readable(request, objects.figures, all);
      const communes = territory.communes.filter(({ scope }) => seen.includes(scope)).map(({ slug }) => slug);
      const organisations = known.filter((scope) => seen.includes(scope)).map((scope) => scope.slice(1));
      const statistics = await statisticsOf(db, tenant, { since, until, visible: { communes, organisations } });
      return { ...statistics, isPublished: (await readSettings(db, tenant)).publishesStatistics };
    },
  );
  scope.get(
    '/:id/contact',
    operation({
      access: 'write',
      objects: named(objects.authorsWords, { action: 'write' }),
      summary: 'The author’s contact details; each access is recorded',
      answer: ANY,
    }),
    async (request) => {
      const caller = given.callerOf(request);
      const { id } = judged(request, objects.authorsWords).report;
      const author = (await loadAuthors(db, secrets, caller.tenant, [id])).get(id);
      const act = { actor: actor(caller), action: 'report.see-contact', object: urnOf(id), tenant: caller.tenant };
      await audit.append({ ...act, outcome: 'done', details: {} });
      return { contact: author?.contact ?? {}, language: author?.language ?? 'fr' };
    },
  );
  scope.post(
    '/persons/export',
    operation({
      access: 'administer',
      summary: 'All stored data of a person, by e-mail or telephone',
      body: readPerson.schema,
      answer: ANY,
    }),
    async (request) => {
      const { tenant } = given.callerOf(request);
      const ids = await reportsOfContact(db, keyed, tenant, readPerson(request.body));
      const link = async (id: string) => [parts.files.link(tenant, { id, visibility: 'private' })];
      return { reports: await exportReports(parts, tenant, ids, link) };
    },
  );
  scope.post(
    '/persons/erase',
    operation({
      access: 'administer',
      summary: 'Erases a person’s data, by e-mail or telephone',
      body: readPerson.schema,
      answer: ANY,
    }),
    async (request) => {
      const caller = given.callerOf(request);
      const ids = await reportsOfContact(db, keyed, caller.tenant, readPerson(request.body));
      await eraseReports(parts, caller.tenant, ids, actor(caller));
      return { erased: ids };
    },
  );
}
