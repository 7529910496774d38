export const PLANS = {
  propose: 'POST /lighting/plans',
  list: 'GET /lighting/plans',
  plan: 'GET /lighting/plans/:id',
  approve: 'POST /lighting/plans/:id/approve',
  reject: 'POST /lighting/plans/:id/reject',
  cancel: 'POST /lighting/plans/:id/cancel',
} as const;

export const OVERRIDES = {
  make: 'POST /lighting/overrides',
  list: 'GET /lighting/overrides',
  override: 'GET /lighting/overrides/:id',
  approve: 'POST /lighting/overrides/:id/approve',
  reject: 'POST /lighting/overrides/:id/reject',
  end: 'DELETE /lighting/overrides/:id',
  policy: 'GET /lighting/override-policy',
  setPolicy: 'PUT /lighting/override-policy',
} as const;

export const STRATEGIES = {
  list: 'GET /lighting/strategies',
  save: 'PUT /lighting/strategies/:id',
  strategy: 'GET /lighting/strategies/:id',
  nights: 'GET /lighting/strategies/:id/nights',
} as const;

export const ZONES = {
  list: 'GET /lighting/zones',
  draw: 'POST /lighting/zones',
  remove: 'DELETE /lighting/zones/:id',
  assignments: 'GET /lighting/assignments',
  assign: 'POST /lighting/assignments',
} as const;

export const MEASURES = {
  savings: 'GET /lighting/savings',
  cockpit: 'GET /lighting/cockpit',
  levels: 'GET /lighting/levels',
  nights: 'GET /lighting/nights',
  nightsOfLamp: 'GET /lighting/lamps/:id/nights',
  anomalies: 'GET /lighting/anomalies',
  outliers: 'GET /lighting/outliers',
  settings: 'GET /lighting/settings',
  setSettings: 'PUT /lighting/settings',
} as const;

export const SUPERVISION = {
  lamps: 'GET /lighting/lamps',
  defects: 'GET /lighting/defects',
  reports: 'GET /lighting/reports',
} as const;

export const SIMULATIONS = {
  simulate: 'POST /lighting/simulations',
  save: 'POST /lighting/scenarios',
  list: 'GET /lighting/scenarios',
  scenario: 'GET /lighting/scenarios/:id',
  pdf: 'GET /lighting/scenarios/:id/pdf',
  remove: 'DELETE /lighting/scenarios/:id',
} as const;

export const PARK = {
  import: 'POST /lighting/park/import',
  export: 'GET /lighting/park/export',
  quality: 'GET /lighting/park/quality',
} as const;

export const PUBLIC_LIGHTING = {
  savings: 'GET /public/lighting/',
  streets: 'GET /public/lighting/streets',
  tonight: 'GET /public/lighting/tonight',
} as const;
