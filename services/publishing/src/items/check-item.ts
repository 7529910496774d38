import { refused } from '@alzette/kit/problems';
import type { TerritoryInfo } from '@alzette/kit/service';
import type { GivenItem } from '../contract/documents.ts';
import { COMMUNITY } from './item.ts';

/** The members that are required for the kind of their name and not allowed for others; news has none. */
const OWN_MEMBERS = ['event', 'alert', 'place', 'page', 'menu', 'poll'] as const;

/** What a schema can't say of an item. @throws Problem 400: names the member */
export function checkItem(given: GivenItem, { communes }: TerritoryInfo): void {
  const { kind, owner, document, publishAt, expiresAt } = given;
  checkOwner(owner, { communes });
  const slugs = communes.map(({ slug }) => slug);
  const stranger = document.communes?.find((slug) => !slugs.includes(slug));
  if (stranger !== undefined) throw refused('document.communes', stranger, `one of ${slugs.join(', ')}`);
  if (owner !== COMMUNITY && document.communes !== undefined) {
    throw refused('document.communes', document.communes, 'nothing: the items of a commune are only for that commune');
  }
  for (const member of OWN_MEMBERS) {
    if (member === kind && document[member] === undefined) throw refused(`document.${member}`, undefined, 'a value');
    if (member !== kind && document[member] !== undefined) {
      throw refused(`document.${member}`, document[member], `nothing: the kind is ${kind}`);
    }
  }
  const { event, poll } = document;
  if (event?.end !== undefined && Date.parse(event.end) < Date.parse(event.start)) {
    throw refused('document.event.end', event.end, `a time not before ${event.start}`);
  }
  const ids = poll?.choices.map(({ id }) => id) ?? [];
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw refused('document.poll.choices', twice, 'each id once');
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(publishAt ?? new Date().toISOString())) {
    throw refused('expiresAt', expiresAt, 'a time after publishAt');
  }
}

/** @throws Problem 400: neither the community nor a commune */
export function checkOwner(owner: string, { communes }: Pick<TerritoryInfo, 'communes'>): void {
  if (owner === COMMUNITY || communes.some(({ slug }) => slug === owner)) return;
  throw refused('owner', owner, `"" for the community, or one of ${communes.map(({ slug }) => slug).join(', ')}`);
}
