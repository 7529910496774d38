/**
 * How many notifications led to a change, one after the other: told with each notification, and brought back by a receiver
 * that writes what it was told. A header on HTTP, in the metadata on MQTT and a user property on MQTT 5.
 */
export { HOPS_HEADER } from '@alzette/ngsi-ld-schemas/client';

/** Chains that are longer are broken: the next notification is not sent. */
export const MOST_HOPS = 8;
