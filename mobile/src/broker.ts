import { httpClient } from '@alzette/ngsi-ld-schemas';

/** The territory's own words; the broker answers in them. */
export const CONTEXT_URL = new URL('/contexts/territory/v1.jsonld', location.origin).href;

export const broker = httpClient({ url: location.origin, context: CONTEXT_URL });
