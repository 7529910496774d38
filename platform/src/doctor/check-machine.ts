import { X509Certificate } from 'node:crypto';
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { totalmem, userInfo } from 'node:os';
import { readTerritory, TerritoryFault } from '@alzette/territory';
import type { Config } from '../config.ts';
import { checkPorts } from '../listening/ports.ts';
import { type Finding, fault, good, warning } from './finding.ts';

const GIB = 1024 ** 3;
const MIN_FREE = 2 * GIB;
/** Below this share a disk is nearly full. */
const SPARE_SHARE = 0.1;
const MIN_MEMORY = 1.5 * GIB;
const OLDEST_NODE = 24;
const DAY_MS = 86_400_000;
const RENEW_DAYS = 21;

export function checkNode(version = process.versions.node): Finding {
  const major = Number(version.split('.', 1)[0]);
  if (major >= OLDEST_NODE) return good('Node', `version ${version}`);
  return fault('Node', `version ${version}`, `start with version ${OLDEST_NODE} or later: npm ci brings it`);
}

export function checkMemory(bytes = totalmem()): Finding {
  const found = `${(bytes / GIB).toFixed(1)} GiB`;
  if (bytes >= MIN_MEMORY) return good('memory', found);
  return warning('memory', found, 'with a database on the same machine, even a small territory needs 2 GB');
}

/** The disk that DATA_DIR lies on: the embedded database, photos and documents. */
export async function checkDisk({ dataDir }: Pick<Config, 'dataDir'>): Promise<Finding> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
    const { bavail, bsize, blocks } = await statfs(dataDir);
    return diskFinding(dataDir, bavail * bsize, bavail / blocks);
  } catch (error) {
    const remedy = `let the product write in this folder: sudo chown -R ${userInfo().username} ${dataDir}`;
    return fault('disk', `DATA_DIR ${dataDir}: ${(error as Error).message}`, remedy);
  }
}

/** @param share of the disk that is free */
export function diskFinding(dataDir: string, free: number, share: number): Finding {
  const found = `${(free / GIB).toFixed(1)} GiB (${Math.floor(share * 100)} %) free at ${dataDir}`;
  const remedy = `make room, because a full disk stops all writing. What is large: du -xh ${dataDir} | sort -h | tail`;
  if (free < MIN_FREE) return fault('disk', found, remedy);
  return share < SPARE_SHARE ? warning('disk', found, remedy) : good('disk', found);
}

export async function checkPortsFree(config: Config): Promise<Finding> {
  const { port, mqttPort } = config;
  const found = [`${port} (HTTP)`, ...(mqttPort > 0 ? [`${mqttPort} (MQTT)`] : [])].join(', ');
  try {
    await checkPorts(config);
    return good('ports', `${found} can be had`);
  } catch (error) {
    if (await answersAsOurs(port)) return good('ports', `${found}: Alzette runs there`);
    const remedy = 'stop the other program, which this shows: sudo ss -ltnp; or set PORT and MQTT_PORT';
    return fault('ports', (error as Error).message, remedy);
  }
}

/** Whether the product is running on a port of this machine. */
export async function answersAsOurs(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/version`, { signal: AbortSignal.timeout(2000) });
    return ((await answer.json()) as { name?: unknown }).name === 'Alzette';
  } catch {
    return false;
  }
}

export function checkCertificate({ tls, publicUrl }: Pick<Config, 'tls' | 'publicUrl'>, now = Date.now()): Finding {
  const what = 'certificate';
  if (tls === undefined) {
    if (publicUrl.startsWith('https:')) return good(what, 'none here: the reverse proxy has one');
    return warning(what, `none, and PUBLIC_URL is ${publicUrl}`, 'set TLS_CERT and TLS_KEY, or put Caddy before it');
  }
  const { validTo, subject } = new X509Certificate(tls.cert);
  const days = Math.floor((Date.parse(validTo) - now) / DAY_MS);
  const found = `${subject.replaceAll('\n', ', ')}: until ${validTo}`;
  if (days < 0) return fault(what, found, 'renew it: clients refuse it');
  return days < RENEW_DAYS ? warning(what, found, `renew it within ${days} days`) : good(what, found);
}

export function checkTerritory(folder: string, baseMap?: string): Finding {
  try {
    const { name, communes } = readTerritory(folder, baseMap);
    return good('territory', `${name}, ${communes.length} communes, of ${folder}`);
  } catch (error) {
    if (!(error instanceof TerritoryFault)) throw error;
    return fault('territory', error.message, `correct that file in ${folder}: alzette territory check shows more`);
  }
}

export function checkSecrets({ secretKey, access, host }: Pick<Config, 'secretKey' | 'access' | 'host'>): Finding {
  const what = 'secrets';
  if (access === 'open' && host !== '127.0.0.1' && host !== 'localhost') {
    return fault(what, `ACCESS=open on ${host}`, 'set ACCESS=enforced: anyone who reaches it may do everything');
  }
  if (secretKey !== undefined) return good(what, 'encrypted with SECRET_KEY');
  return warning(
    what,
    'SECRET_KEY is not set',
    'set it to the output of: openssl rand -hex 32. Otherwise their key is stored in the same database',
  );
}
