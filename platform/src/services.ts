import { alarms } from '@alzette/alarms';
import { assistantService } from '@alzette/assistant';
import { backupService } from '@alzette/backups';
import { channelService } from '@alzette/channels';
import { dashboardService } from '@alzette/dashboards';
import { decisionService } from '@alzette/decisions';
import { energy } from '@alzette/energy';
import { environment } from '@alzette/environment';
import { fileService } from '@alzette/files';
import { insightService } from '@alzette/insights';
import { timetableCalls, timetableTrips } from '@alzette/iot-agents';
import { type ServiceDefinition, startOrder } from '@alzette/kit/service';
import { lighting } from '@alzette/lighting';
import { mobilityService } from '@alzette/mobility';
import { openData } from '@alzette/opendata';
import { packService } from '@alzette/packs';
import { procedures } from '@alzette/procedures';
import { publishing } from '@alzette/publishing';
import { readPastReports, reports } from '@alzette/reports';
import { rules } from '@alzette/rules';
import { waste } from '@alzette/waste';
import { articleImages } from './article-images.ts';
import { backupPorts, productBackups } from './backup/product-backups.ts';
import type { Config } from './config.ts';
import { dashboardTemplates, productPacks } from './territory-files/product-packs.ts';

/**
 * The services of the product, in the order of their start. A new one is an import and a line here. A service receives
 * the ports of those above it.
 */
export function productServices(config: Config): readonly ServiceDefinition[] {
  const { issuers, assistantModel: model } = config;
  return (
    startOrder()
      .with(channelService())
      // Their demo is created at once; that of those below takes minutes on the embedded database.
      .with(dashboardService({ templates: dashboardTemplates }))
      .with(openData)
      .with(decisionService({ trips: timetableTrips }))
      .with(packService(productPacks(config)))
      .with(insightService({ pastReports: readPastReports }))
      .with(alarms)
      .with(fileService(config.files))
      .with(articleImages)
      .with(publishing)
      .with(reports)
      .with(rules)
      .with(lighting)
      .with(waste)
      .with(mobilityService({ timetable: timetableCalls, trips: timetableTrips }))
      .with(energy)
      .with(environment)
      .with(procedures)
      .with(assistantService({ issuers, ...(model && { model }) }))
      .with(backupService(productBackups(config), backupPorts(config))).definitions
  );
}
