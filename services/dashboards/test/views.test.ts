import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '../../../broker/test/support/index.ts';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { dashboardService } from '../src/service.ts';

const LAMP = 'https://smartdatamodels.org/dataModel.Streetlighting/Streetlight';

eachDatabase('Saved views', (test) => {
  test('are for their author, or for a group of the author', async (t, db) => {
    const host = await startServiceHost(t, db, [dashboardService()], { access: 'enforced' });
    const tenant = freshTenant();
    const who = async (sub: string, roles: string[], groups: string[] = []) => ({
      authorization: await host.authorizationOf({ sub, roles, groups }),
      'ngsild-tenant': tenant,
    });
    const root = await who('root', ['administrator']);
    const policy = { tenants: [tenant], who: { roles: ['reader'] }, may: ['read'], types: [LAMP] };
    assert.equal((await host.ask('PUT', `/ops/access/policies/${tenant}.reader`, policy, root)).status, 201);
    const [ada, ben, cleo] = [
      await who('ada', ['reader'], ['duty']),
      await who('ben', ['reader'], ['duty']),
      await who('cleo', ['reader'], ['works']),
    ];
    const save = async (id: string, view: object, headers: Record<string, string>) =>
      (await host.ask('PUT', `/dashboards/views/${id}`, view, headers)).status;
    const read = async (headers: Record<string, string>) =>
      (await host.ask('GET', '/dashboards/views', undefined, headers)).body;
    const titlesOf = async (headers: Record<string, string>) =>
      (await read(headers)).views.map(({ title }: { title: string }) => title);

    const dark = { title: 'Dark lamps', address: '/map?type=Streetlight&commune=thil' };
    const late = { title: 'Late', address: '/alarms?late=true', group: 'duty' };
    assert.equal(await save('dark', dark, ada), 201);
    assert.equal(await save('late', late, ada), 201);
    assert.deepEqual(await read(ada), {
      groups: ['duty'],
      views: [
        { ...dark, id: 'dark', isOwn: true, mayChange: true },
        { ...late, id: 'late', isOwn: true, mayChange: true },
      ],
    });
    assert.deepEqual((await read(ben)).views, [{ ...late, id: 'late', isOwn: false, mayChange: false }]);
    assert.deepEqual(await titlesOf(cleo), []);
    assert.deepEqual(await titlesOf(root), ['Late'], 'what is only for its author is not for administrators');

    assert.equal(await save('to-others', { ...late, group: 'works' }, ada), 403, 'not a group of theirs');
    assert.equal(await save('late', dark, ben), 403, 'of another author');
    assert.equal(await save('dark', dark, ben), 404, 'it does not exist for them');
    for (const address of ['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', '/\t/elsewhere'])
      assert.equal(await save('away', { title: 'Away', address }, ada), 400, address);
    assert.equal(await save('dark', { ...dark, address: '/map' }, ada), 204);
    assert.equal((await read(ada)).views[0].address, '/map');

    const remove = async (id: string, headers: Record<string, string>) =>
      (await host.ask('DELETE', `/dashboards/views/${id}`, undefined, headers)).status;
    assert.deepEqual(
      [await remove('late', cleo), await remove('late', ben), await remove('late', root), await remove('dark', root)],
      [404, 403, 204, 404],
    );
    assert.equal(await remove('dark', ada), 204);
    assert.deepEqual((await read(ada)).views, []);
    const taken = await host.ask(
      'PUT',
      '/dashboards/views',
      { title: 'x', roles: [], period: '7d', widgets: [] },
      root,
    );
    assert.deepEqual([taken.status, taken.body.detail.includes('views')], [400, true], 'nobody could open it');
  });

  test('are at most 200 of one author', async (t, db) => {
    const host = await startServiceHost(t, db, [dashboardService()], {});
    const headers = { 'ngsild-tenant': freshTenant() };
    const save = (n: number) =>
      host.ask('PUT', `/dashboards/views/view-${n}`, { title: `${n}`, address: '/map' }, headers);
    for (let n = 1; n <= 200; n += 1) assert.equal((await save(n)).status, 201);
    const { status, body } = await save(201);
    assert.deepEqual([status, /200/.test(body.detail)], [400, true]);
    assert.equal((await save(7)).status, 204, 'those that exist can be changed');
  });
});
