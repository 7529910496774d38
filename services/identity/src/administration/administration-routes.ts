import { serve } from '@alzette/kit/serve';
import type { FastifyInstance } from 'fastify';
import {
  catalogueContract,
  clientsContract,
  federationContract,
  ownPeopleContract,
  settingsContract,
  usersContract,
} from '../contract/contract.ts';
import type { IdentityParts } from '../parts.ts';
import { catalogueHandlers } from './catalogue-handlers.ts';
import { clientHandlers } from './client-handlers.ts';
import { federationHandlers } from './federation-handlers.ts';
import { ownPeopleHandlers } from './own-people-handlers.ts';
import { settingsHandlers } from './settings-handlers.ts';
import { userHandlers } from './user-handlers.ts';

const IMPORT_LIMIT_BYTES = 8 * 1024 * 1024;

/** `/ops/identity`: JSON API for administrators. Every change is audited. */
export function administrationRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  scope.register(async (users) => {
    users.removeContentTypeParser(['text/csv']);
    const options = { parseAs: 'string', bodyLimit: IMPORT_LIMIT_BYTES } as const;
    users.addContentTypeParser('text/csv', options, (_request, body, done) => done(null, body));
    serve(users, usersContract, userHandlers(parts));
  });
  serve(scope, catalogueContract, catalogueHandlers(parts));
  serve(scope, clientsContract, clientHandlers(parts));
  serve(scope, ownPeopleContract, ownPeopleHandlers(parts));
  serve(scope, federationContract, federationHandlers(parts));
  serve(scope, settingsContract, settingsHandlers(parts));
}
