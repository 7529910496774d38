import { readFileSync } from 'node:fs';
import { bodyReader } from '../bodies/bodies.ts';
import { FigureDefinitions } from './figures.ts';

const read = bodyReader(FigureDefinitions);

/** The document with the definitions of a service's figures. @throws Error: it is not valid */
export function readDefinitions(file: URL): FigureDefinitions {
  return read(JSON.parse(readFileSync(file, 'utf8'))) as FigureDefinitions;
}
