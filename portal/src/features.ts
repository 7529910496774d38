import { administer } from './features/administer/feature.ts';
import { alerts } from './features/alerts/feature.ts';
import { api } from './features/api/feature.ts';
import { assistant } from './features/assistant/feature.ts';
import { automation } from './features/automation/feature.ts';
import { collectivities } from './features/collectivities/feature.ts';
import { commands } from './features/commands/feature.ts';
import { connect } from './features/connect/feature.ts';
import { dashboards } from './features/dashboards/feature.ts';
import { datasets } from './features/datasets/feature.ts';
import { decisions } from './features/decisions/feature.ts';
import { devices } from './features/devices/feature.ts';
import { energy } from './features/energy/feature.ts';
import { environment } from './features/environment/feature.ts';
import { equipment } from './features/equipment/feature.ts';
import { insights } from './features/insights/feature.ts';
import { keys } from './features/keys/feature.ts';
import { lighting } from './features/lighting/feature.ts';
import { map } from './features/map/feature.ts';
import { mobility } from './features/mobility/feature.ts';
import { operations } from './features/operations/feature.ts';
import { packs } from './features/packs/feature.ts';
import { procedures } from './features/procedures/feature.ts';
import { publishing } from './features/publishing/feature.ts';
import { reports } from './features/reports/feature.ts';
import { services } from './features/services/feature.ts';
import { settings } from './features/settings/feature.ts';
import { sources } from './features/sources/feature.ts';
import { today } from './features/today/feature.ts';
import { waste } from './features/waste/feature.ts';
import type { Feature } from './shell/feature.ts';

/** All features of the portal. Where their pages are found: `navigation.ts`. */
export const FEATURES: readonly Feature[] = [
  today,
  map,
  operations,
  collectivities,
  commands,
  reports,
  procedures,
  equipment,
  lighting,
  waste,
  mobility,
  environment,
  energy,
  automation,
  alerts,
  assistant,
  publishing,
  datasets,
  dashboards,
  decisions,
  devices,
  connect,
  sources,
  packs,
  services,
  settings,
  api,
  keys,
  administer,
  insights,
];
