/** The core @context this project speaks (GS CIM 009 V1.9.1, 4.4). */
export const CORE_CONTEXT_URL = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';

/** Path, on any host of ours, of the @context with the territory's own terms. */
export const TERRITORY_CONTEXT_PATH = '/contexts/territory/v1.jsonld';

/** Where names without a term of their own live: the core's `@vocab`. */
export const DEFAULT_VOCABULARY = 'https://uri.etsi.org/ngsi-ld/default-context/';
