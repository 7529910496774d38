import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { readChoice, readDate, readObject, readText, readWhole } from '../input/read.ts';
import type { LightingParts } from '../parts.ts';
import { assign, listAssignments, ZONE_KINDS } from '../strategies/assignments.ts';
import { findStrategy } from '../strategies/strategy-rows.ts';
import { tonight } from '../sun/tonight.ts';
import { publishGroups } from '../zones/zone-groups.ts';

/** `/assignments`: which strategy runs in which zone, from which night on. */
export function assignmentRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  scope.get(
    '/assignments',
    operation({
      access: 'read',
      summary: 'The assignments: which lighting strategy applies where, and from which night',
    }),
    async (request) => ({ assignments: await listAssignments(db, request.tenant) }),
  );

  scope.post(
    '/assignments',
    operation({ access: 'administer', summary: 'Sets the lighting strategy of a zone from a given night' }),
    async (request, reply) => {
      const given = readObject(request.body, 'body', ['kind', 'zone', 'from', 'strategy', 'version']);
      const kind = readChoice(given.kind, 'kind', ZONE_KINDS);
      const id = readText(given.strategy, 'strategy');
      const version = given.version === undefined ? undefined : readWhole(given.version, 'version', { min: 1 });
      const row = await findStrategy(db, request.tenant, id, version);
      if (row === undefined) throw new InvalidInput('strategy', id, 'a lighting strategy that exists');
      const assignment = {
        kind,
        zone: kind === 'all' ? '' : readText(given.zone, 'zone', 500),
        from: readDate(given.from, 'from'),
        strategy: id,
        version: row.version,
      };
      await assign(db, request.tenant, assignment);
      await publishGroups(parts, request.tenant, tonight(parts.site.timeZone));
      return reply.code(201).send(assignment);
    },
  );
}
