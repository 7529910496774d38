import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { startAlarmHost } from './support/alarm-host.ts';

const ALERT = 'https://smartdatamodels.org/dataModel.Alert/Alert';

eachDatabase('Handover', (test) => {
  test('notes are read by the group or by who acts on alarms, and taken over by the next shift', async (t, db) => {
    const host = await startAlarmHost(t, db, { access: 'enforced' });
    const tenant = freshTenant();
    const who = async (sub: string, roles: string[], groups: string[] = []) => ({
      authorization: await host.authorizationOf({ sub, roles, groups }),
      'ngsild-tenant': tenant,
    });
    const root = await who('root', ['administrator']);
    for (const [role, may] of [
      ['operator', ['read', 'write']],
      ['analyst', ['read']],
    ] as const) {
      const policy = { tenants: [tenant], who: { roles: [role] }, may, types: [ALERT] };
      const answer = await host.ask('PUT', `/ops/access/policies/${tenant}.${role}`, policy, root);
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
    }
    const [evening, night] = [await who('ev', ['operator'], ['duty']), await who('ni', ['operator'], ['duty'])];
    const [works, analyst] = [await who('wo', ['operator'], ['works']), await who('an', ['analyst'])];
    const read = async (headers: Record<string, string>) =>
      (await host.ask('GET', '/alarms/handover', undefined, headers)).body;
    const write = (note: object, headers: Record<string, string>) =>
      host.ask('POST', '/alarms/handover/notes', note, headers);

    const first = await read(evening);
    assert.deepEqual(first, { groups: ['duty'], mayWrite: true, notes: [] });
    assert.equal((await write({ note: 'Cabinet 12 is open', signed: 'Ada' }, evening)).status, 201);
    assert.equal((await write({ note: 'Call Ben first', group: 'duty' }, evening)).status, 201);
    assert.equal((await write({ note: 'To others', group: 'works' }, evening)).status, 403, 'not a group of theirs');
    assert.equal((await write({ note: 'May only read' }, analyst)).status, 403);
    assert.equal((await write({ note: '  ' }, evening)).status, 400);

    const notesOf = async (headers: Record<string, string>) =>
      (await read(headers)).notes.map(({ note }: { note: string }) => note);
    assert.deepEqual(await notesOf(night), ['Call Ben first', 'Cabinet 12 is open']);
    assert.deepEqual(await notesOf(works), ['Cabinet 12 is open']);
    assert.deepEqual(await notesOf(analyst), []);
    assert.equal((await read(analyst)).mayWrite, false);

    const begin = async (headers: Record<string, string>, body = {}) =>
      (await host.ask('PUT', '/alarms/handover/shift', body, headers)).body;
    assert.equal((await begin(evening)).taken, 0, 'nobody takes over their own notes');
    const before = Date.now();
    const { since, taken } = await begin(night, { signed: 'Ben' });
    assert.equal(taken, 2);
    assert.ok(Date.parse(since) >= before && Date.parse(since) <= Date.now());
    assert.equal((await begin(works)).taken, 0, 'only the first takes a note over');
    const { notes, since: own } = await read(night);
    assert.equal(own, since);
    assert.deepEqual(notes[1].taken, { at: since, signed: 'Ben', isOwn: true });
    assert.deepEqual([notes[1].signed, notes[1].isOwn, notes[1].mayDelete], ['Ada', false, false]);

    const path = `/alarms/handover/notes/${notes[1].id}`;
    assert.equal((await host.ask('DELETE', path, undefined, analyst)).status, 404, 'it does not exist for them');
    assert.equal((await host.ask('DELETE', path, undefined, night)).status, 403, 'not its author');
    assert.equal((await host.ask('DELETE', path, undefined, evening)).status, 204);
    assert.equal((await host.ask('DELETE', `/alarms/handover/notes/${notes[0].id}`, undefined, root)).status, 204);
    assert.deepEqual(await notesOf(night), []);
  });
});
