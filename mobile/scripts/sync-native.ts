import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * `ALZETTE_SITE=https://… npm run native:sync --workspace mobile`: copies the site, the shell and the plugins into the
 * Android and iOS projects. This needs neither Android Studio nor Xcode; a build for a store does.
 */
const MOBILE = join(import.meta.dirname, '..');
/** The version of the native projects. npm downloads it on demand, because only this script needs it. */
const CAPACITOR = '@capacitor/cli@8.5.2';
const { ALZETTE_SITE } = process.env;

if (ALZETTE_SITE === undefined || !URL.canParse(ALZETTE_SITE) || !ALZETTE_SITE.startsWith('https://')) {
  console.error(
    `ALZETTE_SITE: got ${ALZETTE_SITE}, expected the address of the site, such as https://city.example.org`,
  );
  process.exit(1);
}
const { host } = new URL(ALZETTE_SITE);
// iOS runs the service worker only for this host. Android opens links to this host in the app.
replace('ios/App/App/Info.plist', /(<key>WKAppBoundDomains<\/key>\s*<array>\s*<string>)[^<]*/, host);
replace('android/app/src/main/res/values/strings.xml', /(<string name="site_host">)[^<]*/, host);
const { status } = spawnSync('npm', ['exec', '--yes', `--package=${CAPACITOR}`, '--', 'cap', 'sync'], {
  cwd: MOBILE,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

/** @throws Error: the file does not contain the pattern */
function replace(file: string, place: RegExp, by: string): void {
  const path = join(MOBILE, file);
  const text = readFileSync(path, 'utf8');
  if (!place.test(text)) throw new Error(`${path} has no ${place}`);
  writeFileSync(path, text.replace(place, `$1${by}`));
}
