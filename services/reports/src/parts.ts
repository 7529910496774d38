import type { Job } from '@alzette/kit/jobs';
import type { ServiceContext } from '@alzette/kit/service';
import type { ReportObjects } from './actions/report-objects.ts';
import type { FilePort, PushPort, SuggestionPort, WorkOrderPort } from './ports.ts';
import type { Keyed } from './store/keyed.ts';

/** What the service receives. */
export interface ReportContext extends ServiceContext {
  readonly files: FilePort;
  readonly workOrders: WorkOrderPort;
  /** Absent: devices are not notified. */
  readonly push?: PushPort | undefined;
  /** Absent: there are no suggestions. */
  readonly suggestions?: SuggestionPort | undefined;
}

/** The parts of the service, shared by its folders. */
export interface ReportParts extends ReportContext {
  /** What requests are about. */
  readonly objects: ReportObjects;
  readonly keyed: Keyed;
  /** Notifies the author and followers of an entry of the journal. */
  readonly tell: Job<NotifyJob>;
  /** Passes a report on to who is responsible, as an entry of the journal says. */
  readonly passOn: Job<NotifyJob>;
}

export interface NotifyJob {
  readonly tenant: string;
  readonly report: string;
  /** The number of the journal entry. */
  readonly entry: number;
}
