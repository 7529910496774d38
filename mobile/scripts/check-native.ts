import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * `npm run native:check --workspace mobile`: what a build of the native apps needs, step by step, and which of it is
 * here. Fails if something is missing. It builds nothing.
 */
const ANDROID = join(import.meta.dirname, '../android');
/** Of the wrapper in Capacitor's template, so that nobody can put another program there. */
const WRAPPER_SHA256 = '7d3a4ac4de1c32b59bc6a4eb8ecb8e612ccd0cf1ae1e99f66902da64df296172';
const JDK = 21;
const SDK = /compileSdkVersion = (\d+)/.exec(read('variables.gradle'))?.[1] ?? '';

interface Step {
  readonly needs: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly isHere: boolean;
}

function read(file: string): string {
  const path = join(ANDROID, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function wrapperDigest(): string {
  const jar = join(ANDROID, 'gradle/wrapper/gradle-wrapper.jar');
  return existsSync(jar) ? createHash('sha256').update(readFileSync(jar)).digest('hex') : '';
}

function javaVersion(): number {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin/java') : 'java';
  const { stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

const folder = process.env.ANDROID_HOME ?? /^sdk\.dir=(.*)$/m.exec(read('local.properties'))?.[1] ?? '';
const host = /"site_host">([^<]*)/.exec(read('app/src/main/res/values/strings.xml'))?.[1] ?? '';
const keystore = process.env.ALZETTE_KEYSTORE ?? '';
const steps: readonly Step[] = [
  {
    needs: 'the Gradle wrapper of the template',
    remedy: 'restore mobile/android/gradle/wrapper from the repository',
    isHere: wrapperDigest() === WRAPPER_SHA256 && existsSync(join(ANDROID, 'gradlew')),
  },
  {
    needs: 'the site and the plugins in the projects',
    remedy: 'ALZETTE_SITE=https://… npm run native:sync --workspace mobile',
    isHere: existsSync(join(ANDROID, 'capacitor-cordova-android-plugins')) && !host.endsWith('.example'),
  },
  { needs: `JDK ${JDK} or newer`, remedy: 'install it, and set JAVA_HOME', isHere: javaVersion() >= JDK },
  {
    needs: `Android SDK ${SDK}`,
    remedy: `install platforms;android-${SDK}, and set ANDROID_HOME`,
    isHere: folder !== '' && existsSync(join(folder, 'platforms', `android-${SDK}`)),
  },
  {
    needs: 'a signing key',
    remedy: 'make one with keytool, then set ALZETTE_KEYSTORE, ALZETTE_KEYSTORE_PASSWORD and ALZETTE_KEY_ALIAS',
    isHere: keystore !== '' && existsSync(keystore) && Boolean(process.env.ALZETTE_KEYSTORE_PASSWORD),
  },
];
for (const { needs, remedy, isHere } of steps)
  console.log(isHere ? `here     ${needs}` : `missing  ${needs}: ${remedy}`);
if (steps.every(({ isHere }) => isHere)) console.log('Next: cd mobile/android && ./gradlew bundleRelease');
else process.exitCode = 1;
