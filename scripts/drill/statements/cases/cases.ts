import type { KillCase } from '../kill-every-statement.ts';
import { alarms, withdrawals } from './alarms.ts';
import { channels } from './channels.ts';
import { meters } from './meters.ts';
import { nights } from './nights.ts';
import { openDataFiles } from './open-data.ts';
import { endedOverrides, overrides } from './overrides.ts';
import { publishing } from './publishing.ts';
import { requests } from './requests.ts';
import { scheduledReports } from './scheduled-reports.ts';
import { containers } from './waste.ts';

export const CASES: readonly KillCase[] = [
  nights,
  alarms,
  withdrawals,
  channels,
  publishing,
  scheduledReports,
  meters,
  containers,
  openDataFiles,
  overrides,
  endedOverrides,
  requests,
];
