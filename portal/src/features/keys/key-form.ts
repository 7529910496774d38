export type KeyAction = 'read' | 'write';

/** What a user chooses for a new key. */
export interface KeyForm {
  readonly title: string;
  readonly scopes: readonly KeyAction[];
  readonly policies: readonly string[];
}
