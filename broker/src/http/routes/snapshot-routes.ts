import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkUri, type JsonObject } from '../../model/values.ts';
import { purgeSnapshots } from '../../snapshots/purge-snapshots.ts';
import { representSnapshot } from '../../snapshots/represent-snapshot.ts';
import {
  cloneSnapshot,
  createSnapshot,
  deleteSnapshot,
  retrieveSnapshot,
  type SnapshotParts,
  updateSnapshot,
} from '../../snapshots/snapshots.ts';
import { sendDocument } from '../answers/answer.ts';
import { sendBatchOutcome } from '../answers/batch-result.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import { parameters, resource, sendCreated } from '../requests/resource.ts';
import { answeredVersion } from '../requests/version-preference.ts';

/** `/snapshots` (6.36), `/snapshots/{snapshotId}` (6.37) and `/snapshots/{snapshotId}/clone` (6.38). */
export function snapshotRoutes(app: FastifyInstance, parts: SnapshotParts): void {
  resource(app, '/snapshots', {
    // 6.36.3.1 Create Snapshot
    POST: {
      parameters: parameters(),
      body: 'object',
      isVersioned: true,
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const owner = request.access?.principal;
        const id = await createSnapshot(parts, tenant, request.body as JsonObject, context, owner);
        // In the draft of 2.0 only accepted, because it is filled later.
        return sendCreated(reply, 'snapshots', id, answeredVersion(request) === '2.0' ? 202 : 201);
      },
    },
    // 6.36.3.2 Purge Snapshots
    DELETE: {
      parameters: parameters('q'),
      async handle(request, reply) {
        const outcomes = await purgeSnapshots(parts, request.ngsiLd.tenant, request.ngsiLd.parameters.q);
        return sendBatchOutcome(reply, outcomes, 'none');
      },
    },
  });

  resource(app, '/snapshots/:id', {
    // 6.37.3.1 Retrieve Snapshot Status
    GET: {
      parameters: parameters(),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const snapshot = await retrieveSnapshot(parts, request.ngsiLd.tenant, idOf(request));
        return sendDocument(request, reply, representSnapshot(snapshot));
      },
    },
    // 6.37.3.2 Update Snapshot Status
    PATCH: {
      parameters: parameters(),
      answers: JSON_TYPES,
      body: 'object',
      async handle(request, reply) {
        const { tenant } = request.ngsiLd;
        const snapshot = await updateSnapshot(parts, tenant, idOf(request), request.body as JsonObject);
        return sendDocument(request, reply, representSnapshot(snapshot));
      },
    },
    // 6.37.3.3 Delete Snapshot
    DELETE: {
      parameters: parameters(),
      async handle(request, reply) {
        await deleteSnapshot(parts, request.ngsiLd.tenant, idOf(request));
        return reply.code(204).send();
      },
    },
  });

  resource(app, '/snapshots/:id/clone', {
    // 6.38.3.1 Clone Snapshot
    POST: {
      parameters: parameters(),
      body: 'object',
      async handle(request, reply) {
        const id = await cloneSnapshot(parts, request.ngsiLd.tenant, idOf(request), request.body as JsonObject);
        return sendCreated(reply, 'snapshots', id);
      },
    },
  });
}

function idOf(request: FastifyRequest): string {
  return checkUri((request.params as { id?: string }).id, 'Snapshot id in the path');
}
