export const PACKS = {
  list: 'GET /packs',
  catalogue: 'GET /packs/catalogue',
  schema: 'GET /packs/schema',
  upload: 'POST /packs/archives',
  archive: 'GET /packs/archives/:digest',
  make: 'POST /packs/make',
  plan: 'POST /packs/:id/plan',
  install: 'PUT /packs/:id',
  remove: 'DELETE /packs/:id',
} as const;
