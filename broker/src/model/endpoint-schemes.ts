/** The URL schemes of the endpoints of subscriptions. The table of notifiers has one for each. */
export const ENDPOINT_SCHEMES = ['http:', 'https:', 'mqtt:', 'mqtts:'] as const;

export type EndpointScheme = (typeof ENDPOINT_SCHEMES)[number];
