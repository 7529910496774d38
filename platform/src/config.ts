import { join } from 'node:path';
import { type BrokerConfig, brokerConfig } from '@alzette/broker/config';
import { BROKER_SETTINGS } from '@alzette/broker/settings';
import { ANTIVIRUS_PROTOCOLS, type FileServiceOptions } from '@alzette/files';
import {
  anyText,
  commaList,
  numberOf,
  onOff,
  optionalSetting,
  portOrOff,
  readSettings,
  type SettingKind,
  SettingsError,
  setting,
  textFile,
  urlOf,
  wholeNumberOf,
} from '@alzette/kit/settings';
import { readPublicKey } from '@alzette/packs/archive';
import { BACKUP_SETTINGS, type BackupConfig, backupConfig } from './backup/backup-config.ts';
import { hasDemoFolder } from './demo-folder.ts';
import type { NativeApps } from './installed/installed-apps.ts';

export { isForThisMachine } from '@alzette/broker/config';

/** The settings from the environment. */
export interface Config extends BrokerConfig {
  /** 0: no embedded MQTT broker. */
  readonly mqttPort: number;
  /** An external MQTT broker, in place of the embedded one. */
  readonly mqttUrl?: string;
  /** The client id at the external MQTT broker. */
  readonly mqttClientId: string;
  /** PEM: trusted authorities there, and our client certificate. */
  readonly mqttTls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** An AMQP 1.0 broker with queues of messages of devices. */
  readonly amqp?: { readonly url: string; readonly queues: readonly string[] };
  /** 0: the embedded MQTT broker has no TLS listener. */
  readonly mqttsPort: number;
  /** If access is enforced: FIWARE devices may connect to the embedded MQTT broker without a credential. */
  readonly mqttAnonymous: boolean;
  /** The maximum number of concurrent connections of one address to the embedded MQTT broker. */
  readonly mqttConnectionsPerAddress: number;
  /** PEM: the authority of client certificates for the TLS listener. */
  readonly mqttClientCa?: string;
  /** The folder with the territory's description; absent: the demo's. */
  readonly territoryFolder?: string;
  /** A PMTiles file, or its URL, in place of the base map of the territory's folder. */
  readonly baseMap?: string;
  /** Further names of the installation itself, beside that of its public URL. */
  readonly ownHosts: readonly string[];
  /** The tenant in which strangers try programs; absent: there is none. */
  readonly sandbox?: string;
  /** Whether headers may name another tenant on the host of a collectivity. */
  readonly hostsAdmitTenants: boolean;
  /** Minisign public keys whose packs may be installed like those of the product. */
  readonly packKeys: readonly string[];
  /** URLs of indexes of packs, signed with one of these keys. */
  readonly packIndexes: readonly string[];
  /** Services of others: names of packages, or absolute paths of folders. */
  readonly services: readonly string[];
  /** Threads for computing; absent: all cores but one. */
  readonly computeThreads?: number;
  /** Whether each answer of a service is compared with its contract. */
  readonly checkAnswers: boolean;
  readonly demo: boolean;
  readonly demoSpeed: number;
  /** The mail server, and the sender address. */
  readonly mail?: { readonly smtpUrl: string; readonly from: string };
  /** Where photos and documents are stored, and the virus scanner. */
  readonly files: FileServiceOptions;
  readonly nativeApps: NativeApps;
  readonly backup: BackupConfig;
  /** The model that answers questions in words; absent: there are none. */
  readonly assistantModel?: { readonly url: string; readonly name: string; readonly key?: string };
}

const clientId: SettingKind<string> = {
  parse: (text) => (/^[A-Za-z0-9._-]{1,100}$/.test(text) ? text : undefined),
  expected: 'letters, digits, ., _ and -',
};

const packKey: SettingKind<string> = {
  parse(text) {
    readPublicKey(text);
    return text;
  },
  expected: 'public keys of minisign such as RW…',
};

const packIndex: SettingKind<string> = {
  parse: (text) => (/^https?:\/\/\S+\.json$/.test(text) && URL.canParse(text) ? text : undefined),
  expected: 'URLs such as https://packs.example.org/index.json, separated by commas',
};

const installedService: SettingKind<string> = {
  parse: (text) => (/^(?:(?:@[a-z0-9-]+\/)?[a-z0-9][a-z0-9.-]*|\/.+)$/.test(text) ? text : undefined),
  expected: 'names of packages such as @example/alzette-fountains, or absolute paths, separated by commas',
};

const baseMap: SettingKind<string> = {
  parse: (text) => (/^https?:\/\//.test(text) && !URL.canParse(text) ? undefined : text),
  expected: 'a file, or a URL such as https://maps.example.org/town.pmtiles',
};

const ownHost: SettingKind<string> = {
  parse: (text) => (/^[a-z0-9.-]{1,253}$/.test(text) ? text : undefined),
  expected: 'host names in lower case, without port, separated by commas',
};
const sandboxName: SettingKind<string> = {
  parse: (text) => (/^sandbox[a-z0-9_-]{0,40}$/.test(text) ? text : undefined),
  expected: 'a tenant whose name begins with sandbox, because its data are deleted each night',
};
const androidApp: SettingKind<NonNullable<NativeApps['android']>> = {
  parse(text) {
    const [, name, certificate] =
      /^([a-zA-Z]\w*(?:\.[a-zA-Z]\w*)+)=((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/.exec(text) ?? [];
    return name === undefined || certificate === undefined ? undefined : { name, certificate };
  },
  expected: 'a package and the SHA-256 of its signing certificate, eu.example.city=14:6D:E9:…',
};
const queueName: SettingKind<string> = {
  parse: (text) => (/^[^\s,]{1,200}$/.test(text) ? text : undefined),
  expected: 'names of queues without spaces, separated by commas',
};
const iosApp: SettingKind<string> = {
  parse: (text) => (/^[A-Z0-9]{10}\.[A-Za-z0-9.-]{1,150}$/.test(text) ? text : undefined),
  expected: 'a team and a bundle, A1B2C3D4E5.eu.example.city',
};

const MQTT = 'MQTT';
const MAIL = 'Mail';
const FILES = 'Files';
const TERRITORY = 'Territory';
const NATIVE = 'Native apps';
const DEMO = 'Demo';
const RUNNING = 'Running';
const ASSISTANT = 'Assistant';

/** Settings in addition to those of the broker. */
const OWN_SETTINGS = {
  MQTT_PORT: setting(portOrOff, 1883, { group: MQTT, text: 'the embedded MQTT broker; `0` turns it off' }),
  MQTTS_PORT: setting(portOrOff, 0, {
    group: MQTT,
    text: 'an additional TLS listener of the embedded MQTT broker, with `TLS_CERT` and `TLS_KEY`; `0`: none',
  }),
  MQTT_ANONYMOUS: setting(onOff, false, {
    group: MQTT,
    text: 'if access is enforced: `on` admits clients of the embedded MQTT broker without a credential, as long as no credentials exist, with the rights of FIWARE devices, which show their key in the topic',
  }),
  MQTT_CONNECTIONS_PER_ADDRESS: setting(wholeNumberOf(1, 20_000), 5000, {
    group: MQTT,
    text: 'the maximum number of concurrent connections of one address to the embedded MQTT broker',
  }),
  MQTT_CLIENT_CA: optionalSetting(textFile, {
    group: MQTT,
    text: 'the file of the authority (PEM) whose client certificates are accepted by the TLS listener in place of a password',
  }),
  MQTT_URL: optionalSetting(urlOf(['mqtt:', 'mqtts:', 'ws:', 'wss:'], 'mqtt://host:1883'), {
    group: MQTT,
    // It may have a password.
    isSecret: true,
    text: 'an external MQTT broker, in place of the embedded one: `mqtt://`, `mqtts://`, `ws://`, `wss://`',
  }),
  MQTT_CLIENT_ID: setting(clientId, 'alzette-iot-agents', {
    group: MQTT,
    text: 'our name there: the prefix of client identifiers and of the group of shared subscriptions',
  }),
  MQTT_CA: optionalSetting(textFile, {
    group: MQTT,
    text: 'the file of the authority (PEM) of its certificate, if the system does not trust it',
  }),
  MQTT_CERT: optionalSetting(textFile, { group: MQTT, text: 'the file of a client certificate for it' }),
  MQTT_KEY: optionalSetting(textFile, { group: MQTT, text: 'the file of its private key' }),
  AMQP_URL: optionalSetting(urlOf(['amqp:', 'amqps:'], 'amqp://host:5672'), {
    group: MQTT,
    isSecret: true,
    text: 'an AMQP 1.0 broker, such as Artemis, from whose queues messages of devices are taken: `amqp://`, `amqps://`',
  }),
  AMQP_QUEUES: setting(commaList(queueName, queueName.expected), [], {
    group: MQTT,
    text: 'the queues there, separated by commas: see [docs/from-another-platform.md](from-another-platform.md#messages)',
  }),
  SMTP_URL: optionalSetting(urlOf(['smtp:', 'smtps:'], 'smtps://user:password@host'), {
    group: MAIL,
    isSecret: true,
    text: 'the mail server, `smtps://user:password@host`; without it no mails are sent',
  }),
  MAIL_FROM: optionalSetting(anyText, { group: MAIL, text: 'the sender address; required with `SMTP_URL`' }),
  FILES_BUCKET_URL: optionalSetting(urlOf(['https:', 'http:'], 'https://s3.example.org/bucket'), {
    group: FILES,
    text: 'the URL of an S3 bucket for photos and documents; without it they are stored in the folder `files` of `DATA_DIR`, which several machines must share',
  }),
  FILES_BUCKET_KEY: optionalSetting(anyText, { group: FILES, text: 'the access key of the bucket' }),
  FILES_BUCKET_SECRET: optionalSetting(anyText, { group: FILES, isSecret: true, text: 'its secret key' }),
  FILES_BUCKET_REGION: setting(anyText, 'auto', { group: FILES, text: 'its region' }),
  FILES_ANTIVIRUS: optionalSetting(urlOf(ANTIVIRUS_PROTOCOLS, 'clamd://host:3310'), {
    group: FILES,
    text: 'the virus scanner for uploaded files, `clamd://host:3310` or `icap://host:1344/service`; while it does not answer, no files are accepted',
  }),
  TERRITORY: optionalSetting(anyText, {
    group: TERRITORY,
    text: 'the folder with the description of the territory: see [docs/territory.md](territory.md)',
    shownDefault: "the demo's",
  }),
  BASE_MAP: optionalSetting(baseMap, {
    group: TERRITORY,
    text: 'the base map of the portal, instead of that of the territory: a PMTiles file, or its URL',
  }),
  OWN_HOSTS: setting(commaList(ownHost, ownHost.expected), [], {
    group: TERRITORY,
    text: 'further host names of the installation itself, separated by commas; once a collectivity has a host, any other name that is neither these nor in `PUBLIC_URL` is answered with 421',
  }),
  HOSTS_ADMIT_TENANTS: setting(onOff, false, {
    group: TERRITORY,
    text: '`on` lets headers name another tenant on the host of a collectivity; otherwise that is 403',
  }),
  SANDBOX: optionalSetting(sandboxName, {
    group: TERRITORY,
    text: 'a tenant with made-up data, emptied and filled each night, for which the page `/developers` gives keys to everybody; its name begins with `sandbox`: see [docs/open-data.md](open-data.md#for-developers)',
  }),
  ANDROID_APP: optionalSetting(androidApp, {
    group: NATIVE,
    text: 'the Android app that opens links to this site, for `/.well-known/assetlinks.json`: its package and the SHA-256 of its signing certificate, `eu.example.city=14:6D:E9:…`',
  }),
  IOS_APP: optionalSetting(iosApp, {
    group: NATIVE,
    text: 'the iOS app that opens links to this site, for `/.well-known/apple-app-site-association`: `TEAM.bundle`',
  }),
  PACK_KEYS: setting(commaList(packKey, packKey.expected), [], {
    group: TERRITORY,
    text: 'public keys in minisign’s format, separated by commas: packs that they signed are trusted; others need an administrator’s word, see [docs/packs.md](packs.md)',
  }),
  PACK_INDEXES: setting(commaList(packIndex, packIndex.expected), [], {
    group: TERRITORY,
    text: 'URLs of indexes of packs, `https://packs.example.org/index.json`, separated by commas; one of `PACK_KEYS` must have signed each: see [docs/packs.md](packs.md#catalogue)',
  }),
  SERVICES: setting(commaList(installedService, installedService.expected), [], {
    group: RUNNING,
    text: 'services of others that start after ours: names of installed packages, or absolute paths of folders, separated by commas: see [docs/services.md](services.md)',
  }),
  COMPUTE_THREADS: optionalSetting(wholeNumberOf(1, 64), {
    group: RUNNING,
    text: 'threads of each process for plans, simulations, forecasts, images and exports; they start when needed',
    shownDefault: 'the number of cores less one, at least 1',
  }),
  CHECK_ANSWERS: setting(onOff, false, {
    group: RUNNING,
    text: 'for development: `on` compares each answer of a service with its contract, and fails if it differs',
  }),
  ASSISTANT_MODEL_URL: optionalSetting(urlOf(['https:', 'http:'], 'https://model.example.org/v1'), {
    group: ASSISTANT,
    text: 'the URL, up to the version, of a server with OpenAI’s chat completions API; it answers questions in natural language once an administrator has turned them on: see [docs/assistant.md](assistant.md)',
  }),
  ASSISTANT_MODEL: optionalSetting(anyText, { group: ASSISTANT, text: 'the name of its model' }),
  ASSISTANT_MODEL_KEY: optionalSetting(anyText, { group: ASSISTANT, isSecret: true, text: 'its API key' }),
  DEMO: optionalSetting(onOff, {
    group: DEMO,
    shownDefault: '`on` if it is installed, the database is embedded and there is MQTT, otherwise `off`',
    text: 'the demo territory, from the folder `demo/`: [production.md](production.md#install)',
  }),
  DEMO_SPEED: setting(numberOf(1, 10_000), 1, { group: DEMO, text: '1 is real time, up to 10000' }),
};

/** All settings of the product. */
export const SETTINGS = { ...BROKER_SETTINGS, ...OWN_SETTINGS, ...BACKUP_SETTINGS };

function amqpConfig({
  values,
  faults,
}: Pick<ReturnType<typeof readSettings<typeof SETTINGS>>, 'values' | 'faults'>): Config['amqp'] {
  const { AMQP_URL: url, AMQP_QUEUES: queues } = values;
  if ((url === undefined) !== (queues.length === 0)) {
    faults.push('AMQP_URL and AMQP_QUEUES: got one of them, expected both or neither');
  }
  return url === undefined ? undefined : { url, queues };
}

/**
 * Reads the settings (`docs/settings.md`) from an environment.
 *
 * @param isDemoInstalled whether there is a folder `demo/`
 *
 * @throws SettingsError: one line for each invalid setting
 */
export function readConfig(environment: NodeJS.ProcessEnv, isDemoInstalled = hasDemoFolder()): Config {
  const read = readSettings(SETTINGS, environment);
  const { values, fault, faults } = read;
  const broker = brokerConfig(read);
  const { MQTT_URL: mqttUrl, MQTT_PORT: mqttPort, MQTTS_PORT: mqttsPort, MQTT_CLIENT_CA: mqttClientCa } = values;
  const { MQTT_CA: ca, MQTT_CERT: cert, MQTT_KEY: key, SMTP_URL: smtpUrl, MAIL_FROM: from } = values;
  if (mqttsPort !== 0 && broker.tls === undefined) fault('MQTTS_PORT', '0, or TLS_CERT and TLS_KEY as well');
  if ((cert === undefined) !== (key === undefined)) {
    faults.push('MQTT_CERT and MQTT_KEY: got one of them, expected both or neither');
  }
  const amqp = amqpConfig(read);
  if (smtpUrl !== undefined && from === undefined) fault('MAIL_FROM', 'an address, because SMTP_URL is set');
  const { FILES_BUCKET_URL: bucketUrl, FILES_BUCKET_KEY: accessKey, FILES_BUCKET_SECRET: secretKey } = values;
  for (const name of ['FILES_BUCKET_KEY', 'FILES_BUCKET_SECRET'] as const) {
    if (bucketUrl !== undefined && values[name] === undefined) fault(name, 'a value, because FILES_BUCKET_URL is set');
  }
  const { ASSISTANT_MODEL_URL: modelUrl, ASSISTANT_MODEL: modelName, ASSISTANT_MODEL_KEY: modelKey } = values;
  if ((modelUrl === undefined) !== (modelName === undefined)) {
    faults.push('ASSISTANT_MODEL_URL and ASSISTANT_MODEL: got one of them, expected both or neither');
  }
  const backup = backupConfig(read, textsOf(environment));
  const hasMqtt = mqttPort > 0 || mqttUrl !== undefined;
  const demo = values.DEMO ?? (isDemoInstalled && broker.databaseUrl === undefined && hasMqtt);
  if (demo && !isDemoInstalled) {
    faults.push(
      'DEMO: got on, expected off, because this installation has no folder demo/; docs/production.md adds it',
    );
  }
  if (demo && !hasMqtt) {
    faults.push('DEMO: its devices publish over MQTT, which MQTT_PORT=0 turns off; set MQTT_URL, or DEMO=off');
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return Object.freeze({
    ...broker,
    mqttPort: mqttUrl === undefined ? mqttPort : 0,
    ...(mqttUrl !== undefined && { mqttUrl }),
    mqttClientId: values.MQTT_CLIENT_ID,
    ...(amqp && { amqp }),
    mqttTls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    },
    mqttsPort: mqttUrl === undefined ? mqttsPort : 0,
    mqttAnonymous: values.MQTT_ANONYMOUS,
    mqttConnectionsPerAddress: values.MQTT_CONNECTIONS_PER_ADDRESS,
    ...(mqttClientCa !== undefined && { mqttClientCa }),
    ...(values.TERRITORY !== undefined && { territoryFolder: values.TERRITORY }),
    ...(values.BASE_MAP !== undefined && { baseMap: values.BASE_MAP }),
    ownHosts: values.OWN_HOSTS,
    hostsAdmitTenants: values.HOSTS_ADMIT_TENANTS,
    ...(values.SANDBOX !== undefined && { sandbox: values.SANDBOX }),
    packKeys: values.PACK_KEYS,
    packIndexes: values.PACK_INDEXES,
    services: values.SERVICES,
    ...(values.COMPUTE_THREADS !== undefined && { computeThreads: values.COMPUTE_THREADS }),
    checkAnswers: values.CHECK_ANSWERS,
    demo,
    demoSpeed: values.DEMO_SPEED,
    ...(smtpUrl !== undefined && from !== undefined && { mail: { smtpUrl, from } }),
    files: {
      folder: join(broker.dataDir, 'files'),
      ...(bucketUrl !== undefined &&
        accessKey !== undefined &&
        secretKey !== undefined && {
          bucket: { url: bucketUrl, accessKey, secretKey, region: values.FILES_BUCKET_REGION },
        }),
      ...(values.FILES_ANTIVIRUS !== undefined && { antivirus: values.FILES_ANTIVIRUS }),
    },
    nativeApps: {
      ...(values.ANDROID_APP !== undefined && { android: values.ANDROID_APP }),
      ...(values.IOS_APP !== undefined && { ios: values.IOS_APP }),
    },
    backup,
    ...(modelUrl !== undefined &&
      modelName !== undefined && {
        assistantModel: { url: modelUrl, name: modelName, ...(modelKey !== undefined && { key: modelKey }) },
      }),
  });
}

/** The given settings, as texts. */
function textsOf(environment: NodeJS.ProcessEnv): { [name: string]: string } {
  return Object.fromEntries(
    Object.keys(SETTINGS).flatMap((name) => (environment[name] ? [[name, environment[name] as string]] : [])),
  );
}
