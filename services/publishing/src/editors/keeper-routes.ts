import { conflict, Problem, refused } from '@alzette/kit/problems';
import type { AddressLimit } from '@alzette/kit/routes';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import type { FastifyReply } from 'fastify';
import type { KeptEntry, KeptEntryContract } from '../contract/keepers.ts';
import type { Item } from '../items/item.ts';
import { versionOf } from '../items/item-routes.ts';
import { findItem } from '../items/item-rows.ts';
import type { PublishingParts } from '../parts.ts';
import { readAppSettings } from '../reading/settings.ts';
import { type Changes, changedEntry, changesOf, entryOf } from './entry.ts';
import { findLink, type KeptLink, MAX_PROPOSALS_A_DAY, useLink } from './links.ts';
import { dropPicture, keepPicture, pictureUrls, putPicture } from './pictures.ts';
import { proposalOfLink, putProposal, withdrawProposal } from './proposals.ts';
import { publishChanges } from './publish-changes.ts';

type ByToken = RequestOf<KeptEntryContract['operations']['entry' | 'propose' | 'addPicture']>;

// Longer than 80 lines: handlers that share the functions that find an entry by its token and represent it.
/** `/citizen/v1/keepers/{token}`: the keeper of a shop or an association edits its entry, by a secret link. */
export function keeperHandlers(parts: PublishingParts, limit: AddressLimit): Handlers<KeptEntryContract> {
  const { db } = parts;

  /** @throws Problem 404: there is no such link; 410: it has ended; 429 */
  async function found({ ip, tenant, params: { token } }: ByToken): Promise<{ item: Item; link: KeptLink }> {
    limit.take(ip);
    const link = await findLink(db, tenant, token);
    const item = link && (await findItem(db, tenant, link.item));
    if (link === undefined || item === undefined)
      throw new Problem(404, 'Not found', 'There is no entry for this link');
    if (link.revokedAt !== undefined) throw ended('The town hall has revoked this link');
    if (link.endsAt <= new Date()) throw ended(`This link was valid until ${link.endsAt.toISOString()}`);
    return { item, link };
  }

  /** Counts a proposal or a picture. @throws Problem 429 */
  async function use(tenant: string, link: KeptLink): Promise<void> {
    if (await useLink(db, tenant, link.id)) return;
    throw new Problem(
      429,
      'Too many requests',
      `At most ${MAX_PROPOSALS_A_DAY} proposals and pictures a day by one link`,
    );
  }

  async function propose(tenant: string, item: Item, link: KeptLink, changes: Changes): Promise<void> {
    await use(tenant, link);
    const members = Object.keys(changes);
    const name = `keeper:${link.id}`;
    const before = await proposalOfLink(db, tenant, link.id);
    await keepPicture(parts, tenant, link.id, changes);
    const audited = (action: string, work: () => Promise<unknown>) => {
      const act = { actor: name, action, object: item.id, tenant, details: { members } };
      return parts.audit.during(act, async () => {
        await work();
        await dropPicture(parts, tenant, item, before, changes);
        await parts.audit.append({ ...act, outcome: 'done' });
      });
    };
    if (members.length === 0) {
      // An unchanged entry withdraws the pending proposal.
      return audited('publishing.proposal.withdraw', async () => {
        if (!(await withdrawProposal(db, tenant, link.id))) {
          throw refused('body', 'the current content of the entry', 'a change of it');
        }
      });
    }
    const { keepersPublish } = await readAppSettings(db, tenant);
    if (!keepersPublish) {
      return audited('publishing.proposal.make', () => putProposal(db, tenant, link, changes, 'waiting'));
    }
    return audited('publishing.proposal.publish', () =>
      publishChanges(parts, { tenant, name }, item, item.version, changes, {
        also: async (tx) => {
          await putProposal(tx, tenant, { id: link.id, item: item.id }, changes, 'accepted');
        },
      }),
    );
  }

  async function kept(tenant: string, item: Item, { id, endsAt }: KeptLink): Promise<KeptEntry> {
    const proposal = await proposalOfLink(db, tenant, id);
    const { keepersPublish } = await readAppSettings(db, tenant);
    return {
      id: item.id,
      title: item.document.texts.fr.title,
      version: item.version,
      entry: entryOf(item),
      endsAt: endsAt.toISOString(),
      publishes: keepersPublish,
      pictures: await pictureUrls(parts, tenant, item, proposal?.changes),
      ...(proposal !== undefined && {
        proposal: {
          state: proposal.state,
          proposedAt: proposal.proposedAt.toISOString(),
          ...(proposal.decidedAt !== undefined && { decidedAt: proposal.decidedAt.toISOString() }),
          ...(proposal.reason !== undefined && { reason: proposal.reason }),
          entry: changedEntry(item, proposal.changes),
        },
      }),
    };
  }

  return {
    async entry(request, reply) {
      const { item, link } = await found(request);
      notStored(reply);
      return kept(request.tenant, item, link);
    },
    async propose(request, reply) {
      const { tenant, body } = request;
      const { item, link } = await found(request);
      const version = versionOf(request) ?? item.version;
      if (version !== item.version) {
        throw conflict(
          `The entry was changed in the meantime: you have version ${version}, it is ${item.version}`,
          'changed',
        );
      }
      await propose(tenant, item, link, changesOf(entryOf(item), body));
      notStored(reply);
      return kept(tenant, (await findItem(db, tenant, item.id)) ?? item, link);
    },
    async addPicture(request, reply) {
      const { tenant, body } = request;
      const { link } = await found(request);
      await use(tenant, link);
      const file = await putPicture(parts, tenant, link.id, body);
      const url = await parts.images?.link(tenant, file);
      notStored(reply);
      return { file, ...(url !== undefined && { url }) };
    },
  };
}

function notStored(reply: FastifyReply): void {
  reply.header('cache-control', 'private, no-store');
}

function ended(detail: string): Problem {
  return new Problem(410, 'The link has ended', detail);
}
