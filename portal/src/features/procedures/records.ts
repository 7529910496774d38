import type {
  DossierContract,
  DossierLine,
  ListedProcedure,
  PaymentContract,
  ProcedureContract,
  StatisticsContract,
} from '@alzette/procedures/contract';
import { DOSSIERS, PAYMENTS, PROCEDURES, STATISTICS } from '@alzette/procedures/paths';
import { service } from '../../broker/service.ts';

export const dossiers = service<DossierContract>(DOSSIERS);
export const payments = service<PaymentContract>(PAYMENTS);
export const procedures = service<ProcedureContract>(PROCEDURES);
export const statistics = service<StatisticsContract>(STATISTICS);

/** What a state means, whatever its name. */
export const STATE_KINDS = [
  'open',
  'accepted',
  'refused',
  'done',
  'closed',
] as const satisfies readonly DossierLine['state']['kind'][];

const SOON_MS = 5 * 86_400_000;

/** As the clock of a report. While parts are missing, nothing is late. */
export function clockOf({ state, clock, isLate }: DossierLine, now: number): 'done' | 'onTime' | 'soon' | 'late' {
  if (state.kind !== 'open') return 'done';
  if (isLate) return 'late';
  if (clock.isSuspended || clock.dueAt === undefined) return 'onTime';
  return Date.parse(clock.dueAt) - now < SOON_MS ? 'soon' : 'onTime';
}

export const TOPICS = [
  'waste',
  'lighting',
  'roads',
  'events',
  'rooms',
  'associations',
  'companies',
  'school',
  'housing',
  'other',
] as const satisfies readonly ListedProcedure['topic'][];
