export const REGISTRY = {
  profiles: 'GET /iot/registry/profiles',
  createProfile: 'POST /iot/registry/profiles',
  profile: 'GET /iot/registry/profiles/:id',
  saveProfile: 'PUT /iot/registry/profiles/:id',
  deleteProfile: 'DELETE /iot/registry/profiles/:id',
  devices: 'GET /iot/registry/devices',
  createDevices: 'POST /iot/registry/devices',
  device: 'GET /iot/registry/devices/:devEui',
  saveDevice: 'PUT /iot/registry/devices/:devEui',
  deleteDevice: 'DELETE /iot/registry/devices/:devEui',
  importDevices: 'POST /iot/registry/devices/csv',
  scanDevices: 'POST /iot/registry/devices/qr',
  connections: 'GET /iot/registry/connections',
  saveConnection: 'PUT /iot/registry/connections/:id',
  deleteConnection: 'DELETE /iot/registry/connections/:id',
  mqtt: 'GET /iot/registry/mqtt',
  credentials: 'GET /iot/registry/mqtt-credentials',
  saveCredential: 'PUT /iot/registry/mqtt-credentials/:username',
  deleteCredential: 'DELETE /iot/registry/mqtt-credentials/:username',
  preview: 'POST /iot/registry/preview',
} as const;

export const SOURCES = {
  list: 'GET /iot/sources',
  create: 'POST /iot/sources',
  preview: 'POST /iot/sources/preview',
  source: 'GET /iot/sources/:id',
  save: 'PUT /iot/sources/:id',
  remove: 'DELETE /iot/sources/:id',
  run: 'POST /iot/sources/:id/run',
  override: 'POST /iot/sources/:id/override',
  gateway: 'GET /iot/sources/:id/gateway',
  runs: 'GET /iot/sources/:id/runs',
  send: 'POST /iot/sources/:id/files',
} as const;

export const COMMANDS = {
  send: 'POST /iot/commands',
  list: 'GET /iot/commands',
  command: 'GET /iot/commands/:id',
  cancel: 'DELETE /iot/commands/:id',
} as const;

export const DELIVERY = {
  about: 'GET /iot/about',
  version: 'GET /iot/version',
  pending: 'GET /iot/pending',
  quarantine: 'GET /iot/quarantine',
  replay: 'POST /iot/quarantine/:id/replay',
} as const;
