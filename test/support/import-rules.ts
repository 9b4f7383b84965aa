import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';

/** One import that leaves the room it stands in. */
export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

export interface SourceFile {
  /** Relative to the repository, `/`-separated. */
  readonly path: string;
  readonly text: string;
}

type Room = string;

/** Who may import whom beside itself; a room that is not named here may not be imported from a named one. */
const mayImport: ReadonlyMap<Room, readonly Room[]> = new Map([
  ['lib/apis', []],
  ['lib/controllers', ['lib/apis']],
  ['lib/ports', ['lib/apis']],
  ['lib/apiserver', ['lib/apis', 'lib/ports']],
  ['lib/manager', ['lib/apis', 'lib/controllers', 'lib/ports']],
  ['lib/adapters/aws', ['lib/apis', 'lib/ports']],
  ['lib/adapters/local', ['lib/apis', 'lib/ports']],
  ['lib/adapters/memory', ['lib/apis', 'lib/ports']],
  [
    'lib/simulator',
    ['lib/apis', 'lib/ports', 'lib/controllers', 'lib/apiserver', 'lib/manager', 'lib/adapters/memory'],
  ],
  ['lib/infrastructure', ['lib/adapters/aws/names.ts']],
]);

/** The functional core takes time and chance as arguments. */
const pureRooms: readonly Room[] = ['lib/apis', 'lib/controllers'];
const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b/;

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function checkFile(file: SourceFile): Violation[] {
  const room = roomOf(file.path);
  if (room === undefined) return [];
  return [...checkImports(file, room), ...(pureRooms.includes(room) ? checkPurity(file) : [])];
}

function checkImports(file: SourceFile, room: Room): Violation[] {
  const violations: Violation[] = [];
  for (const match of file.text.matchAll(importPattern)) {
    const specifier = (match[1] ?? match[2])!;
    const line = file.text.slice(0, match.index + match[0].indexOf(specifier)).split('\n').length;
    const why = refusal(file.path, room, specifier);
    if (why !== undefined) violations.push({ file: file.path, line, what: why });
  }
  return violations;
}

function refusal(path: string, room: Room, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) {
    const isPure = pureRooms.includes(room) || room === 'lib/ports';
    return isPure ? `${room} imports the package ${specifier}` : undefined;
  }
  const target = normalize(join(dirname(path), specifier))
    .split(sep)
    .join('/')
    .replace(/\.js$/, '.ts');
  const allowed = [room, ...mayImport.get(room)!];
  return allowed.some((prefix) => target === prefix || target.startsWith(`${prefix}/`))
    ? undefined
    : `${room} imports ${target}`;
}

function checkPurity(file: SourceFile): Violation[] {
  return file.text
    .split('\n')
    .flatMap((text, index) =>
      impure.test(withoutComment(text)) ? [{ file: file.path, line: index + 1, what: text.trim() }] : [],
    );
}

function withoutComment(line: string): string {
  return /^\s*(\*|\/\*|\/\/)/.test(line) ? '' : line.replace(/\/\/.*$/, '');
}

function roomOf(path: string): Room | undefined {
  return [...mayImport.keys()].find((room) => path.startsWith(`${room}/`));
}

/** Every TypeScript file below a folder of the repository. */
export function sourceFiles(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }));
}
