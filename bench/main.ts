import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchBundles } from './bundles.js';
import { benchCore } from './core.js';
import { benchCosts } from './costs/costs.js';
import { benchCronJobs } from './cronjobs.js';
import { benchJobs } from './jobs.js';
import { benchStore } from './store.js';
import { formatTable, medianRows, type Row } from './table.js';

/**
 * `npm run bench` measures a whole server; `-- core` the rules alone, `-- store` the disk store, `-- cronjobs` how
 * punctual they are; `-- costs` works out what finite costs on AWS, `-- bundles` how large its functions are and
 * how long they take to load. `--runs 3` prints the medians of three runs, `--json` prints data, `--profile FOLDER` leaves a CPU
 * profile of each server there.
 */
const benches: Readonly<Record<string, (profiles: string | undefined) => Promise<readonly Row[]>>> = {
  jobs: benchJobs,
  core: benchCore,
  store: benchStore,
  cronjobs: benchCronJobs,
  costs: benchCosts,
  bundles: benchBundles,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '1' },
    profile: { type: 'string' },
  },
});
const runs = Number(values.runs);
const unknown = positionals.filter((name) => benches[name] === undefined);
if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`usage: bench [${Object.keys(benches).join('|')}] [--runs N] [--json] [--profile FOLDER]\n`);
  process.exit(2);
}

const machine = {
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? '',
  node: process.version,
  platform: process.platform,
};
if (!values.json) {
  const { cores, cpu, node, platform } = machine;
  process.stdout.write(`${cores} cores (${cpu}), Node.js ${node}, ${platform}; medians of ${runs}\n`);
}
for (const bench of positionals.length > 0 ? positionals : ['jobs']) {
  const results: (readonly Row[])[] = [];
  for (let run = 0; run < runs; run++) results.push(await benches[bench]!(values.profile));
  const rows = medianRows(results);
  process.stdout.write((values.json ? JSON.stringify({ bench, machine, runs, rows }) : formatTable(rows)) + '\n');
}
