import { dateTime, geo, list, structure, text, textOrList, uri } from './define.ts';

/** What any entity may tell of itself. `dateCreated` and `dateModified` are accepted from older producers. */
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

/** Where it is. */
export const place = { location: geo(), address, areaServed: text() };

/** What it looks like. */
export const appearance = { color: text(), image: uri(), annotations: list(text()) };
