import { actor } from '@alzette/kit/access';
import { bodyReader, object, TEXT } from '@alzette/kit/bodies';
import { judged, named } from '@alzette/kit/objects';
import { readPath, text } from '@alzette/kit/parameters';
import { conflict, missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import type { Item } from '../items/item.ts';
import type { PublishingParts } from '../parts.ts';
import { LANGUAGES, type Language } from '../ports.ts';
import { invitationLetter } from './letter.ts';
import { addLink, type KeeperLink, listLinks, MAX_LINKS, revokeLink } from './links.ts';

const BY_LINK = { id: text({ max: 100, required: true }), link: text({ max: 64, required: true }) };
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 365;
const readInvitation = bodyReader<{ days?: number; email?: string; language?: Language }>(
  object({
    days: { type: 'integer', minimum: 1, maximum: 1100, description: 'How long the link is valid; default 365' },
    email: {
      type: 'string',
      format: 'email',
      maxLength: 200,
      description: 'The address that the link is sent to; not stored',
    },
    language: { enum: LANGUAGES },
  }),
);
const LINK = object({ id: TEXT, endsAt: TEXT, isValid: { type: 'boolean' } });

/** `/publishing/items/{id}/keepers`: the personal links of the keepers of a directory entry. */
export function linkRoutes(scope: FastifyInstance, parts: PublishingParts, given: ServiceContext): void {
  const { db, audit, objects } = parts;

  scope.get(
    '/items/:id/keepers',
    operation({
      access: 'write',
      objects: named(objects.item, { action: 'write' }),
      summary: 'The keeper links of a directory entry, without their secrets',
      answer: object({ links: { type: 'array', items: LINK } }),
    }),
    async (request) => {
      const { id } = judged(request, objects.item);
      return { links: (await listLinks(db, request.tenant, id)).map(shown) };
    },
  );
  scope.post(
    '/items/:id/keepers',
    operation({
      access: 'write',
      objects: named(objects.item),
      summary: 'Creates a personal link for the keeper of an entry; sent by mail, or returned only once',
      body: readInvitation.schema,
      answer: object({ link: LINK, sent: { type: 'boolean' }, url: { type: 'string' } }),
    }),
    async (request, reply) => {
      const { days = DEFAULT_DAYS, email, language = 'fr' } = readInvitation(request.body ?? {});
      const item = judged(request, objects.item);
      if (item.kind !== 'place') throw refused('id', item.kind, 'an entry of the directory, whose kind is place');
      const caller = given.callerOf(request);
      const { tenant } = caller;
      const added = await addLink(db, tenant, item.id, actor(caller), new Date(Date.now() + days * DAY_MS));
      if (added === undefined) throw conflict(`This entry has ${MAX_LINKS} valid links; revoke one first`);
      const { link, token } = added;
      const url = `${parts.publicUrl}/app/keepers/${token}`;
      const sent = email !== undefined && (await sendTo(parts, email, item, { endsAt: link.endsAt, url, language }));
      await audit.append({
        actor: actor(caller),
        action: 'publishing.keeper.invite',
        object: item.id,
        tenant,
        outcome: 'done',
        details: { link: link.id, endsAt: link.endsAt.toISOString(), sent },
      });
      return reply.code(201).send({ link: shown(link), sent, ...(!sent && { url }) });
    },
  );
  scope.delete(
    '/items/:id/keepers/:link',
    operation({ access: 'write', objects: named(objects.item), summary: 'Revokes a link; its proposals stay' }),
    async (request, reply) => {
      const { link } = readPath(request, BY_LINK);
      const { id } = judged(request, objects.item);
      const caller = given.callerOf(request);
      if (!(await revokeLink(db, caller.tenant, id, link))) throw missing('valid link of this entry', link);
      await audit.append({
        actor: actor(caller),
        action: 'publishing.keeper.revoke',
        object: id,
        tenant: caller.tenant,
        outcome: 'done',
        details: { link },
      });
      return reply.code(204).send();
    },
  );
}

/** False: there is no mail server, or it refused the mail. */
async function sendTo(
  { mail, logger, territory: { name: territory, timeZone } }: PublishingParts,
  email: string,
  item: Item,
  { endsAt, url, language }: { readonly endsAt: Date; readonly url: string; readonly language: Language },
): Promise<boolean> {
  if (mail === undefined) return false;
  const name = item.document.texts.fr.title;
  try {
    await mail.send({ to: email, ...invitationLetter({ name, territory, url, endsAt, timeZone }, language) });
    return true;
  } catch (error) {
    logger.warn({ err: error, item: item.id }, 'could not mail the link of a keeper');
    return false;
  }
}

function shown({ item: _item, ...link }: KeeperLink) {
  return { ...link, isValid: link.revokedAt === undefined && link.endsAt > new Date() };
}
