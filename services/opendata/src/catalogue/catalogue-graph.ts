import type { TerritoryInfo } from '@alzette/kit/service';
import { DataFactory, type Quad, type Quad_Object, type Quad_Subject, Store } from 'n3';
import type { BBox, Dataset, Words } from '../datasets/dataset.ts';
import { FREQUENCIES, HVD_CATEGORIES, HVD_LEGISLATION, LICENCES, THEME_SCHEME } from '../datasets/vocabulary.ts';
import { addressesOf } from './addresses.ts';
import { FILE_FORMATS, mediaTypeIri } from './formats.ts';
import { formatsOf } from './formats-of.ts';
import { iri } from './terms.ts';

const { namedNode, literal, quad } = DataFactory;
type Name = Parameters<typeof iri>[0];

const EU_LANGUAGE = 'http://publications.europa.eu/resource/authority/language/';
const PUBLIC_ACCESS = 'http://publications.europa.eu/resource/authority/access-right/PUBLIC';
const LOCAL_AUTHORITY = 'http://purl.org/adms/publishertype/LocalAuthority';
const OGC_FEATURES = 'http://www.opengis.net/def/interface/ogcapi-features';
const WKT = 'http://www.opengis.net/ont/geosparql#wktLiteral';

interface CataloguePage {
  readonly publicUrl: string;
  readonly territory: TerritoryInfo;
  /** `jsonld` or `ttl`: links to other pages have the same format. */
  readonly format: string;
  /** From 1. */
  readonly page: number;
  readonly lastPage: number;
  readonly totalItems: number;
  readonly datasets: readonly Dataset[];
  /** Only on the last page: withdrawn datasets. */
  readonly withdrawn: readonly Dataset[];
}

/** A page of the catalogue as DCAT-AP 3, with Hydra paging. */
export function catalogueGraph(page: CataloguePage): Store {
  const graph = new Store();
  const catalogue = namedNode(`${page.publicUrl}/catalog`);
  const publisher = addPublisher(graph, page);
  const about = describe(graph);
  about(catalogue, {
    'rdf:type': [iri('dcat:Catalog'), iri('hydra:Collection')],
    'dct:title': words({ fr: `Données ouvertes — ${page.territory.name}`, en: `Open data — ${page.territory.name}` }),
    'dct:description': words({
      fr: `Les jeux de données que publie ${page.territory.name}.`,
      en: `The datasets that ${page.territory.name} publishes.`,
    }),
    'dct:publisher': [publisher],
    'dct:language': [namedNode(`${EU_LANGUAGE}FRA`), namedNode(`${EU_LANGUAGE}ENG`)],
    'dct:license': [namedNode(LICENCES.lov2.url)],
    'foaf:homepage': [namedNode(`${page.publicUrl}/data/`)],
    'dct:spatial': [place(graph, namedNode(`${page.publicUrl}/catalog#territory`), page.territory.bbox)],
    'dcat:themeTaxonomy': [namedNode(THEME_SCHEME.slice(0, -1))],
    'hydra:totalItems': [integer(page.totalItems)],
    'dcat:dataset': page.datasets.map(({ id }) => namedNode(addressesOf(page.publicUrl, id).dataset)),
    'dcat:service': [namedNode(`${page.publicUrl}/ogc`)],
  });
  addScheme(graph);
  addPaging(graph, catalogue, page);
  addService(graph, page, publisher);
  for (const dataset of page.datasets) addDataset(graph, page, dataset, publisher);
  for (const { id, withdrawnAt } of page.withdrawn) {
    about(namedNode(addressesOf(page.publicUrl, id).dataset), {
      'rdf:type': [iri('as:Tombstone')],
      'as:formerType': [iri('dcat:Dataset')],
      'as:deleted': withdrawnAt ? [dateTime(withdrawnAt)] : [],
    });
  }
  addRanges(graph);
  return graph;
}

/** The types of objects, which the shapes of DCAT-AP require in the graph itself. */
const RANGES: readonly (readonly [property: Name, kind: Name])[] = [
  ['dct:language', 'dct:LinguisticSystem'],
  ['foaf:homepage', 'foaf:Document'],
  ['dcat:endpointURL', 'rdfs:Resource'],
  ['dcat:endpointDescription', 'rdfs:Resource'],
  ['dcat:accessURL', 'rdfs:Resource'],
  ['dcat:downloadURL', 'rdfs:Resource'],
];

function addRanges(graph: Store): void {
  for (const [property, kind] of RANGES) {
    for (const object of graph.getObjects(null, iri(property), null)) {
      graph.addQuad(object as Quad_Subject, iri('rdf:type'), iri(kind));
    }
  }
}

/** Adds statements about a subject. */
function describe(graph: Store) {
  return (subject: Quad_Subject, facts: { readonly [name in Name]?: readonly Quad_Object[] }) => {
    for (const [name, objects] of Object.entries(facts)) {
      for (const object of objects ?? []) graph.addQuad(quad(subject, iri(name as Name), object) as Quad);
    }
  };
}

function addPublisher(graph: Store, { publicUrl, territory }: CataloguePage) {
  const publisher = namedNode(`${publicUrl}/catalog#publisher`);
  describe(graph)(publisher, {
    'rdf:type': [iri('foaf:Agent')],
    'foaf:name': [literal(territory.name, 'fr')],
    'dct:type': [namedNode(LOCAL_AUTHORITY)],
  });
  describe(graph)(namedNode(LOCAL_AUTHORITY), {
    'rdf:type': [iri('skos:Concept')],
    'skos:prefLabel': [literal('Local Authority', 'en')],
  });
  return publisher;
}

function addScheme(graph: Store): void {
  describe(graph)(namedNode(THEME_SCHEME.slice(0, -1)), {
    'rdf:type': [iri('skos:ConceptScheme')],
    'dct:title': [literal('Data theme', 'en')],
  });
}

function addPaging(graph: Store, catalogue: Quad_Subject, { publicUrl, format, page, lastPage }: CataloguePage): void {
  const address = (number: number) => namedNode(`${publicUrl}/catalog.${format}?page=${number}`);
  const view = address(page);
  const about = describe(graph);
  about(catalogue, { 'hydra:view': [view] });
  about(view, {
    'rdf:type': [iri('hydra:PartialCollectionView')],
    'hydra:first': [address(1)],
    'hydra:last': [address(lastPage)],
    'hydra:previous': page > 1 ? [address(page - 1)] : [],
    'hydra:next': page < lastPage ? [address(page + 1)] : [],
  });
}

function addService(graph: Store, { publicUrl, territory, datasets }: CataloguePage, publisher: Quad_Object): void {
  describe(graph)(namedNode(`${publicUrl}/ogc`), {
    'rdf:type': [iri('dcat:DataService')],
    'dct:identifier': [literal(`${publicUrl}/ogc`)],
    'dct:title': words({ fr: `API des données — ${territory.name}`, en: `Data API — ${territory.name}` }),
    'dct:description': words({
      fr: 'Objets et tuiles des jeux de données, selon OGC API Features, avec filtres CQL2.',
      en: 'Features and tiles of the datasets, by OGC API Features, with CQL2 filters.',
    }),
    'dcat:endpointURL': [namedNode(`${publicUrl}/ogc`)],
    'dcat:endpointDescription': [namedNode(`${publicUrl}/ogc/api`)],
    'dcat:servesDataset': datasets.map(({ id }) => namedNode(addressesOf(publicUrl, id).dataset)),
    'dct:conformsTo': [namedNode(OGC_FEATURES)],
    'dct:license': [namedNode(LICENCES.lov2.url)],
    'dct:publisher': [publisher],
    'dct:accessRights': [namedNode(PUBLIC_ACCESS)],
  });
  describe(graph)(namedNode(OGC_FEATURES), { 'rdf:type': [iri('dct:Standard')] });
  describe(graph)(namedNode(PUBLIC_ACCESS), { 'rdf:type': [iri('dct:RightsStatement')] });
}

function addDataset(graph: Store, page: CataloguePage, dataset: Dataset, publisher: Quad_Object): void {
  const { id, definition, issuedAt, refreshedAt, bbox, startsAt, endsAt } = dataset;
  const { publicUrl, territory } = page;
  const addresses = addressesOf(publicUrl, id);
  const subject = namedNode(addresses.dataset);
  const about = describe(graph);
  const theme = namedNode(THEME_SCHEME + definition.theme);
  const hvd = definition.hvd ? namedNode(HVD_CATEGORIES[definition.hvd]) : undefined;
  about(subject, {
    'rdf:type': [iri('dcat:Dataset')],
    'dct:identifier': [literal(addresses.dataset)],
    'dct:title': words(definition.title),
    'dct:description': words(definition.description),
    'dcat:keyword': definition.keywords.map((keyword) => literal(keyword, 'fr')),
    'dcat:theme': [theme],
    'dct:license': [licence(graph, definition.licence)],
    'dct:publisher': [publisher],
    'dct:accessRights': [namedNode(PUBLIC_ACCESS)],
    'dct:language': [namedNode(`${EU_LANGUAGE}FRA`)],
    'dct:issued': issuedAt ? [dateTime(issuedAt)] : [],
    'dct:modified': refreshedAt ? [dateTime(refreshedAt)] : [],
    'dct:accrualPeriodicity': [frequency(graph, FREQUENCIES[definition.frequency].iri)],
    'dct:spatial': [place(graph, namedNode(`${addresses.dataset}#place`), bbox ?? territory.bbox)],
    'dct:temporal': period(graph, `${addresses.dataset}#period`, startsAt, endsAt),
    'dcat:contactPoint': [contact(graph, `${addresses.dataset}#contact`, definition.contact)],
    'dcat:landingPage': [subject],
    'dct:conformsTo': definition.schema ? [standard(graph, definition.schema)] : [],
    'dcatap:applicableLegislation': hvd ? [namedNode(HVD_LEGISLATION)] : [],
    'dcatap:hvdCategory': hvd ? [hvd] : [],
    'dcat:distribution': addDistributions(graph, page, dataset, hvd !== undefined),
  });
  about(theme, { 'rdf:type': [iri('skos:Concept')], 'skos:prefLabel': [literal(definition.theme, 'en')] });
  about(subject, { 'rdf:type': [iri('foaf:Document')] });
  if (hvd) {
    about(hvd, { 'rdf:type': [iri('skos:Concept')], 'skos:prefLabel': [literal(definition.hvd as string, 'en')] });
    about(namedNode(HVD_LEGISLATION), { 'rdf:type': [namedNode('http://data.europa.eu/eli/ontology#LegalResource')] });
  }
}

function addDistributions(graph: Store, { publicUrl }: CataloguePage, dataset: Dataset, isHvd: boolean): Quad_Object[] {
  const { id, definition, issuedAt, refreshedAt } = dataset;
  const addresses = addressesOf(publicUrl, id);
  const about = describe(graph);
  const common = {
    'rdf:type': [iri('dcat:Distribution')],
    'dct:license': [namedNode(LICENCES[definition.licence].url)],
    'dct:issued': issuedAt ? [dateTime(issuedAt)] : [],
    'dct:modified': refreshedAt ? [dateTime(refreshedAt)] : [],
    'dct:conformsTo': definition.schema ? [namedNode(definition.schema.url)] : [],
    'dcatap:applicableLegislation': isHvd ? [namedNode(HVD_LEGISLATION)] : [],
  };
  const files = formatsOf(definition).map((format) => {
    const { title, mediaType, fileType } = FILE_FORMATS[format];
    const file = namedNode(addresses.file(format));
    const distribution = namedNode(`${addresses.dataset}#${format}`);
    about(distribution, {
      ...common,
      'dct:title': [literal(title)],
      'dct:description': [literal(columnsText(dataset), 'fr')],
      'dcat:accessURL': [file],
      'dcat:downloadURL': [file],
      'dcat:mediaType': [mediaTypeOf(graph, mediaType)],
      'dct:format': [namedNode(fileType)],
      'foaf:page': [namedNode(addresses.dataset)],
    });
    about(namedNode(fileType), { 'rdf:type': [iri('dct:MediaTypeOrExtent')] });
    return distribution;
  });
  const api = namedNode(`${addresses.dataset}#api`);
  about(api, {
    ...common,
    'dct:title': [literal('OGC API Features')],
    'dct:description': [literal(columnsText(dataset), 'fr')],
    'dcat:accessURL': [namedNode(addresses.collection)],
    'dcat:accessService': [namedNode(`${publicUrl}/ogc`)],
    'dcat:mediaType': [mediaTypeOf(graph, FILE_FORMATS.geojson.mediaType)],
    'foaf:page': [namedNode(addresses.dataset)],
  });
  return [...files, api];
}

/** A description of each column: the documentation that data.gouv.fr requires of a resource. */
function columnsText({ definition: { columns } }: Dataset): string {
  return columns.map(({ name, title, unit }) => `${name} : ${title.fr}${unit ? ` (${unit})` : ''}`).join('\n');
}

function licence(graph: Store, id: keyof typeof LICENCES) {
  const { url, title } = LICENCES[id];
  describe(graph)(namedNode(url), { 'rdf:type': [iri('dct:LicenseDocument')], 'dct:title': [literal(title, 'fr')] });
  return namedNode(url);
}

function frequency(graph: Store, url: string) {
  describe(graph)(namedNode(url), { 'rdf:type': [iri('dct:Frequency')] });
  return namedNode(url);
}

function mediaTypeOf(graph: Store, mediaType: string) {
  const subject = namedNode(mediaTypeIri(mediaType));
  describe(graph)(subject, { 'rdf:type': [iri('dct:MediaType')] });
  return subject;
}

function standard(graph: Store, { name, url, version }: NonNullable<Dataset['definition']['schema']>) {
  describe(graph)(namedNode(url), {
    'rdf:type': [iri('dct:Standard')],
    'dct:title': [literal(version === undefined ? name : `${name} ${version}`)],
  });
  return namedNode(url);
}

function contact(graph: Store, address: string, { name, email }: Dataset['definition']['contact']) {
  const subject = namedNode(address);
  describe(graph)(subject, {
    'rdf:type': [iri('vcard:Kind')],
    'vcard:fn': [literal(name)],
    'vcard:hasEmail': [namedNode(`mailto:${email}`)],
  });
  return subject;
}

function period(graph: Store, address: string, startsAt: Date | undefined, endsAt: Date | undefined): Quad_Object[] {
  if (startsAt === undefined || endsAt === undefined) return [];
  const subject = namedNode(address);
  describe(graph)(subject, {
    'rdf:type': [iri('dct:PeriodOfTime')],
    'dcat:startDate': [dateTime(startsAt)],
    'dcat:endDate': [dateTime(endsAt)],
  });
  return [subject];
}

function place(graph: Store, subject: Quad_Subject & Quad_Object, [west, south, east, north]: BBox) {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const wkt = `POLYGON ((${ring.map((position) => position.join(' ')).join(', ')}))`;
  describe(graph)(subject, {
    'rdf:type': [iri('dct:Location')],
    'dcat:bbox': [literal(wkt, namedNode(WKT))],
  });
  return subject;
}

function words({ fr, en }: Words) {
  return [literal(fr, 'fr'), ...(en === undefined ? [] : [literal(en, 'en')])];
}

/**
 * Harvesters refuse times in the future. Our own times are never in the future; those of rows may be forecasts and stay
 * unchanged.
 */
function dateTime(date: Date) {
  return literal(date.toISOString(), iri('xsd:dateTime'));
}

function integer(value: number) {
  return literal(String(value), iri('xsd:integer'));
}
