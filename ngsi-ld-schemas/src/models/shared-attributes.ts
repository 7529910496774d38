import { dateTime, geo, list, structure, text, textOrList, uri } from './define.ts';

/** Descriptive attributes of any entity. `dateCreated` and `dateModified` are accepted from older producers. */
export const identity = {
  name: text(),
  alternateName: text(),
  description: text(),
  source: text(),
  dataProvider: text(),
  owner: list(text()),
  seeAlso: textOrList(),
  dateCreated: dateTime(),
  dateModified: dateTime(),
};

export const address = structure(
  'streetAddress',
  'addressLocality',
  'addressRegion',
  'addressCountry',
  'postalCode',
  'postOfficeBoxNumber',
  'streetNr',
  'district',
);

/** Attributes for the position. */
export const place = { location: geo(), address, areaServed: text() };

/** Attributes for the appearance. */
export const appearance = { color: text(), image: uri(), annotations: list(text()) };
