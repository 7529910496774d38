import { actor } from '@alzette/kit/access';
import { documents, documentsInBody, forEveryone, judged, judgeOf, listed, named } from '@alzette/kit/objects';
import { conflict, missing, refused } from '@alzette/kit/problems';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import type { PublicationContract, ShownItem } from '../contract/publications.ts';
import type { PublishingParts } from '../parts.ts';
import { countAnswers } from '../polls/answers.ts';
import { LANGUAGES } from '../ports.ts';
import { htmlOf } from '../texts/markdown.ts';
import { checkItem, checkOwner } from './check-item.ts';
import { acceptItem, declinedBy, declineItem } from './inheritance.ts';
import { COMMUNITY, type Item, isPublic } from './item.ts';
import { seenPairs, writablePairs } from './item-objects.ts';
import { checkPicture, dropShownPicture, ownerOfPictures, storePicture } from './item-pictures.ts';
import { deleteItem, findItem, listItems } from './item-rows.ts';
import { type Author, createItem, updateItem } from './save-item.ts';
import { writeEntity } from './write-entities.ts';

/** `/publishing/items` to read, and what helps to write. */
export function readingHandlers({
  db,
  territories,
  objects,
}: PublishingParts): Handlers<PublicationContract, 'list' | 'one' | 'preview'> {
  return {
    list: {
      objects: listed(objects.item),
      async handle(request) {
        const { kind, owner, ...filter } = request.query;
        const territory = territories.of(request.tenant);
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
    },
    one: {
      objects: named(objects.item),
      async handle(request) {
        const item = judged(request, objects.item);
        const declined = await declinedBy(db, request.tenant, [item.id]);
        return {
          item: shown(item, declined.get(item.id)),
          ...(item.kind === 'poll' && { answers: Object.fromEntries(await countAnswers(db, request.tenant, item.id)) }),
        };
      },
    },
    preview: {
      objects: forEveryone('It converts the text of the request'),
      handle: ({ body }) => ({ html: htmlOf(body.body) }),
    },
  };
}

/** `/publishing/items` to write. Who may depends on the owner and the kind. */
export function writingHandlers(
  parts: PublishingParts,
  given: ServiceContext,
): Handlers<PublicationContract, 'add' | 'replace' | 'remove' | 'addPicture'> {
  const { db, territories, objects, images } = parts;
  return {
    add: {
      objects: documentsInBody(objects.writing, async ({ tenant, body }: RequestOf<Operations['add']>) => {
        checkItem(body, territories.of(tenant));
        return [body];
      }),
      async handle(request, reply) {
        const { id, ...wanted } = request.body;
        await checkPicture(parts, request.tenant, wanted);
        const item = await createItem(parts, authorOf(given, request), wanted, { ...(id !== undefined && { id }) });
        reply.header('location', `${territories.publicUrl(request.tenant)}/publishing/items/${item.id}`);
        return { item: shown(item) };
      },
    },
    replace: {
      objects: named(objects.item),
      async handle(request) {
        const before = judged(request, objects.item);
        const wanted = request.body;
        checkItem(wanted, territories.of(request.tenant));
        if (wanted.kind !== before.kind) throw refused('kind', wanted.kind, before.kind);
        if (wanted.owner !== before.owner) throw refused('owner', wanted.owner, JSON.stringify(before.owner));
        await checkPicture(parts, request.tenant, wanted, before);
        const version = versionOf(request) ?? before.version;
        return { item: shown(await updateItem(parts, authorOf(given, request), before, wanted, version)) };
      },
    },
    remove: {
      objects: named(objects.item),
      async handle(request) {
        const item = judged(request, objects.item);
        const author = authorOf(given, request);
        await writeEntity(parts, author.tenant, { ...item, state: 'withdrawn' });
        if (!(await deleteItem(db, author.tenant, item.id)))
          throw conflict(`The item ${item.id} is being written; try again`, 'busy');
        await dropShownPicture(parts, author.tenant, item);
        await parts.audit.append({
          actor: author.name,
          action: 'publishing.delete',
          object: item.id,
          tenant: author.tenant,
          outcome: 'done',
          details: { kind: item.kind, owner: item.owner },
        });
      },
    },
    // The pictures of items belong to the owner of the items.
    addPicture: {
      objects: documents(objects.writing, async ({ tenant, query }: RequestOf<Operations['addPicture']>) => {
        checkOwner(query.owner, territories.of(tenant));
        return [query];
      }),
      async handle({ tenant, query, body }) {
        const file = await storePicture(parts, tenant, ownerOfPictures(query), body, 'public');
        const url = await images?.publicPath(tenant, file);
        return { file, ...(url !== undefined && { url }) };
      },
    },
  };
}

/** `/publishing/items/{id}/declined/{commune}`: whether a commune shows an item of the community. */
export function inheritanceHandlers(
  { db, territories, objects }: PublishingParts,
  given: ServiceContext,
): Handlers<PublicationContract, 'decline' | 'accept'> {
  /** The kind of the item in the commune, which decides there. */
  const inCommune = documents(objects.writing, async (request: RequestOf<Operations['decline']>) => {
    const { id, commune } = request.params;
    const item = await findItem(db, request.tenant, id);
    if (item === undefined || !(await objects.item.may('read', item, judgeOf(request)))) throw missing('item', id);
    const { communes } = territories.of(request.tenant);
    if (!communes.some(({ slug }) => slug === commune)) throw missing('commune', commune);
    if (item.owner !== COMMUNITY) throw conflict('Only items of the community can be declined');
    return [{ kind: item.kind, owner: commune }];
  });
  return {
    decline: {
      objects: inCommune,
      async handle(request) {
        const { id, commune } = request.params;
        await declineItem(db, request.tenant, id, commune, authorOf(given, request).name);
      },
    },
    accept: {
      objects: inCommune,
      async handle({ tenant, params: { id, commune } }) {
        await acceptItem(db, tenant, id, commune);
      },
    },
  };
}

type Operations = PublicationContract['operations'];

function authorOf(given: ServiceContext, request: FastifyRequest): Author {
  const caller = given.callerOf(request);
  return { tenant: caller.tenant, name: actor(caller) };
}

function shown(item: Item, declined: readonly string[] = []): ShownItem {
  const { entityVersion: _entity, told: _told, publishAt, expiresAt, createdAt, modifiedAt, ...rest } = item;
  return {
    ...rest,
    publishAt: publishAt.toISOString(),
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    createdAt: createdAt.toISOString(),
    modifiedAt: modifiedAt.toISOString(),
    isPublic: isPublic(item, new Date()),
    declined,
    missingLanguages: LANGUAGES.filter((language) => item.document.texts[language] === undefined),
  };
}

/** The version of an item in `If-Match`; undefined: it is not given. @throws Problem 400 */
export function versionOf({ headers }: Pick<FastifyRequest, 'headers'>): number | undefined {
  const given = headers['if-match'];
  if (given === undefined) return undefined;
  const version = /^"?(\d{1,9})"?$/.exec(given)?.[1];
  if (version === undefined) throw refused('If-Match', given, 'the version of the item, such as "3"');
  return Number(version);
}
