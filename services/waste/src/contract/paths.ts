export const CONTAINERS = {
  list: 'GET /waste/containers',
  container: 'GET /waste/containers/:id',
  settings: 'GET /waste/settings',
  changeSettings: 'PUT /waste/settings',
} as const;

export const ROUNDS = {
  plan: 'POST /waste/rounds',
  list: 'GET /waste/rounds',
  round: 'GET /waste/rounds/:id',
  gpx: 'GET /waste/rounds/:id/gpx',
  renewDriverPage: 'POST /waste/rounds/:id/driver-page',
  simulate: 'POST /waste/simulations',
} as const;

/** For a round's driver, by a secret link. */
export const DRIVE = {
  script: 'GET /waste/drive/assets/drive.js',
  style: 'GET /waste/drive/assets/drive.css',
  worker: 'GET /waste/drive/worker.js',
  page: 'GET /waste/drive/:secret',
  round: 'GET /waste/drive/:secret/round',
  recordActs: 'POST /waste/drive/:secret/acts',
} as const;

export const PUBLIC_WASTE = {
  sectors: 'GET /citizen/v1/collections/sectors',
  collections: 'GET /citizen/v1/collections',
  calendar: 'GET /citizen/v1/collections.ics',
  centres: 'GET /citizen/v1/recycling-centres',
  forecasts: 'GET /citizen/v1/containers/forecasts',
} as const;
