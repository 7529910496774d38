export { type Operation, operation } from './operation.ts';
export { serviceRoutes } from './service-routes.ts';
