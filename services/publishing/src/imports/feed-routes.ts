import { actor } from '@alzette/kit/access';
import { bodyReader, object, TEXT } from '@alzette/kit/bodies';
import { documents, judgeOf, listed } from '@alzette/kit/objects';
import { identifier, readPath } from '@alzette/kit/parameters';
import { denied, missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Kind } from '../items/item.ts';
import { type KindOfOwner, mayWriteItem } from '../items/item-objects.ts';
import { checkOwner } from '../items/read-item.ts';
import type { PublishingParts } from '../parts.ts';
import { deleteFeed, FORMATS, type Format, listFeeds, readAs, readGivenFeed, saveFeed } from './feeds.ts';
import { takeOver } from './take-over.ts';

const KIND_OF: { readonly [format in Format]: Kind } = {
  ics: 'event',
  openagenda: 'event',
  rss: 'news',
  'menus-collectifs': 'menu',
  dae: 'place',
  directory: 'place',
  osm: 'place',
  sirene: 'place',
};
const MAX_TEXT = 900_000; // in a body of 1 MiB
const readImport = bodyReader<{
  format: Format;
  owner: string;
  source?: string;
  state?: 'draft' | 'ready';
  text: string;
}>(
  object(
    {
      format: { enum: FORMATS },
      owner: { type: 'string', maxLength: 64 },
      source: {
        type: 'string',
        pattern: '^[a-z0-9-]{1,60}$',
        description: 'The name of the file, which identifies it at the next import',
      },
      state: { enum: ['draft', 'ready'] },
      text: { type: 'string', minLength: 1, maxLength: MAX_TEXT },
    },
    ['format', 'owner', 'text'],
  ),
);
const OUTCOME = object({
  created: { type: 'integer' },
  updated: { type: 'integer' },
  unchanged: { type: 'integer' },
  rejected: { type: 'array', items: object({ at: TEXT, reason: TEXT }) },
});
const BY_ID = { id: identifier({ required: true }) };

/** `/publishing/imports` and `/publishing/feeds`: imports content from elsewhere, once or every hour. */
export function feedRoutes(scope: FastifyInstance, parts: PublishingParts, given: ServiceContext): void {
  const { db, territory, objects } = parts;

  scope.post(
    '/imports',
    operation({
      access: 'write',
      objects: documents(objects.writing, async ({ body }) => [pairOf(territory, readImport(body))]),
      summary: 'Imports a calendar, a feed, an agenda or a CSV of a national schema; repeatable without duplicates',
      body: readImport.schema,
      answer: OUTCOME,
    }),
    async (request) => {
      const { format, owner, source = format, state = 'draft', text } = readImport(request.body);
      const caller = given.callerOf(request);
      const author = { tenant: caller.tenant, name: actor(caller) };
      const target = { source: `import:${owner}:${source}`, owner, state };
      const outcome = await takeOver(parts, author, target, readAs(format, text));
      const { rejected, ...counts } = outcome;
      await audited(request, 'publishing.import', target.source, { ...counts, rejected: rejected.length });
      return outcome;
    },
  );
  scope.get(
    '/feeds',
    operation({
      access: 'read',
      objects: listed(objects.writing),
      summary: 'The feeds of what you may write, which are read every hour, with their latest results',
    }),
    async (request) => {
      const judge = judgeOf(request);
      const feeds = await listFeeds(db, request.tenant);
      return {
        feeds: feeds.filter((feed) =>
          mayWriteItem(judge, territory, { kind: KIND_OF[feed.format], owner: feed.owner }),
        ),
      };
    },
  );
  scope.put(
    '/feeds/:id',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Adds or replaces a feed',
      body: readGivenFeed.schema,
    }),
    async (request, reply) => {
      const { id } = readPath(request, BY_ID);
      const feed = readGivenFeed(request.body);
      if (!mayWriteItem(judgeOf(request), territory, pairOf(territory, feed)))
        throw denied(`You may not write for ${feed.owner || 'the community'}`);
      const verdict = await parts.outgoing.check(feed.url);
      if (!verdict.allowed) throw refused('url', feed.url, `another URL: ${verdict.reason}`);
      const isNew = await saveFeed(db, request.tenant, id, feed);
      await audited(request, 'publishing.feed.save', id, { url: feed.url });
      return reply.code(isNew ? 201 : 204).send();
    },
  );
  scope.delete(
    '/feeds/:id',
    operation({ access: 'administer', audited: { values: 'above' }, summary: 'Removes a feed; imported items stay' }),
    async (request, reply) => {
      const { id } = readPath(request, BY_ID);
      if (!(await deleteFeed(db, request.tenant, id))) throw missing('feed', id);
      await audited(request, 'publishing.feed.delete', id, {});
      return reply.code(204).send();
    },
  );

  function audited(request: FastifyRequest, action: string, object: string, details: object): Promise<void> {
    const caller = given.callerOf(request);
    const act = { actor: actor(caller), action, object, tenant: caller.tenant, details };
    return parts.audit.append({ ...act, outcome: 'done' });
  }
}

/** What an import writes. @throws Problem 400: an unknown owner */
function pairOf(territory: PublishingParts['territory'], { format, owner }: ImportTarget): KindOfOwner {
  checkOwner(owner, territory);
  return { kind: KIND_OF[format], owner };
}

interface ImportTarget {
  readonly format: Format;
  readonly owner: string;
}
