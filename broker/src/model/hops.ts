/**
 * How many notifications led to a change, one after the other: told with each notification, and brought back by a receiver
 * that writes what it was told. A header on HTTP, a user property on MQTT 5.
 */
export const HOPS_HEADER = 'Alzette-Hops';

/** Chains that are longer are broken: the next notification is not sent. */
export const MOST_HOPS = 8;
