import {
  as,
  choice,
  dateTime,
  geo,
  integer,
  type KeyValues,
  list,
  model,
  required,
  structure,
  text,
} from '../define.ts';
import { identity } from '../shared-attributes.ts';

/** Content of a community for its citizens, in the terms of schema.org. */
const SUBJECT = 'Publishing';
const schemaOrg = (name: string) => `https://schema.org/${name}`;

/** A public warning (schema.org SpecialAnnouncement): works, outages, storms. Faults of equipment are an Alert. */
export const specialAnnouncement = model(
  SUBJECT,
  'SpecialAnnouncement',
  '1.0.0',
  {
    ...identity,
    headline: as(schemaOrg('headline'), required(text())),
    text: as(schemaOrg('text'), text()),
    category: as(schemaOrg('category'), text()),
    severity: required(choice('information', 'warning', 'emergency')),
    datePosted: as(schemaOrg('datePosted'), required(dateTime())),
    expires: as(schemaOrg('expires'), dateTime()),
    spatialCoverage: as(schemaOrg('spatialCoverage'), geo()),
  },
  schemaOrg('SpecialAnnouncement'),
);
export type SpecialAnnouncement = KeyValues<typeof specialAnnouncement>;

/** A public poll (schema.org Question), with the number of answers per choice. */
export const question = model(
  SUBJECT,
  'Question',
  '1.0.0',
  {
    ...identity,
    headline: as(schemaOrg('headline'), required(text())),
    text: as(schemaOrg('text'), text()),
    suggestedAnswer: as(schemaOrg('suggestedAnswer'), required(list(structure('id', 'text', 'answerCount')))),
    answerCount: as(schemaOrg('answerCount'), integer({ min: 0 })),
    datePublished: as(schemaOrg('datePublished'), required(dateTime())),
    expires: as(schemaOrg('expires'), dateTime()),
  },
  schemaOrg('Question'),
);
export type Question = KeyValues<typeof question>;
