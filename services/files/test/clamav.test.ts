import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { endProgram, findProgram, freePort } from '../../../scripts/programs.ts';
import { openAntivirus } from '../src/antivirus/antivirus.ts';

const MARK = 'what only a signature of this test knows';
const clamd = findProgram('clamd');

test('ClamAV finds what its signatures know, also across chunks', {
  skip: clamd ? false : 'clamd is missing',
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'clamav-'));
  t.after(() => rm(folder, { recursive: true }));
  const port = await freePort();
  // Name, any kind of file, anywhere in it, hexadecimal bytes.
  await writeFile(join(folder, 'own.ndb'), `Alzette.Mark:0:*:${Buffer.from(MARK).toString('hex')}\n`);
  const settings = [`DatabaseDirectory ${folder}`, 'TCPAddr 127.0.0.1', `TCPSocket ${port}`, 'Foreground yes'];
  await writeFile(join(folder, 'clamd.conf'), `${settings.join('\n')}\n`);
  const child = spawn(clamd as string, ['--config-file', join(folder, 'clamd.conf')], { stdio: 'pipe' });
  t.after(() => endProgram(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const antivirus = openAntivirus(`clamd://127.0.0.1:${port}`);
  const clean = Buffer.alloc(200_000, 'a');
  await eventually('an answer of clamd', () => {
    assert.equal(child.exitCode, null, output);
    return antivirus.scan(clean).then(
      (found) => found === undefined,
      () => false,
    );
  });
  const infected = Buffer.from(clean);
  infected.write(MARK, 64 * 1024 - MARK.length / 2);
  assert.equal(await antivirus.scan(infected), 'Alzette.Mark.UNOFFICIAL');
  assert.equal(await antivirus.scan(clean), undefined);
});
