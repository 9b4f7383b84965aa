import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, deploy, deployed, isDeployed, stackOutputs, type Deployed } from '../support/emulator-deploy.js';
import { openDoor } from './door.js';
import { runFinite } from './finite-on-aws.js';
import { openPlace, optionsFor, type EcsKind, type Place } from './place.js';

export interface WorldOptions {
  readonly ecs: EcsKind;
  /** Bootstraps and deploys; left out: the CDK's command line does. */
  readonly deploy?: (site: Site) => Promise<void>;
}

/** What has to be known to deploy. */
export interface Site {
  readonly place: Place;
  /** The stack's name. */
  readonly stack: string;
  /** `-c name=value` of docs/aws.md. */
  readonly options: Readonly<Record<string, string>>;
  /** A folder for files, removed at the end. */
  readonly folder: string;
  /** `place.environment`, with the name of the stack and the way to its API. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The deployed stack. */
export interface World extends Site {
  readonly deployed: Deployed;
  /** For kubectl, made by `finite aws kubeconfig`. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

export async function startWorld({ ecs, deploy: how = byCommandLine }: WorldOptions): Promise<World> {
  const closers: (() => Promise<unknown> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closers.reverse()) await each();
  };
  try {
    const place = await openPlace(ecs);
    closers.push(() => place.close());
    const folder = mkdtempSync(join(tmpdir(), 'finite-aws-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    // What an account has under the usual name is somebody's.
    const stack = place.kind === 'emulator' ? 'finite' : 'finite-test';
    const way = await wayToApi(place, stack, folder, closers);
    const environment = { ...place.environment, ...way, FINITE_STACK: stack };
    const site: Site = { place, stack, options: optionsFor(place), folder, environment };
    await how(site);
    const found = await deployed({ ...place, stack, options: site.options });
    if (place.kind !== 'emulator') {
      closers.push(async () => ((await isDeployed(place.client, stack)) ? found.destroy() : undefined));
    }
    place.ecs?.setTaskStateFunction(found.outputs['TaskStateFunctionName']!);
    const kubeconfig = join(folder, 'kubeconfig');
    await runFinite(site, 'kubeconfig', '--output', kubeconfig);
    return { ...site, deployed: found, kubeconfig, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function byCommandLine({ place, stack, options }: Site): Promise<void> {
  await bootstrap(place.environment, place.account, place.client.region);
  await deploy({ ...place, stack, options });
}

/** Function URLs of AWS are found by everybody. */
async function wayToApi(
  { client }: Place,
  stack: string,
  folder: string,
  closers: (() => Promise<unknown> | void)[],
): Promise<Readonly<Record<string, string>>> {
  if (client.endpoint === undefined) return {};
  let url: Promise<string> | undefined;
  const door = await openDoor(folder, client.endpoint, () => {
    url ??= stackOutputs(client, stack).then((outputs) => outputs['ApiUrl']!);
    return url;
  });
  closers.push(() => door.close());
  return door.environment;
}
