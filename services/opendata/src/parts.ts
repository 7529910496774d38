/** The parts of the service, shared by its folders. */
export type { ServiceContext as OpenDataParts } from '@alzette/kit/service';

/** Open data belong to the default tenant, because a catalogue speaks for one organisation. */
export const PUBLIC_TENANT = '';
