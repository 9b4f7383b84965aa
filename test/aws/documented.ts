import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A fenced block of a page. */
export interface Block {
  /** Of the section it is in. */
  readonly heading: string;
  /** `sh`, `ts` … */
  readonly language: string;
  readonly text: string;
}

/** Those of a page of the checkout: `docs/aws.md`. */
export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(fileURLToPath(new URL(`../../${page}`, import.meta.url)), 'utf8');
  let heading = '';
  const blocks: Block[] = [];
  for (const [, title, language = '', body = ''] of text.matchAll(/^#+ (.+)$|^```(\w*)\n([^]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else blocks.push({ heading, language, text: body });
  }
  return blocks;
}

/** The commands of a block, without what is said of them. */
export function commandsOf({ text }: Block): readonly string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) =>
      line
        .replace(/ {2,}# .*$/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '');
}
