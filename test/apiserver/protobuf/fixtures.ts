import { readdirSync, readFileSync } from 'node:fs';

/** An object as the protobuf serializer of k8s.io/apimachinery v0.36.6 wrote it, and the JSON of the same Go object. */
export interface Fixture {
  readonly name: string;
  readonly protobuf: Buffer;
  readonly json: string;
}

const folder = new URL('fixtures/', import.meta.url);

/** `every-field-…`: every field of the type has a value of its own. */
export const fixtures: readonly Fixture[] = readdirSync(folder).map((file) => {
  const { protobuf, json } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<
    'protobuf' | 'json',
    string
  >;
  return { name: file.replace('.json', ''), protobuf: Buffer.from(protobuf, 'base64'), json };
});

export function fixture(name: string): Fixture {
  const found = fixtures.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no fixture ${name}`);
  return found;
}
