import { documentsInBody, judged, judgeOf, listed, type ObjectKind } from '@alzette/kit/objects';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import type { Assignment, ZoneContract } from '../contract/contract.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import type { LightingParts } from '../parts.ts';
import { coversEach, coversLamps } from '../rights/lamp-rights.ts';
import { readableZones, zoneOf } from '../rights/lamp-zones.ts';
import { LEVELS } from '../rights/lighting-kind.ts';
import { lampsOfZone } from '../rights/zone-lamps.ts';
import { assign, listAssignments } from '../strategies/assignments.ts';
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

export function assignmentHandlers(parts: LightingParts): Handlers<ZoneContract, 'assignments' | 'assign'> {
  const { db } = parts;
  const kind = assignmentKind(parts);
  type Asked = RequestOf<ZoneContract['operations']['assign']>;
  return {
    assignments: {
      objects: listed(kind),
      async handle(request) {
        const zones = await readableZones(db, judgeOf(request), LEVELS);
        return { assignments: await zones.filter(await listAssignments(db, request.tenant)) };
      },
    },
    assign: {
      objects: documentsInBody(kind, async ({ tenant, body }: Asked) => {
        const { strategy, version, from } = body;
        const place = zoneOf(body);
        const row = await findStrategy(db, tenant, strategy, version);
        if (row === undefined) throw new InvalidInput('strategy', strategy, 'a lighting strategy that exists');
        return [{ ...place, from, strategy, version: row.version }];
      }),
      async handle(request) {
        const assignment = judged(request, kind);
        await assign(db, request.tenant, assignment);
        await publishGroups(parts, request.tenant, tonight(parts.siteOf(request.tenant).timeZone));
        return assignment;
      },
    },
  };
}
