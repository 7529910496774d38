import type { Field, Texts } from '@alzette/procedures/contract';
import { type Component, type InjectionKey, inject } from 'vue';
import type { FormWords } from './words/form-words.ts';

/** A field of a form as it is shown, with its present value. */
export interface ShownField {
  /** Its place in the answers, e.g. `name` or `objects.0.kind`. */
  readonly path: string;
  readonly field: Field;
  readonly value: unknown;
  /** What is wrong with the value, in the language of the reader. */
  readonly error?: string | undefined;
}

export interface FoundStreet {
  readonly text: string;
  /** The commune's slug. */
  readonly commune: string;
  readonly communeName: string;
  readonly lat: number;
  readonly lon: number;
}

/** Something that can be booked, at a time. */
export interface FreeSlot {
  readonly id: string;
  readonly isFull: boolean;
}

/** What a form gets from the application in which it is. */
export interface FormPorts {
  readonly communes: () => readonly { readonly slug: string; readonly name: string }[];
  findStreets(typed: string): readonly FoundStreet[];
  /** The nearest street or the commune, in words. */
  placeInWords(position: readonly [longitude: number, latitude: number]): string | undefined;
  /** The address of a map page of this position. Absent: `AnswerList` shows places without links. */
  readonly mapOf?: (position: readonly [longitude: number, latitude: number]) => string;
  /** Takes a file, and returns the name by which the answers mention it. Absent: the form is only looked at. */
  readonly takeFile?: (file: File) => Promise<string>;
  readonly fileName?: (token: string) => string | undefined;
  /** Whether `AnswerList` can open files. */
  readonly opensFiles?: boolean;
  readonly slots?: (resource: string) => Promise<readonly FreeSlot[]>;
  /** A map to choose a place, with the properties `at` and `label`, and the event `pick`; absent: only by street. */
  readonly map?: Component;
}

export interface FormContext {
  readonly words: () => FormWords;
  readonly ports: FormPorts;
  say(texts: Texts): string;
  write(path: string, value: unknown): void;
  idOf(path: string): string;
  /** Shows a field of any kind: a row has such fields again. */
  readonly anyField: Component;
  /** The shown fields of a row of a repeated part. */
  rowOf(shown: ShownField, row: number): readonly ShownField[];
}

export const FORM: InjectionKey<FormContext> = Symbol('form');

export function useForm(): FormContext {
  const form = inject(FORM);
  if (form === undefined) throw new Error('useForm: there is no form around it');
  return form;
}

/** The property of every component of a field. */
export const SHOWN = { shown: { type: Object as () => ShownField, required: true } } as const;
