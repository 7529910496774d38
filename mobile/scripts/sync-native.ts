import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * `ALZETTE_SITE=https://… npm run native:sync --workspace mobile`: puts the site, the shell and the plugins into the
 * projects for Android and iOS. It needs neither Android Studio nor Xcode; building for a store does.
 */
const MOBILE = join(import.meta.dirname, '..');
/** Of the version of the projects; fetched by npm when it is asked for, as nothing else of ours needs it. */
const CAPACITOR = '@capacitor/cli@8.5.2';
const { ALZETTE_SITE } = process.env;

if (ALZETTE_SITE === undefined || !URL.canParse(ALZETTE_SITE) || !ALZETTE_SITE.startsWith('https://')) {
  console.error(
    `ALZETTE_SITE: got ${ALZETTE_SITE}, expected the address of the site, such as https://city.example.org`,
  );
  process.exit(1);
}
const { host } = new URL(ALZETTE_SITE);
// For which iOS runs the service worker, and whose links Android opens in the app.
replace('ios/App/App/Info.plist', /(<key>WKAppBoundDomains<\/key>\s*<array>\s*<string>)[^<]*/, host);
replace('android/app/src/main/res/values/strings.xml', /(<string name="site_host">)[^<]*/, host);
const { status } = spawnSync('npm', ['exec', '--yes', `--package=${CAPACITOR}`, '--', 'cap', 'sync'], {
  cwd: MOBILE,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

/** @throws Error: the file has nothing to replace */
function replace(file: string, place: RegExp, by: string): void {
  const path = join(MOBILE, file);
  const text = readFileSync(path, 'utf8');
  if (!place.test(text)) throw new Error(`${path} has no ${place}`);
  writeFileSync(path, text.replace(place, `$1${by}`));
}
