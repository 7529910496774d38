import { type KeyValues, link, model, number, structure, text, uri } from '../define.ts';
import { identity, place } from '../shared-attributes.ts';

export const organization = model('Organization', 'Organization', '0.0.3', {
  ...identity,
  ...place,
  aggregateRating: structure('itemReviewed', 'ratingCount', 'reviewCount'),
  author: link(),
  bestRating: number(),
  reviewAspect: text(),
  url: uri(),
  legalName: text(),
  taxID: text(),
});
export type Organization = KeyValues<typeof organization>;
