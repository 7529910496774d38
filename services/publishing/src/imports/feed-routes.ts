import { actor } from '@alzette/kit/access';
import { documentsInBody, judgeOf, listed } from '@alzette/kit/objects';
import { denied, missing, refused } from '@alzette/kit/problems';
import { answer, type Handlers, type RequestOf } from '@alzette/kit/serve';
import type { ServiceContext, TerritoryInfo } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import type { Kind } from '../contract/documents.ts';
import type { Feed, FeedContract, Format } from '../contract/feeds.ts';
import { checkOwner } from '../items/check-item.ts';
import { type KindOfOwner, mayWriteItem } from '../items/item-objects.ts';
import type { PublishingParts } from '../parts.ts';
import { deleteFeed, listFeeds, readAs, saveFeed } from './feeds.ts';
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
  datatourisme: 'place',
};
/** `/publishing/imports` and `/publishing/feeds`: imports content from elsewhere, once or every hour. */
export function feedHandlers(parts: PublishingParts, given: ServiceContext): Handlers<FeedContract> {
  const { db, territories, objects } = parts;

  function audited(request: FastifyRequest, action: string, object: string, details: object): Promise<void> {
    const caller = given.callerOf(request);
    const act = { actor: actor(caller), action, object, tenant: caller.tenant, details };
    return parts.audit.append({ ...act, outcome: 'done' });
  }

  return {
    import: {
      objects: documentsInBody(
        objects.writing,
        async ({ tenant, body }: RequestOf<FeedContract['operations']['import']>) => [
          pairOf(territories.of(tenant), body),
        ],
      ),
      async handle(request) {
        const { format, owner, source = format, state = 'draft', text } = request.body;
        const caller = given.callerOf(request);
        const author = { tenant: caller.tenant, name: actor(caller) };
        const target = { source: `import:${owner}:${source}`, owner, state };
        const outcome = await takeOver(parts, author, target, readAs(format, text));
        const { rejected, ...counts } = outcome;
        await audited(request, 'publishing.import', target.source, { ...counts, rejected: rejected.length });
        return outcome;
      },
    },
    list: {
      objects: listed(objects.writing),
      async handle(request) {
        const judge = judgeOf(request);
        const territory = territories.of(request.tenant);
        const feeds = await listFeeds(db, request.tenant);
        return {
          feeds: feeds.filter(({ format, owner }) => mayWriteItem(judge, territory, { kind: KIND_OF[format], owner })),
        };
      },
    },
    async save(request) {
      const { id } = request.params;
      const feed = request.body;
      const territory = territories.of(request.tenant);
      if (!mayWriteItem(judgeOf(request), territory, pairOf(territory, feed)))
        throw denied(`You may not write for ${feed.owner || 'the community'}`);
      const verdict = await parts.outgoing.check(feed.url);
      if (!verdict.allowed) throw refused('url', feed.url, `another URL: ${verdict.reason}`);
      const isNew = await saveFeed(db, request.tenant, id, feed);
      await audited(request, 'publishing.feed.save', id, { url: feed.url });
      return answer(isNew ? 201 : 204);
    },
    async remove(request) {
      const { id } = request.params;
      if (!(await deleteFeed(db, request.tenant, id))) throw missing('feed', id);
      await audited(request, 'publishing.feed.delete', id, {});
    },
  };
}

/** What an import writes. @throws Problem 400: an unknown owner */
function pairOf(territory: TerritoryInfo, { format, owner }: Pick<Feed, 'format' | 'owner'>): KindOfOwner {
  checkOwner(owner, territory);
  return { kind: KIND_OF[format], owner };
}
