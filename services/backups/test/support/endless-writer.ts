import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { folderTarget } from '../../src/targets/folder-target.ts';

/** Writes two files into a folder of backups, and does not end. It prints a line when both parts are there. */
const [folder = ''] = process.argv.slice(2);
const target = folderTarget(folder);

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) {
    yield Buffer.from('more');
    await pause(50);
  }
}

async function tellWhenBegun(): Promise<void> {
  const parts = async () =>
    (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.part')).length;
  while ((await parts().catch(() => 0)) < 2) await pause(20);
  console.log('begun');
}

await Promise.all([
  target.write('2026-01-01T000000Z.database.age', endless()),
  target.write('files/a.age', endless()),
  tellWhenBegun(),
]);
