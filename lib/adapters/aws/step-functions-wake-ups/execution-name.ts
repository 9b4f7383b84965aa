import { createHash } from 'node:crypto';
import type { WakeKey } from '../../../ports/wake-ups.js';

/** Of the 80 characters a name may have, so that it can be read in the console. */
const READABLE_MAX = 32;

/**
 * The name of the execution that wakes a key at a time: the same for the same, so that it is not started twice. Names
 * cannot be used again for 90 days, not even after the execution was stopped: `generation` tells those apart. Of letters,
 * digits, `-` and `_` only, as CloudWatch asks for.
 */
export function executionName({ controller, key }: WakeKey, waitUntilMs: number, generation: number): string {
  const readable = `${controller}-${key}`.replace(/[^A-Za-z0-9_]+/g, '-').slice(0, READABLE_MAX);
  const hash = createHash('sha256').update(`${controller}/${key}`).digest('hex').slice(0, 24);
  return `${readable}-${hash}-${waitUntilMs / 1000}-${generation}`;
}

/** `arn:aws:states:eu-west-1:1:stateMachine:wake` runs `arn:aws:states:eu-west-1:1:execution:wake:<name>`. */
export function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
