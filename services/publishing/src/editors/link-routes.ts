import { actor } from '@alzette/kit/access';
import { judged, named } from '@alzette/kit/objects';
import { conflict, missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { KeeperContract, KeeperLink } from '../contract/keepers.ts';
import type { Item } from '../items/item.ts';
import type { PublishingParts } from '../parts.ts';
import type { Language } from '../ports.ts';
import { invitationLetter } from './letter.ts';
import { addLink, type KeptLink, listLinks, MAX_LINKS, revokeLink } from './links.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 365;

/** `/publishing/items/{id}/keepers`: the personal links of the keepers of a directory entry. */
export function linkHandlers(
  parts: PublishingParts,
  given: ServiceContext,
): Handlers<KeeperContract, 'links' | 'invite' | 'revoke'> {
  const { db, audit, objects } = parts;
  return {
    links: {
      objects: named(objects.item, { action: 'write' }),
      async handle(request) {
        const { id } = judged(request, objects.item);
        return { links: (await listLinks(db, request.tenant, id)).map(shown) };
      },
    },
    invite: {
      objects: named(objects.item),
      async handle(request) {
        const { days = DEFAULT_DAYS, email, language = 'fr' } = request.body;
        const item = judged(request, objects.item);
        if (item.kind !== 'place') throw refused('id', item.kind, 'an entry of the directory, whose kind is place');
        const caller = given.callerOf(request);
        const { tenant } = caller;
        const added = await addLink(db, tenant, item.id, actor(caller), new Date(Date.now() + days * DAY_MS));
        if (added === undefined) throw conflict(`This entry has ${MAX_LINKS} valid links; revoke one first`, 'full');
        const { link, token } = added;
        const url = `${parts.territories.publicUrl(tenant)}/app/keepers/${token}`;
        const sent =
          email !== undefined && (await sendTo(parts, tenant, email, item, { endsAt: link.endsAt, url, language }));
        await audit.append({
          actor: actor(caller),
          action: 'publishing.keeper.invite',
          object: item.id,
          tenant,
          outcome: 'done',
          details: { link: link.id, endsAt: link.endsAt.toISOString(), sent },
        });
        return { link: shown(link), sent, ...(!sent && { url }) };
      },
    },
    revoke: {
      objects: named(objects.item),
      async handle(request) {
        const { link } = request.params;
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
      },
    },
  };
}

/** False: there is no mail server, or it refused the mail. */
async function sendTo(
  { mail, logger, territories }: PublishingParts,
  tenant: string,
  email: string,
  item: Item,
  { endsAt, url, language }: { readonly endsAt: Date; readonly url: string; readonly language: Language },
): Promise<boolean> {
  if (mail === undefined) return false;
  const { name: territory, timeZone } = territories.of(tenant);
  const name = item.document.texts.fr.title;
  try {
    await mail.send({ tenant, to: email, ...invitationLetter({ name, territory, url, endsAt, timeZone }, language) });
    return true;
  } catch (error) {
    logger.warn({ err: error, item: item.id }, 'could not mail the link of a keeper');
    return false;
  }
}

function shown({ id, createdBy, createdAt, endsAt, revokedAt }: KeptLink): KeeperLink {
  return {
    id,
    createdBy,
    createdAt: createdAt.toISOString(),
    endsAt: endsAt.toISOString(),
    ...(revokedAt && { revokedAt: revokedAt.toISOString() }),
    isValid: revokedAt === undefined && endsAt > new Date(),
  };
}
