import { describe, expect, it } from 'vitest';
import { scale } from '../../lib/apis/autoscaling/v1/scale/types.js';
import { fieldNumbers } from '../../lib/apis/field-numbers/field-numbers.js';
import { kinds } from '../../lib/apis/kinds.js';
import type { Schema, Struct } from '../../lib/apis/meta/v1/schema.js';
import { deleteOptions } from '../../lib/apis/meta/v1/types.js';

/** What clients send as a whole document. */
const documents: readonly Struct[] = [...kinds.map(({ schema }) => schema), scale, deleteOptions];

function reachable(roots: readonly Struct[]): readonly Struct[] {
  const found = new Set<Struct>();
  const visit = (struct: Struct): void => {
    if (found.has(struct)) return;
    found.add(struct);
    for (const schema of Object.values(struct.fields)) visitSchema(schema);
  };
  const visitSchema = (schema: Schema): void => {
    if (schema.type === 'list') visitSchema(schema.items);
    if (schema.type === 'map') visitSchema(schema.values);
    if (schema.type === 'ref') visit(schema.struct);
  };
  for (const root of roots) visit(root);
  return [...found];
}

const structs = reachable(documents);

/** The names of the struct itself and of the types embedded in it. */
function messageNames({ name, embeds = {} }: Struct): readonly string[] {
  const goPackage = name.slice(0, name.lastIndexOf('.'));
  return [name, ...Object.keys(embeds).map((embed) => `${goPackage}.${embed}`)];
}

function numbersOf(message: string): Readonly<Record<string, number>> {
  const dot = message.lastIndexOf('.');
  return fieldNumbers[message.slice(0, dot)]?.[message.slice(dot + 1)] ?? {};
}

describe('field numbers', () => {
  it.each(structs)('are there for every field of $name, and for nothing else', (struct) => {
    const { fields, embeds = {} } = struct;
    const outside = documents.includes(struct) ? ['apiVersion', 'kind'] : [];
    const expected = [...Object.keys(fields).filter((name) => !outside.includes(name)), ...Object.keys(embeds)];
    const numbered = messageNames(struct).flatMap((message) => Object.keys(numbersOf(message)));
    expect(numbered.toSorted()).toEqual(expected.toSorted());
  });

  it('of an embedded type are those of the fields it lends', () => {
    for (const { name, embeds = {} } of structs) {
      const goPackage = name.slice(0, name.lastIndexOf('.'));
      for (const [embed, lent] of Object.entries(embeds)) {
        expect(Object.keys(numbersOf(`${goPackage}.${embed}`)).toSorted()).toEqual(lent.toSorted());
      }
    }
  });

  const messages = Object.entries(fieldNumbers).flatMap(([goPackage, inPackage]) =>
    Object.entries(inPackage).map(([name, numbers]) => ({ name: `${goPackage}.${name}`, numbers })),
  );

  it.each(messages)('are used once in $name', ({ numbers }) => {
    const used = Object.values(numbers);
    expect(new Set(used).size).toBe(used.length);
  });

  it('are of types that something served has', () => {
    const known = new Set(structs.flatMap(messageNames));
    expect(messages.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
  });
});
