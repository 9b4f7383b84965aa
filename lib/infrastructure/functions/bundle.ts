/** How a function is bundled, in esbuild's terms: with all it imports, as one minified ES module. */
export const BUNDLE = {
  target: 'node22',
  mainFields: ['module', 'main'],
  minify: true,
  // CommonJS packages in an ES module ask for Node.js' own modules with `require`.
  banner: "import{createRequire as _require}from'node:module';const require=_require(import.meta.url);",
} as const;
