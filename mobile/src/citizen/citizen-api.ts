import type { AnswerPath } from '@alzette/kit/client';
import type {
  CitizenProcedureContract,
  CompanyContract,
  FollowedDossierContract,
  OwnAccountContract,
} from '@alzette/procedures/contract';
import { CITIZEN_PROCEDURES, FOLLOWED_DOSSIERS, OWN_ACCOUNT, OWN_COMPANIES } from '@alzette/procedures/paths';
import type { DeviceContract, KeptEntryContract, PollContract } from '@alzette/publishing/contract';
import { DEVICES, KEPT_ENTRIES, POLLS } from '@alzette/publishing/paths';
import type { CitizenReportContract, FollowedReportContract } from '@alzette/reports/contract';
import { CITIZEN_REPORTS, FOLLOWED_REPORTS } from '@alzette/reports/paths';
import { clientOf, readAnswer } from '@alzette/web/asking';

/** What the app asks without the answers that it keeps, which `useCitizen` asks for by their paths. */
export const devices = clientOf<DeviceContract>(DEVICES);
export const polls = clientOf<PollContract>(POLLS);
export const keptEntries = clientOf<KeptEntryContract>(KEPT_ENTRIES);
export const citizenReports = clientOf<CitizenReportContract>(CITIZEN_REPORTS);
export const followedReports = clientOf<FollowedReportContract>(FOLLOWED_REPORTS);
export const citizenProcedures = clientOf<CitizenProcedureContract>(CITIZEN_PROCEDURES);
export const ownAccount = clientOf<OwnAccountContract>(OWN_ACCOUNT);
export const ownCompanies = clientOf<CompanyContract>(OWN_COMPANIES);
export const followedDossiers = clientOf<FollowedDossierContract>(FOLLOWED_DOSSIERS);

/**
 * Requests a path of `paths.ts` without the browser's cache; the ETag avoids unnecessary transfers.
 *
 * @throws AnswerError; TypeError: no network
 */
export async function askCitizen<T>(path: AnswerPath<T>): Promise<T> {
  return readAnswer<T>(await fetch(path, { cache: 'no-cache' }));
}

/** Names a device in a call, and proves that it is this one. */
export function callOf({ id, secret }: { readonly id: string; readonly secret: string }) {
  return { params: { id }, headers: { authorization: `Device ${secret}` } };
}
