import { ask } from '@alzette/web/asking';
import type { LanguageMap } from '../../i18n/in-language.ts';

export interface Figure {
  readonly name: 'error' | 'coverage' | 'accuracy' | 'precision' | 'recall' | 'top3' | 'falseAlarms';
  readonly of?: string;
  readonly value: number;
  readonly baseline?: number;
  readonly promised?: number;
}

/** An AI use in the register. */
export interface AiUse {
  readonly name: string;
  readonly title: LanguageMap;
  readonly purpose: LanguageMap;
  readonly data: LanguageMap;
  readonly method: LanguageMap;
  readonly risk: 'minimal' | 'limited' | 'high';
  readonly riskReason: LanguageMap;
  readonly isOn: boolean;
  readonly owner: string;
  readonly switchedAt?: string;
  readonly evaluation?: {
    readonly at: string;
    readonly cases: number;
    readonly figures: readonly Figure[];
    readonly baselineUsed?: { readonly of: number; readonly all: number };
    /** Groups without an evaluation. */
    readonly notUsed?: readonly string[];
  };
  readonly outputs: number;
  readonly right: number;
  readonly wrong: number;
}

/** An output of an AI use, and the judgements of users. */
export interface Output {
  readonly id: string;
  readonly about?: string;
  readonly output: object;
  readonly why: object;
  readonly at: string;
  readonly right: number;
  readonly wrong: number;
  readonly note?: string;
}

export async function getUses(signal: AbortSignal): Promise<readonly AiUse[]> {
  return (await ask<{ uses: AiUse[] }>('GET', '/insights/uses', undefined, signal)).uses;
}

export async function getOutputs(name: string, signal: AbortSignal): Promise<readonly Output[]> {
  const path = `/insights/uses/${name}/outputs`;
  return (await ask<{ outputs: Output[] }>('GET', path, undefined, signal)).outputs;
}

export function putUse(name: string, given: { isOn: boolean; owner?: string }): Promise<void> {
  return ask('PUT', `/insights/uses/${name}`, given);
}
