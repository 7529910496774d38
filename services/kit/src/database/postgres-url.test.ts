import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseOf, parsePostgresUrl, serverOf, withDatabase, withoutPassword, withServer } from './postgres-url.ts';

test('a URL with several servers is split into one URL per server, with the required server type', () => {
  assert.deepEqual(
    parsePostgresUrl(
      'postgres://me:a%40b@one:5433,two,[2001:db8::1]:5434/town?target_session_attrs=read-write&sslmode=require',
    ),
    {
      servers: [
        'postgres://me:a%40b@one:5433/town?sslmode=require',
        'postgres://me:a%40b@two/town?sslmode=require',
        'postgres://me:a%40b@[2001:db8::1]:5434/town?sslmode=require',
      ],
      wanted: 'read-write',
    },
  );
  assert.deepEqual(parsePostgresUrl('postgresql://one/town'), { servers: ['postgresql://one/town'] });
  assert.deepEqual(parsePostgresUrl('postgres://me@/town?host=/run/postgresql'), {
    servers: ['postgres://me@/town?host=%2Frun%2Fpostgresql'],
  });
  assert.deepEqual(parsePostgresUrl('postgres://me@%2Frun%2Fpostgresql/town'), {
    servers: ['postgres://me@%2Frun%2Fpostgresql/town'],
  });
});

test('other URLs are refused', () => {
  for (const text of [
    'mysql://x',
    'one,two',
    'postgres://one,,two/town',
    'postgres://one:x,two/town',
    'postgres://one:99999,two/town',
    'postgres://one/town?target_session_attrs=fastest',
  ]) {
    assert.equal(parsePostgresUrl(text), undefined, text);
  }
});

test('the password is separated from the rest', () => {
  assert.deepEqual(withoutPassword('postgres://me:a%3Ab@one:1,two:2/town?sslmode=require'), {
    shown: 'postgres://me@one:1,two:2/town?sslmode=require',
    password: 'a:b',
  });
  assert.deepEqual(withoutPassword('postgres://me@one/town'), { shown: 'postgres://me@one/town', password: '' });
});

test('a server is named by host and port', () => {
  assert.equal(serverOf('postgres://me:x@one/town'), 'one:5432');
  assert.equal(serverOf('postgres://me@[2001:db8::1]:5434/town'), '[2001:db8::1]:5434');
  assert.equal(serverOf('postgres://me@%2Frun%2Fpostgresql/town'), 'socket');
});

test('the servers of a URL are replaced by another one', () => {
  const of = (servers: string) =>
    withServer(`postgres://${servers}/town?host=/run/postgresql&sslmode=require`, 'node2', 5433);
  assert.equal(of('me:a%40b@one:1,two:2'), 'postgres://me:a%40b@node2:5433/town?sslmode=require');
  assert.equal(of('me@'), 'postgres://me@node2:5433/town?sslmode=require');
  assert.equal(withServer('postgres://one/town', '2001:db8::1', 5432), 'postgres://[2001:db8::1]:5432/town');
});

test('the database of a URL is read and replaced, whatever its servers', () => {
  for (const servers of ['me:a%40b@one:1,two:2', 'me@', 'me@[2001:db8::1]:5434', '%2Frun%2Fpostgresql']) {
    const url = (name: string) => `postgres://${servers}/${name}?host=/run/postgresql&sslmode=require`;
    assert.equal(databaseOf(url('my%20town')), 'my town');
    assert.equal(withDatabase(url('town'), 'other town'), url('other%20town'));
  }
  assert.equal(databaseOf('postgres://one'), '');
});
