import type { FastifyInstance } from 'fastify';
import { NGSI_LD_VERSION, PRODUCT_VERSION } from '../version.ts';

/** `/version`, also at the path used by clients of Orion-LD. */
export function versionRoutes(app: FastifyInstance): void {
  const version = { name: 'Alzette', version: PRODUCT_VERSION, ngsiLd: NGSI_LD_VERSION };
  for (const path of ['/version', '/ngsi-ld/ex/v1/version']) {
    app.get(path, { config: { access: 'nothing', anyTenant: true } }, () => version);
  }
}
