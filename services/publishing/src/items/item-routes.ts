import { actor } from '@alzette/kit/access';
import { bodyReader, object, TEXT } from '@alzette/kit/bodies';
import { documents, forEveryone, judged, judgeOf, listed, named } from '@alzette/kit/objects';
import { dateTime, listOf, oneOf, readPath, readQuery, text, wholeNumber } from '@alzette/kit/parameters';
import { conflict, missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { PublishingParts } from '../parts.ts';
import { LANGUAGES } from '../ports.ts';
import { htmlOf } from '../texts/markdown.ts';
import { acceptItem, declinedBy, declineItem } from './inheritance.ts';
import { COMMUNITY, type Item, isPublic, KINDS, STATES } from './item.ts';
import { seenPairs, writablePairs } from './item-objects.ts';
import { checkPicture, dropShownPicture } from './item-pictures.ts';
import { deleteItem, findItem, listItems } from './item-rows.ts';
import { type GivenItem, ITEM_SCHEMA, readItem } from './read-item.ts';
import { type Author, createItem, updateItem } from './save-item.ts';
import { writeEntity } from './write-entities.ts';

const BY_ID = { id: text({ max: 100, required: true }) };
const LIST = {
  kind: listOf(oneOf(KINDS), { max: KINDS.length }),
  owner: listOf(text({ max: 64 }), { max: 100 }),
  state: oneOf([...STATES, 'scheduled', 'public', 'expired']),
  text: text({ max: 200 }),
  from: dateTime(),
  to: dateTime(),
  limit: wholeNumber({ min: 1, max: 200, default: 50 }),
  offset: wholeNumber({ min: 0, max: 100_000, default: 0 }),
};
const ITEM = object({
  item: { type: 'object', description: 'The item, with `version` and the communes that decline it' },
});
const readPreview = bodyReader<{ body: string }>(object({ body: { type: 'string', maxLength: 50_000 } }, ['body']));

// Longer than 80 lines: routes that share who may do what to which item.
/** `/publishing/items`: the content of agents. Who may write depends on the owner and the kind. */
export function itemRoutes(scope: FastifyInstance, parts: PublishingParts, given: ServiceContext): void {
  const { db, territory, objects } = parts;
  const authorOf = (request: FastifyRequest): Author => {
    const caller = given.callerOf(request);
    return { tenant: caller.tenant, name: actor(caller) };
  };
  scope.get(
    '/items',
    operation({
      access: 'read',
      objects: listed(objects.item),
      summary:
        'Items of all kinds that are public or that you may write or decline, with the communes that decline them',
      query: LIST,
      answer: object({ items: { type: 'array', items: { type: 'object' } }, owners: { type: 'array', items: TEXT } }),
    }),
    async (request) => {
      const { kind, owner, ...filter } = readQuery(request, LIST);
      const writable = writablePairs(judgeOf(request), territory);
      const seen = seenPairs(territory, writable);
      const items = await listItems(db, request.tenant, { ...filter, kinds: kind, owners: owner, seen });
      const declined = await declinedBy(
        db,
        request.tenant,
        items.map(({ id }) => id),
      );
      return {
        items: items.map((item) => shown(item, declined.get(item.id))),
        owners: [...new Set(writable.map(({ owner }) => owner))],
      };
    },
  );

  scope.get(
    '/items/:id',
    operation({ access: 'read', objects: named(objects.item), summary: 'One item', answer: ITEM }),
    async (request) => {
      const item = judged(request, objects.item);
      const declined = await declinedBy(db, request.tenant, [item.id]);
      return { item: shown(item, declined.get(item.id)) };
    },
  );

  scope.post(
    '/items',
    operation({
      access: 'write',
      objects: documents(objects.writing, async ({ body }) => [readItem(body, territory)]),
      audited: { values: 'body' },
      summary: 'Writes an item',
      body: ITEM_SCHEMA,
      answer: ITEM,
    }),
    async (request, reply) => {
      const wanted = readItem(request.body, territory);
      await checkPicture(parts, request.tenant, wanted);
      const item = await createItem(parts, authorOf(request), wanted);
      return reply
        .code(201)
        .header('location', `${parts.publicUrl}/publishing/items/${item.id}`)
        .send({ item: shown(item) });
    },
  );

  scope.put(
    '/items/:id',
    operation({
      access: 'write',
      objects: named(objects.item),
      audited: { values: 'route' },
      summary: 'Replaces an item; If-Match: its version',
      body: ITEM_SCHEMA,
      answer: ITEM,
    }),
    async (request) => {
      const before = judged(request, objects.item);
      const wanted: GivenItem = readItem(request.body, territory);
      if (wanted.kind !== before.kind) throw refused('kind', wanted.kind, before.kind);
      if (wanted.owner !== before.owner) throw refused('owner', wanted.owner, JSON.stringify(before.owner));
      await checkPicture(parts, request.tenant, wanted, before);
      const item = await updateItem(parts, authorOf(request), before, wanted, versionOf(request) ?? before.version);
      return { item: shown(item) };
    },
  );

  scope.delete(
    '/items/:id',
    operation({
      access: 'write',
      objects: named(objects.item),
      audited: { values: 'route' },
      summary: 'Deletes an item with its answers',
    }),
    async (request, reply) => {
      const item = judged(request, objects.item);
      const author = authorOf(request);
      await writeEntity(parts, author.tenant, { ...item, state: 'withdrawn' });
      if (!(await deleteItem(db, author.tenant, item.id)))
        throw conflict(`The item ${item.id} is being written; try again`);
      await dropShownPicture(parts, author.tenant, item);
      await parts.audit.append({
        actor: author.name,
        action: 'publishing.delete',
        object: item.id,
        tenant: author.tenant,
        outcome: 'done',
        details: { kind: item.kind, owner: item.owner },
      });
      return reply.code(204).send();
    },
  );

  const inherited = { ...BY_ID, commune: text({ max: 64, required: true }) };
  /** The kind of the item in the commune, which decides there. */
  const inCommune = documents(objects.writing, async (request) => {
    const { id, commune } = readPath(request, inherited);
    const item = await findItem(db, request.tenant, id);
    if (item === undefined || !(await objects.item.may('read', item, judgeOf(request)))) throw missing('item', id);
    if (!territory.communes.some(({ slug }) => slug === commune)) throw missing('commune', commune);
    if (item.owner !== COMMUNITY) throw conflict('Only items of the community can be declined');
    return [{ kind: item.kind, owner: commune }];
  });
  scope.put(
    '/items/:id/declined/:commune',
    operation({ access: 'write', objects: inCommune, summary: 'Hides an item of the community in a commune' }),
    async (request, reply) => {
      const { id, commune } = readPath(request, inherited);
      await declineItem(db, request.tenant, id, commune, authorOf(request).name);
      return reply.code(204).send();
    },
  );
  scope.delete(
    '/items/:id/declined/:commune',
    operation({ access: 'write', objects: inCommune, summary: 'Shows an item of the community in a commune again' }),
    async (request, reply) => {
      const { id, commune } = readPath(request, inherited);
      await acceptItem(db, request.tenant, id, commune);
      return reply.code(204).send();
    },
  );

  scope.post(
    '/preview',
    operation({
      access: 'read',
      objects: forEveryone('It converts the text of the request'),
      summary: 'The HTML that citizens see for a text in Markdown',
      body: readPreview.schema,
      answer: object({ html: { type: 'string' } }),
    }),
    (request) => ({ html: htmlOf(readPreview(request.body).body) }),
  );
}

function shown(item: Item, declined: readonly string[] = []) {
  const { entityVersion: _entity, told: _told, ...rest } = item;
  const missingLanguages = LANGUAGES.filter((language) => item.document.texts[language] === undefined);
  return { ...rest, isPublic: isPublic(item, new Date()), declined, missingLanguages };
}

/** The version of an item in `If-Match`; undefined: it is not given. @throws Problem 400 */
export function versionOf({ headers }: FastifyRequest): number | undefined {
  const given = headers['if-match'];
  if (given === undefined) return undefined;
  const version = /^"?(\d{1,9})"?$/.exec(given)?.[1];
  if (version === undefined) throw refused('If-Match', given, 'the version of the item, such as "3"');
  return Number(version);
}
