import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import Fastify from 'fastify';
import { readConfig } from '../config.ts';
import { installedAppRoutes, type NativeApps } from './installed-apps.ts';

const SOURCE = new URL('../../../mobile/public/manifest.webmanifest', import.meta.url);
const CERTIFICATE = Array.from({ length: 32 }, () => 'AB').join(':');

test('phones learn the name of the territory and the native apps that open its links', async (t) => {
  const dist = await mkdtemp(join(tmpdir(), 'alzette-'));
  t.after(() => rm(dist, { recursive: true }));
  await writeFile(join(dist, 'manifest.webmanifest'), await readFile(SOURCE));
  const start = (name: string, apps: NativeApps, colour?: string) => {
    const app = Fastify();
    installedAppRoutes(app, { lookOf: () => ({ name, ...(colour && { colour }) }), dist, apps });
    return app;
  };
  const { nativeApps } = readConfig(
    { ANDROID_APP: `eu.example.city=${CERTIFICATE}`, IOS_APP: 'A1B2C3D4E5.eu.example.city' },
    false,
  );
  const full = start('Moselbogen', nativeApps, '#7a2e0e');
  const manifest = await full.inject('/app/manifest.webmanifest');
  assert.match(String(manifest.headers['content-type']), /^application\/manifest\+json/);
  const { name, short_name: shortName, theme_color: colour, shortcuts, share_target: shares } = manifest.json();
  assert.deepEqual([name, shortName, colour, shares.action], ['Moselbogen', 'Moselbogen', '#7a2e0e', '/app/share']);
  assert.deepEqual(
    shortcuts.map(({ url }: { url: string }) => url),
    ['/app/report', '/app/departures', '/app/collections', '/app/map'],
  );
  assert.deepEqual((await full.inject('/.well-known/assetlinks.json')).json(), [
    {
      relation: ['delegate_permission/common.handle_all_urls'],
      target: {
        namespace: 'android_app',
        package_name: 'eu.example.city',
        sha256_cert_fingerprints: [CERTIFICATE],
      },
    },
  ]);
  const apple = (await full.inject('/.well-known/apple-app-site-association')).json();
  assert.deepEqual(apple.applinks.details[0].appIDs, ['A1B2C3D4E5.eu.example.city']);

  const none = start('Pays Haut Val d’Alzette', {});
  assert.equal(
    (await none.inject('/app/manifest.webmanifest')).json().short_name,
    'Alzette',
    'a long name has no room',
  );
  for (const file of ['assetlinks.json', 'apple-app-site-association']) {
    assert.equal((await none.inject(`/.well-known/${file}`)).statusCode, 404);
  }
});

test('a wrong native app is refused with what is expected', () => {
  assert.throws(() => readConfig({ ANDROID_APP: 'eu.example.city=AB:CD' }, false), /ANDROID_APP.*SHA-256/);
  assert.throws(() => readConfig({ IOS_APP: 'eu.example.city' }, false), /IOS_APP.*a team and a bundle/);
});
