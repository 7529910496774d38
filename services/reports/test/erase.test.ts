import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { anotherPostgres, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import sharp from 'sharp';
import { findProgram } from '../../../scripts/programs.ts';
import { startMailServer } from '../../channels/test/support/mail-server.ts';
import { citizenOf, PLACE, startReportHost } from './support/report-host.ts';

const MAX_DUMP_BYTES = 256 * 1024 * 1024;
/** A version that can dump PostgreSQL 17. */
const pgDump = findProgram('/usr/lib/postgresql/17/bin/pg_dump', 'pg_dump');
const isRecent =
  pgDump !== undefined && Number(/\d+/.exec(execFileSync(pgDump, ['--version'], { encoding: 'utf8' }))?.[0]) >= 17;
const database = anotherPostgres();
const lacking =
  database === undefined ? 'PostgreSQL (TEST_DATABASE_URL is not set)' : isRecent ? undefined : 'pg_dump 17';

/** Decodes quoted-printable. */
const plain = (text: string) =>
  Buffer.from(
    text
      .replaceAll('=\r\n', '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  ).toString();
/** Everything that the author gave: as written, normalised for search, and in the parts of an address. */
const PERSONAL = /Quillefeu|Hildegarde|06 ?98 ?76 ?54 ?32|698765432|sarbacane|Pétaouchnok|ZX-987-YW/i;

test('authors are notified by mail; after an erasure no personal string is in a dump of the database or among the files', {
  skip: lacking !== undefined && `${lacking} is missing`,
}, async (t) => {
  assert.ok(database && pgDump);
  const db = await database.open();
  const url = await database.url();
  const mail = await startMailServer(t);
  const host = await startReportHost(t, db, { jobs: true, settings: mail.settings });
  const { ask, app, folder } = host;
  const tenant = freshTenant();
  const headers = { 'ngsild-tenant': tenant };
  await ask('PUT', '/reports/settings', { proofBits: 0 }, headers);
  const citizen = citizenOf(host, tenant);
  const act = (id: string, wanted: object) => ask('POST', `/reports/${id}/acts`, wanted, headers);
  const photo = async () => {
    const exif = { IFD0: { Artist: 'Hildegarde Quillefeu', ImageDescription: 'sarbacane' } };
    const create = { width: 80, height: 60, channels: 3, background: '#357' } as const;
    const payload = await sharp({ create }).withExif(exif).jpeg().toBuffer();
    assert.match(payload.toString('latin1'), PERSONAL);
    const image = { ...headers, 'content-type': 'image/jpeg' };
    return (await app.inject({ method: 'POST', url: '/citizen/v1/reports/photos', headers: image, payload })).json()
      .token;
  };
  const contact = { name: 'Hildegarde Quillefeu', email: 'Hildegarde@quillefeu.example', phone: '06 98 76 54 32' };
  const given = { contact, address: '7 rue Pétaouchnok', device: 'device-hildegarde-0123' };
  const report = async (more: object) => (await citizen.report({ ...given, ...more })).body;
  const first = await report({ description: 'Une sarbacane, devant la ZX-987-YW', photos: [await photo()] });
  const second = await report({ description: 'Encore la sarbacane', language: 'de' });
  const third = await report({ description: 'sarbacane', location: { ...PLACE, lat: PLACE.lat + 0.001 } });

  await act(first.id, { act: 'accept', text: 'Une sarbacane' });
  await act(first.id, { act: 'note', text: 'Hildegarde Quillefeu a rappelé au 06 98 76 54 32' });
  await act(first.id, { act: 'update', text: 'Merci Madame Quillefeu' });
  await act(second.id, { act: 'merge', into: first.id });
  await act(third.id, { act: 'hide', reason: 'La plaque ZX-987-YW est lisible' });
  await act(first.id, { act: 'status', status: 'fixed', text: 'C’est fait' });
  await citizen.post(`/follow/${first.token}/survey`, { satisfied: false, text: 'Signé Hildegarde' });
  await citizen.post(`/follow/${first.token}/reopen`, { text: 'La sarbacane est revenue' });
  await ask('GET', `/reports/${first.id}/contact`, undefined, headers);

  // Mails about her first report, and about the one merged into it, each in its language.
  const lettersOn = (id: string) =>
    mail.letters.filter(({ text }) => plain(text).includes(`/app/reports/follow/${id}.`));
  await eventually(
    'she is written to',
    () => lettersOn(first.id).length >= 3 && lettersOn(second.id).length >= 2,
    30_000,
  );
  assert.ok(
    mail.letters.every(({ to }) => to === contact.email),
    JSON.stringify(mail.letters),
  );
  assert.ok(
    lettersOn(second.id).some(({ text }) => /behoben|gehört zu einer anderen/.test(plain(text))),
    'in her language',
  );
  const messageIds = mail.letters.map(({ messageId }) => messageId);
  assert.equal(new Set(messageIds).size, messageIds.length, 'none is sent twice');
  assert.ok(lettersOn(third.id).length > 0, 'why it is not shown');

  const dump = async () => (await promisify(execFile)(pgDump, [url], { maxBuffer: MAX_DUMP_BYTES })).stdout;
  const found = async () => {
    const lines = (await dump()).split('\n').filter((line) => PERSONAL.test(line));
    const names = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const file of names.filter((each) => each.isFile())) {
      const path = join(file.parentPath, file.name);
      if (PERSONAL.test((await readFile(path)).toString('latin1')) || PERSONAL.test(path)) lines.push(path);
    }
    return lines;
  };
  assert.ok((await found()).length > 0, 'a dump shows it as long as it is there');
  const files = async () =>
    (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
  assert.ok((await files()).length > 0);

  // One report by her secret link, the others by the desk, at her request.
  assert.equal((await citizen.remove(`/follow/${third.token}`)).status, 204);
  const erased = await ask('POST', '/reports/persons/erase', { email: contact.email }, headers);
  assert.deepEqual(erased.body.erased.sort(), [first.id, second.id].sort());
  await eventually('all that is to be done is done', async () => (await found()).length === 0, 30_000);
  assert.deepEqual(await files(), [], 'her photo is gone');
  const { body } = await citizen.get(`/${first.id}`);
  assert.deepEqual([body.status, body.supporters], ['open', 1], 'what was done stays');
});
