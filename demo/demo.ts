import type { DemoContents } from '@alzette/kit/service';
import { putAlarms } from './alarms/alarms.ts';
import { putProposals } from './assistant.ts';
import { makeFirstBackup } from './backups.ts';
import { putRecipients } from './channels.ts';
import { putDashboards } from './dashboards.ts';
import { putDecisions } from './decisions/decisions.ts';
import { analyseMeters } from './energy.ts';
import { putLayers } from './environment.ts';
import { switchUsesOn } from './insights.ts';
import { putLighting } from './lighting/lighting.ts';
import { putDatasets } from './opendata.ts';
import { putPacks } from './packs/packs.ts';
import { putProcedures } from './procedures.ts';
import { putItems } from './publishing/publishing.ts';
import { putReports } from './reports/reports.ts';
import { putRules } from './rules/rules.ts';
import { measure } from './system.ts';
import { putWaste } from './waste.ts';

export { startDevices } from './devices/devices.ts';

/** The contents of each service, by its name. */
export const CONTENTS: { readonly [service: string]: DemoContents<never> } = {
  alarms: putAlarms,
  assistant: putProposals,
  backups: makeFirstBackup,
  channels: putRecipients,
  dashboards: putDashboards,
  decisions: putDecisions,
  energy: analyseMeters,
  environment: putLayers,
  insights: switchUsesOn,
  lighting: putLighting,
  opendata: putDatasets,
  packs: putPacks,
  procedures: putProcedures,
  publishing: putItems,
  reports: putReports,
  rules: putRules,
  system: measure,
  waste: putWaste,
};
