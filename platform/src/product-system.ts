import { PRODUCT_VERSION } from '@alzette/broker/version';
import type { ServiceDefinition } from '@alzette/kit/service';
import { type SystemOptions, systemService } from '@alzette/system';
import type { Config } from './config.ts';

/** The state of this product, from its metrics, its disk and its certificates. */
export function productSystem(
  { dataDir, tls, mqttTls }: Config,
  measured: Pick<SystemOptions, 'readMetrics' | 'ingestLag' | 'usageOf' | 'installedServices' | 'servicePages'>,
): ServiceDefinition {
  const certificates = { ...(tls && { https: tls.cert }), ...(mqttTls.cert && { mqtt: mqttTls.cert }) };
  return systemService({ version: PRODUCT_VERSION, dataDir, certificates, ...measured });
}
