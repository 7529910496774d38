import { actor } from '@alzette/kit/access';
import { judged, judgeOf, listed, named } from '@alzette/kit/objects';
import { conflict, missing } from '@alzette/kit/problems';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import type { KeeperContract, ShownProposal } from '../contract/keepers.ts';
import type { Item } from '../items/item.ts';
import { writablePairs } from '../items/item-objects.ts';
import { versionOf } from '../items/item-routes.ts';
import { findItem } from '../items/item-rows.ts';
import type { PublishingParts } from '../parts.ts';
import { differencesOf, entryOf } from './entry.ts';
import { pictureUrls } from './pictures.ts';
import { decideProposal, findProposal, type Proposal, waitingProposals } from './proposals.ts';
import { publishChanges } from './publish-changes.ts';

type Deciding = RequestOf<KeeperContract['operations']['accept' | 'refuse']>;

/** `/publishing/proposals`: what keepers propose for their entries, and its acceptance or refusal. */
export function proposalHandlers(
  parts: PublishingParts,
  given: ServiceContext,
): Handlers<KeeperContract, 'proposals' | 'accept' | 'refuse'> {
  const { db, objects } = parts;

  async function found(request: Deciding): Promise<{ item: Item; proposal: Proposal }> {
    const { proposal: id } = request.params;
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

  return {
    proposals: {
      objects: listed(objects.writing),
      async handle(request) {
        const { tenant, query } = request;
        const writable = writablePairs(judgeOf(request), parts.territories.of(tenant));
        const own = writable.filter(({ kind }) => kind === 'place').map(({ owner }) => owner);
        const waiting = await waitingProposals(db, tenant, own, query.limit, query.item);
        const withItems = waiting.map(async (proposal) => {
          const item = await findItem(db, tenant, proposal.item);
          return item === undefined ? [] : [await shown(parts, tenant, proposal, item)];
        });
        return { proposals: (await Promise.all(withItems)).flat() };
      },
    },
    accept: {
      objects: named(objects.item),
      async handle(request) {
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
    },
    refuse: {
      objects: named(objects.item),
      async handle(request) {
        const { reason } = request.body;
        const { proposal } = await found(request);
        if (!(await decideProposal(db, request.tenant, proposal, { state: 'refused', reason })))
          throw decided(proposal);
        await audited(request, 'publishing.proposal.refuse', proposal);
      },
    },
  };
}

function decided({ id }: Proposal) {
  return conflict(`The proposal ${id} no longer waits: it was decided on, or its keeper has changed it`, 'decided');
}

async function shown(
  parts: PublishingParts,
  tenant: string,
  { id, changes, proposedAt }: Proposal,
  item: Item,
): Promise<ShownProposal> {
  return {
    id,
    item: item.id,
    version: item.version,
    title: item.document.texts.fr.title,
    owner: item.owner,
    proposedAt: proposedAt.toISOString(),
    differences: differencesOf(entryOf(item), changes),
    pictures: await pictureUrls(parts, tenant, item, changes),
  };
}
