import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const MOBILE = join(import.meta.dirname, '../..');
const MAX_BYTES = 60_000;
const read = (file: string) => readFileSync(join(MOBILE, file), 'utf8');

test('the projects for Android and iOS have the plugins and versions of the package', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const plugins = Object.keys(dependencies ?? {}).filter((name) => /^@capacitor\/(?!core$)/.test(name));
  assert.ok(plugins.length > 0);
  const [gradle, swift] = [read('android/capacitor.settings.gradle'), read('ios/App/CapApp-SPM/Package.swift')];
  for (const plugin of plugins) {
    assert.ok(gradle.includes(`node_modules/${plugin}/android`), `${plugin}: npm run native:sync`);
    assert.ok(swift.includes(`node_modules/${plugin}"`), `${plugin}: npm run native:sync`);
  }
  const version = devDependencies?.['@capacitor/ios']?.replace('^', '');
  assert.ok(swift.includes(`exact: "${version}"`), `Package.swift is of another version than ${version}`);
  assert.ok(read('scripts/sync-native.ts').includes(`@capacitor/cli@${version}`));
});

test('they request only the required permissions, and name one site', () => {
  const manifest = read('android/app/src/main/AndroidManifest.xml');
  const permissions = [...manifest.matchAll(/uses-permission android:name="android\.permission\.(\w+)"/g)];
  assert.deepEqual(
    permissions.map(([, name]) => name),
    ['INTERNET', 'ACCESS_COARSE_LOCATION', 'ACCESS_FINE_LOCATION', 'CAMERA'],
  );
  const plist = read('ios/App/App/Info.plist');
  const usages = [...plist.matchAll(/<key>(NS\w+)<\/key>/g)].map(([, key]) => key);
  assert.deepEqual(usages, [
    'NSCameraUsageDescription',
    'NSLocationWhenInUseUsageDescription',
    'NSPhotoLibraryUsageDescription',
  ]);
  const host = /WKAppBoundDomains<\/key>\s*<array>\s*<string>([^<]+)/.exec(plist)?.[1];
  assert.ok(host && read('android/app/src/main/res/values/strings.xml').includes(`"site_host">${host}<`), host);
});

test('they contain no large file', () => {
  for (const file of globSync('{android,ios}/**/*.{png,jar,xml,swift,gradle}', { cwd: MOBILE }))
    assert.ok(statSync(join(MOBILE, file)).size < MAX_BYTES, file);
});

test('the check before a build tells each missing step, and accepts only the wrapper of the template', () => {
  const check = join(MOBILE, 'scripts/check-native.ts');
  const env = { PATH: '', JAVA_HOME: '/nowhere', ANDROID_HOME: '/nowhere' };
  const { status, stdout } = spawnSync(process.execPath, [check], { env, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stdout, /^here {5}the Gradle wrapper of the template$/m);
  for (const missing of ['JDK', 'Android SDK', 'a signing key'])
    assert.match(stdout, new RegExp(`^missing {2}${missing}[^:]*: .*(install|make)`, 'm'));
  assert.doesNotMatch(stdout, /gradlew bundleRelease/);
  const sdk = /compileSdkVersion = (\d+)/.exec(read('android/variables.gradle'))?.[1];
  assert.match(stdout, new RegExp(`platforms;android-${sdk}`));
});
