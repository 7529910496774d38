import type { Job } from '@alzette/kit/jobs';
import type { Language } from '@alzette/kit/languages';
import type { Keyed } from '@alzette/kit/sealed-key';
import type { ServiceContext } from '@alzette/kit/service';
import type { CaseObjects } from './dossiers/case-objects.ts';
import type {
  CollectionStopPort,
  FilePort,
  LightExceptionPort,
  PushPort,
  VouchedPort,
  WorkOrderPort,
} from './ports.ts';

/** What the service receives. */
export interface ProcedureContext extends ServiceContext {
  readonly files: FilePort;
  readonly workOrders: WorkOrderPort;
  readonly lightExceptions: LightExceptionPort;
  readonly collectionStops: CollectionStopPort;
  /** Absent: devices are not notified. */
  readonly push?: PushPort | undefined;
  /** Absent: nobody vouches for anybody. */
  readonly vouched?: VouchedPort | undefined;
}

/** The parts of the service, shared by its folders. */
export interface ProcedureParts extends ProcedureContext {
  readonly objects: CaseObjects;
  readonly keyed: Keyed;
  /** Tells the sender of an event. */
  readonly tell: Job<EventJob>;
  /** Mails an invitation to act for a company. */
  readonly invite: Job<InviteJob>;
  /** Does what an action of the workflow has on the territory. */
  readonly effect: Job<EffectJob>;
}

export interface EventJob {
  readonly tenant: string;
  readonly dossier: string;
  /** The number of the event. */
  readonly event: number;
}

export interface EffectJob extends EventJob {
  readonly action: string;
  /** The name in the audit, and a result of `authorOf`: it is done with their rights. */
  readonly by: string;
  readonly author: object | null;
  /** The person behind them; null: there is none. */
  readonly person: string | null;
}

export interface InviteJob {
  readonly tenant: string;
  readonly member: string;
  readonly company: string;
  readonly language: Language;
}
