import { alarmService } from '@alzette/alarms';
import { channelService } from '@alzette/channels';
import { fileService } from '@alzette/files';
import type { ServiceDefinition } from '@alzette/kit/service';
import { lighting } from '@alzette/lighting';
import { openData } from '@alzette/opendata';
import { reportService } from '@alzette/reports';
import { rulesService } from '@alzette/rules';
import type { Config } from './config.ts';

/**
 * The services of the product, in the order in which they start. A new one is its import and its line here. What one has
 * to tell another goes through a port, which is handed on here.
 */
export function productServices(config: Config): readonly ServiceDefinition[] {
  const channels = channelService();
  const alarms = alarmService(channels.port);
  const files = fileService(config.files);
  const reports = reportService({ files: files.port, workOrders: alarms.workOrders });
  const rules = rulesService({ alarms: alarms.port });
  return [channels.definition, alarms.definition, files.definition, reports, rules, lighting, openData];
}
