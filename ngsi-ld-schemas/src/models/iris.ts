/** The namespace of the published models. */
const PUBLISHED = 'https://smartdatamodels.org/';
/** The namespace of our own names. */
export const OWN_VOCABULARY = 'https://w3id.org/alzette/def/';
/** Subjects with names of our own. */
export const OWN_SUBJECTS: ReadonlySet<string> = new Set([
  'Commune',
  'Decisions',
  'Lighting',
  'Publishing',
  'Reports',
  'WorkOrder',
]);

/** Names that are common to all subjects. */
const SHARED: ReadonlySet<string> = new Set([
  'dateCreated',
  'dateModified',
  'source',
  'name',
  'alternateName',
  'dataProvider',
  'owner',
  'seeAlso',
  'address',
  'areaServed',
  'color',
  'image',
  'annotations',
  'timeInstant',
  'email',
  'validFrom',
  'dateObserved',
  'openingHours',
  'contactPoint',
  'startDate',
  'endDate',
  'openingHoursSpecification',
  'streetAddress',
  'addressLocality',
  'addressRegion',
  'addressCountry',
  'postalCode',
  'postOfficeBoxNumber',
  'streetNr',
  'district',
  'telephone',
  'url',
  'touristType',
  'isAccessibleForFree',
  'publicAccess',
]);

/** Attribute names of the core @context; their IRIs can't be redefined (4.4). */
const CORE: Readonly<Record<string, string>> = {
  description: 'http://purl.org/dc/terms/description',
  title: 'http://purl.org/dc/terms/title',
  location: 'https://uri.etsi.org/ngsi-ld/location',
  status: 'https://uri.etsi.org/ngsi-ld/status',
  features: 'https://purl.org/geojson/vocab#features',
  attributes: 'https://uri.etsi.org/ngsi-ld/attributes',
  data: 'https://uri.etsi.org/ngsi-ld/data',
  value: 'https://uri.etsi.org/ngsi-ld/hasValue',
  dataset: 'https://uri.etsi.org/ngsi-ld/hasDataset',
  format: 'https://uri.etsi.org/ngsi-ld/format',
};

export function coreIri(name: string): string | undefined {
  return Object.hasOwn(CORE, name) ? CORE[name] : undefined;
}

/** The IRI of a name in a subject. */
export function subjectIri(subject: string, name: string): string {
  if (SHARED.has(name)) return PUBLISHED + name;
  return OWN_SUBJECTS.has(subject) ? OWN_VOCABULARY + name : `${PUBLISHED}dataModel.${subject}/${name}`;
}
