import { choice, dateTime, type KeyValues, link, links, list, model, required, text } from '../define.ts';
import { identity, place } from '../shared-attributes.ts';

export const publicService = model('CPSV-AP', 'PublicService', '0.0.1', {
  ...identity,
  ...place,
  name: required(text()),
  description: required(text()),
  identifier: required(text()),
  keyword: list(text()),
  sector: list(text()),
  thematicArea: list(text()),
  publicServiceType: list(
    choice(
      'Administrative formality',
      'Public Service',
      'Business Lifecycle',
      'Business Event',
      'Key Business Event',
      'Public Service Portfolio',
      'Catalogue of Public Services',
      'Competent Authority',
    ),
  ),
  language: list(text()),
  status: choice('Completed', 'Deprecated', 'UnderDevelopment', 'Withdrawn'),
  spatial: list(text()),
  processingTime: dateTime(),
  isGroupedBy: links('LifeEvent', 'BusinessEvent'),
  hasCriterion: links('CriterionRequirement'),
  hasCompetentAuthority: required(link('PublicOrganization')),
  hasInput: links('Evidence'),
  follows: links('Rule'),
  hasContactPoint: links(),
  hasCost: links('Cost'),
});
export type PublicService = KeyValues<typeof publicService>;
