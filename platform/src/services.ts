import { alarmService } from '@alzette/alarms';
import { assistantService } from '@alzette/assistant';
import { backupService } from '@alzette/backups';
import { channelService } from '@alzette/channels';
import { dashboards } from '@alzette/dashboards';
import { energy } from '@alzette/energy';
import { environment } from '@alzette/environment';
import { fileService } from '@alzette/files';
import { insightService } from '@alzette/insights';
import { timetableCalls } from '@alzette/iot-agents';
import type { ServiceDefinition } from '@alzette/kit/service';
import { lighting } from '@alzette/lighting';
import { mobilityService } from '@alzette/mobility';
import { openData } from '@alzette/opendata';
import { publishingService } from '@alzette/publishing';
import { readPastReports, reportService } from '@alzette/reports';
import { rulesService } from '@alzette/rules';
import { wasteService } from '@alzette/waste';
import { articleImages } from './article-images.ts';
import { backupPorts, productBackups } from './backup/product-backups.ts';
import type { Config } from './config.ts';

/**
 * The services of the product, in the order of their start. A new one is an import and a line here. Services use each
 * other through ports, which are passed on here.
 */
export function productServices(config: Config): readonly ServiceDefinition[] {
  const channels = channelService();
  const alarms = alarmService(channels.port);
  const files = fileService(config.files);
  const publishing = publishingService({ webPush: channels.webPush, images: articleImages(files.port) });
  // Its register of AI uses is handed to the services that have some: they declare theirs and ask whether they are on.
  const insights = insightService({ pastReports: readPastReports });
  const reports = reportService({
    files: files.port,
    workOrders: alarms.workOrders,
    push: publishing.push,
    suggestions: insights.suggestions,
  });
  const waste = wasteService({ push: publishing.push });
  const rules = rulesService({ alarms: alarms.port });
  const mobility = mobilityService({ timetable: timetableCalls });
  const assistant = assistantService({
    uses: insights.uses,
    issuers: config.issuers,
    ...(config.assistantModel && { model: config.assistantModel }),
  });
  const backups = backupService(productBackups(config), backupPorts(config));
  return [
    channels.definition,
    // Their demo is created at once; that of those below takes minutes on the embedded database.
    dashboards,
    openData,
    insights.definition,
    alarms.definition,
    files.definition,
    publishing.definition,
    reports,
    rules,
    lighting,
    waste,
    mobility,
    energy,
    environment,
    assistant,
    backups,
  ];
}
