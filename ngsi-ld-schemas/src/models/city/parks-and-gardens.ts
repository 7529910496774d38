import { choice, dateTime, type KeyValues, links, list, model, openChoice, text } from '../define.ts';
import { appearance, identity, place } from '../shared-attributes.ts';

export const garden = model('ParksAndGardens', 'Garden', '0.0.4', {
  ...identity,
  ...place,
  ...appearance,
  category: list(
    openChoice('botanical', 'castle', 'community', 'fencedOff', 'monastery', 'private', 'public', 'residential'),
  ),
  style: choice('chinese', 'english', 'french', 'herb_garden', 'japanese', 'kitchen', 'public', 'rosarium', 'zen'),
  openingHours: text(),
  dateLastWatering: dateTime(),
  nextWateringDeadline: dateTime(),
  refRecord: links('GreenspaceRecord'),
});
export type Garden = KeyValues<typeof garden>;
