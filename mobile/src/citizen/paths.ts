import type { PublicEnvironmentContract } from '@alzette/environment/contract';
import { PUBLIC_ENVIRONMENT } from '@alzette/environment/paths';
import { answerPaths } from '@alzette/kit/client';
import type { MobilityContract } from '@alzette/mobility/contract';
import { MOBILITY } from '@alzette/mobility/paths';
import type { CitizenProcedureContract } from '@alzette/procedures/contract';
import { CITIZEN_PROCEDURES } from '@alzette/procedures/paths';
import type { CitizenReadingContract } from '@alzette/publishing/contract';
import { CITIZEN_READING } from '@alzette/publishing/paths';
import type { CitizenReportContract } from '@alzette/reports/contract';
import { CITIZEN_REPORTS } from '@alzette/reports/paths';
import type { PublicWasteContract } from '@alzette/waste/contract';
import { PUBLIC_WASTE } from '@alzette/waste/paths';

/** The paths of what the app reads, and stores by them; each is typed with its answer. */
export const environment = answerPaths<PublicEnvironmentContract>(PUBLIC_ENVIRONMENT);
export const mobility = answerPaths<MobilityContract>(MOBILITY);
export const procedures = answerPaths<CitizenProcedureContract>(CITIZEN_PROCEDURES);
export const reading = answerPaths<CitizenReadingContract>(CITIZEN_READING);
export const reports = answerPaths<CitizenReportContract>(CITIZEN_REPORTS);
export const waste = answerPaths<PublicWasteContract>(PUBLIC_WASTE);
