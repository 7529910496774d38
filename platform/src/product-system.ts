import { PRODUCT_VERSION } from '@alzette/broker/version';
import type { ServiceDefinition } from '@alzette/kit/service';
import { type SystemOptions, systemService } from '@alzette/system';
import type { Config } from './config.ts';

/** How this product fares, as its metrics, its disk and its certificates tell. */
export function productSystem(
  { dataDir, tls, mqttTls }: Config,
  lags: Pick<SystemOptions, 'readMetrics' | 'ingestLag'>,
): ServiceDefinition {
  const certificates = { ...(tls && { https: tls.cert }), ...(mqttTls.cert && { mqtt: mqttTls.cert }) };
  return systemService({ version: PRODUCT_VERSION, dataDir, certificates, ...lags });
}
