declare module 'shpjs' {
  export function parseShp(shp: DataView): unknown[];
  export function parseDbf(dbf: DataView, encoding?: string): object[];
  export function combine(parts: [unknown[], object[]]): { features: unknown[] };
}
