/** The parts of the service, shared by its folders. */
export type { ServiceContext as DashboardParts } from '@alzette/kit/service';
