import {
  ClientException,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import type { Definition } from './launch-plan.js';

/** Smaller: definitions of busy templates are looked up again. Larger: more memory in a function that lives long. */
const KNOWN_MAX = 1000;

/** Task definitions by family, each registered once: the family names its content. */
export class TaskDefinitions {
  /** By family, the newest revision's ARN. */
  readonly #known = new Map<string, Promise<string>>();

  constructor(private readonly client: ECSClient) {}

  /** The ARN of the definition, which is registered unless it is there. */
  ensure(family: string, definition: Definition): Promise<string> {
    const known = this.#known.get(family);
    if (known) return known;
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    const arn = this.#findOrRegister(family, definition);
    this.#known.set(family, arn);
    arn.catch(() => this.forget(family));
    return arn;
  }

  /** Somebody has taken it away. */
  forget(family: string): void {
    this.#known.delete(family);
  }

  /** Two that register at the same time make two revisions of the same content, which harms nobody. */
  async #findOrRegister(family: string, definition: Definition): Promise<string> {
    const found = await this.#find(family);
    if (found !== undefined) return found;
    const { taskDefinition } = await this.client.send(new RegisterTaskDefinitionCommand({ ...definition, family }));
    return taskDefinition!.taskDefinitionArn!;
  }

  async #find(family: string): Promise<string | undefined> {
    try {
      const { taskDefinition } = await this.client.send(new DescribeTaskDefinitionCommand({ taskDefinition: family }));
      return taskDefinition?.status === 'INACTIVE' ? undefined : taskDefinition?.taskDefinitionArn;
    } catch (error) {
      // What ECS says of a family without an active revision.
      if (error instanceof ClientException) return undefined;
      throw error;
    }
  }
}
