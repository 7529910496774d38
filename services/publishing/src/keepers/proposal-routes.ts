import { actor } from '@alzette/kit/access';
import { bodyReader, object } from '@alzette/kit/bodies';
import { judged, judgeOf, listed, named } from '@alzette/kit/objects';
import { readPath, readQuery, text, wholeNumber } from '@alzette/kit/parameters';
import { conflict, missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Item } from '../items/item.ts';
import { writablePairs } from '../items/item-objects.ts';
import { versionOf } from '../items/item-routes.ts';
import { findItem } from '../items/item-rows.ts';
import type { PublishingParts } from '../parts.ts';
import { differencesOf, entryOf } from './entry.ts';
import { pictureUrls } from './pictures.ts';
import { decideProposal, findProposal, type Proposal, waitingProposals } from './proposals.ts';
import { publishChanges } from './publish-changes.ts';

const LIST = { item: text({ max: 100 }), limit: wholeNumber({ min: 1, max: 200, default: 100 }) };
const BY_PROPOSAL = { id: text({ max: 100, required: true }), proposal: text({ max: 64, required: true }) };
const readRefusal = bodyReader<{ reason: string }>(
  object({ reason: { type: 'string', minLength: 1, maxLength: 500 } }, ['reason']),
);
const PROPOSAL = {
  type: 'object',
  description:
    'id, item, title, version, owner, proposedAt, differences: each a member with before and after; pictures: their URLs by file',
};

// Longer than 80 lines: routes that share how a proposal is found and audited.
/** `/publishing/proposals`: what keepers propose for their entries, and its acceptance or refusal. */
export function proposalRoutes(scope: FastifyInstance, parts: PublishingParts, given: ServiceContext): void {
  const { db, objects } = parts;

  scope.get(
    '/proposals',
    operation({
      access: 'read',
      objects: listed(objects.writing),
      summary: 'Pending proposals for entries that you may write, oldest first',
      query: LIST,
      answer: object({ proposals: { type: 'array', items: PROPOSAL } }),
    }),
    async (request) => {
      const { item, limit } = readQuery(request, LIST);
      const writable = writablePairs(judgeOf(request), parts.territory);
      const own = writable.filter(({ kind }) => kind === 'place').map(({ owner }) => owner);
      const waiting = await waitingProposals(db, request.tenant, own, limit, item);
      const withItems = waiting.map(async (proposal) => ({
        proposal,
        item: await findItem(db, request.tenant, proposal.item),
      }));
      const proposals = (await Promise.all(withItems)).flatMap(({ proposal, item }) =>
        item === undefined ? [] : [shownWithPictures(request.tenant, proposal, item)],
      );
      return { proposals: await Promise.all(proposals) };
    },
  );
  scope.post(
    '/items/:id/proposals/:proposal/accept',
    operation({
      access: 'write',
      objects: named(objects.item),
      summary: 'Publishes a keeper’s proposal; If-Match: the version of the item',
      answer: object({ item: { type: 'object', description: 'id and version' } }),
    }),
    async (request) => {
      const { item, proposal } = await found(request);
      const caller = given.callerOf(request);
      const by = { tenant: caller.tenant, name: actor(caller) };
      const changed = await publishChanges(parts, by, item, versionOf(request) ?? item.version, proposal.changes, {
        also: async (tx) => {
          if (!(await decideProposal(tx, by.tenant, proposal, { state: 'accepted' }))) throw decided(proposal);
        },
      });
      await audited(request, 'publishing.proposal.accept', proposal);
      return { item: { id: changed.id, version: changed.version } };
    },
  );
  scope.post(
    '/items/:id/proposals/:proposal/refuse',
    operation({
      access: 'write',
      objects: named(objects.item),
      summary: 'Refuses a keeper’s proposal, with a reason shown at their link',
      body: readRefusal.schema,
    }),
    async (request, reply) => {
      const { reason } = readRefusal(request.body);
      const { proposal } = await found(request);
      if (!(await decideProposal(db, request.tenant, proposal, { state: 'refused', reason }))) throw decided(proposal);
      await audited(request, 'publishing.proposal.refuse', proposal);
      return reply.code(204).send();
    },
  );

  async function shownWithPictures(tenant: string, proposal: Proposal, item: Item) {
    return { ...shown(proposal, item), pictures: await pictureUrls(parts, tenant, item, proposal.changes) };
  }

  async function found(request: FastifyRequest): Promise<{ item: Item; proposal: Proposal }> {
    const { proposal: id } = readPath(request, BY_PROPOSAL);
    const item = judged(request, objects.item);
    const proposal = await findProposal(db, request.tenant, item.id, id);
    if (proposal === undefined) throw missing('proposal for this entry', id);
    if (proposal.state !== 'waiting') throw decided(proposal);
    return { item, proposal };
  }

  function audited(request: FastifyRequest, action: string, { id, link, item, changes }: Proposal): Promise<void> {
    const caller = given.callerOf(request);
    return parts.audit.append({
      actor: actor(caller),
      action,
      object: item,
      tenant: caller.tenant,
      outcome: 'done',
      details: { proposal: id, link, members: Object.keys(changes) },
    });
  }
}

function decided({ id }: Proposal) {
  return conflict(`The proposal ${id} no longer waits: it was decided on, or its keeper has changed it`);
}

function shown({ id, changes, proposedAt }: Proposal, item: Item) {
  return {
    id,
    item: item.id,
    version: item.version,
    title: item.document.texts.fr.title,
    owner: item.owner,
    proposedAt,
    differences: differencesOf(entryOf(item), changes),
  };
}
