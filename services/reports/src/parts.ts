import type { Database } from '@alzette/kit/database';
import type { Job } from '@alzette/kit/jobs';
import type { Mail } from '@alzette/kit/mail';
import type { ServiceContext } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Logger } from 'pino';
import type { ReportObjects } from './acting/report-objects.ts';
import type { FilePort, PushPort, SuggestionPort, WorkOrderPort } from './ports.ts';
import type { Keyed } from './store/keyed.ts';

/** The parts of the service, shared by its folders. */
export interface ReportParts {
  readonly db: Database;
  /** A client with the product's own rights. */
  readonly client: NgsiLdClient;
  /** Reads what is published, for strangers. */
  readonly publicClient: ServiceContext['publicClient'];
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly territory: ServiceContext['territory'];
  readonly secrets: ServiceContext['secrets'];
  readonly outgoing: ServiceContext['outgoing'];
  readonly audit: ServiceContext['audit'];
  readonly mail: Mail | undefined;
  /** What requests are about. */
  readonly objects: ReportObjects;
  readonly keyed: Keyed;
  readonly files: FilePort;
  readonly workOrders: WorkOrderPort;
  readonly push: PushPort | undefined;
  /** Absent: there are no suggestions. */
  readonly suggestions: SuggestionPort | undefined;
  /** Notifies the author and followers of an entry of the journal. */
  readonly tell: Job<NotifyJob>;
}

export interface NotifyJob {
  readonly tenant: string;
  readonly report: string;
  /** The number of the journal entry. */
  readonly entry: number;
}
