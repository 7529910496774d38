import { object } from '@alzette/kit/bodies';
import { readPath, text } from '@alzette/kit/parameters';
import { conflict, Problem, refused } from '@alzette/kit/problems';
import { type AddressLimit, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Item } from '../items/item.ts';
import { takePictures } from '../items/item-pictures.ts';
import { versionOf } from '../items/item-routes.ts';
import { findItem } from '../items/item-rows.ts';
import type { PublishingParts } from '../parts.ts';
import { readAppSettings } from '../reading/settings.ts';
import { type Changes, changedEntry, changesOf, entryOf, readEntry } from './entry.ts';
import { findLink, type KeeperLink, MAX_PROPOSALS_A_DAY, useLink } from './links.ts';
import { dropPicture, keepPicture, pictureUrls, putPicture } from './pictures.ts';
import { proposalOfLink, putProposal, withdrawProposal } from './proposals.ts';
import { publishChanges } from './publish-changes.ts';

const TOKEN = { token: text({ max: 100, required: true }) };
const MAX_BYTES = 128 * 1024;
const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
const KEPT = {
  type: 'object',
  description:
    'title, version, entry (its current editable content), endsAt, publishes, the keeper’s proposal, and pictures: their URLs by file',
};

// Longer than 80 lines: routes that share the functions that find an entry by its token and represent it.
/** `/citizen/v1/keepers/{token}`: the keeper of a shop or an association edits its entry, by a secret link. */
export function keeperRoutes(scope: FastifyInstance, parts: PublishingParts, limit: AddressLimit): void {
  const { db } = parts;
  takePictures(scope, MAX_PICTURE_BYTES);

  scope.get(
    '/keepers/:token',
    operation({
      access: 'nothing',
      summary: 'The entry of a keeper’s link, and the state of their proposal',
      answer: KEPT,
    }),
    async (request, reply) => {
      const { item, link } = await found(request);
      reply.header('cache-control', 'private, no-store');
      return kept(request.tenant, item, link);
    },
  );
  scope.put(
    '/keepers/:token/proposal',
    operation({
      access: 'nothing',
      summary:
        'Proposes a new content of the entry, which replaces the keeper’s earlier proposal; If-Match: the version of the entry',
      body: readEntry.schema,
      answer: KEPT,
      bodyLimit: MAX_BYTES,
    }),
    async (request, reply) => {
      const { item, link } = await found(request);
      const wanted = readEntry(request.body);
      const version = versionOf(request) ?? item.version;
      if (version !== item.version) {
        throw conflict(`The entry was changed in the meantime: you have version ${version}, it is ${item.version}`);
      }
      const changes = changesOf(entryOf(item), wanted);
      await propose(request.tenant, item, link, changes);
      reply.header('cache-control', 'private, no-store');
      return kept(request.tenant, (await findItem(db, request.tenant, item.id)) ?? item, link);
    },
  );

  scope.post(
    '/keepers/:token/pictures',
    operation({
      access: 'nothing',
      summary: 'Stores a picture for a proposal, without its metadata; the body is its bytes',
      answer: object({ file: { type: 'string' }, url: { type: 'string' } }),
      bodyLimit: MAX_PICTURE_BYTES,
    }),
    async (request, reply) => {
      const { link } = await found(request);
      await use(request.tenant, link);
      const file = await putPicture(parts, request.tenant, link.id, request.body);
      reply.header('cache-control', 'private, no-store');
      return reply.code(201).send({ file, url: await parts.images?.link(request.tenant, file) });
    },
  );

  /** @throws Problem 404: there is no such link; 410: it has ended; 429 */
  async function found(request: FastifyRequest): Promise<{ item: Item; link: KeeperLink }> {
    limit.take(request.ip);
    const { token } = readPath(request, TOKEN);
    const link = await findLink(db, request.tenant, token);
    const item = link && (await findItem(db, request.tenant, link.item));
    if (link === undefined || item === undefined)
      throw new Problem(404, 'Not found', 'There is no entry for this link');
    if (link.revokedAt !== undefined) throw ended('The town hall has revoked this link');
    if (link.endsAt <= new Date()) throw ended(`This link was valid until ${link.endsAt.toISOString()}`);
    return { item, link };
  }

  /** Counts a proposal or a picture. @throws Problem 429 */
  async function use(tenant: string, link: KeeperLink): Promise<void> {
    if (await useLink(db, tenant, link.id)) return;
    throw new Problem(
      429,
      'Too many requests',
      `At most ${MAX_PROPOSALS_A_DAY} proposals and pictures a day by one link`,
    );
  }

  async function propose(tenant: string, item: Item, link: KeeperLink, changes: Changes): Promise<void> {
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

  async function kept(tenant: string, item: Item, { id, endsAt }: KeeperLink) {
    const proposal = await proposalOfLink(db, tenant, id);
    const { keepersPublish } = await readAppSettings(db, tenant);
    return {
      id: item.id,
      title: item.document.texts.fr.title,
      version: item.version,
      entry: entryOf(item),
      endsAt,
      publishes: keepersPublish,
      pictures: await pictureUrls(parts, tenant, item, proposal?.changes),
      ...(proposal !== undefined && {
        proposal: {
          state: proposal.state,
          proposedAt: proposal.proposedAt,
          ...(proposal.decidedAt !== undefined && { decidedAt: proposal.decidedAt }),
          ...(proposal.reason !== undefined && { reason: proposal.reason }),
          entry: changedEntry(item, proposal.changes),
        },
      }),
    };
  }
}

function ended(detail: string): Problem {
  return new Problem(410, 'The link has ended', detail);
}
