/** The URL of the core @context that this project uses (GS CIM 009 V1.9.1, 4.4). */
export const CORE_CONTEXT_URL = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';

/** Path of the @context with the territory's own terms, on any of our hosts. */
export const TERRITORY_CONTEXT_PATH = '/contexts/territory/v1.jsonld';

/** The namespace of names without a term: the core's `@vocab`. */
export const DEFAULT_VOCABULARY = 'https://uri.etsi.org/ngsi-ld/default-context/';
