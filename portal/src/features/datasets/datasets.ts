import type { Column, DatasetContract, DatasetDefinition } from '@alzette/opendata/contract';
import { DATASETS } from '@alzette/opendata/paths';
import { service } from '../../broker/service.ts';

export const datasets = service<DatasetContract>(DATASETS);

export const KINDS: readonly Column['kind'][] = ['text', 'number', 'boolean', 'time'];
export const CONTENTS: readonly DatasetDefinition['source']['content']['kind'][] = ['current', 'history', 'grid'];
export const FREQUENCIES: readonly DatasetDefinition['frequency'][] = [
  'quarterHourly',
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'quarterly',
  'annual',
];
export const LICENCES: readonly DatasetDefinition['licence'][] = ['lov2', 'odc-odbl'];
export const THEMES: readonly DatasetDefinition['theme'][] = [
  'AGRI',
  'ECON',
  'EDUC',
  'ENER',
  'ENVI',
  'GOVE',
  'HEAL',
  'JUST',
  'REGI',
  'SOCI',
  'TECH',
  'TRAN',
];
export const HVD: readonly NonNullable<DatasetDefinition['hvd']>[] = [
  'geospatial',
  'environment',
  'meteorological',
  'statistics',
  'companies',
  'mobility',
];
