import { actor } from '@alzette/kit/access';
import { bodyReader, object, TEXT } from '@alzette/kit/bodies';
import { dateTime, listOf, oneOf, readPath, readQuery, text, wholeNumber } from '@alzette/kit/parameters';
import { conflict, denied, missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { PublishingParts } from '../parts.ts';
import { LANGUAGES } from '../ports.ts';
import { htmlOf } from '../texts/markdown.ts';
import { ENTITY_KINDS, scopesOf } from './entity-of-item.ts';
import { acceptItem, declinedBy, declineItem } from './inheritance.ts';
import { COMMUNITY, type Item, isPublic, KINDS, type Kind, STATES } from './item.ts';
import { dropShownPicture } from './item-pictures.ts';
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
/**
 * `/publishing/items`: the content of agents. Who may write depends on the owner and the kind. What is not public is
 * seen only by those who may write it, or of the community by those who may decline it for a commune.
 */
export function itemRoutes(scope: FastifyInstance, parts: PublishingParts, given: ServiceContext): void {
  const { db, territory } = parts;
  const authorOf = (request: FastifyRequest): Author => {
    const caller = given.callerOf(request);
    return { tenant: caller.tenant, name: actor(caller) };
  };
  const found = async (request: FastifyRequest): Promise<Item> => {
    const { id } = readPath(request, BY_ID);
    const item = await findItem(db, request.tenant, id);
    if (item === undefined) throw missing('item', id);
    return item;
  };
  const allow = (request: FastifyRequest, kind: Kind, owner: string) => {
    if (!mayWrite(parts, given, request, kind, owner)) {
      throw denied(`You may not write for ${owner === COMMUNITY ? 'the community' : owner}`);
    }
  };

  scope.get(
    '/items',
    operation({
      access: 'read',
      summary:
        'Items of all kinds that are public or that you may write or decline, with the communes that decline them',
      query: LIST,
      answer: object({ items: { type: 'array', items: { type: 'object' } }, owners: { type: 'array', items: TEXT } }),
    }),
    async (request) => {
      const { kind, owner, ...filter } = readQuery(request, LIST);
      const writable = writablePairs(parts, given, request);
      const seen = seenPairs(parts, writable);
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

  scope.get('/items/:id', operation({ access: 'read', summary: 'One item', answer: ITEM }), async (request) => {
    const item = await found(request);
    const seen = seenPairs(parts, writablePairs(parts, given, request));
    const isSeen = seen?.some(({ kind, owner }) => kind === item.kind && owner === item.owner) ?? true;
    if (!isSeen && !isPublic(item, new Date())) throw missing('item', item.id);
    const declined = await declinedBy(db, request.tenant, [item.id]);
    return { item: shown(item, declined.get(item.id)) };
  });

  scope.post(
    '/items',
    operation({
      access: 'write',
      audited: { values: 'body' },
      summary: 'Writes an item',
      body: ITEM_SCHEMA,
      answer: ITEM,
    }),
    async (request, reply) => {
      const wanted = readItem(request.body, territory);
      allow(request, wanted.kind, wanted.owner);
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
      audited: { values: 'route' },
      summary: 'Replaces an item; If-Match: its version',
      body: ITEM_SCHEMA,
      answer: ITEM,
    }),
    async (request) => {
      const before = await found(request);
      const wanted: GivenItem = readItem(request.body, territory);
      if (wanted.kind !== before.kind) throw refused('kind', wanted.kind, before.kind);
      if (wanted.owner !== before.owner) throw refused('owner', wanted.owner, JSON.stringify(before.owner));
      allow(request, before.kind, before.owner);
      const item = await updateItem(parts, authorOf(request), before, wanted, versionOf(request) ?? before.version);
      return { item: shown(item) };
    },
  );

  scope.delete(
    '/items/:id',
    operation({ access: 'write', audited: { values: 'route' }, summary: 'Deletes an item with its answers' }),
    async (request, reply) => {
      const item = await found(request);
      allow(request, item.kind, item.owner);
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
  const ofCommune = async (request: FastifyRequest) => {
    const { commune } = readPath(request, inherited);
    const item = await found(request);
    if (!territory.communes.some(({ slug }) => slug === commune)) throw missing('commune', commune);
    if (item.owner !== COMMUNITY) throw conflict('Only items of the community can be declined');
    allow(request, item.kind, commune);
    return { item, commune };
  };
  scope.put(
    '/items/:id/declined/:commune',
    operation({ access: 'write', summary: 'Hides an item of the community in a commune' }),
    async (request, reply) => {
      const { item, commune } = await ofCommune(request);
      await declineItem(db, request.tenant, item.id, commune, authorOf(request).name);
      return reply.code(204).send();
    },
  );
  scope.delete(
    '/items/:id/declined/:commune',
    operation({ access: 'write', summary: 'Shows an item of the community in a commune again' }),
    async (request, reply) => {
      const { item, commune } = await ofCommune(request);
      await acceptItem(db, request.tenant, item.id, commune);
      return reply.code(204).send();
    },
  );

  scope.post(
    '/preview',
    operation({
      access: 'read',
      summary: 'The HTML that citizens see for a text in Markdown',
      body: readPreview.schema,
      answer: object({ html: { type: 'string' } }),
    }),
    (request) => ({ html: htmlOf(readPreview(request.body).body) }),
  );
}

interface KindOfOwner {
  readonly kind: Kind;
  readonly owner: string;
}

/** What the caller may write. */
function writablePairs(parts: PublishingParts, given: ServiceContext, request: FastifyRequest): KindOfOwner[] {
  const owners = [COMMUNITY, ...parts.territory.communes.map(({ slug }) => slug)];
  return owners.flatMap((owner) =>
    KINDS.filter((kind) => mayWrite(parts, given, request, kind, owner)).map((kind) => ({ kind, owner })),
  );
}

/** Of which they see drafts too: what they may write, and of the community what they may decline. Undefined: of all. */
function seenPairs({ territory }: PublishingParts, writable: readonly KindOfOwner[]): KindOfOwner[] | undefined {
  if (writable.length === KINDS.length * (territory.communes.length + 1)) return undefined;
  const kinds = [...new Set(writable.map(({ kind }) => kind))];
  return [...writable.filter(({ owner }) => owner !== COMMUNITY), ...kinds.map((kind) => ({ kind, owner: COMMUNITY }))];
}

/**
 * Whether the caller may write an entity of the kind for the owner: in its scope, or in all scopes of the territory.
 */
export function mayWrite(
  { territory }: PublishingParts,
  given: ServiceContext,
  request: FastifyRequest,
  kind: Kind,
  owner: string,
): boolean {
  const { model } = ENTITY_KINDS[kind];
  const scopes = scopesOf({ owner, document: { texts: { fr: { title: '' } } } }, territory);
  // An item of the community requires the right in each of its communes.
  return scopes.every((scope) =>
    given.mayWrite(request, { id: `urn:ngsi-ld:${model.type}:new`, types: [model.iri], scopes: [scope] }),
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
