import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { type NotifyingBroker, startNotifyingBroker } from './notifying-broker.ts';
import { startReceiver } from './receiver.ts';

const ID = 'urn:ngsi-ld:Building:1';
const ALL = ['entityCreated', 'entityUpdated', 'entityDeleted'];
const NULL = 'urn:ngsi-ld:null';

const property = (value: unknown, more = {}) => ({ type: 'Property', value, ...more });

const BUILDING = {
  id: ID,
  type: 'Building',
  name: property('Eiffel Tower'),
  airQualityLevel: property(4, { unitCode: 'C62' }),
  locatedAt: { type: 'Relationship', object: 'urn:ngsi-ld:City:Paris' },
};

type Change = 'create' | 'update' | 'add' | 'removeName' | 'removeLevel' | 'delete' | 'move';

const CHANGES: { [C in Change]: (broker: NotifyingBroker, tenant: string) => Promise<unknown> } = {
  create: (broker, tenant) => broker.create(tenant, BUILDING),
  update: (broker, tenant) => broker.merge(tenant, ID, { airQualityLevel: property(5) }),
  add: (broker, tenant) => broker.merge(tenant, ID, { height: property(330) }),
  removeName: (broker, tenant) => broker.removeAttribute(tenant, ID, 'name'),
  removeLevel: (broker, tenant) => broker.merge(tenant, ID, { airQualityLevel: NULL }),
  move: (broker, tenant) => broker.merge(tenant, ID, { scope: '/Paris' }),
  delete: (broker, tenant) => broker.remove(tenant, ID),
};

/** Triggers, watched attributes, and the notified ones of the changes above, made in that order. */
const CASES: [triggers: string[] | undefined, watched: string[] | undefined, notifiedChanges: Change[]][] = [
  [undefined, undefined, ['create', 'update', 'add', 'move']],
  [undefined, ['airQualityLevel'], ['create', 'update']],
  [['entityCreated'], undefined, ['create']],
  [['entityCreated'], ['absent'], ['create']],
  [['entityCreated', 'attributeUpdated'], ['absent'], []],
  [['entityCreated', 'attributeUpdated'], ['airQualityLevel'], ['create', 'update']],
  [['attributeCreated'], undefined, ['create', 'add']],
  [['attributeCreated'], ['height'], ['add']],
  [['attributeUpdated'], undefined, ['update', 'move']],
  [['attributeUpdated'], ['name'], []],
  [['attributeDeleted'], undefined, ['removeName', 'removeLevel', 'delete']],
  [['attributeDeleted'], ['name'], ['removeName']],
  [['attributeDeleted'], ['height'], ['delete']],
  [['entityDeleted'], undefined, ['delete']],
  [['entityDeleted'], ['absent'], ['delete']],
  [['entityUpdated'], undefined, ['create', 'update', 'add', 'move', 'removeName', 'removeLevel', 'delete']],
  [ALL, ['airQualityLevel'], ['create', 'update', 'removeLevel']],
];

eachDatabase('5.8.6 Notification triggers', (test) => {
  test('each trigger, with and without watched attributes, reacts only to its changes', async (t, db) => {
    const broker = await startNotifyingBroker(db);
    const receiver = await startReceiver();
    t.after(async () => {
      await broker.close();
      await receiver.close();
    });
    const tenant = freshTenant();
    for (const [number, [notificationTrigger, watchedAttributes]] of CASES.entries()) {
      await broker.subscribe(tenant, {
        entities: [{ type: 'Building' }],
        ...(notificationTrigger && { notificationTrigger }),
        ...(watchedAttributes && { watchedAttributes }),
        notification: { endpoint: { uri: `${receiver.url}/${number}` } },
      });
    }
    const notifiedChanges: Change[][] = CASES.map(() => []);
    const order: Change[] = ['create', 'update', 'add', 'move', 'removeName', 'removeLevel', 'delete'];
    for (const change of order) {
      await CHANGES[change](broker, tenant);
      const expected = CASES.filter(([, , changes]) => changes.includes(change)).length;
      await receiver.expect(expected, { within: 30_000, thenWait: 60 });
      for (const { path } of receiver.received.splice(0)) notifiedChanges[Number(path.slice(1))]?.push(change);
    }
    for (const [number, [triggers, watched, changes]] of CASES.entries()) {
      assert.deepEqual(notifiedChanges[number], changes, `triggers ${triggers}, watching ${watched}`);
    }
  });

  /** Members of the subscription besides the type; the change after creation; the one entity in the notification. */
  const SHAPES: [what: string, subscription: object, params: object, change: Change, notifiedChanges: object][] = [
    ['a deleted entity', { notificationTrigger: ['entityDeleted'] }, {}, 'delete', { deletedAt: true }],
    [
      'a deleted entity with sysAttrs',
      { notificationTrigger: ['entityDeleted'] },
      { sysAttrs: true },
      'delete',
      { deletedAt: true, createdAt: true, modifiedAt: true },
    ],
    [
      'a watched attribute deleted with its entity',
      { notificationTrigger: ['attributeDeleted'], watchedAttributes: ['name'] },
      {},
      'delete',
      { deletedAt: true, name: property(NULL) },
    ],
    [
      'an entity deleted, with its changes',
      { notificationTrigger: ['entityDeleted'] },
      { showChanges: true },
      'delete',
      {
        deletedAt: true,
        name: property(NULL, { previousValue: 'Eiffel Tower' }),
        airQualityLevel: property(NULL, { previousValue: 4 }),
        locatedAt: { type: 'Relationship', object: NULL, previousObject: 'urn:ngsi-ld:City:Paris' },
      },
    ],
    [
      'a deleted attribute',
      { notificationTrigger: ['attributeDeleted'] },
      {},
      'removeName',
      { name: property(NULL), airQualityLevel: BUILDING.airQualityLevel, locatedAt: BUILDING.locatedAt },
    ],
    [
      'a deleted attribute, concise',
      { notificationTrigger: ['attributeDeleted'] },
      { format: 'concise' },
      'removeName',
      { name: NULL, airQualityLevel: { value: 4, unitCode: 'C62' }, locatedAt: { object: 'urn:ngsi-ld:City:Paris' } },
    ],
    [
      'a deleted attribute, simplified',
      { notificationTrigger: ['attributeDeleted'] },
      { format: 'keyValues' },
      'removeName',
      { name: NULL, airQualityLevel: 4, locatedAt: 'urn:ngsi-ld:City:Paris' },
    ],
    [
      'an updated attribute with its previous value',
      {},
      { showChanges: true },
      'update',
      {
        name: BUILDING.name,
        airQualityLevel: property(5, { unitCode: 'C62', previousValue: 4 }),
        locatedAt: BUILDING.locatedAt,
      },
    ],
    [
      'an updated attribute with its previous value, concise',
      {},
      { showChanges: true, format: 'concise' },
      'update',
      {
        name: 'Eiffel Tower',
        airQualityLevel: { value: 5, unitCode: 'C62', previousValue: 4 },
        locatedAt: { object: 'urn:ngsi-ld:City:Paris' },
      },
    ],
    [
      'a created attribute has no previous value',
      {},
      { showChanges: true },
      'add',
      {
        name: BUILDING.name,
        airQualityLevel: BUILDING.airQualityLevel,
        locatedAt: BUILDING.locatedAt,
        height: property(330),
      },
    ],
  ];

  for (const [what, subscription, params, change, notifiedChanges] of SHAPES) {
    test(`5.8.6 shape: ${what}`, async (t, db) => {
      const broker = await startNotifyingBroker(db);
      const receiver = await startReceiver();
      t.after(async () => {
        await broker.close();
        await receiver.close();
      });
      const tenant = freshTenant();
      await broker.create(tenant, BUILDING);
      await broker.subscribe(tenant, {
        entities: [{ type: 'Building' }],
        ...subscription,
        notification: { endpoint: { uri: receiver.url }, ...params },
      });

      await CHANGES[change](broker, tenant);

      const [received] = await receiver.expect(1, { thenWait: 20 });
      const entity = received?.body.data[0] ?? {};
      for (const time of ['createdAt', 'modifiedAt', 'deletedAt']) {
        if (entity[time] !== undefined) entity[time] = /^\d{4}-.*Z$/.test(entity[time]);
      }
      assert.deepEqual(entity, { id: ID, type: 'Building', ...notifiedChanges });
    });
  }

  test('of several instances the deleted one is notified together with the remaining ones', async (t, db) => {
    const broker = await startNotifyingBroker(db);
    const receiver = await startReceiver();
    t.after(async () => {
      await broker.close();
      await receiver.close();
    });
    const tenant = freshTenant();
    const names = ['urn:a', 'urn:b'].map((datasetId) => property(datasetId, { datasetId }));
    await broker.create(tenant, { ...BUILDING, name: [BUILDING.name, ...names] });
    for (const format of ['normalized', 'keyValues']) {
      await broker.subscribe(tenant, {
        entities: [{ type: 'Building' }],
        notificationTrigger: ['attributeDeleted'],
        notification: { format, pick: ['name'], endpoint: { uri: `${receiver.url}/${format}` } },
      });
    }

    await broker.removeAttribute(tenant, ID, 'name', '?datasetId=urn:b');
    await receiver.expect(2);
    const notifiedChanges = Object.fromEntries(
      receiver.received.splice(0).map(({ path, body }) => [path, body.data[0].name]),
    );
    assert.deepEqual(notifiedChanges['/normalized'], [BUILDING.name, names[0], property(NULL, { datasetId: 'urn:b' })]);
    assert.deepEqual(notifiedChanges['/keyValues'], {
      dataset: { '@none': 'Eiffel Tower', 'urn:a': 'urn:a', 'urn:b': NULL },
    });

    await broker.removeAttribute(tenant, ID, 'name', '?deleteAll=true');
    await receiver.expect(2);
    const gone = Object.fromEntries(receiver.received.map(({ path, body }) => [path, body.data[0].name]));
    assert.deepEqual(gone, { '/normalized': property(NULL), '/keyValues': NULL });
  });
});
