import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDeployed } from '../support/emulator-deploy.js';
import { eventually } from '../support/eventually.js';
import { blocksOf, commandsOf, type Block } from './documented.js';
import { describeHealth } from './health.js';
import { describeJobs } from './jobs.js';
import { atOnce, Namespace, shellJob } from './kubectl-on-aws.js';
import { whyNoPlace } from './place.js';
import { Reader } from './reader.js';
import { startWorld, type World } from './world.js';

/*
 * One deployment, made, used and destroyed by the commands of docs/aws.md, so that these are the ones that work. What is
 * tested in between is tested on it: Jobs, by kubectl, and what finite says of the stack.
 */
const blocks = blocksOf('docs/aws.md');
const [deploying, firstJob, app, upgrade, destroy] = blocks as readonly [Block, Block, Block, Block, Block];
const [functions, query, ...others] = blocksOf('docs/operations.md') as readonly [Block, Block, ...Block[]];
const why = whyNoPlace();

describe.skipIf(why !== undefined)(`finite on AWS${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let world: World;
  let reader: Reader;
  const deployed = (): World => world;

  beforeAll(async () => {
    world = await startWorld({
      ecs: 'model',
      deploy: async (site) => {
        reader = await Reader.at(site);
        await reader.run(deploying);
      },
    });
  });
  afterAll(() => world?.close());

  it('has every command of docs/aws.md and docs/operations.md run here', () => {
    const shown = blocks.map(({ heading, language }) => `${heading}: ${language}`);
    expect(shown).toEqual([
      'Deploy in five minutes: sh',
      'Deploy in five minutes: sh',
      // A program, not a command: test/infrastructure makes the construct's template.
      'In your own CDK app: ts',
      'Upgrade: sh',
      'Destroy: sh',
    ]);
    expect(app.text).toContain('new Finite(this');
    expect([functions.language, query.language, others]).toEqual(['sh', 'sql', []]);
    // A query for CloudWatch Logs Insights, which emulators lack.
    expect(query.text).toMatch(/^fields @timestamp/);
  });

  it('is deployed by the commands of README.md, too', () => {
    const all = blocks.flatMap(commandsOf);
    const own = blocksOf('README.md').filter(({ heading }) => heading.startsWith('On AWS'));
    expect(own).toHaveLength(1);
    expect(commandsOf(own[0]!).filter((command) => !all.includes(command))).toEqual([]);
    expect(commandsOf(own[0]!)).toEqual([...commandsOf(deploying), ...commandsOf(firstJob)]);
  });

  it('runs the first Job as docs/aws.md says', async () => {
    const said = await reader.run(firstJob);
    expect(said).toContain('job.batch/hello created\n');
    expect(said).toContain('job.batch/hello condition met\n');
    // What a task writes takes a while to CloudWatch.
    const logs = { text: 'kubectl logs job/hello' };
    await eventually('its log is there', async () =>
      `${said}${await reader.run(logs)}`.endsWith('\nHello\n') ? true : undefined,
    );
  });

  describe('runs Jobs', () => describeJobs(deployed));
  describe('tells how it is', () => describeHealth(deployed));

  it('tells the names of its functions as docs/operations.md says', async () => {
    const said = await reader.run(functions);
    expect(said).toMatch(new RegExp(`^Sweep\\w+\\t${world.deployed.outputs['SweepFunctionName']}$`, 'm'));
    expect(said.split('\n').length).toBeGreaterThan(7);
  });

  it('is upgraded as docs/aws.md says, with its Jobs', async () => {
    await reader.run(upgrade);
    expect(await reader.run({ text: 'kubectl get job hello -o name' })).toBe('job.batch/hello\n');
    expect(await reader.run({ text: 'npx finite aws status' })).toMatch(
      /^Stack +finite[\w-]* in .*, UPDATE_COMPLETE, /,
    );
  });

  it('is destroyed as docs/aws.md says', async () => {
    await new Namespace(world, 'default').create(shellJob('stays', 'sleep 1000', {}, atOnce));
    await reader.run(destroy);
    expect(await isDeployed(world.place.client, world.stack)).toBe(false);
  });
});
