import { httpClient } from '@alzette/ngsi-ld-schemas';

/** The @context of the territory; the broker answers in its terms. */
export const CONTEXT_URL = new URL('/contexts/territory/v1.jsonld', location.origin).href;

export const broker = httpClient({ url: location.origin, context: CONTEXT_URL });
