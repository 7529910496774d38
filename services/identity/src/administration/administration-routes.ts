import type { FastifyInstance } from 'fastify';
import type { IdentityParts } from '../parts.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { clientRoutes } from './client-routes.ts';
import { federationRoutes } from './federation-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { userRoutes } from './user-routes.ts';

/** `/ops/identity`: JSON API for administrators. Every change is audited. */
export function administrationRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  userRoutes(scope, parts);
  catalogueRoutes(scope, parts);
  clientRoutes(scope, parts);
  federationRoutes(scope, parts);
  settingsRoutes(scope, parts);
}
