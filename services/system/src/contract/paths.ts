export const SYSTEM = { report: 'GET /ops/system' } as const;

export const SERVICE_PAGES = { list: 'GET /public/service-pages' } as const;

export const PUBLIC_STATUS = { status: 'GET /public/status' } as const;

export const TERRITORY_FILES = { compare: 'GET /ops/territory-files' } as const;

export const PUBLIC_COMPLIANCE = { norms: 'GET /public/compliance', norm: 'GET /public/compliance/:norm' } as const;

export const FOOTPRINT = {
  report: 'GET /ops/footprint',
  useCases: 'GET /ops/footprint/use-cases',
  settings: 'GET /ops/footprint/settings',
  setSettings: 'PUT /ops/footprint/settings',
} as const;

export const PUBLIC_FOOTPRINT = { report: 'GET /public/footprint' } as const;
