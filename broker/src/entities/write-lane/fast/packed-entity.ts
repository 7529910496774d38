import type { AttributeInstance, Attributes, Entity } from '../../../model/entity.ts';
import type { Mutable } from '../../../model/mutable.ts';

/** What many instances have in common. A packed instance refers to its form by index and contains the rest. */
interface Form {
  readonly place: number;
  readonly name: string;
  readonly type: AttributeInstance['type'];
  readonly unitCode: string | undefined;
  readonly valueType: string | undefined;
  /** Bit flags: which of the members below the instance contains, in this order. */
  readonly brings: number;
}

const DATASET = 1;
const OBSERVED = 2;
/** Observed at the same time as the previous instance that has an observedAt. */
const OBSERVED_ALIKE = 4;
/** Has another creation time than the entity. */
const CREATED = 8;
/** Has another modification time than creation time. */
const MODIFIED = 16;
const ATTRIBUTES = 32;
/** `objectType`, `expiresAt` and `sealed`, which few instances have. */
const SELDOM = 64;

type Seldom = Pick<AttributeInstance, 'objectType' | 'expiresAt' | 'sealed'>;
const MOST_FORMS = 10_000;
/** Of names and units. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * Packs entities into an eighth of the size of their JSON, and unpacks them faster than JSON would be parsed. Names,
 * types and units are stored once for all entities, times only where they differ. Measured with an entity of eleven
 * attributes: 0.3 KB instead of 2.5, 3 µs instead of 12.
 */
export class EntityPacker {
  readonly #forms: Form[] = [];
  readonly #byName = new Map<string, Form[]>();
  #characters = 0;

  /**
   * Too many forms have been seen, so a new packer must be started. This one is still needed to unpack what it packed.
   */
  get isFull(): boolean {
    return this.#forms.length > MOST_FORMS || this.#characters > MOST_CHARACTERS;
  }

  /** The entity is packed without its id. */
  pack({ types, scopes, expiresAt, createdAt, modifiedAt, attributes }: Entity): string {
    const values: unknown[] = [
      types.length === 1 ? types[0] : types,
      createdAt,
      modifiedAt === createdAt ? 0 : modifiedAt,
      scopes ?? 0,
      expiresAt ?? 0,
    ];
    this.#packAll(values, attributes, createdAt, undefined);
    return JSON.stringify(values);
  }

  unpack(id: string, packed: string): Entity {
    const values = JSON.parse(packed) as unknown[]; // the format of pack()
    const [types, createdAt, modifiedAt, scopes, expiresAt] = values as [
      string,
      string,
      string | 0,
      string[] | 0,
      string | 0,
    ];
    const entity: Mutable<Entity> = {
      id,
      types: typeof types === 'string' ? [types] : types,
      createdAt,
      modifiedAt: modifiedAt === 0 ? createdAt : modifiedAt,
      attributes: this.#unpackAll(values, 5, createdAt, undefined),
    };
    if (scopes !== 0) entity.scopes = scopes;
    if (expiresAt !== 0) entity.expiresAt = expiresAt;
    return entity;
  }

  #packAll(
    values: unknown[],
    attributes: Attributes,
    entityCreatedAt: string,
    observedBefore: string | undefined,
  ): void {
    let lastObserved = observedBefore;
    for (const name in attributes) {
      for (const instance of attributes[name] as readonly AttributeInstance[]) {
        const {
          value,
          datasetId,
          observedAt,
          createdAt,
          modifiedAt,
          objectType,
          expiresAt,
          sealed,
          attributes: own,
        } = instance;
        let brings = 0;
        if (datasetId !== undefined) brings |= DATASET;
        if (observedAt !== undefined) brings |= observedAt === lastObserved ? OBSERVED_ALIKE : OBSERVED;
        if (createdAt !== entityCreatedAt) brings |= CREATED;
        if (modifiedAt !== createdAt) brings |= MODIFIED;
        if (own !== undefined) brings |= ATTRIBUTES;
        if (objectType !== undefined || expiresAt !== undefined || sealed !== undefined) brings |= SELDOM;
        values.push(this.#formOf(name, instance, brings).place, value);
        if (brings & DATASET) values.push(datasetId);
        if (brings & OBSERVED) values.push(observedAt);
        if (brings & CREATED) values.push(createdAt);
        if (brings & MODIFIED) values.push(modifiedAt);
        lastObserved = observedAt ?? lastObserved;
        if (own !== undefined) {
          const theirs: unknown[] = [];
          this.#packAll(theirs, own, entityCreatedAt, lastObserved);
          values.push(theirs);
        }
        if (brings & SELDOM) values.push({ objectType, expiresAt, sealed });
      }
    }
  }

  #unpackAll(
    values: readonly unknown[],
    from: number,
    entityCreatedAt: string,
    observedBefore: string | undefined,
  ): Attributes {
    const attributes: Record<string, AttributeInstance[]> = {};
    let lastObserved = observedBefore;
    for (let at = from; at < values.length; ) {
      const { name, type, unitCode, valueType, brings } = this.#forms[values[at++] as number] as Form; // an index written by pack()
      const value = values[at++];
      const datasetId = brings & DATASET ? (values[at++] as string) : undefined;
      if (brings & OBSERVED) lastObserved = values[at++] as string;
      const createdAt = brings & CREATED ? (values[at++] as string) : entityCreatedAt;
      const modifiedAt = brings & MODIFIED ? (values[at++] as string) : createdAt;
      const instance: Mutable<AttributeInstance> = { type, value, createdAt, modifiedAt };
      if (datasetId !== undefined) instance.datasetId = datasetId;
      if (brings & (OBSERVED | OBSERVED_ALIKE)) instance.observedAt = lastObserved as string;
      if (unitCode !== undefined) instance.unitCode = unitCode;
      if (valueType !== undefined) instance.valueType = valueType;
      if (brings & ATTRIBUTES) {
        instance.attributes = this.#unpackAll(values[at++] as unknown[], 0, entityCreatedAt, lastObserved);
      }
      if (brings & SELDOM) Object.assign(instance, values[at++] as Seldom);
      const others = attributes[name];
      if (others === undefined) attributes[name] = [instance];
      else others.push(instance);
    }
    return attributes;
  }

  #formOf(name: string, { type, unitCode, valueType }: AttributeInstance, brings: number): Form {
    let forms = this.#byName.get(name);
    if (forms === undefined) {
      forms = [];
      this.#byName.set(name, forms);
    }
    for (const form of forms) {
      const isAlike = form.brings === brings && form.type === type;
      if (isAlike && form.unitCode === unitCode && form.valueType === valueType) return form;
    }
    const form = { place: this.#forms.length, name, type, unitCode, valueType, brings };
    forms.push(form);
    this.#forms.push(form);
    this.#characters += name.length + (unitCode?.length ?? 0);
    return form;
  }
}
