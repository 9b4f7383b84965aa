import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkFile, sourceFiles } from './support/import-rules.js';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the import rules', () => {
  it('hold in every file of lib', () => {
    const files = sourceFiles(root, 'lib');
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap(checkFile)).toEqual([]);
  });

  it.each([
    ['lib/apis/a.ts', `import { x } from '../ports/store.js';`],
    ['lib/apis/a.ts', `import { readFile } from 'node:fs';`],
    ['lib/controllers/job/a.ts', `export { x } from '../../manager/queue.js';`],
    ['lib/manager/a.ts', `import {\n  x,\n} from '../apiserver/app.js';`],
    ['lib/adapters/local/a.ts', `const x = await import('../memory/memory-store.js');`],
    ['lib/simulator/a.ts', `import type { X } from '../adapters/local/x.js';`],
    ['lib/controllers/a.ts', `const now = Date.now();`],
    ['lib/controllers/a.ts', `const now = new Date();`],
  ])('find a planted violation in %s: %s', (path, text) => {
    expect(checkFile({ path, text })).toHaveLength(1);
  });

  it.each([
    ['lib/controllers/job/a.ts', `import { x } from '../../apis/batch/v1/job/types.js';`],
    ['lib/controllers/a.ts', `// Date.now is not allowed here\nconst at = new Date(ms);`],
    ['lib/adapters/local/a.ts', `import { open } from 'node:fs/promises';`],
    ['bin/finite.ts', `import { x } from '../lib/adapters/local/x.js';`],
  ])('allow %s: %s', (path, text) => {
    expect(checkFile({ path, text })).toEqual([]);
  });
});
