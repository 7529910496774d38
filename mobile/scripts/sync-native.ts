import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/*
 * `ALZETTE_SITE=https://… npm run native:sync --workspace mobile`: puts the site, the shell and the plugins into the
 * projects for Android and iOS. It needs neither Android Studio nor Xcode; building for a store does.
 */
const MOBILE = join(import.meta.dirname, '..');
const { ALZETTE_SITE } = process.env;

if (ALZETTE_SITE === undefined || !URL.canParse(ALZETTE_SITE) || !ALZETTE_SITE.startsWith('https://')) {
  console.error(
    `ALZETTE_SITE: got ${ALZETTE_SITE}, expected the address of the site, such as https://city.example.org`,
  );
  process.exit(1);
}
nameHost(new URL(ALZETTE_SITE).host);
const cli = createRequire(import.meta.url).resolve('@capacitor/cli/package.json');
const { status } = spawnSync(process.execPath, [join(dirname(cli), 'bin/capacitor'), 'sync'], {
  cwd: MOBILE,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

/** The host for which iOS runs the service worker (WKAppBoundDomains). */
function nameHost(host: string): void {
  const path = join(MOBILE, 'ios/App/App/Info.plist');
  const text = readFileSync(path, 'utf8');
  const named = text.replace(/(<key>WKAppBoundDomains<\/key>\s*<array>\s*<string>)[^<]*/, `$1${host}`);
  if (!named.includes(`<string>${host}</string>`)) throw new Error(`${path} has no WKAppBoundDomains`);
  writeFileSync(path, named);
}
