import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);

/** Of one capture group. */
function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1]!);
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(path: string): string[] {
  const headings = found(read(path).replace(/^```[^]*?^```/gm, ''), /^#+ (.+)$/gm);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinks(page: string): string[] {
  return found(read(page), /\]\(([^)\s]+)\)/g).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page : relative(root, join(root, dirname(page), file));
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchors(target).includes(anchor);
  });
}

describe.each(pages)('%s', (page) => {
  it('links to what is there', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('names files, folders and scripts that are there', () => {
    const text = read(page);
    const paths = found(text, /`((?:bench|bin|docs|examples|lambdas|lib|test)\/[\w./-]*)`/g);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(found(text, /npm run (?:--silent )?([\w:]+)/g).filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

it('docs/decisions/README.md lists every decision', () => {
  const listed = found(read('docs/decisions/README.md'), /\]\(([\w-]+\.md)\)/g);
  const written = readdirSync(join(root, 'docs/decisions')).filter((name) => name !== 'README.md');
  expect(listed.toSorted()).toEqual(written.toSorted());
});

it('docs/aws.md has every option of the stack', () => {
  const options = found(read('lib/infrastructure/options.ts') + read('bin/cdk.ts'), /option\('(\w+)'\)/g);
  expect(options.length).toBeGreaterThan(10);
  const rows = found(read('docs/aws.md'), /^\| ((?:`\w+`(?:, )?)+) \|/gm).flatMap((cell) => found(cell, /`(\w+)`/g));
  expect(options.filter((name) => !rows.includes(name))).toEqual([]);
});

it('every command of `finite` is in README.md or docs/aws.md', () => {
  const text = read('README.md') + read('docs/aws.md');
  const own = found(read('bin/finite.ts'), /\.command\('([\w-]+)/g).filter((name) => name !== 'aws');
  const aws = found(read('bin/commands/aws/commands.ts'), /\.command\('([\w-]+)/g);
  expect(own.length).toBeGreaterThan(4);
  expect(own.filter((name) => !text.includes(`\`finite ${name}`))).toEqual([]);
  expect(aws.filter((name) => !text.includes(`\`finite aws ${name}`))).toEqual([]);
});
