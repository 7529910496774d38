import { createHash, randomBytes } from 'node:crypto';
import { actor } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import { documents, forEveryone } from '@alzette/kit/objects';
import { missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { readCategories } from '../categories/categories.ts';
import { withoutKeys } from '../categories/category.ts';
import { CATEGORY_DEFAULTS } from '../contract/categories.ts';
import type { ReportSetupContract } from '../contract/setup.ts';
import { addBlock, deleteBlock, listBlocks } from '../guard/blocks.ts';
import type { ReportParts } from '../parts.ts';
import { eraseReports } from '../privacy/erase.ts';
import { exportReports } from '../privacy/export.ts';
import { emailHash, loadAuthors, reportsOfContact } from '../store/author-rows.ts';
import { deleteDocument, readDocuments, saveDocument } from '../store/documents/documents.ts';
import { savePartnerKey } from '../store/partner-keys.ts';
import { deletePostingKey, insertPostingKey, listPostingKeys } from '../store/posting-keys.ts';
import { readSettings, SETTINGS_ID } from '../store/settings.ts';
import { readTemplates } from './templates.ts';

const DAY_MS = 86_400_000;

/** `/reports/…`: what citizens choose from, and prepared replies. */
export function wordHandlers({
  db,
  secrets,
}: ReportParts): Handlers<
  ReportSetupContract,
  'categories' | 'saveCategory' | 'removeCategory' | 'templates' | 'saveTemplate' | 'removeTemplate'
> {
  return {
    categories: {
      objects: forEveryone('Categories are public'),
      handle: async ({ tenant }) => ({
        categories: await withOwn(db, tenant, 'category', readCategories, ({ code }) => code),
      }),
    },
    async saveCategory({ tenant, params: { code }, body }) {
      const { category, keys } = withoutKeys({ ...CATEGORY_DEFAULTS, ...body, code });
      await db.transaction(async (tx) => {
        await saveDocument(tx, tenant, 'category', code, category);
        for (const [url, key] of keys) await savePartnerKey(tx, secrets, tenant, url, key);
      });
      return category;
    },
    async removeCategory({ tenant, params: { code } }) {
      if (!(await deleteDocument(db, tenant, 'category', code))) throw missing('category', code);
    },
    templates: {
      objects: forEveryone('Replies are written for authors of reports'),
      handle: async ({ tenant }) => ({
        templates: await withOwn(db, tenant, 'template', readTemplates, ({ id }) => id),
      }),
    },
    async saveTemplate({ tenant, params: { id }, body }) {
      const template = { ...body, id };
      await saveDocument(db, tenant, 'template', id, template);
      return template;
    },
    async removeTemplate({ tenant, params: { id } }) {
      if (!(await deleteDocument(db, tenant, 'template', id))) throw missing('template', id);
    },
  };
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

/** `/reports/…`: settings, and keys for posting reports. */
export function settingHandlers({
  db,
  objects,
}: ReportParts): Handlers<ReportSetupContract, 'settings' | 'changeSettings' | 'keys' | 'addKey' | 'removeKey'> {
  return {
    settings: {
      objects: documents(objects.moderation, async () => [true]),
      handle: ({ tenant }) => readSettings(db, tenant),
    },
    async changeSettings({ tenant, body }) {
      const settings = { ...(await readSettings(db, tenant)), ...body };
      await saveDocument(db, tenant, 'settings', SETTINGS_ID, settings);
      return settings;
    },
    keys: async ({ tenant }) => ({ keys: await listPostingKeys(db, tenant) }),
    async addKey({ tenant, body: { name, days } }) {
      const key = randomBytes(24).toString('base64url');
      const digest = createHash('sha256').update(key).digest('base64url');
      const expiresAt = days === undefined ? undefined : new Date(Date.now() + days * DAY_MS);
      const id = await insertPostingKey(db, tenant, { name, digest, expiresAt });
      return { id, name, key };
    },
    async removeKey({ tenant, params: { id } }) {
      if (!(await deletePostingKey(db, tenant, id))) throw missing('key', id);
    },
  };
}

/** `/reports/…`: blocked senders, and requests for personal data. */
export function personHandlers(
  parts: ReportParts,
): Handlers<ReportSetupContract, 'blocks' | 'block' | 'removeBlock' | 'exportPerson' | 'erasePerson'> {
  const { db, secrets, keyed, callerOf } = parts;
  return {
    blocks: async ({ tenant }) => ({ blocks: await listBlocks(db, tenant) }),
    async block(request) {
      const { id } = request.params;
      const { kind, days, reason } = request.body;
      const caller = callerOf(request);
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
      return { id: block, expiresAt: until.toISOString() };
    },
    async removeBlock({ tenant, params: { id } }) {
      if (!(await deleteBlock(db, tenant, id))) throw missing('block', id);
    },
    async exportPerson({ tenant, body }) {
      const ids = await reportsOfContact(db, keyed, tenant, body);
      const link = async (id: string) => [parts.files.link(tenant, { id, visibility: 'private' })];
      return { reports: await exportReports(parts, tenant, ids, link) };
    },
    async erasePerson(request) {
      const caller = callerOf(request);
      const erased = await reportsOfContact(db, keyed, caller.tenant, request.body);
      await eraseReports(parts, caller.tenant, erased, actor(caller));
      return { erased };
    },
  };
}
