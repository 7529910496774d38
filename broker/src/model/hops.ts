/**
 * The number of notifications that led to a change in a chain. It is sent with each notification, and returned by
 * receivers that write in response. An HTTP header, in MQTT the metadata, in MQTT 5 a user property.
 */
export { HOPS_HEADER } from '@alzette/ngsi-ld-schemas/client';

/** Longer chains are broken: the next notification is not sent. */
export const MAX_HOPS = 8;
