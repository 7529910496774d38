import { documents, judged, judgeOf, listed, type ObjectKind } from '@alzette/kit/objects';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { readChoice, readDate, readObject, readText, readWhole } from '../input/read.ts';
import type { LightingParts } from '../parts.ts';
import { coversEach, coversLamps } from '../rights/lamp-rights.ts';
import { readableZones } from '../rights/lamp-zones.ts';
import { LEVELS } from '../rights/lighting-kind.ts';
import { lampsOfZone } from '../rights/zone-lamps.ts';
import { type Assignment, assign, listAssignments, ZONE_KINDS } from '../strategies/assignments.ts';
import { findStrategy } from '../strategies/strategy-rows.ts';
import { tonight } from '../sun/tonight.ts';
import { publishGroups } from '../zones/zone-groups.ts';

/** What is commanded where a strategy applies. */
const COMMANDS = ['applyStrategy'];

/** An assignment belongs to whoever may command the lamps of its zone. */
function assignmentKind({ db }: Pick<LightingParts, 'db'>): ObjectKind<Assignment> {
  return {
    name: 'lighting assignment',
    find: () => undefined, // an assignment has no id
    async may(action, { kind, zone }, judge) {
      if (action === 'read') return (await readableZones(db, judge, LEVELS)).has({ kind, zone });
      if (coversLamps(judge, 'write', COMMANDS)) return true;
      const lamps = await lampsOfZone(db, judge.caller.tenant, { kind, zone });
      return coversEach(
        judge,
        'write',
        lamps.map(({ id }) => id),
        COMMANDS,
      );
    },
  };
}

/** `/assignments`: which strategy runs in which zone, from which night on. */
export function assignmentRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  const kind = assignmentKind(parts);
  scope.get(
    '/assignments',
    operation({
      access: 'read',
      objects: listed(kind),
      summary: 'The assignments: which lighting strategy applies where, and from which night',
    }),
    async (request) => {
      const zones = await readableZones(db, judgeOf(request), LEVELS);
      return { assignments: await zones.filter(await listAssignments(db, request.tenant)) };
    },
  );

  const asked = async ({ tenant, body }: FastifyRequest): Promise<Assignment[]> => {
    const given = readObject(body, 'body', ['kind', 'zone', 'from', 'strategy', 'version']);
    const zoneKind = readChoice(given.kind, 'kind', ZONE_KINDS);
    const id = readText(given.strategy, 'strategy');
    const version = given.version === undefined ? undefined : readWhole(given.version, 'version', { min: 1 });
    const zone = zoneKind === 'all' ? '' : readText(given.zone, 'zone', 500);
    const from = readDate(given.from, 'from');
    const row = await findStrategy(db, tenant, id, version);
    if (row === undefined) throw new InvalidInput('strategy', id, 'a lighting strategy that exists');
    return [{ kind: zoneKind, zone, from, strategy: id, version: row.version }];
  };
  scope.post(
    '/assignments',
    operation({
      access: 'administer',
      objects: documents(kind, asked),
      audited: { values: 'body' },
      summary: 'Sets the lighting strategy of a zone from a given night',
    }),
    async (request, reply) => {
      const assignment = judged(request, kind);
      await assign(db, request.tenant, assignment);
      await publishGroups(parts, request.tenant, tonight(parts.site.timeZone));
      return reply.code(201).send(assignment);
    },
  );
}
